"""Whom a holder must call depends on the stage of the box; the page says it in French and shows nobody by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bma.campaign import Campaign, read_campaign
from bma.form.book import KnownAnswer
from bma.mail import Addressee, Moment, Settings, Templates, Writer
from bma.mail.schedule import BoxState, Verdict
from bma.mail.secret import NoSecrets
from bma.password.record import PasswordRecord
from bma.referential import Box, Unit
from bma.store import Delivery, MailRecord, State
from bma.store.password_tables import Life
from bma.support.finding import find
from bma.support.telling import as_data, as_text, choices
from bma.support.view import Known, View, view
from tests.conftest import ROOT

ZONE = ZoneInfo("Europe/Brussels")
CUT_OVER = date(2027, 1, 25)
RESCUE = "canari.secours@ailleurs.example"


def box(name: str, title: str, **more: object) -> Box:
    kind, number = ("po" if name.startswith("po") else "ec"), int(name[2:])
    return Box(Unit(kind, number, "list.csv:2", name=title), "adm.example.org", "list.csv:2", **more)  # type: ignore[arg-type]


BOXES: Mapping[str, Box] = {
    "ec001394": box("ec001394", "École communale « L'Escargot »", aliases=("ancienne@adm.example.org",)),
    "ec001347": box("ec001347", "Ecole libre Sainte-Ondine"),
    "po001347": box("po001347", "Commune de Val-Fougeraie"),
    "ec000004": box("ec000004", "Ecole libre"),
}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("ec001394", ["ec001394"]),
        ("EC001394@adm.example.org", ["ec001394"]),
        ("1394", ["ec001394"]),
        ("001394", ["ec001394"]),
        ("1347", ["ec001347", "po001347"]),
        ("l’escargot", ["ec001394"]),
        ("ECOLE l'escargot", ["ec001394"]),
        ("ecole", ["ec000004", "ec001347", "ec001394"]),
        ("ecole libre", ["ec000004"]),
        ("ancienne@adm.example.org", ["ec001394"]),
        ("ec009999", []),
        ("nothing of the kind", []),
        ("", []),
    ],
)
def test_a_box_is_found_by_what_a_caller_says(asked: str, names: list[str]) -> None:
    found = find(BOXES, asked)
    assert (list(found.names), found.total) == (names, len(names))


def test_too_many_are_counted_and_not_all_listed() -> None:
    many = {f"ec{number:06d}": box(f"ec{number:06d}", "Ecole") for number in range(1, 100)}
    found = find(many, "ecole")
    assert (len(found.names), found.total) == (30, 99)
    text = choices("ecole", [many[name] for name in found.names], found.total)
    assert "99 boîtes" in text
    assert "et 69 autres" in text


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return read_campaign(ROOT / "inventory/campaigns/faq-2024-spring.yml", date(2027, 1, 25))


def mail(step: str, state: State, role: str = "box", answer: str = "") -> MailRecord:
    at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    to = "ec001394@adm.example.org" if role == "box" else RESCUE
    delivery = Delivery(1, role, to, "x", state, accepted_at=at, answer=answer)
    return MailRecord(
        1, "faq", "ec001394", step, 1, "sgne", f"<{step}>", at, at.date(), CUT_OVER, False, f"Sujet {step}\x1b[0m", "d",
        None, (delivery,),
    )  # fmt: skip


def seen(campaign: Campaign, day: date, *mails: MailRecord, **more: object) -> View:
    state = BoxState("ec001394", CUT_OVER, mails, happened=more.pop("happened", {}))  # type: ignore[arg-type]
    writer = Writer(campaign, Settings({}, ZONE), Templates(ROOT / "inventory/campaigns/templates"), NoSecrets())
    to = Addressee("ec001394", "ec001394@adm.example.org", "École", "ec", "03")
    known = Known(state, more.get("passwords", ()), more.get("answer"))  # type: ignore[arg-type]
    return view(BOXES["ec001394"], to, known, writer, Moment(day, time(9), ZONE))


@pytest.mark.parametrize(
    ("day", "mails", "happened", "stage", "confirmed", "desk"),
    [
        (date(2027, 1, 4), (), {}, "before", True, "BMA@enseignement.be"),
        (date(2027, 1, 4), (mail("form", State.PLANNED),), {}, "before", True, "BMA@enseignement.be"),
        (date(2027, 1, 4), (mail("form", State.FAILED),), {}, "before", True, "BMA@enseignement.be"),
        (date(2027, 1, 5), (mail("form", State.ACCEPTED),), {}, "during", True, "migrationbma@cfwb.be"),
        (CUT_OVER, (mail("form", State.ACCEPTED),), {}, "during", True, "migrationbma@cfwb.be"),
        (CUT_OVER, (mail("form", State.ACCEPTED),), {"cut_over_done": CUT_OVER}, "after", True, "support@etnic.be"),
        (date(2027, 1, 26), (mail("form", State.ACCEPTED),), {}, "after", False, "support@etnic.be"),
    ],
)
def test_who_answers_for_passwords_follows_the_stage(
    campaign: Campaign,
    day: date,
    mails: tuple[MailRecord, ...],
    happened: dict[str, date],
    stage: str,
    confirmed: bool,
    desk: str,
) -> None:
    found = seen(campaign, day, *mails, happened=happened)
    assert (found.stage.name, found.stage.confirmed) == (stage, confirmed)
    assert found.contacts["password"].address == desk
    text = as_text(found, ZONE, personal=False)
    assert desk in text.split("s’adresser maintenant")[1]
    assert ("selon le planning" in text) is not confirmed


def test_the_circular_sends_holders_elsewhere_at_other_stages() -> None:
    """The same code, another file: whom to call is the campaign's."""
    circular = read_campaign(ROOT / "inventory/campaigns/circular-2024-autumn.yml", date(2027, 1, 4))
    found = seen(circular, date(2027, 1, 5))
    assert found.contacts["procedure"].phone == "+32 (0)2 413 30 90"


ANSWER = KnownAnswer(
    1, "ec001394", datetime(2027, 1, 5, 9, tzinfo=UTC), True, "Canarine Exemplaire", "02/000.00.01", RESCUE, "a.csv:2",
    False,
)  # fmt: skip


def test_the_page_tells_past_and_future_and_hides_the_person(campaign: Campaign) -> None:
    mails = (mail("form", State.ACCEPTED), mail("password", State.BOUNCED, "rescue", f"550 no <{RESCUE}>"))
    found = seen(campaign, date(2027, 1, 6), *mails, answer=ANSWER)
    text = as_text(found, ZONE, personal=False).replace("\u00a0", " ")
    assert (
        "04/01/2027 10:00  form « Sujet form\\x1b[0m » à ec001394@adm.example.org : envoyé, accepté par le relais"
        in text
    )
    assert "password « Sujet password\\x1b[0m » à l’adresse de secours : revenu : non remis — 550 no <(rescue)>" in text
    assert "link : prévu, le 25/01/2027" in text
    assert "le mot de passe n’est pas connu du titulaire" in text
    for personal in ("Canarine", RESCUE, "02/000"):
        assert personal not in text
        assert personal not in str(as_data(found, personal=False))
        assert personal in as_text(found, ZONE, personal=True)
        assert personal in str(as_data(found, personal=True))


def test_what_was_erased_is_said(campaign: Campaign) -> None:
    gone = replace(ANSWER, contact=None, phone=None, rescue=None, erased=True)
    text = as_text(seen(campaign, date(2027, 1, 6), answer=gone), ZONE, personal=True)
    assert "coordonnées effacées" in text


@pytest.mark.parametrize(
    ("state", "delivered", "told"),
    [
        (Life.HELD, False, "préparé, pas encore en vigueur"),
        (Life.SET, False, "en vigueur, pas encore communiqué"),
        (Life.DELIVERED, True, "en vigueur et communiqué, depuis le 06/01/2027 10:00"),
        (Life.DESTROYED, True, "communiqué le 06/01/2027 10:00, puis effacé ici"),
        (Life.DESTROYED, False, "mis en vigueur sans être communiqué"),
        (Life.FAILED, False, "refusé par Exchange"),
    ],
)
def test_the_state_of_the_password_is_said_in_words(
    campaign: Campaign, state: Life, delivered: bool, told: str
) -> None:
    at = datetime(2027, 1, 6, 9, tzinfo=UTC)
    item = PasswordRecord(
        1, "faq", "ec001394", 2, "campaign", "campaign", state, "faq.ec001394.2.00", None, None, None, None, None,
        at, at, at, at if delivered else None, None, None,
    )  # fmt: skip
    text = as_text(seen(campaign, date(2027, 1, 7), passwords=(item,)), ZONE, personal=False).replace("\u00a0", " ")
    assert told in text
    assert "n° 2 :" in text


def test_a_broken_promise_stands_out(campaign: Campaign) -> None:
    found = replace(seen(campaign, date(2027, 1, 6)), promised=date(2027, 1, 18))
    assert "ATTENTION" in as_text(found, ZONE, personal=False)


def test_mails_that_wait_say_for_what(campaign: Campaign, tmp_path: Path) -> None:
    found = seen(campaign, date(2027, 1, 6), mail("form", State.ACCEPTED))
    waiting = {item.step: item for item in found.coming}
    assert waiting["password"].verdict is Verdict.WAITING
    text = as_text(found, ZONE, personal=False).replace("\u00a0", " ")
    assert "password : pas encore prévu (seulement si le titulaire signale que son mot de passe est inconnu)" in text
