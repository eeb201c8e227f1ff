"""A creation in doubt: looked after before it is tried again, and not tried again while it may still run."""

from __future__ import annotations

from typing import Any

import pytest

from bma.exchange.faults import SessionLostError
from bma.exchange.fleet import Fleet
from bma.exchange.reconcile import CREATION_ATTEMPTS, Reconciler
from bma.exchange.session import Answer
from bma.resources.commands import Command
from bma.resources.desired import desired_box


class Pool:
    """Finds nothing, and loses every New-Mailbox."""

    def __init__(self, *, late: bool) -> None:
        self.late, self.created = late, 0

    def run(self, *pipeline: Command, **_options: Any) -> Answer:
        if pipeline[-1].cmdlet != "New-Mailbox":
            return Answer((), (), ())
        self.created += 1
        raise SessionLostError("lost", ran=None, late=self.late)


@pytest.mark.parametrize(("late", "tries"), [(False, CREATION_ATTEMPTS), (True, 1)])
def test_how_often_a_lost_creation_is_tried(late: bool, tries: int) -> None:
    pool = Pool(late=late)
    boxes = Reconciler(pool, Fleet(pool))  # type: ignore[arg-type]
    with pytest.raises(SessionLostError):
        boxes.apply(desired_box("ec000001@adm.cfwb.be", {}), 1)
    assert pool.created == tries
