"""Addresses, and other recipients that a box may be told about."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from bma.resources.kinds.kind import Kind, NotUnderstoodError, scalar_text


class Address(Kind):
    """One SMTP address; letter case and the ``smtp:`` prefix, which Exchange adds when answering, do not count."""

    word = "SMTP address"
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$",
        "x-allowed": "an address such as name@example.be",
    }

    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+", re.ASCII)

    def normal(self, written: Any) -> str | None:
        if not isinstance(written, str) or not written.isascii() or not self._WRITTEN.fullmatch(written):
            raise NotUnderstoodError(f"{written!r} is not an SMTP address")
        return written.lower()

    def read(self, answered: Any) -> str | None:
        text = scalar_text(answered)
        return text.lower().removeprefix("smtp:") if text else None


class OptionalAddress(Address):
    """An SMTP address, or null for none."""

    word = "SMTP address or null"
    schema: ClassVar[dict[str, Any]] = {**Address.schema, "type": ["string", "null"]}

    def normal(self, written: Any) -> str | None:
        return None if written is None else super().normal(written)


class NoRecipient(Kind):
    """Another object of the directory. Exchange names it as it likes, so only its absence can be asked for."""

    word = "null"
    schema: ClassVar[dict[str, Any]] = {"type": "null"}

    def normal(self, written: Any) -> None:
        if written is not None:
            raise NotUnderstoodError(f"{written!r}: only null can be asked for")

    def read(self, answered: Any) -> str | None:
        return scalar_text(answered) or None
