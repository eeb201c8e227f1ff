"""The form of a resource table: one managed object of Exchange, one row per setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bma.resources.values import Kind


@dataclass(frozen=True)
class Setting:
    """One row: a setting that policy may state.

    ``key`` is its name in policy, module option and diff; ``wire`` the property that the Get cmdlet answers and
    the parameter that the Set cmdlet takes.
    """

    key: str
    wire: str
    kind: Kind
    meaning: str
    default: Any
    """What the shipped policy says, as policy would write it."""
    born: Any = None
    """The normal form that the setting has when its object has just been created."""
    allowed: Mapping[str, Any] | None = None
    """JSON Schema of what policy may say, where that is less than the kind understands: a promise."""
    sent_with: str | None = None
    """Settings that share this word are sent in one call, all of them, when one of them differs."""


@dataclass(frozen=True)
class Resource:
    """One managed object. ``key`` names its section in policy, ``noun`` is the noun of its cmdlets."""

    key: str
    noun: str
    meaning: str
    settings: tuple[Setting, ...]

    def __getitem__(self, key: str) -> Setting:
        """The row named ``key``. Raises ``KeyError``."""
        return self._rows[key]

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    @cached_property
    def _rows(self) -> dict[str, Setting]:
        return {setting.key: setting for setting in self.settings}

    @property
    def set_cmdlet(self) -> str:
        return f"Set-{self.noun}"

    @property
    def get_cmdlet(self) -> str:
        return f"Get-{self.noun}"
