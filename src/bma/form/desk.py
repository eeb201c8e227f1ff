"""From the variables of a playbook to an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bma.documents import Document, violations
from bma.errors import DocumentError
from bma.form.book import AnswerBook
from bma.form.rescue import RescueRules
from bma.form.service import Imported, Importer, import_answers
from bma.mail.office import Office, head_of
from bma.store import Ledger

VARIABLE = "bma_form"
FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "allowed_domains": {
            "type": "array",
            "items": {"type": "string", "minLength": 2, "maxLength": 253},
            "description": "Reserved domains that rescue addresses may be in all the same, for rehearsals.",
        },
    },
}


def run(office: Office, ledger: Ledger, exports: Sequence[Path], today: str | None, *, check: bool) -> Imported:
    """Import exports, or with ``check`` say what an import would do. Raises :class:`~bma.errors.BmaError`."""
    if not office.campaign.form:
        raise DocumentError("this campaign has no form: its file says form: false", where=office.campaign.path)
    now = office.clock(today)()
    domain = office.inventory.domain
    boxes = office.boxes(None, now.day)
    days = days_of(office)
    importer = Importer(
        AnswerBook(ledger, office.campaign.name, office.settings.zone),
        frozenset(boxes),
        [name for name in boxes if name in days] if days else list(boxes),
        RescueRules(domain, tuple(_said(office).get("allowed_domains", ()))),
        office.settings.zone,
        now.at,
    )
    return import_answers(exports, importer, dry=check)


def days_of(office: Office) -> Mapping[str, date]:
    """Box → the day of its cut-over; empty while the wave file is that of another campaign."""
    return office.plan().days if head_of(office.waves)[0] == office.campaign.name else {}


def _said(office: Office) -> Mapping[str, Any]:
    said = office.variable(VARIABLE) or {}
    found = violations(Document(Path(VARIABLE), said, {}), FORM_SCHEMA)
    if found:
        raise DocumentError("\n".join(f"{VARIABLE}.{item.path}: {item.message}" for item in found))
    return dict(said)
