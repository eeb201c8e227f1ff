"""What Exchange answered for one object, setting by setting, each either known or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bma.resources.kinds import NotUnderstoodError

if TYPE_CHECKING:
    from bma.resources.table import Setting


@dataclass(frozen=True)
class Unknown:
    """A setting whose value could not be read. It is neither conform nor drift, and nothing is set over it."""

    reason: str


Observation = Mapping[str, Any]
"""Setting key to its normal form, or to :class:`Unknown`."""


def observe(settings: Iterable[Setting], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The observation of one object from the properties that the Get cmdlet answered."""
    return {setting.key: _read(setting, answer) for setting in settings}


def _read(setting: Setting, answer: Mapping[str, Any]) -> Any:
    if setting.wire not in answer:
        return Unknown(f"Exchange did not answer {setting.wire}")
    try:
        return setting.kind.read(answer[setting.wire])
    except NotUnderstoodError as error:
        return Unknown(f"{setting.wire}: {error}")
