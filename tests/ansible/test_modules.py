"""Single modules through Ansible's own API: the one place that uses pytest-ansible, whose end is announced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab import ExchangeLab
from tests.ansible.conftest import keepers

pytestmark = [pytest.mark.wire, pytest.mark.playbook]

Module = Callable[..., dict[str, Any]]


@pytest.fixture
def module(
    ansible_adhoc: Any, exchange: ExchangeLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Module]:
    """``module("exchange_mailbox", address=…)``: the result of one module on the test's Exchange."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    who = exchange.account("migration")
    variables = {
        "exchange_uri": exchange.https_uri,
        "exchange_auth": "negotiate",
        "exchange_username": who.name,
        "exchange_password": who.password(),
        "exchange_ca_file": str(exchange.ca_file),
    }
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"box": variables}}}))

    def run(name: str, **arguments: Any) -> dict[str, Any]:
        host = ansible_adhoc(inventory=str(inventory), host_pattern="box", connection="local")["box"]
        (result,) = getattr(host, name)(**arguments).values()
        return dict(result)

    yield run
    # Since ansible-core 2.20 running plays in a process makes its stdio close in every child: a later test's
    # ansible-playbook would find none.
    for descriptor in range(3):
        os.set_inheritable(descriptor, True)
    # The playbook that these modules' keepers would end with is this process of pytest.
    for keeper in keepers(tmp_path):
        keeper.terminate()
        keeper.wait(20)


ADDRESS = "ec000001@adm.cfwb.be"


def test_a_box_is_created_and_read_by_another_module(module: Module) -> None:
    made = module("exchange_mailbox", address=ADDRESS, settings={"mailbox": {"prohibit_send_quota": "2 GB"}})
    assert (made["changed"], made["created"]) == (True, True)
    assert [command.split()[0] for command in made["commands"]] == [
        "New-Mailbox",
        "Set-Mailbox",
    ]
    assert "-Password ***" in made["commands"][0]
    (read,) = module("exchange_mailbox_info", address=[ADDRESS])["mailboxes"]
    assert read["settings"]["mailbox"]["prohibit_send_quota"] == "2 GB"
    assert not module("exchange_mailbox", address=ADDRESS, settings={"mailbox": {"prohibit_send_quota": "2048 MB"}})[
        "changed"
    ]


def test_a_box_that_is_not_there_is_no_fault_of_the_reader(module: Module) -> None:
    assert module("exchange_mailbox_info", address=[ADDRESS])["mailboxes"] == [{"address": ADDRESS, "exists": False}]


def test_absent_is_refused(module: Module, exchange: ExchangeLab) -> None:
    refused = module("exchange_mailbox", address=ADDRESS, settings={}, state="absent")
    assert refused["failed"]
    assert "state absent is refused" in refused["msg"]
    assert exchange.counters()["http_requests"] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "missing option: address"),
        ({"address": ADDRESS}, "one of policy and settings is needed"),
        ({"address": "nobody", "settings": {}}, "is not the address of a box"),
        ({"address": ADDRESS, "settings": {"mailbox": {"colour": "red"}}}, "mailbox.colour: unknown setting"),
        ({"address": ADDRESS, "settings": {"mailbox": {"prohibit_send_quota": "2 gigs"}}}, "is not a size"),
        ({"address": ADDRESS, "policy": {"mailbox": {"colour": "red"}}}, "bma_policy.mailbox.colour"),
        ({"address": ADDRESS, "settings": {}, "policy": {}}, "policy excludes settings"),
    ],
)
def test_wrong_arguments_are_told(module: Module, arguments: dict[str, Any], told: str) -> None:
    refused = module("exchange_mailbox", **arguments)
    assert refused["failed"]
    assert told in refused["msg"]


def test_the_session_says_who_answers(module: Module) -> None:
    session = module("exchange_session_info")["session"]
    assert session["username"].lower() == "migration@lab.example"
    assert session["servers"][0]["version"].startswith("Version 15.")


def test_a_policy_is_judged_where_it_stands(module: Module, tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_text("bma_policy:\n  regional:\n    language: 7\n")
    refused = module("policy_info", path=[str(path)])
    assert refused["failed"]
    assert f"{path}:3: bma_policy.regional.language: 7 is not text" in refused["msg"]
    assert module("policy_info", value={"mailbox": {}})["policies"] == [{"mailbox": {}}]
