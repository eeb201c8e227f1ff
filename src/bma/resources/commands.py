"""A cmdlet call as a value: decided here, run elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError

READING_VERBS = ("Get-", "Test-")


class WriteRefusedError(BmaError):
    """A cmdlet that changes something was asked of a session that may only read."""


@dataclass(frozen=True)
class Command:
    """One cmdlet with its parameters. A :class:`Secret` among them leaves encrypted and is never shown."""

    cmdlet: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether the verb leaves everything as it is."""
        return self.cmdlet.startswith(READING_VERBS) or self.cmdlet == "Select-Object"

    def __str__(self) -> str:
        return " ".join([self.cmdlet, *(f"-{name} {_shown(value)}" for name, value in self.parameters.items())])


@dataclass(frozen=True)
class Secret:
    """Text for Exchange alone: it travels as a SecureString and shows as ``***`` everywhere else."""

    clear: str = field(repr=False)

    def __str__(self) -> str:
        return "***"

    __repr__ = __str__


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "$null", True: "$true", False: "$false"}[value]
    if isinstance(value, Secret):
        return "***"
    text = str(value)
    return text if text.isalnum() else "'" + text.replace("'", "''") + "'"
