"""Which boxes a line of the campaign is about: groups of the inventory, boxes, and what is made of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

ALL = "all"


@dataclass(frozen=True)
class Selector:
    """A union of terms; a term is a conjunction of ``(group or box, wanted)``. ``where`` is its ``file:line``."""

    terms: tuple[tuple[tuple[str, bool], ...], ...]
    where: str
    text: str

    def matches(self, memberships: AbstractSet[str]) -> bool:
        """Whether a box with these groups (its own name among them) is meant."""
        return any(all((name == ALL or name in memberships) is wanted for name, wanted in term) for term in self.terms)

    @property
    def everybody(self) -> bool:
        """Whether it means every box, whatever its groups."""
        return ((ALL, True),) in self.terms

    @property
    def names(self) -> set[str]:
        """The groups and boxes that it speaks of."""
        return {name for term in self.terms for name, _ in term} - {ALL}


def selector(said: str | list[str], where: str) -> Selector | None:
    """The selector written ``ec``, ``ec & !genre_specialise`` or as a list of such terms; None for no such text."""
    texts = [said] if isinstance(said, str) else said
    terms = [_term(text) for text in texts]
    if any(not term for term in terms):
        return None
    return Selector(tuple(term for term in terms if term), where, ", ".join(" ".join(text.split()) for text in texts))


def _term(text: str) -> tuple[tuple[str, bool], ...] | None:
    parts = [part.strip() for part in text.split("&")]
    names = [(part.lstrip("!").strip(), not part.startswith("!")) for part in parts]
    if any(not name or " " in name or "!" in name for name, _ in names) or any(part.startswith("!!") for part in parts):
        return None
    return tuple(names)
