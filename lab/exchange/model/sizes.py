"""Exchange sizes: "2GB", "2 GB (2,147,483,648 bytes)", "Unlimited", 1048576.

Units and the limit of 1.999999999 TB are documented (Set-Mailbox); quotas are kept in the directory in
whole kilobytes, so a size is rounded up to the next one. The text form is that of recorded output.
"""

from __future__ import annotations

import re

from lab.exchange.model.cultures import AMERICAN, Culture

UNITS = {"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
UNLIMITED = "Unlimited"
LARGEST = 2 * (1 << 40) - 1

_SIZE = re.compile(
    r"\s*(\d+(?:[.,]\d+)?)\s*([KMGT]?B)?\s*(?:\(([\d,.\s\u00a0\u202f]+) (?:bytes|octets)\))?\s*$", re.IGNORECASE
)

Size = int | str
"""Bytes, or the text "Unlimited"."""


def parse_size(value: object) -> int:
    """Bytes of a size; ValueError with Exchange's wording when it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(_unreadable(value))  # noqa: TRY004  # one error for all that is no size
    if isinstance(value, int):
        return _bounded(value)
    found = _SIZE.match(value)
    if not found:
        raise ValueError(_unreadable(value))
    number, unit, exact = found.groups()
    if exact:
        return _bounded(int(re.sub(r"\D", "", exact)))
    return _bounded(round(float(number.replace(",", ".")) * UNITS[(unit or "").upper()]))


def parse_quota(value: object) -> Size:
    """A size or "Unlimited", which is also what $null stands for; sizes rounded up to a kilobyte."""
    if value is None or (isinstance(value, str) and value.strip().lower() == "unlimited"):
        return UNLIMITED
    return -(-parse_size(value) // 1024) * 1024


def format_size(size: Size, culture: Culture = AMERICAN) -> str:
    """`2 GB (2,147,483,648 bytes)`: the largest unit, four significant digits, then the bytes."""
    if isinstance(size, str):
        return size
    exact = f"({culture.number(size)} {culture.bytes})"
    for unit in ("TB", "GB", "MB", "KB"):
        if size >= UNITS[unit]:
            return f"{_four_digits(size / UNITS[unit]).replace('.', culture.decimal)} {unit} {exact}"
    return f"{size} B {exact}"


def at_most(smaller: Size, larger: Size) -> bool:
    """Whether one limit is not above another; unlimited is above every size."""
    if isinstance(larger, str):
        return True
    return not isinstance(smaller, str) and smaller <= larger


def _four_digits(number: float) -> str:
    text = f"{number:.4g}"
    return f"{number:.0f}" if "e" in text else text


def _bounded(size: int) -> int:
    if not 0 <= size <= LARGEST:
        raise ValueError(f'"{size}" is out of the range of a size, 0 B to 1.999999999 TB.')
    return size


def _unreadable(value: object) -> str:
    return (
        f"'{value}' can't be parsed. Make sure the value is a number followed by an optional unit: B, KB, MB, GB or TB."
    )
