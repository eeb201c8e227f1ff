"""What one box must be: who it is, and the settings wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError
from bma.resources.mailbox import BOX
from bma.resources.table import Resource
from bma.resources.values import Address, NotUnderstoodError


@dataclass(frozen=True)
class Placement:
    """Where a mailbox that has to be created goes; ``None`` lets Exchange choose."""

    organizational_unit: str | None = None
    database: str | None = None


@dataclass(frozen=True)
class DesiredBox:
    """One box as it must be. ``settings``: resource key to setting key to normal form; unsaid is not managed."""

    address: str
    settings: Mapping[str, Mapping[str, Any]]
    placement: Placement = field(default_factory=Placement)

    @property
    def local_part(self) -> str:
        return self.address.partition("@")[0]

    def wanted(self, resource: Resource) -> Mapping[str, Any]:
        return self.settings.get(resource.key, {})


def desired_box(
    address: str, settings: Mapping[str, Mapping[str, Any]], placement: Placement | None = None
) -> DesiredBox:
    """The desired box from settings as policy writes them.

    Raises :class:`~bma.errors.BmaError` naming every section, setting or value that is not understood.
    """
    faults: list[str] = []
    try:
        own = str(Address().normal(address))
    except NotUnderstoodError as error:
        raise BmaError(str(error)) from error
    known = {resource.key: resource for resource in BOX}
    normal: dict[str, dict[str, Any]] = {}
    for section, written in settings.items():
        if section not in known:
            faults.append(f"{section}: unknown section; known: {', '.join(known)}")
            continue
        if not isinstance(written, Mapping):
            faults.append(f"{section} must be a dictionary, not {written!r:.60}")
            continue
        normal[section] = _normal(known[section], written, faults)
    if faults:
        raise BmaError("; ".join(faults), where=address)
    return DesiredBox(own, normal, placement or Placement())


def _normal(resource: Resource, written: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    normal: dict[str, Any] = {}
    for key, value in written.items():
        if key not in resource:
            faults.append(f"{resource.key}.{key}: unknown setting")
            continue
        try:
            normal[key] = resource[key].kind.normal(value)
        except NotUnderstoodError as error:
            faults.append(f"{resource.key}.{key}: {error}")
    return normal
