"""Whatever arrives: read in bounded time, never a crash; and every report that we can generate is matched."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bma.dsn.intake import Fortune, Reader
from bma.dsn.matching import match
from bma.dsn.mime import LARGEST, take_apart
from bma.dsn.reading import read_report
from bma.dsn.report import Action, Report
from bma.store import State
from bma.store.evidence import mails_of
from tests.unit.dsn import reports

SEEDS = [
    reports.postfix([reports.recipient("ec000004@adm.example.org")], reports.envid(), reports.identity()),
    reports.exchange("ec000004@adm.example.org", reports.identity()),
    reports.receipt("ec000004@adm.example.org", reports.identity()),
    reports.vacation("ec000004@adm.example.org", reports.identity()),
    reports.qmail("ec000004@adm.example.org", reports.identity()),
]


@given(st.binary(max_size=4000))
def test_any_bytes(content: bytes) -> None:
    assert isinstance(read_report(content), Report)


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=300)
def test_spoiled_reports(seed: bytes, data: st.DataObject) -> None:
    """Cut anywhere, with bytes replaced, doubled or put in anywhere."""
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content)))
        how = data.draw(st.sampled_from(["cut", "put", "replace", "double"]))
        piece = data.draw(
            st.one_of(st.binary(max_size=40), st.sampled_from([b"\r\n", b"\n\n", b"--b--", b"\0", b"=?", b'"']))
        )
        if how == "cut":
            del content[place:]
        elif how == "put":
            content[place:place] = piece
        elif how == "replace":
            content[place : place + len(piece)] = piece
        else:
            content += content[place:][:2000]
    said = read_report(bytes(content))
    for fate in said.fates:
        assert (fate.words + fate.recipient + fate.status).isprintable()
    assert (said.sender + said.subject).isprintable()


def _nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))


BOMBS = {
    "ten thousand parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nX: y\n\nz\n" * 10_000,
    "nested parts": _nested(20_000),
    "nested reports": b"From: MAILER-DAEMON@x\n" + b"Content-Type: message/rfc822\n\n" * 50_000,
    "the same boundary inside": b"Content-Type: multipart/report; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/report; "
    b"boundary=a\n\n" * 5000,
    "one huge line": b"From: MAILER-DAEMON@x\nSubject: x\n\n" + b"<" * 3_000_000,
    "one huge header": b"A:" + b" " * 3_000_000,
    "many folded lines": b"A: b" + b"\n " * 1_000_000,
    "many fields": b"A: b\n" * 500_000,
    "parameters": b"Content-Type: text/x" + b'; a="\\' * 400_000 + b"\n\n",
    "addresses": b"From: MAILER-DAEMON@x\n\n" + b"a@" * 500_000,
    "recipients": b"Content-Type: message/delivery-status\n\n"
    + b"Final-Recipient: rfc822; a@b\nAction: failed\n\n" * 40_000,
    "ids": b"From: x@y\nReferences: " + b"<a@b> " * 200_000 + b"\n\n",
    "words": b"From: x@y\nSubject: " + b"=?utf-8?q?=?= " * 100_000 + b"\n\n",
    "a robot's words": b"From: postmaster@a\n\nThis is the mail delivery agent at\n\n" + b"<" * 60_000 + b"\n" * 60_000,
    "encodings": b"From: MAILER-DAEMON@x\nContent-Transfer-Encoding: base64\nContent-Type: text/plain; charset=zlib\n\n"
    + b"AAAA" * 500_000,
    "a slow charset": b"From: MAILER-DAEMON@x\nContent-Type: text/plain; charset=punycode\n\n" + b"a-b" * 500_000,
    "boundaries that almost fit": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--ab\n" * 400_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_bounded(name: str) -> None:
    begun = time.process_time()
    said = read_report(BOMBS[name])
    # A hundred times what it takes: a machine may be slow, a quadratic reader is slower.
    assert time.process_time() - begun < 10
    assert len(said.fates) <= 600
    assert sum(map(len, said.message_ids)) <= 250


def test_parts_beyond_the_bound_are_told() -> None:
    message = take_apart(BOMBS["ten thousand parts"])
    assert message.cut
    assert len(message.parts) <= 200
    assert take_apart(b"A: b\n\n" + b"x" * LARGEST).cut
    assert not take_apart(SEEDS[0]).cut


def test_a_report_in_front_of_a_huge_returned_mail_is_read() -> None:
    content = SEEDS[0].replace(b"Subject: Objet\r\n", b"Subject: Objet\r\n\r\n" + b"x" * 3 * LARGEST)
    said = read_report(content)
    assert said.cut
    assert said.envids == (reports.envid(),)
    assert said.message_ids == ((reports.identity(),),)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
ours = st.sampled_from(["ec000004", "ec000011", "po000153"])


@st.composite
def generated(draw: st.DrawFn) -> tuple[bytes, str, Action]:
    """A report about one of our mails, in one of the forms, naming it in one of the ways; its box and action."""
    box = draw(ours)
    address = draw(st.sampled_from([str.lower, str.upper, str.title]))(f"{box}@{reports.DOMAIN}")
    action = draw(st.sampled_from(["failed", "delayed", "delivered", "relayed", "expanded"]))
    status = draw(st.sampled_from(["5.1.1", "4.4.7", "2.0.0", "5.7.1 (refused)", ""]))
    if draw(st.booleans()):
        return (
            reports.exchange(address, reports.identity(box), action, status, draw(st.booleans())),
            box,
            Action(action),
        )
    way = draw(st.sampled_from(["envid", "id", "both", "address"]))
    reason = re.sub(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", draw(words))
    others = [
        reports.recipient(f"x{number}@example.org", "delivered", "2.0.0") for number in range(draw(st.integers(0, 3)))
    ]
    content = reports.postfix(
        draw(st.permutations([reports.recipient(address, action, status, reason), *others])),
        reports.envid(box) if way in {"envid", "both"} else None,
        reports.identity(box) if way in {"id", "both"} else None,
        f"bounces+{reports.envid(box)}@example.org" if way == "address" else "bounces@example.org",
    )
    if draw(st.booleans()):
        content = content.replace(b"\r\n", b"\n")
    return content, box, Action(action)


@given(generated())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_every_generated_report_is_matched(tmp_path: Path, report: tuple[bytes, str, Action]) -> None:
    content, box, action = report
    with reports.new_ledger(tmp_path) as ledger:
        if not mails_of(ledger, [], [reports.identity()]):
            for each in ("ec000004", "ec000011", "po000153"):
                reports.put(ledger, reports.draft(each))
        said = read_report(content)
        ids = [one for place in said.message_ids for one in place]
        found, why = match(said, mails_of(ledger, said.envids, ids))
        assert [(one.mail.box, one.fate.action) for one in found] == [(box, action)], why


@given(
    st.lists(
        st.one_of(generated().map(lambda one: one[0]), st.sampled_from(SEEDS), st.binary(max_size=300)), max_size=8
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_a_prediction_is_what_then_happens_and_a_second_reading_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("run")
    with reports.new_ledger(folder) as ledger:
        for each, state in (("ec000004", State.ACCEPTED), ("ec000011", State.AMBIGUOUS), ("po000153", State.FAILED)):
            reports.put(ledger, reports.draft(each), state)
        source = Files(contents)
        predicted = Reader(ledger, reports.AT, check=True).read("s", source)
        done = Reader(ledger, reports.AT, check=False).read("s", source)
        assert predicted.said == done.said
        assert not source.put_away & {index for index, _ in enumerate(contents) if _aside(done.said, index)}
        before = [reports.states(ledger, box) for box in ("ec000004", "ec000011", "po000153")]
        again = Reader(ledger, reports.AT, check=False).read("s", source)
        assert not again.changed
        assert [reports.states(ledger, box) for box in ("ec000004", "ec000011", "po000153")] == before
    (folder / "ledger.sqlite").unlink()


def _aside(said: object, index: int) -> bool:
    return any(one.name == str(index) and one.fortune in {Fortune.ASIDE, Fortune.EARLY} for one in said)  # type: ignore[attr-defined]


class Files:
    """Messages in memory; what was put away is remembered, and read again all the same."""

    name = "memory"

    def __init__(self, contents: list[bytes]) -> None:
        from bma.dsn.source import Item

        self.items = [Item(str(index), content) for index, content in enumerate(contents)]
        self.put_away: set[int] = set()

    def batches(self):  # type: ignore[no-untyped-def]
        yield self.items

    def done(self, items) -> None:  # type: ignore[no-untyped-def]
        self.put_away |= {int(item.name) for item in items}

    def close(self) -> None:
        pass
