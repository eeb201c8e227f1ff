"""What a ``--limit`` names that the inventory does not have."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_ALWAYS = {"all", "ungrouped", "localhost"}
_OTHER_PATTERNS = re.compile(r"[*?\[\]~@]")
"""Globs, ranges, regular expressions and files are matched by Ansible alone."""


def unknown_names(limit: str, names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Each plain name in ``limit`` that is not among ``names``, hosts and groups, with up to five close to it."""
    known = {*names, *_ALWAYS}
    parts = [part.strip().lstrip("!&") for part in re.split(r"[,:]", limit)]
    unknown = [part for part in parts if part and part not in known and not _OTHER_PATTERNS.search(part)]
    return [(name, difflib.get_close_matches(name.casefold(), known, n=5, cutoff=0.75)) for name in unknown]
