"""Who gets a new password is the campaign's rule, the form's answer, and what was there before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.campaign import Campaign, read_campaign
from bma.errors import DocumentError
from bma.password.approval import approval_for
from bma.password.faults import PasswordError
from bma.password.needs import unwanted, wanted
from bma.password.options import lifetime_from
from bma.password.record import ENDED, FOLLOWS, LIVE, PasswordRecord
from bma.password.reset import RESET_STEP, reset_mail
from bma.store.password_tables import Life
from tests.conftest import ROOT

NOW = datetime(2027, 1, 6, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return read_campaign(ROOT / "inventory/campaigns/example.yml")


def password(state: Life, *, delivered: bool = False, purpose: str = "campaign") -> PasswordRecord:
    at = NOW if delivered else None
    return PasswordRecord(
        1, "example", "ec000004", 1, purpose, "campaign", state, "example.ec000004.1.00", None, None, None, None, None,
        NOW, NOW, NOW, at, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "unknown", "expected"),
    [
        ("unchanged", {"ec000004"}, []),
        ("new", set(), ["ec000004", "ec000103"]),
        ("new_if_unknown", {"ec000103"}, ["ec000103"]),
        ("new_if_unknown", set(), []),
    ],
)
def test_the_rule_of_the_campaign_decides(
    campaign: Campaign, rule: str, unknown: set[str], expected: list[str]
) -> None:
    assert wanted(replace(campaign, password=rule), ["ec000004", "ec000103"], unknown, {}) == expected


@pytest.mark.parametrize("state", list(Life))
@pytest.mark.parametrize("delivered", [True, False])
def test_a_box_has_one_that_is_wanted_or_has_reached_its_holder(
    campaign: Campaign, state: Life, delivered: bool
) -> None:
    there = {"ec000004": [password(state, delivered=delivered)]}
    has = state in LIVE or delivered
    assert wanted(campaign, ["ec000004"], (), there) == ([] if has else ["ec000004"])


def test_what_is_not_set_yet_is_dropped_when_the_holder_remembers(campaign: Campaign) -> None:
    asking = replace(campaign, password="new_if_unknown")
    for state in Life:
        dropped = unwanted(asking, (), {"ec000004": [password(state)]})
        assert bool(dropped) is (state in {Life.PLANNED, Life.HELD})
        assert unwanted(asking, {"ec000004"}, {"ec000004": [password(state)]}) == []
        assert unwanted(asking, (), {"ec000004": [password(state, purpose="reset")]}) == []
        assert unwanted(campaign, (), {"ec000004": [password(state)]}) == []


def test_every_life_comes_to_an_end(campaign: Campaign) -> None:
    ends = set(ENDED)
    for _ in Life:
        ends |= {state for state, following in FOLLOWS.items() if following & ends}
    assert ends == set(Life)
    assert all(FOLLOWS[state] == frozenset() for state in ENDED)


# -- approvals


def approve(folder: Path, name: str = "1.yml", **said: str) -> None:
    folder.mkdir(exist_ok=True)
    given = {"box": "ec000004", "requester": "desk1", "approver": "desk2", "until": "2027-01-06"} | said
    (folder / name).write_text("".join(f'{key}: "{value}"\n' for key, value in given.items()))


def test_an_approval_of_a_second_person_is_found(tmp_path: Path) -> None:
    approve(tmp_path)
    found = approval_for(tmp_path, "ec000004", "desk1", NOW, ZONE, set())
    assert found.approver == "desk2"
    with pytest.raises(PasswordError, match=r"1\.yml was used before"):
        approval_for(tmp_path, "ec000004", "desk1", NOW, ZONE, {found.digest})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"approver": "desk1"}, "is approved by whoever asks for it"),
        ({"approver": "DESK1"}, "is approved by whoever asks for it"),
        ({"requester": "desk3", "approver": "desk1"}, "is approved by whoever asks for it"),
        ({"requester": "desk3"}, "was asked for by desk3"),
        ({"until": "2027-01-05"}, "ended on 2027-01-05"),
        ({"until": "2027-01-06T09:59"}, "ended on 2027-01-06T09:59"),
        ({"box": "ec000103"}, "no second person has approved this reset"),
    ],
)
def test_an_approval_that_does_not_do_is_told(tmp_path: Path, said: dict[str, str], told: str) -> None:
    approve(tmp_path, **said)
    with pytest.raises(PasswordError, match="no second person has approved") as raised:
        approval_for(tmp_path, "ec000004", "desk1", NOW, ZONE, set())
    assert told in str(raised.value)


@given(st.datetimes(datetime(2027, 1, 1), datetime(2027, 1, 31)))
def test_an_approval_ends_with_its_day_in_the_sites_own_time(moment: datetime) -> None:
    import tempfile

    now = moment.replace(tzinfo=ZONE)
    with tempfile.TemporaryDirectory() as folder:
        approve(Path(folder), until="2027-01-15")
        if now.date() <= datetime(2027, 1, 15).date():
            assert approval_for(Path(folder), "ec000004", "desk1", now, ZONE, set())
        else:
            with pytest.raises(PasswordError):
                approval_for(Path(folder), "ec000004", "desk1", now, ZONE, set())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"until": "soon"}, "1.yml:4: until: 'soon' is not understood; allowed: 2026-01-31, or 2026-01-31T16:00"),
        ({"until": "2027-02-31"}, "1.yml:4: there is no day 2027-02-31"),
        ({"approver": "x y"}, "approver: 'x y' is not understood; allowed: an account name"),
        ({"colour": "red"}, "colour: unknown key"),
    ],
)
def test_a_file_that_is_no_approval_is_told_with_its_line(tmp_path: Path, said: dict[str, str], told: str) -> None:
    approve(tmp_path, **said)
    with pytest.raises(DocumentError) as raised:
        approval_for(tmp_path, "ec000004", "desk1", NOW, ZONE, set())
    assert told in str(raised.value)


# -- resets


def test_the_mail_of_a_reset_leaves_at_once_and_to_one_recipient(campaign: Campaign) -> None:
    mail = reset_mail(campaign, "rescue")
    assert (mail.id, mail.template, mail.recipients) == (RESET_STEP, "new-password", ("rescue",))
    assert not mail.announces
    assert mail.last_day(campaign.last_day) is None
    assert reset_mail(campaign, "box").recipients == ("box",)


def test_a_campaign_whose_mails_tell_no_password_says_so(campaign: Campaign) -> None:
    without = replace(campaign, mails=tuple(mail for mail in campaign.mails if mail.id != "password"))
    with pytest.raises(PasswordError, match="no mail of this campaign tells a password"):
        reset_mail(without, "rescue")


def test_lifetimes_are_judged() -> None:
    assert lifetime_from(None).approval == "required"
    with pytest.raises(PasswordError, match="approval: 'maybe' is not one of 'none', 'required'"):
        lifetime_from({"approval": "maybe"})
