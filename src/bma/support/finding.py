"""Which box a caller means: by its name, its address, its FASE number, or a part of what it is called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bma.referential import Box, box_key

MOST = 30
"""More than this are not listed: the caller must say more."""


@dataclass(frozen=True)
class Found:
    """``names``: the boxes that fit, by name; one when it is clear which is meant. ``total``: how many there are."""

    names: tuple[str, ...]
    total: int


def find(boxes: Mapping[str, Box], asked: str) -> Found:
    """The boxes that ``asked`` fits: exactly one by name or address, up to two by number, any by words of the name."""
    text = " ".join(asked.split())
    name = text.partition("@")[0].lower()
    if box_key(name) is not None:
        return _found([name] if name in boxes else [])
    if text.isascii() and text.isdigit():
        return _found([key for key, box in boxes.items() if box.unit.number == int(text)])
    aliases = [key for key, box in boxes.items() if text.lower() in {alias.lower() for alias in box.aliases}]
    words = _plain(text).split()
    named = [key for key, box in boxes.items() if words and all(word in _plain(box.unit.title) for word in words)]
    exact = [key for key in named if _plain(boxes[key].unit.title) == " ".join(words)]
    return _found(aliases or (exact if len(exact) == 1 else named))


def _found(names: list[str]) -> Found:
    return Found(tuple(sorted(names)[:MOST]), len(names))


def _plain(text: str) -> str:
    """Without accents, capitals, and differences between apostrophes or blanks."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().replace("’", "'").split())
