"""The list of who has not been reached: as text, as a list to call from (CSV, in French), as JSON."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bma.campaign.files import write_changed
from bma.dsn.silence import Cause
from bma.dsn.undelivered import Undelivered, Unreached
from bma.errors import printable

TITLES = {
    Cause.BOUNCED: "came back",
    Cause.REFUSED: "refused by the relay",
    Cause.AMBIGUOUS: "nobody knows whether it has arrived",
    Cause.DELAYED: "accepted, and reported as still under way",
    Cause.NOT_SENT: "not sent",
    Cause.LATER: "reached, but only after the day",
}
_CAUSES = {
    Cause.BOUNCED: "revenu non délivré",
    Cause.REFUSED: "refusé par le serveur",
    Cause.AMBIGUOUS: "arrivée incertaine",
    Cause.DELAYED: "en cours d’acheminement",
    Cause.NOT_SENT: "pas envoyé",
    Cause.LATER: "arrivé après la date",
}
_HEADS = (
    "BMA", "Adresse", "Organisation", "Commune", "Pouvoir organisateur", "Cause", "Mails manquants", "Raison",
    "N’a rien reçu", "Téléphone", "Personne de contact", "Adresse de secours", "Date de migration",
)  # fmt: skip
_FORMULAS = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
_SHOWN = 60
PRIVATE = 0o600


def text_list(found: Undelivered, shown: int = _SHOWN) -> str:
    """For a terminal: grouped by cause, at most ``shown`` boxes of each."""
    return "\n".join(_lines(found, shown)).rstrip() + "\n"


def _lines(found: Undelivered, shown: int) -> Iterator[str]:
    counts = found.counts
    yield f"Not reached by {found.day}: {found.campaign.title} ({found.campaign.name})"
    yield f"mails: {', '.join(found.steps)}"
    nothing = sum(box.nothing for box in found.boxes)
    missed = f"{len(found.boxes)} not reached ({nothing} have received nothing at all)"
    rest = [
        ("reached", "reached"),
        ("waived", "go without"),
        ("not_due", "with nothing due yet"),
        ("no_wave", "in no wave"),
    ]
    yield ", ".join([missed, *(f"{counts[key]} {word}" for key, word in rest if counts.get(key))])
    silent = sum(not box.contact.phone for box in found.boxes)
    if silent:
        yield f"no telephone number is known for {silent} of the boxes not reached"
    if found.gone:
        yield f"{len(found.gone)} planned boxes are in the referential no more: {', '.join(found.gone[:10])}"
    for cause in Cause:
        boxes = found.of(cause)
        if boxes:
            yield ""
            yield f"{len(boxes)} × {TITLES[cause]}"
            for box in boxes[:shown]:
                yield from _box_lines(box)
            if len(boxes) > shown:
                yield f"  and {len(boxes) - shown} more: they are all in the files"


def _box_lines(box: Unreached) -> Iterator[str]:
    place = f", {_plain(box.commune)}" if box.commune else ""
    yield f"  {box.box}  {_plain(box.organisation)}{place}{', has received nothing' if box.nothing else ''}"
    for item in box.missing:
        rescue = f" (rescue address: {item.rescue})" if item.rescue else ""
        yield f"    {item.step}, due on {item.due}: {TITLES[item.cause]}: {_plain(item.why)}{rescue}"
    call = " ".join(part for part in (_plain(box.contact.phone), _plain(box.contact.name)) if part)
    if call:
        yield f"    call: {call}"


def csv_list(found: Undelivered) -> str:
    """For a spreadsheet: a line a box, in the order of the causes. No cell can be taken for a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADS)
    for cause in Cause:
        for box in found.of(cause):
            writer.writerow([harmless(cell) for cell in _cells(box)])
    return out.getvalue()


def _cells(box: Unreached) -> list[str]:
    return [
        box.box,
        box.address,
        box.organisation,
        box.commune,
        box.po,
        _CAUSES[box.cause],
        ", ".join(item.step for item in box.missing),
        " | ".join(f"{item.step} : {item.why}" for item in box.missing),
        "oui" if box.nothing else "non",
        # A leading + would begin a formula; 00 is dialled alike.
        "00" + box.contact.phone[1:] if box.contact.phone.startswith("+") else box.contact.phone,
        box.contact.name,
        ", ".join(dict.fromkeys(item.rescue for item in box.missing if item.rescue)),
        box.cut_over.isoformat() if box.cut_over else "",
    ]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs: what would begin a formula is quoted, control characters are written out."""
    cell = _plain(cell)
    return f"'{cell}" if cell.lstrip(" '").startswith(_FORMULAS) else cell


def _plain(text: str) -> str:
    """On one line; spaces of all kinds become plain ones, control characters are written out."""
    return printable(" ".join(text.split()))


def json_list(found: Undelivered) -> str:
    """For programs."""
    return json.dumps(as_data(found), ensure_ascii=False, indent=2) + "\n"


def as_data(found: Undelivered) -> dict[str, Any]:
    """The list as plain values."""
    return {
        "version": 1,
        "campaign": found.campaign.name,
        "day": found.day.isoformat(),
        "mails": list(found.steps),
        "counts": dict(found.counts),
        "causes": {str(cause): [box.box for box in found.of(cause)] for cause in Cause},
        "gone": list(found.gone),
        "boxes": [_box_data(box) for box in found.boxes],
    }


def _box_data(box: Unreached) -> dict[str, Any]:
    return {
        "box": box.box,
        "address": box.address,
        "organisation": box.organisation,
        "commune": box.commune or None,
        "po": box.po or None,
        "cut_over": box.cut_over.isoformat() if box.cut_over else None,
        "cause": str(box.cause),
        "nothing_received": box.nothing,
        "missing": [
            {
                "mail": item.step,
                "cause": str(item.cause),
                "why": printable(item.why),
                "due": item.due.isoformat(),
                "rescue": item.rescue or None,
            }
            for item in box.missing
        ],
        "phone": box.contact.phone or None,
        "contact": box.contact.name or None,
    }


def write_private(files: Mapping[Path, str], *, dry: bool) -> bool:
    """Write files with personal data: for their owner alone. Whether any changes. Raises OSError."""
    if not dry:
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    return write_changed(files, dry=dry)
