"""Kinds of value that only objects of the organisation have."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from bma.resources.kinds import Caseless, Count, Kind, Names, NotUnderstoodError, scalar_text


class Domain(Kind):
    """A mail domain; ``*.example.be`` is it and those below it, ``*`` all."""

    word = "domain"
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^(\*|(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)$",
        "x-allowed": "a domain such as example.be, *.example.be, or *",
    }
    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(r"\*|(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")

    def normal(self, written: Any) -> Caseless:
        if not isinstance(written, str) or not self._WRITTEN.fullmatch(written):
            raise NotUnderstoodError(f"{written!r:.80} is not a domain such as example.be")
        return Caseless(written)

    def read(self, answered: Any) -> Caseless | None:
        text = scalar_text(answered)
        return Caseless(text) if text else None


class AddressSpaces(Names):
    """Where a connector takes mail to. Exchange makes ``example.be`` into ``SMTP:example.be;1``, and so does this."""

    word = "list of domains"
    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "string",
            "pattern": r"^([A-Za-z0-9.]+:)?[^;:\s]+(;[0-9]{1,3})?$",
            "x-allowed": "a domain such as example.be, or with type and cost, SMTP:example.be;1",
        },
    }
    _SPACE: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:(?P<type>[A-Za-z0-9.]+):)?(?P<domain>[^;:\s]+)(?:;(?P<cost>[0-9]{1,3}))?"
    )

    def normal(self, written: Any) -> tuple[str, ...]:
        return tuple(sorted({self._space(name) for name in super().normal(written)}))

    def _space(self, written: str) -> str:
        match = self._SPACE.fullmatch(written.strip())
        if match is None or not 1 <= int(match["cost"] or 1) <= 100:
            raise NotUnderstoodError(f"{written!r:.80} is not an address space such as SMTP:example.be;1")
        return f"{(match['type'] or 'SMTP').upper()}:{match['domain'].lower()};{int(match['cost'] or 1)}"


class Hosts(Names):
    """Servers by name or address. Exchange puts addresses in brackets; they are the same with and without."""

    word = "list of hosts"
    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "items": {"type": "string", "pattern": r"^\[?[A-Za-z0-9.:-]+\]?$", "x-allowed": "a host name or an IP address"},
    }

    def normal(self, written: Any) -> tuple[str, ...]:
        bare = (name.strip().removeprefix("[").removesuffix("]").lower() for name in super().normal(written))
        return tuple(sorted(set(bare)))


class ObjectNames(Names):
    """Names of objects of Exchange, which it may answer as canonical or distinguished names. Null is none."""

    word = "list of names"

    def read(self, answered: Any) -> tuple[str, ...]:
        return super().normal([bare_name(name) for name in super().read(answered)])


class Words(Names):
    """A list that a rule has or has not: Exchange answers null for an empty one, and takes null to empty it."""

    def normal(self, written: Any) -> tuple[str, ...]:
        return () if written is None else super().normal(written)

    def parameter(self, wanted: Any, observed: Any = None) -> Any:
        return super().parameter(wanted, observed) or None


class Span(Kind):
    """A time of at most a day, ``hh:mm:ss``."""

    word = "time (hh:mm:ss)"
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{2}:[0-5][0-9]:[0-5][0-9]$",
        "x-allowed": "a time such as 00:30:00",
    }
    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(r"(?:([0-9]+)\.)?([0-9]{2}):([0-5][0-9]):([0-5][0-9])(?:\.0+)?")

    def normal(self, written: Any) -> str:
        match = self._WRITTEN.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            raise NotUnderstoodError(f"{written!r:.60} is not a time such as 00:30:00")
        days = int(match[1] or 0)
        return (f"{days}." if days else "") + ":".join(match.groups()[1:])

    def read(self, answered: Any) -> str:
        return self.normal(scalar_text(answered))


class Number(Count):
    """A whole number between two bounds."""

    def __init__(self, least: int = 0, most: int = 2147483647) -> None:
        self.least, self.most = least, most
        self.word = f"number, {least} to {most}"  # type: ignore[misc]
        self.schema = {"type": "integer", "minimum": least, "maximum": most}  # type: ignore[misc]

    def normal(self, written: Any) -> int | str:
        value = super().normal(written)
        if isinstance(value, str) or not self.least <= value <= self.most:
            raise NotUnderstoodError(f"{written!r:.60} is not a whole number from {self.least} to {self.most}")
        return value


def bare_name(text: str) -> str:
    """The name at the end of a canonical name, or at the beginning of a distinguished one."""
    if text.upper().startswith(("CN=", "OU=")):
        return text[3:].partition(",")[0]
    return text.rpartition("/")[2].removeprefix("\\")
