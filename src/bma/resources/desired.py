"""What one box must be: who it is, and the settings wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError
from bma.resources.box import BOX, MAILBOX
from bma.resources.kinds import Address, NotUnderstoodError
from bma.resources.table import Section


@dataclass(frozen=True)
class Creation:
    """What a mailbox is created with; ``None`` lets Exchange choose."""

    organizational_unit: str | None = None
    database: str | None = None
    change_password_at_next_logon: bool = False


@dataclass(frozen=True)
class DesiredBox:
    """One box as it must be. ``settings``: resource key to setting key to normal form; unsaid is not managed."""

    address: str
    settings: Mapping[str, Mapping[str, Any]]
    creation: Creation = field(default_factory=Creation)

    @property
    def local_part(self) -> str:
        return self.address.partition("@")[0]

    @property
    def sections(self) -> frozenset[str]:
        """The sections of which anything is wanted, and the mailbox, without which there is no box."""
        return frozenset(key for key, settings in self.settings.items() if settings) | {MAILBOX.key}

    def wanted(self, section: Section) -> Mapping[str, Any]:
        return self.settings.get(section.key, {})


def desired_box(
    address: str, settings: Mapping[str, Mapping[str, Any]], creation: Creation | None = None
) -> DesiredBox:
    """The desired box from settings as policy writes them.

    Raises :class:`~bma.errors.BmaError` naming every section, setting or value that is not understood.
    """
    faults: list[str] = []
    try:
        own = str(Address().normal(address))
    except NotUnderstoodError as error:
        raise BmaError(str(error)) from error
    known = {section.key: section for section in BOX}
    normal: dict[str, dict[str, Any]] = {}
    for key, written in settings.items():
        if key not in known:
            faults.append(f"{key}: unknown section; known: {', '.join(known)}")
            continue
        if not isinstance(written, Mapping):
            faults.append(f"{key} must be a dictionary, not {written!r:.60}")
            continue
        normal[key] = _normal(known[key], written, faults)
    if faults:
        raise BmaError("; ".join(faults), where=address)
    return DesiredBox(own, normal, creation or Creation())


def _normal(section: Section, written: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    normal: dict[str, Any] = {}
    for key, value in written.items():
        if key not in section:
            faults.append(f"{section.key}.{key}: unknown setting")
            continue
        try:
            normal[key] = section[key].kind.normal(value)
        except NotUnderstoodError as error:
            faults.append(f"{section.key}.{key}: {error}")
    return normal
