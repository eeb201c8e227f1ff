"""Who was not reached by a day, why, and the lists of them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.campaign import Campaign, read_campaign
from bma.dsn.contacts import Contact, known_contacts, read_contacts
from bma.dsn.silence import Cause, Missing, Past, Standing, standing
from bma.dsn.undelivered import Undelivered, Unreached, read_pasts
from bma.dsn.undelivered_files import csv_list, harmless, json_list, text_list, write_private
from bma.errors import DocumentError
from bma.store import WAIVED, Event, Ledger, State, record
from bma.store.evidence import Evidence, record_evidence
from tests.unit.dsn import reports

RHYTHM = {"every": "day", "days": ["tue"]}
ZONE = ZoneInfo("Europe/Brussels")
CUT_OVER = date(2027, 1, 19)
DUE = date(2027, 1, 5)
TRIGGERS = [
    ("announcement", {"days": -14}),
    ("link", {"event": "cut_over_done"}),
    ("moved", {"event": "date_moved"}),
]
MAILS = [
    {
        "id": step,
        "sender": "sgne",
        "template": "date-announced",
        "trigger": trigger,
        "recipients": ["box"],
        "window": {"from": "08:00", "to": "16:00"},
        "announces": True,
    }
    for step, trigger in (
        ("announcement", {"days": -14}),
        ("link", {"event": "cut_over_done"}),
        ("moved", {"event": "date_moved"}),
    )
]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    said = {
        "campaign": reports.CAMPAIGN,
        "title": "Essai",
        "periods": [
            {
                "name": "all",
                "boxes": "all",
                "from": "2027-01-04",
                "to": "2027-02-27",
                "rhythm": {"every": "day", "days": ["tue"]},
            }
        ],
        "capacity": {"boxes": 30},
        "senders": {"sgne": {"name": "SGNE", "address": "sgne@example.org"}},
        "mails": MAILS,
        "password": "new",
        "form": False,
        "desks": {"sgne": {"name": "SGNE"}},
        "contacts": {
            stage: dict.fromkeys(("procedure", "technical", "password"), "sgne")
            for stage in ("before", "during", "after")
        },
    }
    path = tmp_path_factory.mktemp("campaign") / f"{reports.CAMPAIGN}.yml"
    path.write_text(json.dumps(said), encoding="utf-8")
    return read_campaign(path)


def judge(
    campaign: Campaign, past: Past, day: date = DUE, step: str = "announcement", cut_over: date | None = CUT_OVER
) -> tuple[Standing, Missing | None]:
    mail = next(mail for mail in campaign.mails if mail.id == step)
    return standing(campaign, mail, past, cut_over, day, ZONE)


def past_of(ledger: Ledger, box: str = "ec000004") -> Past:
    return read_pasts(ledger, reports.CAMPAIGN)[box]


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (State.BOUNCED, Cause.BOUNCED),
        (State.FAILED, Cause.REFUSED),
        (State.AMBIGUOUS, Cause.AMBIGUOUS),
        (State.SENDING, Cause.AMBIGUOUS),
        (State.PLANNED, Cause.NOT_SENT),
        (State.WITHDRAWN, Cause.NOT_SENT),
        (State.ACCEPTED, None),
        (State.DELIVERED, None),
    ],
)
def test_every_state_has_its_cause(tmp_path: Path, campaign: Campaign, state: State, cause: Cause | None) -> None:
    with reports.new_ledger(tmp_path) as ledger:
        reports.put(ledger, reports.draft("ec000004"), state, answer="550 no")
        found, missing = judge(campaign, past_of(ledger))
    assert (missing.cause if missing else None) is cause
    assert found is (Standing.MISSED if cause else Standing.REACHED)
    if state in {State.BOUNCED, State.FAILED, State.WITHDRAWN}:
        assert missing is not None
        assert missing.why == "550 no"


def test_a_box_of_which_the_ledger_knows_nothing_was_not_sent_anything(campaign: Campaign) -> None:
    found, missing = judge(campaign, Past())
    assert found is Standing.MISSED
    assert missing is not None
    assert (missing.cause, missing.due) == (Cause.NOT_SENT, DUE)


def test_what_is_not_due_by_the_day_is_not_missed(campaign: Campaign) -> None:
    assert judge(campaign, Past(), DUE - timedelta(days=1)) == (Standing.NOT_DUE, None)
    assert judge(campaign, Past(), cut_over=None) == (Standing.NOT_DUE, None)


def test_a_mail_that_waits_for_an_event_is_due_once_it_has_happened(campaign: Campaign) -> None:
    assert judge(campaign, Past(), CUT_OVER, "link")[0] is Standing.NOT_DUE
    done = Past(happened={"cut_over_done": CUT_OVER})
    assert judge(campaign, done, CUT_OVER - timedelta(days=1), "link")[0] is Standing.NOT_DUE
    assert judge(campaign, done, CUT_OVER, "link")[0] is Standing.MISSED
    assert judge(campaign, Past(), CUT_OVER, "moved")[0] is Standing.NOT_DUE


def test_days_end_at_midnight_in_brussels(tmp_path: Path, campaign: Campaign) -> None:
    # 23:30 UTC on the 5th is half past midnight on the 6th.
    with reports.new_ledger(tmp_path) as ledger:
        reports.put(ledger, reports.draft("ec000004"), at=datetime(2027, 1, 5, 23, 30, tzinfo=UTC))
        found, missing = judge(campaign, past_of(ledger))
        assert missing is not None
        assert (found, missing.cause, missing.why) == (Standing.MISSED, Cause.LATER, "it was accepted on 2027-01-06")
        assert judge(campaign, past_of(ledger), date(2027, 1, 6))[0] is Standing.REACHED


def test_a_second_attempt_that_arrives_makes_up_for_the_first(tmp_path: Path, campaign: Campaign) -> None:
    with reports.new_ledger(tmp_path) as ledger:
        reports.put(ledger, reports.draft("ec000004"), State.BOUNCED, answer="550 no")
        reports.put(ledger, reports.draft("ec000004", attempt=2), State.PLANNED)
        _, missing = judge(campaign, past_of(ledger))
        assert missing is not None
        assert (missing.cause, missing.why) == (Cause.BOUNCED, "550 no, and another attempt is planned")
        reports.put(ledger, reports.draft("ec000004", attempt=3))
        assert judge(campaign, past_of(ledger))[0] is Standing.REACHED


def _said(ledger: Ledger, action: str, target: State | None, words: str = "4.4.1 no route") -> None:
    mail = reports.mail_of(ledger)
    evidence = Evidence(f"report_{action}", target, f"digest-of-{action}", words)
    record_evidence(ledger, mail, mail.deliveries[0], evidence, reports.AT)


def test_a_mail_that_is_reported_as_delayed_has_not_arrived(tmp_path: Path, campaign: Campaign) -> None:
    with reports.new_ledger(tmp_path) as ledger:
        reports.put(ledger, reports.draft("ec000004"))
        _said(ledger, "delayed", State.ACCEPTED)
        _, missing = judge(campaign, past_of(ledger))
        assert missing is not None
        assert (missing.cause, missing.why) == (Cause.DELAYED, "4.4.1 no route")
        _said(ledger, "relayed", State.ACCEPTED)
        assert judge(campaign, past_of(ledger))[0] is Standing.REACHED


def test_a_box_that_goes_without_is_not_called(tmp_path: Path, campaign: Campaign) -> None:
    with reports.new_ledger(tmp_path) as ledger:
        with ledger.writing() as connection:
            record(connection, [Event(reports.AT, reports.CAMPAIGN, "ec000004", WAIVED, reports.DAY, "announcement")])
        assert judge(campaign, past_of(ledger)) == (Standing.WAIVED, None)


def test_the_rescue_address_is_told_of(tmp_path: Path, campaign: Campaign) -> None:
    with reports.new_ledger(tmp_path) as ledger:
        reports.put(ledger, reports.draft("ec000004", rescue="d@example.org"))
        _said(ledger, "failed", State.BOUNCED, "5.1.1")
        _, missing = judge(campaign, past_of(ledger))
        assert missing is not None
        assert (missing.cause, missing.rescue) == (Cause.BOUNCED, "accepted")


def unreached(
    organisation: str = "École", why: str = "550", phone: str = "", name: str = "", **more: object
) -> Unreached:
    missing = (Missing("announcement", Cause.BOUNCED, why, DUE),)
    values = {"commune": "Namur", "po": "PO", "cut_over": CUT_OVER, "missing": missing, "nothing": True} | more
    return Unreached("ec000004", "ec000004@example.org", organisation, contact=Contact(name, phone), **values)  # type: ignore[arg-type]


def answer(campaign: Campaign, *boxes: Unreached) -> Undelivered:
    return Undelivered(campaign, DUE, ("announcement",), boxes, {"missed": len(boxes), "reached": 3}, ())


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_the_lists(campaign: Campaign) -> None:
    late = (Missing("announcement", Cause.LATER, "it was accepted on 2027-01-06", DUE, "bounced"),)
    found = answer(campaign, unreached(phone="+32 81 12 34 56", name="A. B."), unreached(missing=late, nothing=False))
    text = text_list(found)
    assert "2 not reached (1 have received nothing at all), 3 reached" in text
    assert "call: +32 81 12 34 56 A. B." in text
    assert "1 × came back" in text
    assert "(rescue address: bounced)" in text
    head, first, second = rows(csv_list(found))
    assert dict(zip(head, first, strict=True)) | {"Raison": ""} == {
        "BMA": "ec000004",
        "Adresse": "ec000004@example.org",
        "Organisation": "École",
        "Commune": "Namur",
        "Pouvoir organisateur": "PO",
        "Cause": "revenu non délivré",
        "Mails manquants": "announcement",
        "Raison": "",
        "N’a rien reçu": "oui",
        "Téléphone": "0032 81 12 34 56",
        "Personne de contact": "A. B.",
        "Adresse de secours": "",
        "Date de migration": "2027-01-19",
    }
    assert second[5] == "arrivé après la date"
    data = json.loads(json_list(found))
    assert (data["causes"]["bounced"], data["causes"]["later"]) == (["ec000004"], ["ec000004"])
    assert data["boxes"][0]["phone"] == "+32 81 12 34 56"


signs = st.text(max_size=40)


@given(signs, signs, signs, signs)
def test_no_cell_is_a_formula_and_no_name_breaks_the_list(organisation: str, why: str, phone: str, name: str) -> None:
    cells = [harmless(cell) for cell in (organisation, why, phone, name)]
    for cell in cells:
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "|", "%", "＝", "＋", "－", "＠"))
        assert cell.isprintable()


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "＝1", "|calc"]
)
def test_formulas_are_quoted(campaign: Campaign, name: str) -> None:
    cell = rows(csv_list(answer(campaign, unreached(organisation=name))))[1][2]
    assert cell.startswith("'")


def test_a_name_with_a_separator_or_a_line_break_stays_in_its_cell(campaign: Campaign) -> None:
    found = answer(campaign, unreached(organisation='École "A"; B\r\nC', why="x\x1b[31m"))
    assert len(rows(csv_list(found))) == 2
    assert rows(csv_list(found))[1][2] == 'École "A"; B C'
    assert "\x1b" not in text_list(found)


def test_the_files_are_for_their_owner(tmp_path: Path) -> None:
    path = tmp_path / "reports/list.csv"
    assert write_private({path: "a"}, dry=True)
    assert not path.exists()
    assert write_private({path: "a"}, dry=False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not write_private({path: "a"}, dry=False)


def test_whom_to_call(tmp_path: Path) -> None:
    path = tmp_path / "phones.csv"
    path.write_text(
        "BMA;Téléphone;Nom\nec000004;081 12 34 56;École\nEC000011@adm.example.org;+32 2 000 00 00;\n", encoding="cp1252"
    )
    assert read_contacts(path) == {
        "ec000004": Contact("École", "081 12 34 56"),
        "ec000011": Contact("", "+32 2 000 00 00"),
    }
    with reports.new_ledger(tmp_path) as ledger:
        from bma.store.form_tables import FORM_ANSWER

        earlier = reports.AT - timedelta(days=1)
        plain = {"campaign": reports.CAMPAIGN, "box": "ec000004", "imported_at": reports.AT, "password_unknown": False}
        answers = [
            plain | {"answered_at": reports.AT, "digest": "2", "source": "b", "phone": None, "contact": "Latest"},
            plain
            | {
                "answered_at": earlier,
                "digest": "1",
                "source": "a",
                "phone": "1",
                "contact": "Old",
            },
        ]
        with ledger.writing() as connection:
            connection.execute(FORM_ANSWER.insert(), answers)
        known = known_contacts(ledger, reports.CAMPAIGN, path)
    assert known["ec000004"] == Contact("Latest", "081 12 34 56")
    assert known["ec000011"].phone == "+32 2 000 00 00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("box;name\nec000004;x\n", "no column phone"),
        ("box;phone\nec4;081 12 34 56\n", r"phones.csv:2: 'ec4' is not a box"),
        ("box;phone\n\nec000004;=1+1\n", r"phones.csv:3: '=1\+1' is not a telephone number"),
    ],
)
def test_a_list_of_telephones_that_is_wrong_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "phones.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=why):
        read_contacts(path)
