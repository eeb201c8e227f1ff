"""Which cmdlets and parameters an account needs, worked out from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bma.resources.commands import Command

Rights = Mapping[str, frozenset[str]]
"""Cmdlet to the parameters that are used of it."""


def right(cmdlet: str, *parameters: str) -> Rights:
    """A cmdlet that is told which object it is for and which domain controller to ask, with further parameters."""
    return {cmdlet: frozenset({"Identity", "DomainController", *parameters})}


def rights_of(commands: Iterable[Command]) -> Rights:
    """What it takes to run these commands."""
    return together({command.cmdlet: frozenset(command.parameters)} for command in commands)


def together(parts: Iterable[Rights]) -> Rights:
    """All of several needs."""
    needed: dict[str, frozenset[str]] = {}
    for part in parts:
        for cmdlet, parameters in part.items():
            needed[cmdlet] = needed.get(cmdlet, frozenset()) | parameters
    return needed


def lacking(needed: Rights, held: Mapping[str, frozenset[str] | None]) -> list[str]:
    """What of ``needed`` is not ``held``, told by name. ``None`` for a cmdlet whose parameters are not known."""
    told: list[str] = []
    for cmdlet in sorted(needed):
        if cmdlet not in held:
            told.append(cmdlet)
            continue
        parameters = held[cmdlet]
        if parameters is not None:
            has = {name.casefold() for name in parameters}
            told += [f"{cmdlet} -{name}" for name in sorted(needed[cmdlet]) if name.casefold() not in has]
    return told
