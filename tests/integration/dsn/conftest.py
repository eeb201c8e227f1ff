"""A Dovecot for all tests here, a ledger for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bma.store import Ledger
from tests.peers.dovecot import Dovecot, dovecot, missing
from tests.unit.dsn import reports

_numbers = itertools.count(1)
PASSWORD = "boite-canari"


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    why = missing()
    if why:
        pytest.skip(why)
    with dovecot() as running:
        yield running


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with reports.new_ledger(tmp_path) as opened:
        yield opened


@pytest.fixture
def box(imap: Dovecot) -> str:
    """A box of the test's own on that Dovecot, its password :data:`PASSWORD`."""
    name = f"ec{next(_numbers):06}"
    imap.add(name, PASSWORD)
    return name
