"""What Exchange answered for one object, setting by setting, each either known or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.table import Resource
from bma.resources.values import NotUnderstoodError


@dataclass(frozen=True)
class Unknown:
    """A setting whose value could not be read. It is neither conform nor drift, and nothing is set over it."""

    reason: str


Observation = Mapping[str, Any]
"""Setting key to its normal form, or to :class:`Unknown`."""


def observe(resource: Resource, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The observation of one object from the properties that the Get cmdlet answered."""
    return {setting.key: _read(setting.wire, setting.kind.read, answer) for setting in resource.settings}


def unreadable(resource: Resource, reason: str) -> dict[str, Any]:
    """The observation of an object that could not be read at all."""
    return {setting.key: Unknown(reason) for setting in resource.settings}


def born(resource: Resource) -> dict[str, Any]:
    """The observation of an object that has just been created."""
    return {setting.key: setting.born for setting in resource.settings}


def _read(wire: str, read: Any, answer: Mapping[str, Any]) -> Any:
    if wire not in answer:
        return Unknown(f"Exchange did not answer {wire}")
    try:
        return read(answer[wire])
    except NotUnderstoodError as error:
        return Unknown(f"{wire}: {error}")
