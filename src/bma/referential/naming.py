"""Group names made from labels: valid for Ansible, one for each label, the same whatever the order."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_SLUG = 60
_FIRST_HASH = 6
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})


def slug(label: str) -> str:
    """``Huy-Waremme`` → ``huy_waremme``: ``[a-z0-9_]`` only, at most :data:`MAX_SLUG` long, possibly empty."""
    spelled = unicodedata.normalize("NFKD", label.translate(_LIGATURES))
    plain = "".join(character for character in spelled if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")[:MAX_SLUG].rstrip("_")


def group_names(prefix: str, labels: Iterable[str]) -> dict[str, str]:
    """Label → ``<prefix>_<slug>``, no two labels with the same name.

    Labels that give the same slug, or none, *all* carry a hash of the label itself: which name a label
    gets depends on the set of labels, never on their order.
    """
    names = {label: f"{prefix}_{slug(label)}" for label in labels}
    length = _FIRST_HASH
    while clashing := _clashing(prefix, names):
        for label in clashing:
            base = f"{prefix}_{slug(label)}".rstrip("_")
            names[label] = f"{base}_{hashlib.sha256(_bytes(label)).hexdigest()[:length]}"
        length += 2
    return names


def suffixed(prefix: str, names: dict[str, str]) -> dict[str, str]:
    """The labels whose group carries a hash, with the name of that group."""
    return {label: name for label, name in names.items() if name != f"{prefix}_{slug(label)}"}


def _clashing(prefix: str, names: dict[str, str]) -> list[str]:
    used = Counter(names.values())
    return [label for label, name in names.items() if used[name] > 1 or name == f"{prefix}_"]


def _bytes(label: str) -> bytes:
    return label.encode("utf-8", "surrogatepass")
