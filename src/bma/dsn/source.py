"""Where reports come from: a mailbox, or a directory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Item:
    """One message of a source. ``name`` finds it there again; ``fault``: why it could not be read, if so."""

    name: str
    content: bytes
    fault: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of what was read of it, the same for a mailbox and for a copy of it in files."""
        return hashlib.sha256(self.content.replace(b"\r\n", b"\n")).hexdigest()


class Source(Protocol):
    """A place with messages. ``name`` is for people."""

    name: str

    def batches(self) -> Iterator[Sequence[Item]]:
        """Its messages, some at a time; each is there again in the next run, unless it was :meth:`done`."""

    def done(self, items: Sequence[Item]) -> None:
        """The ledger has these: they are put away."""

    def close(self) -> None:
        """Let go of it."""
