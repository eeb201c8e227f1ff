"""The site's rules for passwords: what is made by them, what fits them, and how hard it is to guess."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bma.documents import Document, violations
from bma.password.faults import PasswordError
from bma.password.words import words

SEPARATORS = "-_.:+=*/"
_CLASSES = {
    "small letters": string.ascii_lowercase,
    "capitals": string.ascii_uppercase,
    "digits": string.digits,
    "signs": string.punctuation,
}
_PART = re.compile(r"[,.\-_ #\t/()'’«»\"]+")
_SHORTEST_PART = 3
"""Windows looks for parts of the display name from this length on."""

RULES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "words": {"type": "integer", "minimum": 3, "maximum": 12, "description": "How many words."},
        "separator": {
            "enum": list(SEPARATORS),
            "description": "What stands between words, and before the digits; a sign to Windows.",
        },
        "capital": {"type": "boolean", "description": "Whether one of the words, any one, begins with a capital."},
        "digits": {"type": "integer", "minimum": 0, "maximum": 8, "description": "Digits after the last word."},
        "minimum_length": {"type": "integer", "minimum": 8, "maximum": 100, "description": "Shortest that is allowed."},
        "maximum_length": {"type": "integer", "minimum": 12, "maximum": 127, "description": "Longest allowed."},
        "classes": {
            "type": "integer",
            "minimum": 1,
            "maximum": 4,
            "description": "How many of small letters, capitals, digits and signs must occur. Windows asks for three.",
        },
        "forbidden": {
            "type": "array",
            "items": {"type": "string", "minLength": 2, "maxLength": 60},
            "description": "What may not occur in one, in capitals or not. The name of the box, its number and every "
            "word of its display name never do, since Windows refuses those.",
        },
        "minimum_bits": {
            "type": "number",
            "minimum": 40,
            "maximum": 160,
            "description": "How hard it must be to guess one, in bits: rules that give less are refused.",
        },
    },
}


@dataclass(frozen=True)
class Rules:
    """What passwords are made of and must fit. ``forbidden`` is in small letters."""

    words: int = 5
    separator: str = "-"
    capital: bool = True
    digits: int = 2
    minimum_length: int = 20
    maximum_length: int = 64
    classes: int = 3
    forbidden: tuple[str, ...] = ()
    minimum_bits: float = 60

    def usable(self, avoided: Collection[str] = ()) -> tuple[str, ...]:
        """The words in which nothing forbidden and nothing ``avoided`` occurs."""
        out = [part for part in (*self.forbidden, *avoided) if part]
        return tuple(word for word in words() if not any(part in word for part in out)) if out else words()

    def bits(self, usable: Collection[str]) -> float:
        """How hard a password made of the words in ``usable`` is to guess for whoever knows these rules, in bits.

        Counted are the sequences of words whose length is allowed. A bit is taken off for the few that are thrown away
        because something forbidden arises where words and digits meet.
        """
        sequences = self._sequences(Counter(map(len, usable)))
        if not sequences:
            return 0.0
        found = math.log2(sequences) + self.digits * math.log2(10) - 1
        return found + (math.log2(self.words) if self.capital else 0.0)

    def _sequences(self, lengths: Mapping[int, int]) -> int:
        """How many sequences of words give a password of an allowed length."""
        around = (self.words - 1) * len(self.separator) + (self.digits + len(self.separator) if self.digits else 0)
        totals = {around: 1}
        for _ in range(self.words):
            longer: Counter[int] = Counter()
            for total, ways in totals.items():
                for length, number in lengths.items():
                    longer[total + length] += ways * number
            totals = dict(longer)
        return sum(ways for total, ways in totals.items() if self.minimum_length <= total <= self.maximum_length)

    def objections(self, password: str, avoided: Collection[str] = ()) -> list[str]:
        """What speaks against a password, without a word of it."""
        plain = password.casefold()
        found = []
        if not self.minimum_length <= len(password) <= self.maximum_length:
            found.append(f"its length is not {self.minimum_length} to {self.maximum_length}")
        if not password.isascii() or not password.isprintable() or " " in password:
            found.append("it has signs that not every keyboard has")
        if sum(any(sign in signs for sign in password) for signs in _CLASSES.values()) < self.classes:
            found.append(f"it has fewer than {self.classes} of {', '.join(_CLASSES)}")
        if any(part in plain for part in (*self.forbidden, *avoided) if part):
            found.append("it holds something that is forbidden, or a part of the name of the box")
        return found


def rules_from(said: Mapping[str, Any] | None) -> Rules:
    """The rules that ``bma_password`` says. Raises :class:`~bma.password.faults.PasswordError` with all at fault."""
    said = dict(said or {})
    found = violations(Document(Path("bma_password"), said, {}), RULES_SCHEMA)
    if found:
        raise PasswordError("\n".join(f"bma_password.{item.path}: {item.message}" for item in found))
    if "forbidden" in said:
        said["forbidden"] = tuple(part.casefold() for part in said["forbidden"])
    rules = Rules(**said)
    require_sound(rules)
    return rules


def require_sound(rules: Rules) -> None:
    """Refuse rules that nothing can fit, or by which passwords are too easy to guess."""
    usable = rules.usable()
    bits = rules.bits(usable)
    if bits < rules.minimum_bits:
        raise PasswordError(
            f"bma_password: passwords of {rules.words} words ({len(usable)} to choose from), {rules.digits} digits and "
            f"{rules.minimum_length} to {rules.maximum_length} signs have {bits:.1f} bits, and minimum_bits asks for "
            f"{rules.minimum_bits:g}",
            hint="Raise words or digits, or widen the lengths",
        )
    if rules.separator in rules.forbidden:
        raise PasswordError("bma_password: the separator is forbidden by forbidden")
    held = 2 + bool(rules.capital) + bool(rules.digits)
    if held < rules.classes:
        raise PasswordError(
            f"bma_password: what is made has {held} classes of signs, and classes asks for {rules.classes}",
            hint="Say capital: true, or digits",
        )


def parts_of_name(box: str, display_name: str) -> tuple[str, ...]:
    """What Windows does not want in a password of this box: its account name, its number, words of its display name."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", display_name) if not unicodedata.combining(sign)
    ).casefold()
    tokens = {token for text in (plain, display_name.casefold()) for token in _PART.split(text)}
    number = box[2:].lstrip("0")
    found = {box.casefold(), box[2:], *(token for token in tokens if len(token) >= _SHORTEST_PART)}
    if len(number) >= _SHORTEST_PART:
        found.add(number)
    return tuple(sorted(found))
