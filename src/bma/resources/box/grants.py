"""Who else may open a box or send in its name, and what policy makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import Names, NotUnderstoodError, OneOf, scalar_text
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Observation, Unknown
from bma.resources.table import Change, Converged, Section, Setting, Target

FULL_ACCESS, SEND_AS, SEND_ON_BEHALF = "full_access", "send_as", "send_on_behalf"
REMOVE, REPORT = "remove", "report"

_SELF = re.compile(r"(.*\\)?self|s-1-5-10", re.IGNORECASE)
"""The box's right to itself; the name of the authority before it is in the language of Windows."""


@dataclass(frozen=True)
class Grants(Section):
    """The grants of a box, each kind with the list of those who may have it."""

    @property
    def read_by(self) -> str:
        return "Get-MailboxPermission, Get-ADPermission, Get-Mailbox"

    @property
    def written_by(self) -> tuple[str, ...]:
        return ("Remove-MailboxPermission", "Remove-ADPermission", "Set-Mailbox")

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        removing = {
            FULL_ACCESS: right("Remove-MailboxPermission", "User", "AccessRights", "Confirm"),
            SEND_AS: right("Remove-ADPermission", "User", "ExtendedRights", "Confirm"),
            SEND_ON_BEHALF: right("Set-Mailbox", "GrantSendOnBehalfTo"),
        }
        if wanted.get("found", REMOVE) == REPORT:
            return {}
        return together(needed for kind, needed in removing.items() if kind in wanted)

    def born(self) -> dict[str, Any]:
        return dict.fromkeys((FULL_ACCESS, SEND_AS, SEND_ON_BEHALF), ())

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        kinds = [kind for kind in (FULL_ACCESS, SEND_AS, SEND_ON_BEHALF) if kind in wanted]
        beyond = {kind: _beyond(wanted[kind], observed.get(kind)) for kind in kinds}
        unknown = self._unknown(kinds, observed)
        if wanted.get("found", REMOVE) == REPORT:
            told = [f"{self.key}: {who} has {kind}" for kind, names in beyond.items() for who in names]
            return Converged(findings=tuple(told), unknown=unknown)
        changes = [self._change(kind, names, observed[kind]) for kind, names in beyond.items() if names]
        commands = [one for kind, names in beyond.items() for one in _commands(kind, names, target)]
        return Converged(tuple(changes), tuple(commands), unknown)

    def _change(self, kind: str, beyond: list[str], observed: tuple[str, ...]) -> Change:
        return Change(self.key, kind, list(observed), [who for who in observed if who not in beyond])


def full_access_of(rows: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Who was given full access, from what ``Get-MailboxPermission`` answered.

    Raises :class:`~bma.resources.kinds.NotUnderstoodError` for a row that lacks what it is judged by.
    """
    return tuple(dict.fromkeys(_given(rows, "AccessRights", "fullaccess")))


def send_as_of(rows: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Who may send as the box, from what ``Get-ADPermission`` answered. Raises as :func:`full_access_of`."""
    return tuple(dict.fromkeys(_given(rows, "ExtendedRights", "sendas")))


def _given(rows: list[Mapping[str, Any]], rights: str, right: str) -> Iterator[str]:
    """Those who were given the right on this very box: not the box itself, not what the organisation hands down."""
    for row in rows:
        who, inherited = scalar_text(row.get("User")), row.get("IsInherited")
        if not who or not isinstance(inherited, bool) or rights not in row or "Deny" not in row:
            raise NotUnderstoodError("Exchange answered a permission without user, rights or whether it is denied")
        if inherited or _true(row["Deny"]) or _SELF.fullmatch(who):
            continue
        listed = _words(row[rights])
        if right in listed:
            yield who
        elif rights == "ExtendedRights" and "extendedright" in _words(row.get("AccessRights")) and not listed:
            raise NotUnderstoodError(f"{who} has extended rights on the box, and which of them is not told")


def _words(answered: Any) -> set[str]:
    listed = answered if isinstance(answered, list) else (scalar_text(answered) or "").split(",")
    return {(scalar_text(item) or "").strip().replace("-", "").replace(" ", "").lower() for item in listed} - {""}


def _true(answered: Any) -> bool:
    # A switch comes as a Boolean, or as an object that holds one.
    return answered is True or (scalar_text(answered) if not isinstance(answered, bool) else None) == "True"


def _beyond(allowed: tuple[str, ...], observed: Any) -> list[str]:
    if isinstance(observed, Unknown) or observed is None:
        return []
    names = {name.casefold() for name in allowed}
    return [who for who in observed if not names & _called(who)]


def _called(who: str) -> set[str]:
    """The names that a list may use for it: whole, and without domain or container."""
    text = who.casefold()
    return {text, text.rpartition("\\")[2], text.rpartition("/")[2]}


def _commands(kind: str, names: list[str], target: Target) -> Iterator[Command]:
    if kind == SEND_ON_BEHALF and names:
        yield Command("Set-Mailbox", target.parameters(GrantSendOnBehalfTo={"Remove": names}))
        return
    for who in names:
        if kind == FULL_ACCESS:
            rights: dict[str, Any] = {"AccessRights": ["FullAccess"]}
            yield Command("Remove-MailboxPermission", target.parameters(User=who, **rights, Confirm=False))
        elif kind == SEND_AS:
            rights = {"ExtendedRights": ["Send-As"]}
            yield Command("Remove-ADPermission", target.parameters(User=who, **rights, Confirm=False))


GRANTS = Grants(
    key="grants",
    meaning="Who else may open the box or send in its name. Those who may are named by account or canonical name.",
    settings=(
        Setting(
            key=FULL_ACCESS,
            wire="AccessRights",
            kind=Names(),
            meaning="Who may open the box, besides its holder.",
            default=[],
            born=(),
        ),
        Setting(
            key=SEND_AS,
            wire="ExtendedRights",
            kind=Names(),
            meaning="Who may send as the box.",
            default=[],
            born=(),
        ),
        Setting(
            key=SEND_ON_BEHALF,
            wire="GrantSendOnBehalfTo",
            kind=Names(),
            meaning="Who may send on behalf of the box.",
            default=[],
            born=(),
        ),
        Setting(
            key="found",
            wire="User",
            kind=OneOf(REMOVE, REPORT),
            meaning="What becomes of a grant to anybody else.",
            default=REMOVE,
        ),
    ),
)
