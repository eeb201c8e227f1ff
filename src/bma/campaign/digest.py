"""A digest of what a plan was made from: another digest, another input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from bma.campaign.boxes import Candidate
from bma.campaign.model import Campaign


def digest(campaign: Campaign, boxes: Iterable[Candidate], promises: Mapping[str, date]) -> str:
    """``sha256:`` and the digest of the campaign, its start, the boxes in the order given, and the promises."""
    start = campaign.start.isoformat() if campaign.start else None
    said = {
        "campaign": campaign.said | {"start": start},
        "boxes": [
            [box.name, box.kind, box.po, box.reseau, box.niveau, box.bassin, box.bytes, sorted(box.groups)]
            for box in boxes
        ],
        "promises": {box: day.isoformat() for box, day in promises.items()},
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
