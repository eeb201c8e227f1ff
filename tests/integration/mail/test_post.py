"""A run against a relay: what is sent, over how many connections, and what is told when something is wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bma.mail import MailError, Moment, Outcome, Wishes
from bma.mail.message import Attachment
from bma.mail.owner import Owner, this_process
from bma.store import MailedPromises, Outbox, State, events_of
from lab.smtp import Rule, SmtpSink
from tests.integration.mail.conftest import CUT_OVER, STEPS, World, build

Worlds = Callable[..., World]


def test_a_whole_campaign_day_by_day(world: Worlds) -> None:
    here = world(3)
    for step in STEPS:
        predicted = here.predict(here.day(step))
        assert len(predicted.of(Outcome.SENT)) == 3
        report = here.run(here.day(step))
        sent = [(told.box, told.step, told.to, told.subject, told.message_id) for told in report.of(Outcome.SENT)]
        assert sent == [
            (told.box, told.step, told.to, told.subject, told.message_id) for told in predicted.of(Outcome.SENT)
        ]
        assert not report.failed
        again = here.run(here.day(step))
        assert not again.changed
        assert not again.failed
    assert Counter(here.arrived()) == dict.fromkeys([(box, step) for box in here.boxes for step in STEPS], 1)
    assert here.sink.connections == len(STEPS)


def test_what_was_sent_can_be_made_again_from_the_ledger_byte_for_byte(world: Worlds) -> None:
    here = world(2)
    here.run(here.day("announcement"))
    with here.open() as ledger:
        mails = [mail for found in Outbox(ledger).mails("example").values() for mail in found]
        kept = Outbox(ledger).contents(mail.id for mail in mails)
    assert [mail.content for mail in here.sink.mails()] == [kept[mail.id] for mail in mails]


def test_the_envelope_asks_for_reports_that_name_the_mail(world: Worlds) -> None:
    here = world(1, envelope_sender="bounces+{envid}@example.org", notify=["failure", "delay"])
    here.run(here.day("announcement"))
    (mail,) = here.sink.mails()
    with here.open() as ledger:
        (record,) = Outbox(ledger).mails("example")["ec000001"]
    envid = record.first.envid
    assert mail.sender == f"bounces+{envid}@example.org"
    assert f"ENVID={envid}" in mail.mail_options
    assert "RET=HDRS" in mail.mail_options
    assert mail.recipient_options == ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;ec000001@adm.example.org"]


def test_a_relay_without_reports_is_asked_for_none(tmp_path: Path) -> None:
    with SmtpSink(tmp_path / "lab", dsn=False) as relay:
        here = build(relay, str(tmp_path / "ledger.sqlite"), 1)
        assert not here.run(here.day("announcement")).failed
        (mail,) = relay.mails()
        assert mail.recipient_options == []


def test_the_date_of_the_mail_does_not_depend_on_when_it_is_sent(world: Worlds) -> None:
    here = world(1)
    here.run(str(date(2027, 1, 13)))
    (mail,) = here.sink.mails()
    assert message_from_bytes(mail.content)["Date"] == "Mon, 11 Jan 2027 08:00:00 +0100"


def test_encrypted_and_logged_in(world: Worlds) -> None:
    here = world(1)
    here = build(
        here.sink, here.url, 1, security="starttls", ca_file=str(here.sink.ca_file), username="mailer@lab.example"
    )
    assert not here.run(here.day("announcement")).failed
    (mail,) = here.sink.mails()
    assert (mail.encrypted, mail.login) == (True, "mailer@lab.example")


@pytest.mark.parametrize(
    ("relay", "password", "told"),
    [
        ({"port": 1}, None, "cannot be used: Connection refused"),
        ({"host": "nowhere.invalid"}, None, "the relay nowhere.invalid"),
        ({"security": "starttls"}, None, "has a certificate that is not trusted"),
        ({"security": "starttls", "ca_file": "/nowhere.pem"}, None, "/nowhere.pem cannot be read"),
        ({"security": "starttls", "username": "mailer@lab.example"}, "canari-relay", "refuses the account"),
        ({"security": "starttls", "username": "mailer@lab.example"}, "", "mail_passwords.sgne is not set"),
        ({"security": "tls", "timeout": 2}, None, "cannot be used"),
    ],
)
def test_why_a_relay_cannot_be_used_is_told_once_and_nothing_is_lost(
    sink: SmtpSink, tmp_path: Path, relay: dict[str, object], password: str | None, told: str
) -> None:
    trusted = {"ca_file": str(sink.ca_file)} if "username" in relay else {}
    here = build(sink, str(tmp_path / "ledger.sqlite"), 3, **{**trusted, **relay})
    with here.open() as ledger:
        post = here.post(ledger, here.day("announcement"))
        post.passwords = lambda _: password
        report = post.run()
    assert len(report.faults) == 1
    assert told in report.faults[0]
    assert "canari" not in report.faults[0]
    assert len(report.of(Outcome.NOT_TRIED)) == 3
    assert build(sink, here.url, 3).run(here.day("announcement")).counts()["sent"] == 3


def test_a_relay_without_encryption_is_not_spoken_to(sink: SmtpSink, tmp_path: Path) -> None:
    with SmtpSink(tmp_path / "plain", encrypted=False) as plain:
        here = build(plain, str(tmp_path / "ledger.sqlite"), 1, security="starttls")
        report = here.run(here.day("announcement"))
        assert "offers no STARTTLS" in report.faults[0]
        assert plain.mails() == []


def test_a_password_is_not_sent_in_clear(sink: SmtpSink, tmp_path: Path) -> None:
    with pytest.raises(MailError, match="not encrypted"):
        build(sink, str(tmp_path / "x"), 1, security="none", username="a")


def test_a_refused_recipient_fails_its_box_alone(world: Worlds) -> None:
    here = world(3)
    here.sink.go_wrong(Rule(at="rcpt", do="reply", code=550, text="no such user", match="ec000002@*", times=0))
    report = here.run(here.day("announcement"))
    assert {told.box: str(told.outcome) for told in report.told if told.step == "announcement"} == {
        "ec000001": "sent", "ec000002": "refused", "ec000003": "sent",
    }  # fmt: skip
    assert report.of(Outcome.REFUSED)[0].why == "550 no such user"
    assert report.failed
    assert here.sink.connections == 1
    here.sink.go_wrong()
    assert here.run(here.day("announcement")).counts()["sent"] == 1
    assert Counter(box for box, _ in here.arrived()) == dict.fromkeys(here.boxes, 1)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
def test_a_relay_that_says_later_is_asked_later(world: Worlds, stage: str) -> None:
    here = world(2)
    here.sink.go_wrong(Rule(at=stage, do="reply", code=451, text="greylisted", times=2))
    report = here.run(here.day("announcement"))
    assert len(report.of(Outcome.DEFERRED)) == 2
    assert {told.why for told in report.of(Outcome.DEFERRED)} == {"451 greylisted"}
    assert here.run(here.day("announcement")).counts()["sent"] == 2
    assert len(here.sink.mails()) == 2


def test_a_line_that_breaks_again_and_again_is_left_alone(world: Worlds) -> None:
    here = world(9)
    here.sink.go_wrong(Rule(at="mail", times=0))
    report = here.run(here.day("announcement"))
    assert report.counts()["deferred"] == 5
    assert report.counts()["not_tried"] == 4
    assert "broke 5 times in a row" in report.faults[0]


def test_a_connection_is_made_anew_after_so_many_mails(world: Worlds) -> None:
    here = world(5, mails_per_connection=2)
    here.run(here.day("announcement"))
    assert [mail.connection for mail in here.sink.mails()] == [1, 1, 2, 2, 3]


def test_an_ambiguous_mail_is_named_and_repeated_only_as_the_same_mail(world: Worlds) -> None:
    here = world(1)
    today = here.day("announcement")
    here.sink.go_wrong(Rule(at="stored"))
    assert here.run(today).of(Outcome.AMBIGUOUS)[0].box == "ec000001"
    here.sink.go_wrong()
    assert here.run(today).failed
    assert len(here.sink.mails()) == 1
    assert here.predict(today, ambiguous="repeat").of(Outcome.SENT)[0].why == "the same mail again"
    repeated = here.run(today, ambiguous="repeat")
    assert repeated.counts()["sent"] == 1
    first, second = here.sink.mails()
    assert first.content == second.content


def test_a_repeat_that_is_refused_leaves_it_as_unknown_as_it_was(world: Worlds) -> None:
    here = world(1)
    today = here.day("announcement")
    here.sink.go_wrong(Rule(at="stored"))
    here.run(today)
    for rule in (Rule(at="rcpt", do="reply", code=550), Rule(at="content", do="reply", code=451), Rule(at="data")):
        here.sink.go_wrong(rule)
        assert here.run(today, ambiguous="repeat").counts()["ambiguous"] == 1
        with here.open() as ledger:
            assert Outbox(ledger).mails("example")["ec000001"][0].first.state is State.AMBIGUOUS


def test_somebody_has_looked_and_found_it(world: Worlds) -> None:
    here = world(1)
    here.sink.go_wrong(Rule(at="stored"))
    here.run(here.day("announcement"))
    assert not here.run(here.day("announcement"), ambiguous="arrived").failed
    assert here.run(here.day("password")).counts()["sent"] == 1


def test_what_a_living_process_sends_is_not_called_ambiguous(world: Worlds) -> None:
    here = world(1)
    today = here.day("announcement")
    with here.open() as ledger:
        post = here.post(ledger, today)
        found = post._forecast(Wishes())
        outbox = Outbox(ledger)
        outbox.plan(found.drafts, post.clock().at)
        (mail,) = outbox.mails("example")["ec000001"]
        alive = this_process()
        assert outbox.claim(mail.first.id, alive.name, alive.lease(), post.clock().at)
        assert post.run().counts()["waiting"] >= 1
        assert outbox.mails("example")["ec000001"][0].first.state is State.SENDING
        late = Owner("elsewhere 1 1", now=lambda: datetime.max.replace(tzinfo=post.clock().at.tzinfo))
        post.owner = late
        assert post.run().counts()["ambiguous"] == 1


def test_two_runs_at_once_send_each_mail_once(world: Worlds) -> None:
    here = world(12)
    here.open().close()
    today = here.day("announcement")
    wrong: list[BaseException] = []
    together = threading.Barrier(3)

    def run() -> None:
        try:
            with here.open() as ledger:
                post = here.post(ledger, today)
                post.owner = this_process()
                together.wait(30)
                post.run()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    assert Counter(here.arrived()) == {(box, "announcement"): 1 for box in here.boxes}


def test_a_date_that_moves_is_corrected_before_anything_else(world: Worlds) -> None:
    here = world(2)
    here.run(here.day("announcement"))
    moved = date(2027, 1, 26)
    here.plan = replace(here.plan, days={**here.plan.days, "ec000002": moved})
    report = here.run("2027-01-21")
    assert {(told.box, told.step) for told in report.of(Outcome.SENT)} == {
        ("ec000001", "password"), ("ec000002", "correction"), ("ec000002", "password"),
    }  # fmt: skip
    texts = [
        str(message_from_bytes(mail.content, policy=policy.default).get_body(("plain",)))
        for mail in here.sink.mails()
        if b"correction" in mail.content
    ]
    assert len(texts) == 1
    assert here.arrived().index(("ec000002", "correction")) < here.arrived().index(("ec000002", "password"))
    with here.open() as ledger:
        assert MailedPromises(ledger, "example").announced() == {"ec000001": CUT_OVER, "ec000002": moved}


def test_a_mail_that_has_not_left_is_written_anew_when_its_date_moves(world: Worlds) -> None:
    here = world(1)
    here.sink.go_wrong(Rule(at="rcpt", do="reply", code=451))
    here.run(here.day("announcement"))
    here.plan = replace(here.plan, days={"ec000001": date(2027, 1, 19)})
    here.run(here.day("announcement"))
    (mail,) = here.sink.mails()
    assert "19" in str(message_from_bytes(mail.content, policy=policy.default)["Subject"])
    with here.open() as ledger, ledger.reading() as connection:
        kinds = [event.kind for event in events_of(connection, "example")]
    assert kinds == ["mail_planned", "mail_planned", "mail_rewritten", "mail_sending", "mail_accepted"]


def test_a_mail_that_became_too_late_is_withdrawn_and_told(world: Worlds) -> None:
    here = world(1)
    here.sink.go_wrong(Rule(at="rcpt", do="reply", code=451, times=0))
    here.run(here.day("announcement"))
    report = here.run("2027-01-21")
    assert report.of(Outcome.LATE)[0].why == "2027-01-20 was the last day for it"
    assert here.sink.mails() == []
    with here.open() as ledger:
        assert Outbox(ledger).mails("example")["ec000001"][0].first.state is State.WITHDRAWN


def test_again_is_another_mail_with_the_old_text_beside_it(world: Worlds) -> None:
    here = world(1)
    here.run(here.day("announcement"))
    wished = {"steps": ["announcement"], "again": ["announcement"]}
    (predicted,) = here.predict("2027-01-13", **wished).of(Outcome.SENT)
    assert predicted.before == predicted.after
    here.run("2027-01-13", **wished)
    first, second = (message_from_bytes(mail.content) for mail in here.sink.mails())
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Date"] != second["Date"]


def test_a_mail_that_nobody_knows_is_refused(world: Worlds) -> None:
    here = world(1)
    with pytest.raises(MailError, match="there is no mail anouncement in the campaign; known: announcement"):
        here.run(here.day("announcement"), steps=["anouncement"])


def test_a_waived_mail_lets_the_next_one_go(world: Worlds) -> None:
    here = world(1)
    assert here.run(here.day("announcement")).counts()["sent"] == 1
    assert here.run(here.day("password"), waive=["password"]).counts().get("sent") is None
    assert here.run(here.day("confirmation")).counts()["sent"] == 1
    assert here.arrived() == [("ec000001", "announcement"), ("ec000001", "confirmation")]


def test_hours_that_close_while_mails_are_sent_keep_the_rest_for_tomorrow(world: Worlds) -> None:
    here = world(4)
    hours = iter([time(15, 59)] * 7 + [time(16, 0)] * 100)
    with here.open() as ledger:
        post = here.post(ledger, here.day("announcement"))
        zone = here.settings.zone
        post.clock = lambda: Moment(date.fromisoformat(here.day("announcement")), next(hours), zone)
        report = post.run()
    assert 1 <= report.counts()["sent"] < 4
    assert {told.why for told in report.of(Outcome.WAITING) if told.step == "announcement"} == {
        "its hours are over: 08:00 to 16:00"
    }
    assert not report.failed


def test_a_password_is_in_the_mail_and_nowhere_in_the_ledger(world: Worlds) -> None:
    here = world(1)
    here.run(here.day("announcement"))
    report = here.run(here.day("password"))
    mail = message_from_bytes(here.sink.mails()[-1].content, policy=policy.default)
    assert "canari-ec000001-<&>é" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "canari-ec000001-&lt;&amp;&gt;é" in str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
    assert "canari" not in repr(report)
    with here.open() as ledger, ledger.reading() as connection:
        for table in ("mail", "delivery", "event", "promise", "attachment"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert b"canari" not in repr(rows).encode()


def test_a_relay_that_repeats_the_password_is_not_believed(world: Worlds) -> None:
    here = world(1)
    here.run(here.day("announcement"))
    here.sink.go_wrong(Rule(at="content", do="reply", code=554, text="spam: canari-ec000001-<&>é"))
    here.sink.rules.set([Rule(at="content", do="reply", code=554, text="spam: canari-ec000001-<&>")])
    here.passwords.secret = lambda reference: _plain(reference)  # type: ignore[method-assign]
    report = here.run(here.day("password"))
    assert report.of(Outcome.REFUSED)[0].why == "554 spam: ••••••••"


def _plain(reference: str) -> object:
    from bma.mail import SecretText

    return SecretText("canari-ec000001-<&>", reference)


def test_without_a_password_its_mail_waits_and_says_so(world: Worlds) -> None:
    here = world(1)
    here.run(here.day("announcement"))
    here.passwords.gone = True
    report = here.run(here.day("password"))
    assert [told.why for told in report.of(Outcome.HELD)] == ["no password is held for it yet"]


def test_a_password_that_was_replaced_is_not_repeated(world: Worlds) -> None:
    here = world(1)
    here.run(here.day("announcement"))
    here.sink.go_wrong(Rule(at="stored"))
    here.run(here.day("password"))
    here.sink.go_wrong()
    here.passwords.generation = 2
    report = here.run(here.day("password"), ambiguous="repeat")
    assert report.of(Outcome.HELD)[0].why == "its password is not held any more, or was replaced"
    assert len(here.sink.mails()) == 2


def test_files_are_in_the_ledger_once_and_in_every_mail(world: Worlds) -> None:
    here = world(3)
    guide = Attachment("tutoriel.pdf", "application/pdf", b"%PDF-1.7 " + bytes(50_000))
    here.settings = replace(here.settings, attachments={"date-announced": (guide,)})
    here.run(here.day("announcement"))
    for mail in here.sink.mails():
        (part,) = message_from_bytes(mail.content, policy=policy.default).iter_attachments()  # type: ignore[union-attr]
        assert part.get_content() == guide.content
    with here.open() as ledger:
        contents = Outbox(ledger).contents(range(1, 4))
    assert max(map(len, contents.values())) < 20_000


def test_a_rescue_address_gets_it_too_and_fails_alone(sink: SmtpSink, tmp_path: Path) -> None:
    here = build(sink, str(tmp_path / "ledger.sqlite"), 1)
    mails = tuple(replace(mail, recipients=("box", "rescue")) for mail in here.campaign.mails)
    here.campaign = replace(here.campaign, mails=mails)
    here.boxes = {name: replace(box, rescue="secours@example.org") for name, box in here.boxes.items()}
    sink.go_wrong(Rule(at="rcpt", do="reply", code=550, match="secours@*", times=2))
    report = here.run(here.day("announcement"))
    # Reports name the address that the holder has given in confidence by what it is.
    assert report.of(Outcome.REFUSED)[0].to == ("ec000001@adm.example.org", "(rescue)")
    assert "secours" not in repr(report)
    assert [mail.recipients for mail in sink.mails()] == [["ec000001@adm.example.org"]]
    # The box has its mail: what comes next is not held up by the other address.
    report = here.run("2027-01-20")
    assert {told.step for told in report.of(Outcome.SENT)} == {"password"}
    here.run("2027-01-20")
    assert [mail.recipients for mail in sink.mails()][-1] == ["secours@example.org"]
    assert len(sink.mails()) == 4
