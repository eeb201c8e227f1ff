"""Sizes as operators write them."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,2})?) ?(B|KB|MB|GB|TB)?")


def parse_size(text: str) -> int | None:
    """Bytes of ``60 GB``, ``1.5MB`` or a plain ``1048576``; None when it is none of these."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or ("." in match[1] and match[2] is None):
        return None
    return int(Decimal(match[1]) * _UNITS[match[2] or "B"])


def told_size(size: int) -> str:
    """``size`` bytes for people, with one decimal at most: ``1.5 GB``."""
    unit = next((name for name in ("TB", "GB", "MB", "KB") if size >= _UNITS[name]), "B")
    return f"{size / _UNITS[unit]:.1f}".removesuffix(".0") + f" {unit}"
