"""Campaign files: what they may say, and how what they may not say is told."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bma.campaign import read_campaign
from bma.campaign.lots import lots_of
from bma.errors import DocumentError
from tests.unit.campaign.campaigns import BASE, MAIL, MONDAYS, MOVED, campaign, said, written

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "inventory" / "campaigns"


def refused(folder: Path, content: dict[str, Any] | str) -> str:
    with pytest.raises(DocumentError) as fault:
        read_campaign(written(folder, content))
    return str(fault.value).replace(f"{folder}/", "")


def line_of(content: dict[str, Any], text: str) -> int:
    lines = json.dumps(content, indent=1).splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def period(**changes: Any) -> dict[str, Any]:
    return BASE["periods"][0] | changes


def test_the_circular_is_what_the_circular_says() -> None:
    found = read_campaign(SHIPPED / "circular-2024-autumn.yml")
    assert [(p.boxes.text, p.days.first, p.days.last) for p in found.periods] == [
        ("po", date(2024, 10, 1), date(2024, 10, 25)),
        ("ec", date(2024, 11, 4), date(2024, 11, 30)),
    ]
    assert found.pilot is not None
    assert found.pilot.day < date(2024, 10, 1)
    sent = [mail for mail in found.mails if mail.days is not None]
    assert [(mail.id, mail.sender) for mail in sent] == [
        ("announcement", "sgne"),
        ("password", "etnic"),
        ("confirmation", "sgne"),
        ("last", "etnic"),
    ]
    assert [mail.days for mail in sent] == sorted(mail.days for mail in sent if mail.days is not None)
    assert (found.password, found.form) == ("new", False)
    assert found.contact("after", "password").address == "support@etnic.be"
    assert found.contact("before", "password").address == "BMA@enseignement.be"


def test_the_faq_is_what_the_faq_says() -> None:
    found = read_campaign(SHIPPED / "faq-2024-spring.yml")
    assert [(p.boxes.text, p.days.first, p.days.last, p.weekly) for p in found.periods] == [
        ("all", date(2024, 4, 22), date(2024, 5, 31), True)
    ]
    assert (found.pilot, found.password, found.form) == (None, "new_if_unknown", True)
    form, link = found.mails[:2]
    for lot in lots_of(found):
        first, second = found.mail_day(form, lot.day), found.mail_day(link, lot.day)
        assert first is not None
        assert second is not None
        assert date(2024, 4, 22) <= first <= date(2024, 5, 24)
        assert 21 <= (second - first).days <= 84
    new_password = found.mail_for("password_unknown")
    assert new_password is not None
    assert new_password.recipients == ("box", "rescue")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_campaigns_are_named_after_their_files(path: Path) -> None:
    assert read_campaign(path).name == path.stem


def test_mails_know_their_day_their_hours_and_when_it_is_too_late(tmp_path: Path) -> None:
    found = campaign(tmp_path)
    mail = found.mails[0]
    assert (found.mail_day(mail, MONDAYS[2]), mail.last_day(MONDAYS[2])) == (date(2026, 3, 2), date(2026, 3, 11))
    assert (mail.opens, mail.closes) == (time(8), time(16))
    late = campaign(tmp_path, mails=[MAIL | {"not_after": {"date": "2026-03-10"}}, MOVED]).mails[0]
    assert late.last_day(MONDAYS[2]) == date(2026, 3, 10)


def test_mails_leave_on_working_days(tmp_path: Path) -> None:
    changes: dict[str, Any] = {
        "calendar": {"public_holidays": "all"},
        "mails": [MAIL | {"trigger": {"days": -7}}, MOVED],
    }
    found = campaign(tmp_path, **changes)
    # A week before Monday 13 April 2026 is Easter Monday; before Sunday the 12th, Easter itself.
    assert found.mail_day(found.mails[0], date(2026, 4, 13)) == date(2026, 4, 3)
    assert found.mail_day(found.mails[0], date(2026, 4, 12)) == date(2026, 4, 3)
    changes["mails"] = [MAIL | {"trigger": {"days": -7}, "not_before": "2026-04-05"}, MOVED]
    held = campaign(tmp_path, **changes, periods=[period(to="2026-04-30")])
    assert held.mail_day(held.mails[0], date(2026, 4, 20)) == date(2026, 4, 13)
    assert held.mail_day(held.mails[0], date(2026, 4, 13)) == date(2026, 4, 7)
    assert found.mail_day(found.mails[1], date(2026, 4, 13)) is None


def test_start_moves_every_date_and_nothing_that_recurs(tmp_path: Path) -> None:
    content = said(
        pilot={"boxes": 5, "date": "2026-02-20"},
        pins=[{"box": "ec000001", "date": "2026-03-09", "reason": "x"}],
        blackouts=[
            {"name": "once", "from": "2026-03-17", "to": "2026-03-18"},
            {"name": "yearly", "each_year": {"from": "12-20", "to": "01-05"}},
        ],
        mails=[MAIL | {"not_before": "2026-01-30", "not_after": {"date": "2026-04-01"}}, MOVED],
    )
    plain = read_campaign(written(tmp_path, content))
    moved = read_campaign(written(tmp_path, content), date(2026, 8, 21))
    by = date(2026, 8, 21) - date(2026, 2, 20)
    assert by.days % 7 == 0
    assert [lot.day + by for lot in lots_of(plain)] == [lot.day for lot in lots_of(moved)]
    assert moved.pins[0].day == date(2026, 3, 9) + by
    assert moved.mails[0].not_before == date(2026, 1, 30) + by
    assert date(2026, 3, 17) + by in moved.closures[0].days
    assert date(2026, 12, 25) in moved.closures[1].days
    assert date(2026, 12, 25) + by not in moved.closures[1].days
    inside = read_campaign(written(tmp_path, content | {"start": "2026-08-21"}))
    assert (inside.start, lots_of(inside)) == (date(2026, 8, 21), lots_of(moved))
    assert read_campaign(written(tmp_path, content), None, date(2026, 8, 21)).start == date(2026, 8, 21)


def test_a_start_that_the_calendar_does_not_reach(tmp_path: Path) -> None:
    for year in (1, 1999, 2200, 9999):
        with pytest.raises(DocumentError, match=r"moved by .* days, is in no year from 2000 to 2199"):
            read_campaign(written(tmp_path, said()), date(year, 12, 20))
    assert "9999-03-02 is in no year" in refused(tmp_path, said(periods=[period(**{"from": "9999-03-02"})]))


def test_unknown_school_years_are_refused_unless_given_or_moved(tmp_path: Path) -> None:
    there = [period(**{"from": "2031-03-03", "to": "2031-03-28"})]
    holidays = {"school_holidays": {"boxes": "ec"}}
    text = refused(tmp_path, said(periods=there, calendar=holidays))
    assert "the school holidays from 2031-03-03 to 2031-03-28 are not known here; give those" in text
    given = holidays["school_holidays"] | {"dates": [{"name": "Congé", "from": "2031-03-03", "to": "2031-03-07"}]}  # type: ignore[operator]
    found = campaign(tmp_path, periods=there, calendar={"school_holidays": given})
    assert [closure.name for closure in found.closures] == ["Congé"]
    rehearsed = campaign(tmp_path, date(2031, 3, 3), calendar=holidays)
    assert "none is kept free" in rehearsed.warnings[0]


WRONG: list[tuple[dict[str, Any], str | None, str]] = [
    # what the schema sees
    ({"capacity": {"boxes": 0}}, '"boxes": 0', "capacity.boxes: 0 is less than the minimum of 1; allowed: a whole"),
    ({"capacity": {"boxes": True}}, '"boxes": true', "capacity.boxes: true is not a whole number"),
    ({"password": "secret"}, '"password"', "password: 'secret' is not one of 'unchanged', 'new', 'new_if_unknown'"),
    ({"titel": "x"}, '"titel"', "titel: unknown key; known: blackouts, calendar, campaign"),
    ({"title": "a\r\nBcc: x@example.org"}, '"title"', "is not understood; allowed: text on one line"),
    ({"title": "a\u2028b"}, '"title"', "is not understood; allowed: text on one line"),
    ({"senders": None}, None, "missing key: senders"),
    ({"periods": []}, '"periods"', "periods: [] should be non-empty"),
    # days
    ({"start": "2026-02-30"}, '"start"', "start: there is no day 2026-02-30"),
    ({"periods": [period(to="2026-02-27")]}, '"to": "2026-02-27"', "periods[0].to: 2026-02-27 is before 2026-03-02"),
    ({"periods": [period(to="2126-03-02")]}, '"periods"', "periods: from 2026-03-02 to 2126-03-02 is more than ten"),
    (
        {"blackouts": [{"name": "x", "each_year": {"from": "02-30", "to": "03-01"}}]},
        '"from": "02-30"',
        "blackouts[0].each_year.from: there is no day 02-30",
    ),
    (
        {"duties": [{"name": "x", "from": "2026-03-09", "to": "2026-03-02"}]},
        '"to": "2026-03-02"',
        "duties[0].to: 2026-03-02 is before 2026-03-09",
    ),
    ({"duties": [{"name": "x"}]}, None, "duties[0]: say one of: from and to, each_year"),
    (
        {"duties": [{"name": "x", "from": "2026-03-09", "each_week": ["mon"]}]},
        None,
        "duties[0]: say one of: from and to",
    ),
    (
        {"blackouts": [{"name": "travaux", "from": "2026-03-01", "to": "2026-04-01"}]},
        None,
        "periods[0]: no working day from 2026-03-02 to 2026-03-27 can have a lot: its days are mon, tue, wed; closed",
    ),
    ({"periods": [period(to="2026-03-02", rhythm={"every": "day", "days": ["sun"]})]}, None, "no working day"),
    ({"spare_day": "tue"}, '"days"', "rhythm.days: tue is a day of lots here and the spare day as well"),
    # pilot, capacity
    ({"pilot": {"boxes": 5, "date": "2026-03-02"}}, '"date"', "pilot.date: the pilot on 2026-03-02 is not before"),
    ({"pilot": {"boxes": 31, "date": "2026-02-20"}}, '"boxes": 31', "pilot.boxes: 31 boxes are more than capacity"),
    ({"ramp_up": [10, 99]}, " 99", "ramp_up[1]: 99 boxes are more than capacity.boxes, 30"),
    ({"capacity": {"boxes": 3, "bytes": "0 MB"}}, '"bytes"', "capacity.bytes: a lot that may hold no bytes"),
    ({"po": {"boxes": "any", "at_most": 3}}, '"at_most"', "po.at_most: at_most means nothing with boxes: any"),
    # mails
    ({"mails": [MAIL | {"sender": "x"}, MOVED]}, '"sender": "x"', "mails[0].sender: x is not one of the senders"),
    ({"mails": [MAIL, MAIL]}, None, "mails[1].id: announcement is there twice"),
    ({"mails": [MAIL | {"not_after": {"days": -20}}]}, '"days": -20', "not_after.days: -20 is before the trigger, -14"),
    (
        {"mails": [MAIL | {"window": {"from": "16:00", "to": "08:00"}}]},
        '"to": "08:00"',
        "mails[0].window.to: 08:00 is not after 16:00",
    ),
    ({"mails": [MAIL | {"trigger": {}}]}, '"trigger": {}', "mails[0].trigger: say either days or event"),
    ({"mails": [MAIL | {"recipients": ["rescue"]}]}, '"recipients"', "without a form there is no rescue address"),
    ({"password": "new_if_unknown"}, '"password"', "password: new_if_unknown is answered in the form"),
    ({"form": True, "password": "new_if_unknown"}, '"password": "new', "no mail waits for the event password_unknown"),
    # people and boxes
    ({"desks": {"other": {"name": "X"}}}, '"procedure"', "contacts.before.procedure: sgne is not one of the desks"),
    (
        {"pins": [{"box": "ec000001", "date": "2026-03-03", "reason": "x"}]},
        '"date": "2026-03-03"',
        "pins[0].date: 2026-03-03 has no lot: the nearest are 2026-03-02, 2026-03-09, 2026-03-16",
    ),
    (
        {"pins": [{"box": "ec000001", "date": "2026-03-08", "reason": "x"}], "spare_day": "sun"},
        '"date": "2026-03-08"',
        "pins[0].date: 2026-03-08 has no lot: closed for everybody (the spare day)",
    ),
    (
        {"pins": [{"box": "ec1", "date": "2026-03-02", "reason": "x"}]},
        '"box": "ec1"',
        "pins[0].box: 'ec1' is not understood",
    ),
    ({"pins": [{"box": "ec000001", "reason": "x"}]}, None, "pins[0]: say either date or pilot"),
    ({"pins": [{"box": "ec000001", "pilot": True, "reason": "x"}]}, '"pilot"', "this campaign has no pilot"),
    ({"renumbered": {"ec9": "ec000008"}}, '"ec9"', "renumbered.ec9: 'ec9' is not a box"),
    ({"renumbered": {"ec000009": "ec000001", "ec000008": "ec000001"}}, '"ec000009"', "ec000001 is taken over twice"),
    ({"exclude": [{"boxes": "ec &", "reason": "x"}]}, '"boxes": "ec &"', "exclude[0].boxes: 'ec &' is not understood"),
]


@pytest.mark.parametrize(("changes", "mark", "expected"), WRONG, ids=[expected[:40] for *_, expected in WRONG])
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, changes: dict[str, Any], mark: str | None, expected: str
) -> None:
    content = said(**changes)
    text = refused(tmp_path, content)
    told = [line for line in text.splitlines() if expected in line]
    assert told, text
    number = int(told[0].split(":")[1])
    assert mark is None or number == line_of(content, mark)


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    text = refused(
        tmp_path, said(spare_day="tue", ramp_up=[31], desks={"x": {"name": "X"}}, form=False, mails=[MAIL, MAIL])
    )
    for expected in ("spare day", "ramp_up[0]", "contacts.after.password", "there twice"):
        assert expected in text


def test_texts_are_never_templates(tmp_path: Path) -> None:
    found = campaign(tmp_path, title="{{ 7 * 7 }}{% raw %}")
    assert found.title == "{{ 7 * 7 }}{% raw %}"
