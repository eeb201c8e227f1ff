"""Kinds of a single value: yes or no, text, a name, one of a few words, a number."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from bma.resources.kinds.kind import Kind, NotUnderstoodError, scalar_text


class Flag(Kind):
    """True or false. ``unset``: what it means that Exchange answers null, where it may."""

    word = "boolean"
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def __init__(self, *, unset: bool | None = None) -> None:
        self.unset = unset

    def normal(self, written: Any) -> bool | None:
        if not isinstance(written, bool):
            raise NotUnderstoodError(f"{written!r:.60} is neither true nor false")
        return written

    def read(self, answered: Any) -> bool | None:
        return self.unset if answered is None and self.unset is not None else Flag.normal(self, answered)


class OptionalFlag(Flag):
    """True, false, or null for what the organisation says."""

    word = "boolean or null"
    schema: ClassVar[dict[str, Any]] = {"type": ["boolean", "null"]}

    def normal(self, written: Any) -> bool | None:
        return None if written is None else super().normal(written)

    def read(self, answered: Any) -> bool | None:
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
        text = scalar_text(answered)
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
    """A word of a known form, such as a language tag or a time zone. ``caseless``: whether its letter case counts."""

    def __init__(self, pattern: str, example: str, *, caseless: bool = True) -> None:
        super().__init__(64)
        self._pattern = re.compile(pattern.removeprefix("^").removesuffix("$"))
        self._example = example
        self._form: type[str] = Caseless if caseless else str
        self.schema = {"type": "string", "pattern": pattern, "x-allowed": f"a name such as {example}"}  # type: ignore[misc]

    def normal(self, written: Any) -> str | None:
        text = super().normal(written)
        if text is None:
            return None
        if not self._pattern.fullmatch(text):
            raise NotUnderstoodError(f"{text!r} is not a name such as {self._example}")
        return self._form(text)

    def read(self, answered: Any) -> str | None:
        named = answered.get("Name") if hasattr(answered, "properties") else None
        text = scalar_text(named or answered)
        return self._form(text) if text else None


class Name(Text):
    """The name of another object of Exchange, or null for none. Letter case does not count.

    ``noun``: the noun of the cmdlets for such objects.
    """

    word = "name or null"
    schema: ClassVar[dict[str, Any]] = {"type": ["string", "null"], "minLength": 1}

    def __init__(self, noun: str) -> None:
        super().__init__(256)
        self.noun = noun

    def normal(self, written: Any) -> Caseless | None:
        text = super().normal(written)
        if text and re.search(r"[*?\[\]]", text):
            raise NotUnderstoodError(f"{text!r} is a pattern, not a name")
        return Caseless(text) if text else None

    def read(self, answered: Any) -> Caseless | None:
        text = scalar_text(answered)
        # A canonical name ends in the name itself.
        return Caseless(text.rpartition("/")[2]) if text else None


class OneOf(Kind):
    """One of a few words that Exchange knows; letter case does not count."""

    word = "word"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(self, *words: str) -> None:
        self.words = words
        self.word = " or ".join(f"`{word}`" for word in words)  # type: ignore[misc]
        self.schema = {"enum": list(words)}  # type: ignore[misc]

    def normal(self, written: Any) -> str:
        for word in self.words:
            if isinstance(written, str) and written.casefold() == word.casefold():
                return word
        raise NotUnderstoodError(f"{written!r:.60} is not one of {', '.join(self.words)}")

    def read(self, answered: Any) -> str | None:
        text = scalar_text(answered)
        known = next((word for word in self.words if text and word.casefold() == text.casefold()), None)
        # A word that this version does not know is still a value, and different from all that can be wanted.
        return known or text or None


class Count(Kind):
    """A whole number, or unlimited. The normal form is an ``int``, or the text ``Unlimited``."""

    UNLIMITED: ClassVar[str] = "Unlimited"
    word = "number"
    schema: ClassVar[dict[str, Any]] = {
        "oneOf": [{"type": "integer", "minimum": 0, "maximum": 2147483647}, {"enum": ["Unlimited"]}],
        "x-allowed": "a whole number, or Unlimited",
    }

    def normal(self, written: Any) -> int | str:
        if isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= 2147483647:
            return written
        if isinstance(written, str):
            return self._from_text(written)
        raise NotUnderstoodError(f"{written!r:.60} is neither a whole number nor Unlimited")

    def read(self, answered: Any) -> int | str:
        if isinstance(answered, int) and not isinstance(answered, bool):
            return answered
        return self._from_text(scalar_text(answered) or "")

    def parameter(self, wanted: Any, observed: Any = None) -> str:  # noqa: ARG002  as the base class
        return str(wanted)

    def _from_text(self, text: str) -> int | str:
        if text.casefold() == self.UNLIMITED.casefold():
            return self.UNLIMITED
        if not re.fullmatch(r"[0-9]{1,10}", text):
            raise NotUnderstoodError(f"{text!r:.60} is neither a whole number nor Unlimited")
        return int(text)
