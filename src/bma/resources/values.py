"""The kinds of value a setting can have: how policy writes it, how Exchange answers it, when two are the same.

A kind turns both sides into one *normal form*, so that comparing is ``==`` and an idempotence trap (a size told
in other units, an address in other letters, an empty string for a null) is handled in one place.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar


class NotUnderstoodError(ValueError):
    """A value that the kind cannot put into its normal form; the text says what would be understood."""


class Kind(ABC):
    """One kind of value. The normal form is always a JSON scalar, so that plans and diffs can show it."""

    word: ClassVar[str]
    """What the documentation calls it."""
    schema: ClassVar[dict[str, Any]]
    """What policy may write, as JSON Schema."""

    @abstractmethod
    def normal(self, written: Any) -> Any:
        """The normal form of what policy says. Raises :class:`NotUnderstoodError`."""

    @abstractmethod
    def read(self, answered: Any) -> Any:
        """The normal form of what Exchange answered. Raises :class:`NotUnderstoodError`."""

    def parameter(self, value: Any) -> Any:
        """What to send to a cmdlet for the normal form ``value``."""
        return value

    def shown(self, value: Any) -> Any:
        """``value`` as people write it, for diffs and reports."""
        return value


class Flag(Kind):
    """True or false."""

    word = "boolean"
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def normal(self, written: Any) -> bool:
        if not isinstance(written, bool):
            raise NotUnderstoodError(f"{written!r} is neither true nor false")
        return written

    def read(self, answered: Any) -> bool:
        return self.normal(answered)


class Text(Kind):
    """Text of at most ``longest`` characters. Exchange answers an unset text as null or as an empty string."""

    word = "text"
    schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    def __init__(self, longest: int = 1024) -> None:
        self.longest = longest

    def normal(self, written: Any) -> str | None:
        if written is None or written == "":
            return None
        if not isinstance(written, str):
            raise NotUnderstoodError(f"{written!r} is not text")
        if len(written) > self.longest:
            raise NotUnderstoodError(f"{len(written)} characters are too many, {self.longest} are allowed")
        return written

    def read(self, answered: Any) -> str | None:
        text = _text(answered)
        return text or None


class Caseless(str):
    """Text whose letter case means nothing: kept as it was written, equal in any letters."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.casefold() == other.casefold()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.casefold())


class Choice(Text):
    """A name whose letter case means nothing to Exchange, such as a language tag or a time zone."""

    def __init__(self, pattern: str, example: str) -> None:
        super().__init__(64)
        self._pattern = re.compile(pattern.removeprefix("^").removesuffix("$"))
        self._example = example
        self.schema = {"type": "string", "pattern": pattern, "x-allowed": f"a name such as {example}"}  # type: ignore[misc]

    def normal(self, written: Any) -> Caseless | None:
        text = super().normal(written)
        if text is None:
            return None
        if not self._pattern.fullmatch(text):
            raise NotUnderstoodError(f"{text!r} is not a name such as {self._example}")
        return Caseless(text)

    def read(self, answered: Any) -> Caseless | None:
        named = answered.get("Name") if hasattr(answered, "properties") else None
        text = _text(named or answered)
        return Caseless(text) if text else None


class Size(Kind):
    """A size in bytes, or unlimited. Exchange keeps kibibytes, rounded up, and answers ``2 GB (2,147,483,648 bytes)``.

    The normal form is an ``int`` of bytes, or the text ``Unlimited``.
    """

    UNLIMITED: ClassVar[str] = "Unlimited"
    word = "size"
    schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^([0-9]+([.,][0-9]{1,2})? ?([KkMmGgTt]?[Bb])|[Uu]nlimited)$",
        "x-allowed": "a number and B, KB, MB, GB or TB, such as 2 GB, or Unlimited",
    }

    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(
        # Two decimals at most: with three, nobody knows whether 2,048 MB is two megabytes or two thousand.
        r"([0-9]+(?:[.,][0-9]{1,2})?) ?([KMGT]?B)",
        re.IGNORECASE,
    )
    _ANSWERED: ClassVar[re.Pattern[str]] = re.compile(r"\(([^)]*)\)")
    _UNITS: ClassVar[dict[str, int]] = {
        "TB": 1 << 40,
        "GB": 1 << 30,
        "MB": 1 << 20,
        "KB": 1 << 10,
        "B": 1,
    }
    _LARGEST = int(Decimal("1.999999999") * (1 << 40))

    def normal(self, written: Any) -> int | str:
        text = str(written).strip()
        if text.casefold() == self.UNLIMITED.casefold():
            return self.UNLIMITED
        match = self._WRITTEN.fullmatch(text)
        if match is None:
            raise NotUnderstoodError(f"{written!r} is not a size: {self.schema['x-allowed']}")
        exact = Decimal(match[1].replace(",", ".")) * self._UNITS[match[2].upper()]
        kibibytes = int((exact / 1024).to_integral_value(rounding=ROUND_CEILING))
        if kibibytes * 1024 > self._LARGEST:
            raise NotUnderstoodError(f"{written!r} is more than Exchange takes, 1.999999999 TB")
        return kibibytes * 1024

    def read(self, answered: Any) -> int | str:
        text = _text(answered) or ""
        if text.strip().casefold() == self.UNLIMITED.casefold():
            return self.UNLIMITED
        match = self._ANSWERED.search(text)
        # Digits only: the grouping sign and the word for bytes follow the culture of the server.
        digits = re.sub(r"\D", "", match[1] if match else "")
        if not digits:
            raise NotUnderstoodError(f"{text!r} is not a size as Exchange tells one")
        return int(digits)

    def parameter(self, value: Any) -> str:
        # Always text: a Python int leaves as a 32-bit integer, which 2 GB does not fit.
        if value == self.UNLIMITED:
            return self.UNLIMITED
        unit = next(name for name, size in self._UNITS.items() if (value and value % size == 0) or size == 1)
        return f"{value // self._UNITS[unit]}{unit}"

    def shown(self, value: Any) -> str:
        """The shortest way to write exactly this size: ``1.8 GB`` for what Exchange keeps as 1887437 KB."""
        if value != self.UNLIMITED:
            for name, size in self._UNITS.items():
                short = f"{value / size:.4g} {name}"
                if value >= size and self._is(value, short):
                    return short
        return self.parameter(value)

    def _is(self, value: int, written: str) -> bool:
        try:
            return self.normal(written) == value
        except NotUnderstoodError:
            return False


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
        text = _text(answered)
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
        return _text(answered) or None


def _text(answered: Any) -> str | None:
    """The text of a scalar in either serialization level: flattened, or an object with a ToString."""
    if answered is None or isinstance(answered, str):
        return answered
    if hasattr(answered, "properties"):
        return answered.text  # type: ignore[no-any-return]
    if isinstance(answered, bool | list | dict):
        # Not shown: a hostile answer can be small on the wire and endless when written out.
        raise NotUnderstoodError(f"a {type(answered).__name__} where text is expected")
    return str(answered)
