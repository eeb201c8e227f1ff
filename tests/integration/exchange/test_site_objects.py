"""Objects of the organisation over the real wire: predicted, made, found made, and read by another cmdlet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.keeper.service import Service
from bma.exchange.objects import Objects
from bma.resources.organization import TABLES
from lab import ExchangeLab
from tests.integration.exchange.test_reconcile import services

pytestmark = pytest.mark.wire

Ask = Callable[..., dict[str, Any]]

CASES: list[tuple[str, str | None, dict[str, Any], dict[str, Any], list[str]]] = [
    (
        "accepted_domain",
        "Schools",
        {"domain_name": "schools.example", "domain_type": "InternalRelay", "address_book_enabled": False},
        {"domain_type": "Authoritative", "address_book_enabled": True},
        ["New-AcceptedDomain", "Set-AcceptedDomain"],
    ),
    (
        "send_connector",
        "To the old server",
        {"address_spaces": ["ADM.cfwb.be", "x.example;7"], "smart_hosts": ["192.0.2.7", "legacy.example"],
         "dns_routing_enabled": False, "max_message_size": "35840 KB", "source_transport_servers": ["ex01"],
         "require_tls": True, "comment": "soon gone"},
        {"address_spaces": ["SMTP:adm.cfwb.be;1"], "smart_hosts": ["legacy.example"], "max_message_size": "Unlimited",
         "enabled": False},
        ["New-SendConnector"],
    ),
    (
        "remote_domain",
        "Platform",
        {"domain_name": "platform.example", "auto_forward_enabled": False, "is_internal": True,
         "allowed_oof_type": "External"},
        {"is_internal": False, "allowed_oof_type": "None"},
        ["New-RemoteDomain", "Set-RemoteDomain"],
    ),
    (
        "transport_rule",
        "No forwarding",
        {"enabled": True, "message_type": "AutoForward", "sent_to_scope": "NotInOrganization", "priority": 0,
         "sender_address_location": "HeaderOrEnvelope", "reject_reason": "Le transfert n'est pas autorisé — désolé.",
         "except_recipient_domains": []},
        {"enabled": False, "except_recipient_domains": ["platform.example"], "reject_status": "5.7.901"},
        ["New-TransportRule"],
    ),
    (
        "management_role",
        "Without forwarding",
        {"parent": "MyBaseOptions", "without": {"Set-Mailbox": ["ForwardingAddress"], "Set-InboxRule": ["ForwardTo"]}},
        {"entries": {"Set-Mailbox": ["Identity", "SimpleDisplayName"], "Get-Mailbox": ["Identity"]}},
        ["New-ManagementRole", "Set-ManagementRoleEntry", "Set-ManagementRoleEntry"],
    ),
    (
        "role_assignment_policy",
        "Holders",
        {"description": "x", "roles": ["MyContactInformation", "MyVoiceMail"]},
        {"description": "y", "roles": ["MyProfileInformation", "MyVoiceMail"]},
        ["New-RoleAssignmentPolicy"],
    ),
    (
        "owa_policy",
        "Web",
        {"instant_messaging_enabled": False, "rules_enabled": True, "default_client_language": 2060},
        {"instant_messaging_enabled": True, "default_client_language": 1036},
        ["New-OwaMailboxPolicy", "Set-OwaMailboxPolicy"],
    ),
    (
        "throttling_policy",
        "Much",
        {"scope": "Regular", "imap_max_concurrency": "Unlimited", "powershell_max_concurrency": 18},
        {"imap_max_concurrency": 40, "powershell_max_concurrency": 9},
        ["New-ThrottlingPolicy"],
    ),
    (
        "role_group",
        "Movers",
        {"description": "x", "members": ["migration"], "roles": ["Mail Recipients"],
         "unlimited_roles": ["View-Only Configuration"], "organizational_unit": "lab.example/Users"},
        {"members": ["audit@lab.example"], "roles": ["Mail Recipients", "User Options"], "organizational_unit": None},
        ["New-RoleGroup", "New-ManagementRoleAssignment", "New-ManagementRoleAssignment"],
    ),
    (
        "imap_settings",
        "EX01",
        {"max_connections_per_user": 64, "max_command_size": 16384, "authenticated_timeout": "01:00:00",
         "login_type": "SecureLogin"},
        {"max_connections_per_user": 32, "suppress_read_receipt": True},
        ["Set-ImapSettings"],
    ),
    (
        "transport_config",
        None,
        {"max_send_size": "40 MB", "max_receive_size": "Unlimited", "max_recipients": 1000},
        {"max_send_size": "40960 KB", "max_receive_size": "20 MB"},
        ["Set-TransportConfig"],
    ),
]  # fmt: skip
REMOVABLE = [case for case in CASES if case[0] not in ("imap_settings", "transport_config", "role_assignment_policy")]


def kinds(cases: list[Any]) -> Any:
    return pytest.mark.parametrize(("kind", "name", "first", "then", "cmdlets"), cases, ids=[case[0] for case in cases])


@pytest.fixture
def both(exchange: ExchangeLab) -> Iterator[tuple[Service, Service]]:
    pair = services(exchange)
    yield pair
    for service in pair:
        service.pool.close()


@pytest.fixture
def make(both: tuple[Service, Service]) -> Ask:
    """``make(kind, name, settings)``: what a run does."""

    def ask(kind: str, name: str | None, settings: dict[str, Any], state: str = "present") -> dict[str, Any]:
        request = {"operation": "object", "kind": kind, "name": name, "settings": settings, "state": state}
        return dict(both[0].answer(request))

    return ask


@pytest.fixture
def predict(both: tuple[Service, Service]) -> Ask:
    """``predict(kind, name, settings)``: what check mode does, with the account that only looks."""

    def ask(kind: str, name: str | None, settings: dict[str, Any], state: str = "present") -> dict[str, Any]:
        request = {"operation": "object", "kind": kind, "name": name, "settings": settings, "state": state}
        return dict(both[1].answer(request))

    return ask


def written(exchange: ExchangeLab) -> list[str]:
    return [line["cmdlet"] for line in exchange.journal() if not line["cmdlet"].startswith("Get-")]


def told(outcome: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("changed", "created", "removed", "before", "after", "unknown")
    return (*(outcome[key] for key in keys), [command.split()[0] for command in outcome["commands"]])


@kinds(CASES)
def test_the_quartet(
    exchange: ExchangeLab, make: Ask, predict: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    for settings, expected in ((first, cmdlets), (then, None)):
        exchange.clear_journal()
        foreseen = predict(kind, name, settings)
        assert foreseen["changed"]
        assert not foreseen["unknown"]
        assert not written(exchange)
        done = make(kind, name, settings)
        assert told(done) == told(foreseen)
        assert written(exchange) == [command.split()[0] for command in done["commands"]]
        assert expected is None or written(exchange) == expected
        exchange.clear_journal()
        for again in (make(kind, name, settings), predict(kind, name, settings)):
            assert told(again) == (False, False, False, {}, {}, {}, [])
        assert not written(exchange)


@kinds(REMOVABLE)
def test_what_is_taken_away_stays_away(
    exchange: ExchangeLab, make: Ask, predict: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    make(kind, name, first)
    foreseen = predict(kind, name, {}, "absent")
    assert foreseen["removed"]
    assert foreseen["after"] == {}
    assert told(make(kind, name, {}, "absent")) == told(foreseen)
    exchange.clear_journal()
    assert not make(kind, name, {}, "absent")["changed"]
    assert not written(exchange)


@kinds(CASES)
def test_it_is_read_as_it_was_made(
    both: tuple[Service, Service], make: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    done = make(kind, name, first)
    (found,) = both[1].answer({"operation": "objects", "kind": kind, "name": name})
    assert found["unknown"] == {}
    for key, value in done["after"].items():
        if kind != "management_role" and key != "members":
            row = TABLES[kind][key]
            assert row.kind.met(row.kind.normal(value), row.kind.normal(found["settings"][key])), key
    every = both[1].answer({"operation": "objects", "kind": kind})
    assert found["settings"] in [one["settings"] for one in every]


@kinds(CASES)
def test_what_could_not_be_read_is_unknown_and_left_alone(
    exchange: ExchangeLab, make: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    noun = cmdlets[-1].partition("-")[2] if kind != "role_group" else "RoleGroup"
    reading = f"Get-{'ManagementRole' if kind == 'management_role' else noun}"
    rule = {"class": "ADOperationException", "text": "The directory is busy."}
    exchange.faults.add(do="cmdlet_error", match={"cmdlet": reading}, times=0, **rule)
    exchange.clear_journal()
    outcome = make(kind, name, first)
    assert (outcome["changed"], set(outcome["unknown"])) == (False, set(first))
    assert all("The directory is busy" in reason for reason in outcome["unknown"].values())
    assert len(outcome["warnings"]) == len(first)
    assert not written(exchange)


@kinds([case for case in CASES if case[4][0].startswith("New-")])
def test_it_is_created_exactly_once_when_the_answer_is_lost(
    exchange: ExchangeLab, make: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    _created_once(exchange, make, (kind, name, first, cmdlets), "drop_after_execution")


@pytest.mark.parametrize("do", ["drop_before_execution", "half_answer", "shell_lost"])
@kinds([case for case in CASES if case[0] in ("remote_domain", "role_group")])
def test_it_is_created_exactly_once_whatever_breaks(
    exchange: ExchangeLab, make: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str], do: str,
) -> None:  # fmt: skip
    _created_once(exchange, make, (kind, name, first, cmdlets), do)


def _created_once(exchange: ExchangeLab, make: Ask, case: tuple[Any, ...], do: str) -> None:
    kind, name, first, cmdlets = case
    for cmdlet in dict.fromkeys(cmdlets):
        exchange.faults.add(do=do, match={"cmdlet": cmdlet})
    make(kind, name, first)
    created = [line for line in exchange.journal() if line["cmdlet"] == cmdlets[0] and line["outcome"] == "ok"]
    assert len(created) == 1
    assert not make(kind, name, first)["changed"]


@kinds(CASES)
def test_domain_controllers_that_lag_are_no_matter(
    exchange: ExchangeLab, make: Ask, kind: str, name: str | None,
    first: dict[str, Any], then: dict[str, Any], cmdlets: list[str],
) -> None:  # fmt: skip
    exchange.set_knob("replication_delay", 60)
    assert make(kind, name, first)["changed"]
    assert not make(kind, name, first)["changed"]
    asked = [line for line in exchange.journal() if line["cmdlet"] != "Get-ExchangeServer"]
    assert len({line["parameters"].get("DomainController") for line in asked}) == 1


def test_one_that_another_run_was_faster_to_create_is_gone_on_with(
    exchange: ExchangeLab, make: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = Objects._do

    def late(*arguments: Any) -> None:
        exchange.console("New-RemoteDomain -Name D -DomainName d.example")
        act(*arguments)

    monkeypatch.setattr(Objects, "_do", late)
    settings = {"domain_name": "d.example", "auto_forward_enabled": False}
    assert make("remote_domain", "D", settings)["changed"]
    assert not make("remote_domain", "D", settings)["changed"]
    assert written(exchange).count("Set-RemoteDomain") == 1


def test_one_that_was_created_and_not_finished_says_so_and_is_finished_by_the_next_run(
    exchange: ExchangeLab, make: Ask
) -> None:
    rule = {"class": "DataValidationException", "text": "Not like this."}
    exchange.faults.add(do="cmdlet_error", match={"cmdlet": "Set-RemoteDomain"}, times=1, **rule)
    settings = {"domain_name": "d.example", "auto_forward_enabled": False}
    with pytest.raises(BmaError, match=r"remote domain 'D': it was created, then: Set-RemoteDomain: Not like this\."):
        make("remote_domain", "D", settings)
    exchange.clear_journal()
    assert not make("remote_domain", "D", settings)["created"]
    assert written(exchange) == ["Set-RemoteDomain"]


def test_one_that_exchange_refuses_to_create_fails_with_its_reason(exchange: ExchangeLab, make: Ask) -> None:
    with pytest.raises(BmaError, match="New-SendConnector: "):
        make("send_connector", "C", {"address_spaces": ["a.example"], "dns_routing_enabled": False})
    assert written(exchange) == ["New-SendConnector"]


def test_a_remote_domain_that_is_not_to_be_found_yet_is_waited_for(exchange: ExchangeLab, make: Ask) -> None:
    exchange.set_knob("settling", 1)
    settings = {"domain_name": "late.example", "auto_forward_enabled": False}
    assert make("remote_domain", "Late", settings)["commands"][-1].startswith("Set-RemoteDomain")
    failed = [line for line in exchange.journal() if line["cmdlet"] == "Set-RemoteDomain" and line["outcome"] != "ok"]
    assert failed
    assert not make("remote_domain", "Late", settings)["changed"]


@pytest.mark.parametrize("culture", ["fr-BE", "de-DE"])
def test_sizes_are_read_in_the_culture_of_the_server(exchange: ExchangeLab, make: Ask, culture: str) -> None:
    exchange.set_knob("culture", culture)
    assert make("transport_config", None, {"max_send_size": "1.5 GB"})["changed"]
    assert not make("transport_config", None, {"max_send_size": "1536 MB"})["changed"]


def test_a_domain_that_another_object_has_is_refused_by_name(exchange: ExchangeLab, make: Ask, predict: Ask) -> None:
    for ask in (predict, make):
        with pytest.raises(BmaError, match=r"accepted domain 'BMA': the accepted domain 'adm\.cfwb\.be' already has"):
            ask("accepted_domain", "BMA", {"domain_name": "adm.cfwb.be"})
    assert not written(exchange)


def test_what_cannot_be_changed_is_refused_and_nothing_is_written(exchange: ExchangeLab, make: Ask) -> None:
    with pytest.raises(BmaError, match=r"its domain_name is adm\.cfwb\.be, and Exchange cannot make it other\.example"):
        make("accepted_domain", "adm.cfwb.be", {"domain_name": "other.example", "domain_type": "InternalRelay"})
    make("management_role", "R", {"parent": "MyBaseOptions"})
    exchange.clear_journal()
    with pytest.raises(BmaError, match="its parent is MyBaseOptions, and Exchange cannot make it MyContactInformation"):
        make("management_role", "R", {"parent": "MyContactInformation", "without": {"Set-User": ["Phone"]}})
    assert not written(exchange)


def test_two_objects_of_one_name_are_refused_by_name(exchange: ExchangeLab, make: Ask) -> None:
    exchange.console(
        "New-SendConnector -Name Twin -AddressSpaces a.example -SmartHosts a.example -DNSRoutingEnabled $false"
    )
    twin = exchange.model.scan({"sendconnector"})[0]
    exchange.model.create("sendconnector", dict(twin.attrs))
    with pytest.raises(BmaError, match="send connector 'Twin': 2 objects go by this name: Twin, Twin"):
        make("send_connector", "Twin", {"comment": "x"})


def test_a_name_that_means_another_object_is_refused(exchange: ExchangeLab, make: Ask) -> None:
    make("accepted_domain", "Schools", {"domain_name": "schools.example"})
    exchange.clear_journal()
    with pytest.raises(BmaError, match="Exchange takes this for the name of another one, 'Schools'"):
        make("accepted_domain", "schools.example", {"domain_type": "InternalRelay"})
    assert not written(exchange)


def test_a_change_that_exchange_has_not_kept_fails_by_name(exchange: ExchangeLab, make: Ask) -> None:
    make("remote_domain", "D", {"domain_name": "d.example", "allowed_oof_type": "InternalLegacy"})
    _stubborn(exchange)
    with pytest.raises(BmaError, match="remote domain 'D': Exchange has accepted the change, but is_internal is True"):
        make("remote_domain", "D", {"is_internal": False})


def _stubborn(exchange: ExchangeLab) -> None:
    """Let the directory take what Set-RemoteDomain writes, and forget it."""
    update = exchange.model.update

    def forgetting(guid: str, changes: dict[str, Any], dc: str) -> Any:
        changes.pop("IsInternal", None)
        return update(guid, changes, dc)

    exchange.model.update = forgetting  # type: ignore[method-assign]


def test_forwarding_is_told_wherever_it_is(exchange: ExchangeLab, both: tuple[Service, Service]) -> None:
    exchange.seed({"name": f"ec00000{n}", "address": f"ec00000{n}@adm.cfwb.be"} for n in range(1, 5))
    exchange.seed([{"name": "other", "address": "other@lab.example"}])
    exchange.console("New-MailContact -Name Outside -ExternalEmailAddress who@elsewhere.example")
    exchange.console("Set-Mailbox -Identity ec000001 -ForwardingAddress Outside")
    exchange.console("Set-Mailbox -Identity ec000002 -ForwardingSmtpAddress A@elsewhere.example"
                     " -DeliverToMailboxAndForward $true")  # fmt: skip
    exchange.console("Set-Mailbox -Identity ec000003 -ForwardingAddress ec000004")
    exchange.console("Set-Mailbox -Identity other -ForwardingSmtpAddress b@elsewhere.example")
    exchange.console("New-RemoteDomain -Name Open -DomainName open.example")
    exchange.clear_journal()
    found = both[1].answer({"operation": "forwarding"})
    assert [one["address"].partition("@")[0] for one in found["mailboxes"]] == [
        "ec000001",
        "ec000002",
        "ec000003",
        "other",
    ]
    assert found["mailboxes"][1]["forwarding_smtp_address"] == "a@elsewhere.example"
    assert found["mailboxes"][1]["keeps_a_copy"]
    (contact,) = found["contacts"]
    assert (contact["address"], contact["used_by"]) == ("who@elsewhere.example", ["ec000001@adm.cfwb.be"])
    assert found["remote_domains"] == [{"name": "Open", "domain_name": "open.example"}]
    assert not written(exchange)
    ours = both[1].answer({"operation": "forwarding", "domain": "adm.cfwb.be"})["mailboxes"]
    assert [one["address"].partition("@")[0] for one in ours] == ["ec000001", "ec000002", "ec000003"]


def test_forwarding_that_could_not_be_asked_for_is_not_told_as_none(
    exchange: ExchangeLab, both: tuple[Service, Service]
) -> None:
    exchange.set_knob("deny", "audit", "Get-RemoteDomain")
    with pytest.raises(BmaError, match="no right to this cmdlet"):
        both[1].answer({"operation": "forwarding"})
