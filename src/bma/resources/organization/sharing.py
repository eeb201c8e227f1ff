"""Which built-in management role a needed cmdlet is taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bma.resources.needs import Rights
from bma.resources.organization.roles import Held

READING = ("get-", "test-")
UNGRANTED = frozenset({"get-command", "select-object"})
"""Cmdlets that every session has, whatever the roles of its account."""


@dataclass(frozen=True)
class Share:
    """What is taken from one built-in role: cmdlets with the parameters that are used."""

    parent: str
    entries: Mapping[str, tuple[str, ...]]

    @property
    def writes(self) -> bool:
        """Whether anything of it changes something."""
        return any(not cmdlet.casefold().startswith(READING) for cmdlet in self.entries)


def share_out(needed: Rights, parents: Sequence[tuple[str, Held]]) -> tuple[list[Share], list[str]]:
    """Each needed cmdlet from the first of ``parents`` that has it with all needed parameters.

    Also answers what none of them has, told by name. A reading and a writing cmdlet of one parent are two shares: the
    limit of what may be changed is not one of what may be seen.
    """
    taken: dict[tuple[str, bool], dict[str, tuple[str, ...]]] = {}
    lacking: list[str] = []
    for cmdlet in sorted(needed):
        if cmdlet.casefold() in UNGRANTED:
            continue
        parent = next((name for name, held in parents if not _missing(cmdlet, needed[cmdlet], held)), None)
        if parent is None:
            lacking.append(_told(cmdlet, needed[cmdlet], parents))
            continue
        reading = cmdlet.casefold().startswith(READING)
        taken.setdefault((parent, reading), {})[cmdlet] = tuple(sorted(needed[cmdlet]))
    order = [(name, reading) for name, _ in parents for reading in (False, True)]
    return [Share(key[0], taken[key]) for key in order if key in taken], lacking


def _missing(cmdlet: str, parameters: frozenset[str], held: Held) -> list[str]:
    """The parameters that a role lacks; the cmdlet itself where it lacks that."""
    for name, has in held.items():
        if name.casefold() == cmdlet.casefold():
            known = {one.casefold() for one in has}
            return [one for one in sorted(parameters) if one.casefold() not in known]
    return [cmdlet]


def _told(cmdlet: str, parameters: frozenset[str], parents: Sequence[tuple[str, Held]]) -> str:
    """The cmdlet, or the parameters that the best of the parents still lacks."""
    lacks = min((_missing(cmdlet, parameters, held) for _, held in parents), key=len, default=[cmdlet])
    return cmdlet if lacks == [cmdlet] else f"{cmdlet} -{' -'.join(lacks)}"
