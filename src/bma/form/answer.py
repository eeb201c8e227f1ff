"""One answer to the form as a value, and one that had to be set aside."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from bma.referential import Kind


@dataclass(frozen=True)
class Answer:
    """What a holder has answered. ``where``: ``file:line``. The last three are None where nothing was said.

    ``kind`` is None for a bare FASE number, which an establishment and a PO may share.
    """

    where: str
    kind: Kind | None
    number: int
    answered_at: datetime
    password_unknown: bool
    contact: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    rescue: str | None = field(default=None, repr=False)
    doubts: tuple[str, ...] = ()

    def digest(self, box: str) -> str:
        """What tells an answer that was imported before, whatever file and line it came from then."""
        said = [box, self.answered_at.isoformat(), self.password_unknown, self.contact, self.phone, self.rescue]
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True)
class Aside:
    """An answer that was not imported: where it is, whose it is as far as it says, and why. No personal data."""

    where: str
    who: str
    why: str
    code: str

    def __str__(self) -> str:
        return f"{self.where}: {self.who}: {self.why}"
