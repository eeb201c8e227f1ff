"""The words of passwords: the French list of the package diceware: words that can be dictated over a phone."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from bma.password.faults import PasswordError

_WORD = re.compile(r"[a-z]{3,}")


@cache
def words() -> tuple[str, ...]:
    """The words, sorted, each once: small letters without accents, three at least."""
    try:
        text = (files("diceware") / "wordlists" / "wordlist_fr.txt").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise PasswordError("the French word list of the package diceware is not there") from error
    listed = (line.split()[-1] for line in text.splitlines() if line.strip())
    return tuple(sorted({word for word in listed if _WORD.fullmatch(word)}))
