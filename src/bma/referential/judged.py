"""Operators' YAML files, judged by the JSON Schemas shipped beside this module."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bma.documents import Document, load_yaml, require_valid, violations


def load_judged(path: Path, schema: str) -> Document:
    """Read ``path`` and hold it against ``schemas/<schema>.json``.

    Raises :class:`~bma.errors.DocumentError` that tells every violation with its line.
    """
    document = load_yaml(path)
    require_valid(document, violations(document, load_schema(schema)))
    return document


@cache
def load_schema(name: str) -> dict[str, Any]:
    """One of the JSON Schemas of this package: ``inventory``, ``supplement``, ``exclude`` or ``waves``."""
    text = (files("bma.referential") / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
