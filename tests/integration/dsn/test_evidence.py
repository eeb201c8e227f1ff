"""Several readers of the same reports at once, over ledgers of both kinds: each report counts once."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bma.dsn.directory import Directory
from bma.dsn.intake import Fortune, Reader
from bma.store import Ledger, State, events_of, open_ledger
from tests.postgres import new_database, postgresql
from tests.unit.dsn import reports

BOXES = ("ec000004", "ec000011", "po000153")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of an empty ledger of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return new_database(request.getfixturevalue("server"), f"reports_{next(_numbers)}")


def read_with(url: str, folder: Path, start: threading.Barrier, found: list[Fortune]) -> None:
    with open_ledger(url) as ledger:
        start.wait(20)
        intake = Reader(ledger, reports.AT, check=False).read("files", Directory(folder, None))
        assert not intake.fault
        found += [said.fortune for said in intake.said]


def test_readers_at_the_same_time_write_everything_once(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    with open_ledger(url) as ledger:
        for box in BOXES:
            reports.put(ledger, reports.draft(box))
            address = f"{box}@{reports.DOMAIN}"
            (folder / f"{box}.eml").write_bytes(reports.postfix([reports.recipient(address)], reports.envid(box)))
    start = threading.Barrier(4)
    found: list[Fortune] = []
    readers = [threading.Thread(target=read_with, args=(url, folder, start, found)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    assert Counter(found) == {Fortune.MOVED: 3, Fortune.KNOWN: 9}
    with open_ledger(url) as ledger:
        assert all(reports.states(ledger, box) == [State.BOUNCED] for box in BOXES)
        assert _count(ledger, "report_failed") == _count(ledger, "mail_bounced") == 3


def _count(ledger: Ledger, kind: str) -> int:
    with ledger.reading() as connection:
        return len(events_of(connection, reports.CAMPAIGN, [kind]))


def test_text_that_a_database_cannot_hold_is_written_out(url: str, tmp_path: Path) -> None:
    words = "no\0 such \ud800user".encode("utf-8", "surrogatepass")
    content = reports.postfix(
        [reports.recipient(f"ec000004@{reports.DOMAIN}", words="WORDS")], reports.envid(), "<a\0b@example.org>"
    ).replace(b"WORDS", words)
    (tmp_path / "1.eml").write_bytes(content)
    with open_ledger(url) as ledger:
        reports.put(ledger, reports.draft("ec000004"))
        (said,) = Reader(ledger, reports.AT, check=False).read("files", Directory(tmp_path, None)).of(Fortune.MOVED)
        assert "\\x00" in said.why
        assert reports.mail_of(ledger).deliveries[0].answer == said.why
