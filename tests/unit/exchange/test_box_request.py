"""The options of exchange_mailbox."""

from __future__ import annotations

from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.keeper.box_request import box_request

BOX: dict[str, Any] = {"address": "ec000001@adm.cfwb.be"}


def test_what_is_said_is_asked_and_nothing_else() -> None:
    options = {**BOX, "policy": {}, "name": "École", "settings": None, "state": "present"}
    assert box_request(options) == {**BOX, "policy": {}, "name": "École"}


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
        box_request(options)
    assert told in str(caught.value)


def test_deleting_a_mailbox_is_refused() -> None:
    with pytest.raises(BmaError, match="deleting a mailbox deletes its account and mail"):
        box_request({**BOX, "settings": {}, "state": "absent"})
