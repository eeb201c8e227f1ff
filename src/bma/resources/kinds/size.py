"""Sizes as people write them, as Exchange answers them, and as it can be sent them."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar

from bma.resources.kinds.kind import Kind, NotUnderstoodError, scalar_text


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

    def __init__(self, largest: str = "1.999999999 TB") -> None:
        number, unit = largest.split()
        self._largest = largest
        self._most = int(Decimal(number) * self._UNITS[unit])

    def normal(self, written: Any) -> int | str:
        text = str(written).strip()
        if text.casefold() == self.UNLIMITED.casefold():
            return self.UNLIMITED
        match = self._WRITTEN.fullmatch(text)
        if match is None:
            raise NotUnderstoodError(f"{written!r} is not a size: {self.schema['x-allowed']}")
        exact = Decimal(match[1].replace(",", ".")) * self._UNITS[match[2].upper()]
        kibibytes = int((exact / 1024).to_integral_value(rounding=ROUND_CEILING))
        if kibibytes * 1024 > self._most:
            raise NotUnderstoodError(f"{written!r} is more than Exchange takes, {self._largest}")
        return kibibytes * 1024

    def read(self, answered: Any) -> int | str:
        text = scalar_text(answered) or ""
        if text.strip().casefold() == self.UNLIMITED.casefold():
            return self.UNLIMITED
        match = self._ANSWERED.search(text)
        # Digits only: the grouping sign and the word for bytes follow the culture of the server.
        digits = re.sub(r"\D", "", match[1] if match else "")
        if not digits:
            raise NotUnderstoodError(f"{text!r} is not a size as Exchange tells one")
        return int(digits)

    def parameter(self, wanted: Any, observed: Any = None) -> str:  # noqa: ARG002  as the base class
        # Always text: a Python int leaves as a 32-bit integer, which 2 GB does not fit.
        if wanted == self.UNLIMITED:
            return self.UNLIMITED
        unit = next(name for name, size in self._UNITS.items() if (wanted and wanted % size == 0) or size == 1)
        return f"{wanted // self._UNITS[unit]}{unit}"

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
