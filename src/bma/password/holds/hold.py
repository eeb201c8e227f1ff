"""What a place that holds passwords must be able to do."""

from __future__ import annotations

import re
from typing import Protocol

from bma.password.faults import HoldError
from bma.resources.commands import Secret

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+){0,5}")


class Hold(Protocol):
    """A place that holds passwords encrypted. Every method raises :class:`~bma.password.faults.HoldError`."""

    @property
    def name(self) -> str:
        """The place, for people."""

    def require_ready(self) -> None:
        """Raise unless passwords can be put there and taken back."""

    def put(self, reference: str, password: Secret) -> None:
        """Hold a password under a reference; it is on the disk, or with the server, when this returns."""

    def get(self, reference: str) -> Secret | None:
        """The password of a reference; None when there is none."""

    def erase(self, reference: str) -> None:
        """Hold it no longer; nothing is raised when there is none."""

    def references(self) -> set[str]:
        """What is held."""


def required(reference: str) -> str:
    """A reference that can be a file and a path. Raises :class:`~bma.password.faults.HoldError` for any other."""
    if len(reference) > 200 or not _REFERENCE.fullmatch(reference):
        raise HoldError(f"{reference!r:.80} is no reference of a password")
    return reference
