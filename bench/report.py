"""The result told: on the screen, as Markdown for people, as JSON for comparing runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.table import Row, markdown, plain


def header(machine: Mapping[str, str]) -> str:
    """The machine in one line."""
    return ", ".join(f"{name} {value}" for name, value in machine.items())


def text(machine: Mapping[str, str], rows: Sequence[Row], notes: Sequence[str]) -> str:
    """What is printed."""
    return "\n".join([header(machine), "", plain(rows), "", *notes])


def write(folder: Path, machine: Mapping[str, str], rows: Sequence[Row], notes: Sequence[str]) -> None:
    """``bench.md`` and ``bench.json`` in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    told = ["# Bench", "", header(machine), "", markdown(rows), "", *(f"* {note}" for note in notes)]
    (folder / "bench.md").write_text("\n".join(told) + "\n", encoding="utf-8")
    whole = {"machine": dict(machine), "rows": [row.as_json() for row in rows], "notes": list(notes)}
    (folder / "bench.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
