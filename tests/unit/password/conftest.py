"""Ledgers and holds for passwords."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bma.password.book import PasswordBook
from bma.password.holds.age import AgeFolder
from bma.store import Ledger, open_ledger

NOW = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> PasswordBook:
    return PasswordBook(ledger, "example")


@pytest.fixture
def hold(tmp_path: Path) -> AgeFolder:
    found = AgeFolder(tmp_path / "held", tmp_path / "keys" / "identity")
    found.require_ready()
    return found
