"""French typography: which space stands before which sign. A lint, since a template is read by people who would not
see the difference between two spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NBSP, THIN = "\u00a0", "\u202f"
_APART = re.compile(r"[a-z][a-z0-9+.-]*://\S+|[\w.+-]+@[\w.-]+|\b\d{1,2}:\d{2}\b|&#?\w+;|\+\d[\d ()]+", re.IGNORECASE)
"""Addresses, URLs, hours, entities and telephone numbers have signs of their own."""
_BARE = r"E(?=col[ea]|tabliss|tape|tat\b|tude|quipe|l[eè]ve|change|v[eé]nement|dition|valu|cri[rtv]|galement|tant\b)"
"""A capital that the word begins with, typed without its accent."""


@dataclass(frozen=True)
class Profile:
    """``high``: before ``; ! ?``; ``colon``: before ``:``; ``inside``: inside « »."""

    high: str
    colon: str
    inside: str


PROFILES = {
    # What every program and font shows: the old interface and old desktop clients have no thin space.
    "nbsp": Profile(NBSP, NBSP, NBSP),
    "thin": Profile(THIN, NBSP, THIN),
    "none": Profile("", "", NBSP),
}
DEFAULT = "nbsp"


def lint(text: str, profile: str = DEFAULT) -> list[str]:
    """Everything in a French text that breaks the profile, each with the words around it."""
    rules = PROFILES[profile]
    apart = _APART.sub(lambda found: "x" * len(found[0]), text)
    return [f"{what}: …{_around(text, place)}…" for place, what in sorted(_found(apart, rules))]


_ALWAYS = (
    (r"\w'\w", "the apostrophe is typed as a quote: ’"),
    (r'"', "quotes are « »"),
    (r"\.\.\.", "three dots are one sign: …"),
    (r"(?<=\S)  +(?=\S)", "two spaces"),
    (r"\boe(?=uvre|il|ur)|\bcoe(?=ur)", "œ is spelled without its letter"),
    (rf"\bA (?=partir|cette|noter|savoir|quoi|qui)|\bCa\b|\b(?i:{_BARE})(?<=E)", "a capital lacks its accent: À, Ç, É"),
    (r"\d (?=\d{3}\b|[KMG]o\b|%|€)", "inside a number and before its unit a no-break space is missing"),
)


def _found(text: str, rules: Profile) -> Iterator[tuple[int, str]]:
    for signs, space in ((";!?", rules.high), (":", rules.colon)):
        for found in re.finditer(f"[{signs}]+", text):
            yield from _before(text, found.start(), space)
    for found in re.finditer(f"«(?!{rules.inside})", text):
        yield found.start(), "after « a no-break space is missing"
    for found in re.finditer(f"(?<!{rules.inside})»", text):
        yield found.start(), "before » a no-break space is missing"
    for pattern, what in _ALWAYS:
        yield from ((found.start(), what) for found in re.finditer(pattern, text))


def _before(text: str, place: int, space: str) -> Iterator[tuple[int, str]]:
    before = text[:place]
    sign = text[place]
    if not before:
        return
    if space and before[-1] != space:
        yield place, f"before {sign} a no-break space is missing"
    elif not space and before[-1] in f" {NBSP}{THIN}":
        yield place, f"before {sign} a space too many"


def _around(text: str, place: int) -> str:
    return " ".join(text[max(0, place - 20) : place + 20].split())
