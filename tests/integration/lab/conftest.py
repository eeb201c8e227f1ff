"""Endpoints and sessions for the tests of the lab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pypsrp.powershell import RunspacePool

from lab import ExchangeLab
from tests.integration.lab.lab_clients import session


@pytest.fixture
def lab(tmp_path) -> Iterator[ExchangeLab]:
    """An endpoint with five mailboxes."""
    with ExchangeLab(tmp_path / "state") as endpoint:
        endpoint.seed({"name": f"ec{n:06d}", "address": f"ec{n:06d}@adm.cfwb.be"} for n in range(5))
        yield endpoint


@pytest.fixture
def pool(lab) -> Iterator[RunspacePool]:
    """An open session over HTTPS with Basic."""
    with session(lab) as opened:
        yield opened
