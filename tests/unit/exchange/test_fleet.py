"""What is read of the fleet, from answers as Exchange gives them and as it should not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.faults import CmdletError
from bma.exchange.fleet import BULK_FROM, AddressTakenError, Fleet
from bma.exchange.row import OddAnswerError
from bma.exchange.session import Answer
from bma.resources.commands import Command

ADDRESS = "ec000001@adm.cfwb.be"


class Pool:
    """Answers each cmdlet with what a function says, and counts them."""

    def __init__(self, **answers: Callable[[], list[Any]]) -> None:
        self.answers, self.asked = answers, []

    def run(self, *pipeline: Command, seconds: float = 0, keep: Any = None) -> Answer:
        cmdlet = pipeline[-1].cmdlet
        self.asked.append(cmdlet)
        found = self.answers.get(cmdlet.replace("-", "_"), list)()
        return Answer((), (), (found,)) if isinstance(found, CmdletError) else Answer(tuple(found), (), ())


def mailbox(**changed: Any) -> WireObject:
    properties = {
        "Guid": uuid.uuid4(),
        "Identity": "example.be/Users/ec000001",
        "PrimarySmtpAddress": ADDRESS,
        "EmailAddresses": [f"SMTP:{ADDRESS}", "X500:/o=x"],
        **changed,
    }
    return WireObject((), "ec000001", {name: value for name, value in properties.items() if value is not ...})


def fleet(*mailboxes: Any, **answers: Callable[[], Any]) -> Fleet:
    return Fleet(Pool(Get_Mailbox=lambda: list(mailboxes), **answers))  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", [1, BULK_FROM])
def test_two_mailboxes_for_one_address_are_refused_by_name(scope: int) -> None:
    both = mailbox(Identity="example.be/A"), mailbox(Identity="example.be/B")
    with pytest.raises(AddressTakenError, match=r"2 mailboxes have this address: example\.be/A, example\.be/B"):
        fleet(*both).actual(ADDRESS, scope)


@pytest.mark.parametrize(
    "changed",
    [
        {"Guid": ...},
        {"Guid": None},
        {"Guid": "Administrator"},
        {"Guid": [1, 2]},
        {"Guid": uuid.UUID(int=0)},
        {"Identity": ...},
        {"EmailAddresses": ...},
        {"EmailAddresses": f"SMTP:{ADDRESS}"},
        {"EmailAddresses": 7},
        {"EmailAddresses": ["SMTP:other@adm.cfwb.be"]},
    ],
)
@pytest.mark.parametrize("scope", [1, BULK_FROM])
def test_a_mailbox_that_cannot_be_believed_is_never_absent_and_never_written(
    changed: dict[str, Any], scope: int
) -> None:
    odd = mailbox(**changed)
    if scope == BULK_FROM and changed == {"EmailAddresses": ["SMTP:other@adm.cfwb.be"]}:
        assert fleet(odd).actual(ADDRESS, scope) is None
        return
    with pytest.raises(OddAnswerError):
        fleet(odd).actual(ADDRESS, scope)


@pytest.mark.parametrize("server", ["dc01.example.be", None, ["a", "b"], "dc01 -Evil", ""])
def test_only_a_name_of_a_domain_controller_is_pinned(server: Any) -> None:
    asked = WireObject((), None, {"OriginatingServer": server})
    pinned = fleet(Get_ExchangeServer=lambda: [asked]).domain_controller
    assert pinned == (server if server == "dc01.example.be" else None)


def test_regional_rows_that_are_no_objects_make_the_settings_unknown() -> None:
    found = fleet(mailbox(), Get_MailboxRegionalConfiguration=lambda: ["text"]).actual(ADDRESS, 1)
    assert found is not None
    assert "answered 0 objects" in found.observations["regional"]["language"].reason


def test_a_bulk_reading_that_failed_is_told_to_all_boxes_at_once() -> None:
    refused = CmdletError("No.", cmdlet="Get-Mailbox", reason="ADTransientException")
    pool = Pool(Get_Mailbox=lambda: refused)
    boxes = Fleet(pool)  # type: ignore[arg-type]
    for _ in range(20):
        with pytest.raises(BmaError, match="No"):
            boxes.actual(ADDRESS, BULK_FROM)
    assert pool.asked.count("Get-Mailbox") == 1


def test_a_quote_inside_a_filter_is_doubled() -> None:
    asked: list[Any] = []

    class Noting(Pool):
        def run(self, *pipeline: Command, **options: Any) -> Answer:
            asked.extend(command.parameters.get("Filter") for command in pipeline)
            return super().run(*pipeline)

    assert Fleet(Noting()).holder("d'or@adm.cfwb.be") is None  # type: ignore[arg-type]
    assert "EmailAddresses -eq 'smtp:d''or@adm.cfwb.be'" in asked
