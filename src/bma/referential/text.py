"""Text as the referential means it, without the accidents of how it was typed or exported."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BCE_DIGITS = 10
_ODD = re.compile(r"[^!-~\u00a1-\u00ac\u00ae-\u024f’‘“”–— ]|  ")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """``text`` on one line: composed accents, single blanks, no control or invisible characters.

    Control characters and every kind of blank (no-break, thin …) become one blank; characters without a
    width (byte-order marks, soft hyphens, direction marks) go. Letters, quotes, apostrophes and dashes stay
    as they are written: they carry meaning. Half of a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    if _ODD.search(text) is None:
        return text.strip(" ")
    # Composed last: an invisible character may have stood between a letter and its accent.
    visible = "".join(_character(character) for character in text)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "\ufffd" if category == "Cs" else character


@lru_cache(maxsize=65536)
def bce(text: str) -> str:
    """An enterprise number as ten digits when it can be read so, else the text as it is.

    Some exports lose its leading zero (``206582284``), some write it as a float (``206582284.0``) or with
    dots (``0206.582.284``).
    """
    digits = re.sub(r"[ .]", "", re.sub(r"\.0$", "", text))
    if digits.isascii() and digits.isdigit() and len(digits) in {_BCE_DIGITS - 1, _BCE_DIGITS}:
        return digits.zfill(_BCE_DIGITS)
    return text


@lru_cache(maxsize=4096)
def postal_code(text: str) -> str:
    """A postal code without the ``.0`` that a spreadsheet adds to it."""
    return re.sub(r"\.0+$", "", text)


def shown(text: str, limit: int = 80) -> str:
    """``text`` between quotes for a message: on one line, escaped, at most ``limit`` characters."""
    quoted = repr(text)
    return quoted if len(quoted) <= limit else f"{quoted[: limit - 4]}...'"
