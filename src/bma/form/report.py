"""An import for people and for files; answers that were set aside are named, no personal data is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from bma.form.service import Imported

_SHOWN = 20


def sentence(found: Imported, *, check: bool) -> str:
    """The import in one line."""
    new = len(found.new)
    parts = [
        f"{new} box{'es' if new != 1 else ''} with new answers" + (" would be imported" if check else ""),
        f"{found.known} answers known before",
        f"{len(found.aside)} set aside",
        f"{len(found.unanswered)} boxes without an answer",
    ]
    return "form: " + ", ".join(parts)


def as_text(found: Imported, days: Mapping[str, date], *, check: bool, most: int = _SHOWN) -> str:
    """The import with what somebody must look at; at most ``most`` of each."""
    lines = [sentence(found, check=check)]
    waiting = [f"{box}, moves on {days[box]}" if box in days else box for box in found.unanswered]
    for title, items in (
        ("set aside", [str(item) for item in found.aside]),
        ("more than one answer, the latest counts", list(found.twice)),
        ("to be looked at", list(found.doubts)),
        ("password unknown", list(found.password_unknown)),
        ("no answer", waiting),
    ):
        if items:
            lines.append(f"  {title}: {len(items)}")
            lines += [f"    {item}" for item in items[:most]]
            lines += [f"    and {len(items) - most} more"] if len(items) > most else []
    return "\n".join(lines)


def as_data(found: Imported, days: Mapping[str, date]) -> dict[str, object]:
    """The import as JSON can hold it."""
    return {
        "new": list(found.new),
        "known": found.known,
        "aside": [{"where": item.where, "who": item.who, "why": item.why, "code": item.code} for item in found.aside],
        "twice": list(found.twice),
        "doubts": list(found.doubts),
        "password_unknown": list(found.password_unknown),
        "unanswered": [{"box": box, "moves_on": str(days.get(box, "")) or None} for box in found.unanswered],
    }


def files(found: Imported, days: Mapping[str, date], *, check: bool) -> dict[str, str]:
    """File name → content."""
    return {
        "form.txt": as_text(found, days, check=check, most=10**9) + "\n",
        "form.json": json.dumps(as_data(found, days), ensure_ascii=False, indent=1) + "\n",
    }
