"""The mails as people have reviewed them. ``BMA_GOLDEN=write pytest …`` writes them anew; look at the difference."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from bma.campaign import read_campaign
from bma.mail import Addressee, Templates, Writer, settings
from bma.mail.writing import Occasion
from tests.conftest import ROOT
from tests.integration.mail.conftest import TEMPLATES, TEXTS, Passwords

GOLDEN = ROOT / "tests/golden/mails"
CAMPAIGNS = {"circular-2024-autumn": date(2024, 11, 12), "faq-2024-spring": date(2024, 5, 14)}
BOX = Addressee("ec001347", "ec001347@adm.example.org", "École communale de l'Étang", "ec", "07", "secours@example.org")
FILES = ROOT / "inventory/campaigns"
MAILS = [(name, mail.id) for name in CAMPAIGNS for mail in read_campaign(FILES / f"{name}.yml").mails]


@pytest.mark.parametrize(("name", "step"), MAILS)
def test_the_mail_is_the_one_that_was_reviewed(name: str, step: str) -> None:
    campaign = read_campaign(FILES / f"{name}.yml")
    relay = {"host": "relay.example.org"}
    known = settings({"relays": {"sgne": relay | {"reply_to": "migration@example.org"}, "etnic": relay}, **TEXTS})
    writer = Writer(campaign, known, Templates(TEMPLATES), Passwords())
    cut_over = CAMPAIGNS[name]
    mail = next(mail for mail in campaign.mails if mail.id == step)
    day = campaign.mail_day(mail, cut_over) or cut_over - timedelta(7)
    content = writer.draft(mail, BOX, Occasion(1, day, cut_over, cut_over - timedelta(7))).content
    path: Path = GOLDEN / name / f"{step}.eml"
    if os.environ.get("BMA_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert path.read_bytes() == content


def test_no_golden_mail_is_nobodys() -> None:
    found = {(path.parent.name, path.stem) for path in GOLDEN.glob("*/*.eml")}
    assert found == set(MAILS)
