"""What one object of the organisation must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bma.errors import BmaError
from bma.resources.kinds import Flag, NotUnderstoodError
from bma.resources.organization.site_object import Named, SiteObject

PRESENT, ABSENT = "present", "absent"
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Wish:
    """One object as it must be. ``wanted``: setting key to normal form; what is left out is not managed."""

    table: SiteObject
    name: str
    wanted: Mapping[str, Any]
    absent: bool = False

    def __str__(self) -> str:
        return called(self.table, self.name)


def called(table: SiteObject, name: str) -> str:
    """An object as people are told of it."""
    if table.named is Named.ONLY_ONE:
        return f"the {table.words}"
    return f"{table.words} of {name}" if table.named is Named.BY_SERVER else f"{table.words} {name!r}"


def wish(table: SiteObject, name: str | None, settings: Mapping[str, Any], state: str = PRESENT) -> Wish:
    """The wish for an object from settings as policy writes them.

    Raises :class:`~bma.errors.BmaError` naming every setting or value that is not understood.
    """
    faults: list[str] = []
    if table.named is Named.ONLY_ONE and name:
        faults.append(f"there is one {table.words}: it has no name")
    elif table.named is not Named.ONLY_ONE and (not isinstance(name, str) or not name.strip()):
        faults.append("missing option: name")
    elif "*" in str(name):
        faults.append(f"{name!r}: a name has no wildcards")
    if state not in (PRESENT, ABSENT):
        faults.append(f"state must be present or absent, not {state!r}")
    elif state == ABSENT and not table.removes:
        faults.append(f"state absent is refused: {table.words} cannot be removed")
    wanted = _normal(table, settings, faults)
    faults += table.contradictions(wanted)
    if faults:
        raise BmaError("; ".join(faults), where=called(table, str(name)))
    return Wish(table, str(name or table.words), wanted, state == ABSENT)


def _normal(table: SiteObject, settings: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in table:
            faults.append(f"{key}: unknown setting; known: {', '.join(fact.key for fact in table.settings)}")
            continue
        kind = table[key].kind
        try:
            if isinstance(kind, Flag) and isinstance(value, str):
                value = _TRUTHS.get(value.lower(), value)
            wanted[key] = kind.normal(value)
        except NotUnderstoodError as error:
            faults.append(f"{key}: {error}")
    return wanted
