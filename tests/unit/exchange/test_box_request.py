"""The options of exchange_mailbox."""

from __future__ import annotations

from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.keeper.box_request import box_request

BOX: dict[str, Any] = {"address": "ec000001@adm.cfwb.be"}
HOST = {
    "bma_address": "po000007@adm.cfwb.be",
    "bma_display_name": "PO",
    "bma_aliases": ["x@adm.cfwb.be"],
    "bma_wave": "02",
    "bma_policy": {"mailbox": {}},
}


def nothing(_name: str) -> None:
    """A host without variables."""


def request(options: dict[str, Any]) -> dict[str, Any]:
    return box_request(options, nothing)


def test_what_is_said_is_asked_and_nothing_else() -> None:
    options = {**BOX, "policy": {}, "name": "École", "settings": None, "state": "present"}
    assert request(options) == {**BOX, "policy": {}, "name": "École"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"settings": {}}, "missing option: address"),
        ({"address": "nobody", "settings": {}}, "'nobody' is not the address of a box"),
        (BOX, "one of policy and settings is needed"),
        ({**BOX, "policy": {}, "settings": {}}, "policy excludes settings"),
        ({**BOX, "policy": {}, "creation": {}}, "policy excludes settings and creation"),
        ({**BOX, "settings": "x"}, "settings must be a dictionary, not 'x'"),
        ({**BOX, "policy": ["x"]}, "policy must be a dictionary"),
        ({"address": 7, "settings": {}}, "address must be text, not 7"),
        ({**BOX, "settings": {}, "colour": "red"}, "unknown option colour; known: address"),
        ({**BOX, "settings": {}, "creation": {"room": 1}}, "unknown option creation.room"),
        ({**BOX, "settings": {}, "state": "absent"}, "state absent is refused"),
        ({**BOX, "settings": {}, "state": "gone"}, "state must be present, not 'gone'"),
    ],
)
def test_options_at_fault_are_told(options: dict[str, Any], told: str) -> None:
    with pytest.raises(BmaError) as caught:
        request(options)
    assert told in str(caught.value)


def test_deleting_a_mailbox_is_refused() -> None:
    with pytest.raises(BmaError, match="deleting a mailbox deletes its account and mail"):
        request({**BOX, "settings": {}, "state": "absent"})


def test_without_an_address_the_hosts_own_box_is_meant() -> None:
    assert box_request({}, HOST.get) == {
        "address": "po000007@adm.cfwb.be",
        "name": "PO",
        "aliases": ["x@adm.cfwb.be"],
        "wave": "02",
        "policy": {"mailbox": {}},
    }


def test_what_is_said_goes_before_the_hosts_own() -> None:
    assert box_request({"name": "Autre", "policy": {}}, HOST.get)["name"] == "Autre"
    assert box_request({"policy": {"regional": {}}}, HOST.get)["policy"] == {"regional": {}}
    settings = {"mailbox": {"display_name": "x"}}
    assert box_request({"settings": settings}, HOST.get) == {"address": HOST["bma_address"], "settings": settings}


def test_another_box_takes_nothing_from_the_host() -> None:
    assert box_request({**BOX, "policy": {}}, HOST.get) == {**BOX, "policy": {}}
    with pytest.raises(BmaError, match="one of policy and settings is needed"):
        box_request(BOX, HOST.get)
