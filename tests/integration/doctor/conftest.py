"""A doctor for the test's Exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bma.doctor.examination import examine
from bma.doctor.report import report
from bma.doctor.scope import scope_from
from bma.doctor.site import Site
from bma.exchange.connection import Connection
from lab import ExchangeLab
from tests.conftest import ROOT

Doctor = Callable[..., dict[str, Any]]


@pytest.fixture
def policy() -> dict[str, Any]:
    """The policy as shipped."""
    return dict(yaml.safe_load((ROOT / "inventory/group_vars/all/policy.yml").read_text())["bma_policy"])


@pytest.fixture
def doctor(exchange: ExchangeLab, connect: Callable[..., Connection], policy: dict[str, Any]) -> Doctor:
    """``doctor(**options)``: the report on the test's Exchange for ten boxes; options as of a connection."""

    def run(*, account: str = "migration", audit: bool = True, boxes: int = 10, **options: Any) -> dict[str, Any]:
        addresses = [f"ec{number:06d}@adm.cfwb.be" for number in range(1, boxes + 1)]
        scope = scope_from({"boxes": addresses, "label": "wave 01", "policy": policy})
        second = connect(account="audit", read_only=True, **options) if audit else None
        site = Site(connect(account=account, read_only=True, **options), scope, audit=second)
        return report(examine(site))

    return run


def seed(exchange: ExchangeLab, count: int = 6, **more: Any) -> None:
    """Mailboxes of the first boxes."""
    names = [f"ec{number:06d}" for number in range(1, count + 1)]
    exchange.seed({"name": name, "address": f"{name}@adm.cfwb.be", **more} for name in names)
