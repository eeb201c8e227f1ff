"""FASE numbers: what is one, what is not, and the local part of a box made from it."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["ec", "po"]
"""``ec``: the box of an establishment (ETAB); ``po``: the box of an organising body (PO)."""

KINDS: tuple[Kind, ...] = ("ec", "po")

Key = tuple[Kind, int]
"""PO and ETAB numbers overlap: a number alone names nothing."""

MAX_DIGITS = 6
"""The local part has six digits for the number: a longer one has no box."""

_NUMBER = re.compile(r"([0-9]{1,6})(?:\.0+)?")
_BOX = re.compile(r"(ec|po)([0-9]{6})")


class NotAFaseNumber(ValueError):  # noqa: N818 - it is the name of what the value is
    """The value is not one FASE number; the text says why, and shows the value."""


def fase_number(value: object) -> int:
    """The FASE number that ``value`` writes: 1 to 999999.

    Exports write it plainly (``12``), as a float (``12.0``, the open-data API and spreadsheets), padded
    with blanks or with zeros. Anything else is refused with :class:`NotAFaseNumber`: an empty cell, two
    numbers in one cell (``5448/3048``), ``12.5``, ``0``, a negative number, ``1e3``, more than six digits.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotAFaseNumber(f"{_shown(value)} is not a FASE number")
    text = str(value).strip()
    if not text:
        raise NotAFaseNumber("the FASE number is empty")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotAFaseNumber(f"{_shown(text)} is not one whole number of 1 to {MAX_DIGITS} digits")
    number = int(match[1])
    if number == 0:
        raise NotAFaseNumber("0 is not a FASE number")
    return number


def local_part(kind: Kind, number: int) -> str:
    """``ec001347``: the name of the host and the part of the address before the @."""
    return f"{kind}{number:0{MAX_DIGITS}d}"


def box_key(name: str) -> Key | None:
    """The (kind, number) that a box name such as ``po000478`` stands for; None when it is not a box name."""
    match = _BOX.fullmatch(name)
    if match is None or int(match[2]) == 0:
        return None
    return ("ec" if match[1] == "ec" else "po"), int(match[2])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
