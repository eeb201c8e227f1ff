"""Each check brought to each of its results by what a session answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bma.doctor import access, inside, limits, organization, rights, semantics, servers, shapes, way_in
from bma.doctor.check import CannotTellError, Result
from bma.doctor.examination import examine
from bma.doctor.registry import CHECKS, THEMES
from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.connection import connection
from bma.exchange.faults import BusyError, CmdletError, NoSessionError, SessionLostError
from bma.resources.commands import Command
from tests.unit.doctor.fake_site import CONNECTION, Endpoint, fake_site, mailbox, refusal, thing

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GB = 1 << 30
BOXES = [f"ec{number:06d}@adm.example.be" for number in range(1, 11)]


def by_id(name: str, table: Any, **scope: Any) -> Result:
    """What one check comes to, as an examination tells it."""
    theme = next(theme for theme in THEMES if any(check.id == name for check in theme.checks))
    (check,) = (check for check in theme.checks if check.id == name)
    only = type(theme)(theme.title, (check,))
    (finding,) = examine(fake_site(table, **scope), (only,)).findings
    return finding.result


# -- the way in


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [(-10, 300, "good"), (-10, 10, "warning"), (-10, -1, "bad"), (1, 300, "bad")],
)
def test_dates_of_a_certificate(begins: int, ends: int, status: str) -> None:
    day = timedelta(days=1)
    assert way_in.judge_dates(NOW + begins * day, NOW + ends * day, NOW).status == status


@pytest.mark.parametrize(
    ("ahead", "auth", "status"),
    [(0.4, "kerberos", "good"), (-90, "kerberos", "warning"), (400, "negotiate", "bad"), (400, "basic", "warning")],
)
def test_clock_skew(ahead: float, auth: str, status: str) -> None:
    result = way_in.judge_skew(ahead, auth)
    assert result.status == status
    assert ("behind" in result.observed) == (ahead < -1)


def test_an_address_instead_of_a_name_is_a_warning() -> None:
    site = fake_site({})
    site.connection = connection(
        {"uri": "https://192.0.2.1/PowerShell", "auth": "basic", "username": "a", "password": "b"}, read_only=True
    )
    assert way_in.name(site).status == "warning"


# -- the session


@pytest.mark.parametrize(
    ("said", "status", "mode"),
    [
        ("The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.",
         "good", "NoLanguage"),
        ("Property references are not allowed in restricted language mode or a Data section.",
         "good", "RestrictedLanguage"),
        ("Something else.", "unknown", None),
    ],
)  # fmt: skip
def test_language_mode_by_how_a_script_is_refused(said: str, status: str, mode: str | None) -> None:
    result = access.judge_language([], [CmdletError(said, cmdlet="script", reason="")])
    assert (result.status, result.evidence.get("mode")) == (status, mode)


def test_language_mode_that_executes_scripts_is_a_warning() -> None:
    assert access.judge_language(["FullLanguage"], []).status == "warning"


@pytest.mark.parametrize(
    ("jar", "path", "tls", "status"),
    [
        ([], "PowerShell", True, "good"),
        ([("X-BackEndCookie", "/PowerShell", True)], "PowerShell", True, "good"),
        ([("X-BackEndCookie", "/", False)], "PowerShell", False, "good"),
        ([("X-BackEndCookie", "/powershell", True)], "PowerShell", True, "bad"),
        ([("X-BackEndCookie", "/owa", True)], "PowerShell", True, "bad"),
        ([("X-BackEndCookie", "/", True)], "PowerShell", False, "bad"),
    ],
)
def test_cookies(jar: list[tuple[str, str, bool]], path: str, tls: bool, status: str) -> None:
    assert access.judge_cookies(jar, path, tls).status == status


def test_cookies_of_another_case_tell_how_to_write_the_address() -> None:
    result = access.judge_cookies([("X-BackEndCookie", "/powershell", True)], "PowerShell", True)
    assert result.advice == "Write the path of exchange_uri as /powershell"


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ([thing(Name="Get-Mailbox", Parameters=["Identity", "Filter"])], "good"),
        ([thing(Name="Get-Mailbox")], "warning"),
        ([], "bad"),
    ],
)
def test_get_command(says: list[Any], status: str) -> None:
    assert by_id("DOC-GET-COMMAND", {"Get-Command": says}).status == status


def test_a_missing_cmdlet_that_is_told_otherwise_is_bad() -> None:
    assert by_id("DOC-MISSING-CMDLET", {}).status == "good"
    assert by_id("DOC-MISSING-CMDLET", {"Get-CmdletThatDoesNotExist": []}).status == "bad"
    odd = refusal("x", "SomethingElse")
    assert by_id("DOC-MISSING-CMDLET", {"Get-CmdletThatDoesNotExist": odd}).status == "bad"


def test_an_audit_account_that_may_write_is_a_warning() -> None:
    endpoint = Endpoint({"Get-Command": [thing(Name="Set-Mailbox")]})
    site = fake_site(endpoint)
    assert access.audit_account(site).status == "warning", "none is declared"
    site.audit = CONNECTION
    site.__post_init__()
    assert access.audit_account(site).status == "warning"
    endpoint.table["Get-Command"] = refusal("Get-Command")
    assert access.audit_account(site).status == "good"
    assert endpoint.open == 0


# -- rights

POLICY = {"mailbox": {"prohibit_send_receive_quota": "2 GB"}}


def everything(command: Command) -> list[WireObject]:
    return [thing(Name=name) for name in command.parameters["Name"]]


def test_rights() -> None:
    def but(*lacking: str) -> Any:
        return lambda command: [item for item in everything(command) if item.get("Name") not in lacking]

    def status(name: str, says: Any) -> str:
        return by_id(name, {"Get-Command": says}, policy=POLICY, boxes=BOXES).status

    assert status("DOC-RIGHTS-READ", everything) == "good"
    assert status("DOC-RIGHTS-READ", but("Get-SweepRule")) == "warning"
    assert status("DOC-RIGHTS-READ", but("Get-Mailbox")) == "bad"
    assert status("DOC-RIGHTS-WRITE", everything) == "good"
    assert status("DOC-RIGHTS-WRITE", but("Set-CASMailbox")) == "bad"
    assert status("DOC-RIGHTS-DOCTOR", but("Get-SendConnector")) == "warning"


def test_a_missing_parameter_is_named() -> None:
    def told(command: Command) -> list[WireObject]:
        return [
            thing(Name=name, Parameters=["Identity"]) if name == "Set-Mailbox" else thing(Name=name)
            for name in command.parameters["Name"]
        ]

    result = by_id("DOC-RIGHTS-WRITE", {"Get-Command": told}, policy=POLICY)
    assert "Set-Mailbox -ProhibitSendQuota" in result.evidence["missing"]


def test_without_policy_rights_are_unknown_and_why_is_said() -> None:
    assert by_id("DOC-RIGHTS-READ", {}).observed == "no policy was given"
    result = by_id("DOC-RIGHTS-READ", {}, policy={"nonsense": {}})
    assert result.status == "unknown"
    assert "nonsense" in result.observed


def test_an_audit_account_should_not_be_able_to_write() -> None:
    site = fake_site({"Get-Command": refusal("Get-Command")}, policy=POLICY)
    assert rights.may_write(site).status == "bad"
    site.connection = connection(
        {"uri": "https://ex01.example/PowerShell", "auth": "basic", "username": "a", "password": "b",
         "account": "exchange_audit_"},
        read_only=True,
    )  # fmt: skip
    assert rights.may_write(site).status == "good"


# -- limits


def policies(own: Mapping[str, Any] | None = None, **overall: Any) -> dict[str, Any]:
    """A site with a global throttling policy, and one of the account's where ``own`` is given."""
    shared = thing(Name="Global", ThrottlingPolicyScope="Global", PowerShellMaxConcurrency="18", **overall)
    particular = thing(Name="Own", ThrottlingPolicyScope="Regular", **(own or {}))
    return {
        "Get-ThrottlingPolicy": lambda command: [particular if command.parameters else shared],
        "Get-ThrottlingPolicyAssociation": [thing(ThrottlingPolicyId="Own" if own is not None else None)],
    }


def test_throttling() -> None:
    assert by_id("DOC-THROTTLING", policies()).status == "good"
    few = by_id("DOC-THROTTLING", policies({"PowerShellMaxConcurrency": "3"}))
    assert (few.status, few.advice) == ("bad", "Say exchange_sessions: 2, or have the account's policy changed")
    assert by_id("DOC-THROTTLING", policies({"PowerShellMaxConcurrency": "Unlimited"})).status == "good"
    slow = by_id("DOC-THROTTLING", policies(PowerShellMaxDestructiveCmdlets="100"))
    assert slow.status == "warning"
    assert "PowerShellMaxDestructiveCmdlets 100" in slow.observed


def test_what_the_own_policy_leaves_open_the_global_one_says() -> None:
    result = by_id("DOC-THROTTLING", policies({"PowerShellMaxConcurrency": None}))
    assert result.evidence["limits"]["PowerShellMaxConcurrency"] == "18"


def test_sessions_are_opened_up_to_what_is_planned_and_all_closed() -> None:
    endpoint = Endpoint(policies())
    result = limits.sessions(site := fake_site(endpoint))
    assert (result.status, result.evidence["opened"], result.evidence["safe"]) == ("good", 4, 4)
    assert endpoint.open == 1, "the one that questions are asked in"
    site.close()
    assert endpoint.open == 0


def test_too_few_sessions_are_bad_and_the_safe_number_is_told() -> None:
    endpoint = Endpoint(policies(), most=3)
    result = limits.sessions(fake_site(endpoint))
    assert (result.status, result.evidence["safe"], result.advice) == ("bad", 3, "Say exchange_sessions: 3")
    assert endpoint.open == 1


def test_sessions_that_open_but_leave_none_for_people_are_a_warning() -> None:
    result = limits.sessions(fake_site(Endpoint(policies({"PowerShellMaxConcurrency": "4"}))))
    assert (result.status, result.evidence["safe"]) == ("warning", 3)


def test_slowness_is_judged_by_the_median() -> None:
    assert limits._judged([0.1, 0.1, 99], 1, "…").status == "good"
    assert limits._judged([0.1, 99, 99], 1, "…").status == "warning"


# -- servers


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"EX01": "Version 15.2 (Build 1544.4)"}, "good"),
        ({"EX01": "Version 15.1 (Build 2507.6)", "EX02": "Version 15.2 (Build 1.1)"}, "good"),
        ({"EX01": "Version 15.2 (Build 1544.4)", "OLD": "Version 15.0 (Build 1497.2)"}, "warning"),
        ({"OLD": "Version 14.3 (Build 123.4)"}, "bad"),
        ({"EX01": "something"}, "bad"),
        ({}, "unknown"),
    ],
)
def test_versions(told: dict[str, str], status: str) -> None:
    assert servers.judge_versions(told).status == status


def test_domain_controller() -> None:
    server = thing(Name="EX01", OriginatingServer="dc01.example.be")
    boxes = {"Get-Mailbox": [mailbox()]}
    assert by_id("DOC-DOMAIN-CONTROLLER", {"Get-ExchangeServer": [server], **boxes}).status == "good"
    assert by_id("DOC-DOMAIN-CONTROLLER", {"Get-ExchangeServer": [thing(Name="EX01")], **boxes}).status == "bad"
    other = {"Get-Mailbox": [mailbox(OriginatingServer="dc02.example.be")]}
    assert by_id("DOC-DOMAIN-CONTROLLER", {"Get-ExchangeServer": [server], **other}).status == "bad"


def test_database_quotas() -> None:
    table = {"Get-MailboxDatabase": [thing(Name="DB01", ProhibitSendQuota="2 GB (2,147,483,648 bytes)")],
             "Get-Mailbox": [mailbox(UseDatabaseQuotaDefaults=True)]}  # fmt: skip
    assert by_id("DOC-DATABASE-QUOTAS", table, policy=POLICY).status == "good"
    result = by_id("DOC-DATABASE-QUOTAS", table)
    assert result.status == "warning", "there is no policy that overrides them"
    assert "1 of 1 mailboxes looked at use it" in result.observed


@pytest.mark.parametrize(
    ("free", "quota", "expected", "status"),
    [
        ({"DB01": (500 * GB, 1000 * GB)}, 2 * GB, None, "good"),
        ({"DB01": (150 * GB, 1000 * GB)}, 2 * GB, None, "warning"),
        ({"DB01": (150 * GB, 1000 * GB)}, 2 * GB, GB, "good"),
        ({"DB01": (150 * GB, 1000 * GB)}, 2 * GB, 2 * GB, "bad"),
        ({"DB01": (150 * GB, 1000 * GB), "DB02": (150 * GB, 1000 * GB)}, 2 * GB, 2 * GB, "good"),
        ({"DB01": (50 * GB, 1000 * GB)}, 2 * GB, GB // 4, "bad"),
        ({"DB01": (500 * GB, 1000 * GB)}, None, None, "warning"),
    ],
    ids=["fits", "not if all are full", "fits as expected", "too big", "spread", "nearly full", "no limit"],
)
def test_space(free: dict[str, tuple[int, int]], quota: int | None, expected: int | None, status: str) -> None:
    assert servers.judge_space(free, 100, quota, expected).status == status


def test_space_is_that_of_the_databases_that_take_new_boxes_and_of_the_fullest_copy() -> None:
    copies = {"DB01": ["500 GB", "400 GB"], "DB02": ["900 GB"]}

    def copy_status(command: Command) -> list[WireObject]:
        sizes = {"500 GB": 500 * GB, "400 GB": 400 * GB, "900 GB": 900 * GB}
        free = [f"{text} ({sizes[text]:,} bytes)" for text in copies[command.parameters["Identity"]]]
        return [thing(DiskFreeSpace=text, DiskTotalSpace=f"1 TB ({1 << 40:,} bytes)") for text in free]

    closed = thing(Name="DB02", IsExcludedFromProvisioning=True)
    table = {"Get-MailboxDatabase": [thing(Name="DB01"), closed], "Get-MailboxDatabaseCopyStatus": copy_status}
    result = by_id("DOC-DATABASE-SPACE", table, policy=POLICY, boxes=BOXES)
    assert result.status == "good"
    assert result.evidence["databases"] == {"DB01": {"free": 400 * GB, "total": 1 << 40}}
    placed = {**POLICY, "creation": {"database": "db02"}}
    result = by_id("DOC-DATABASE-SPACE", table, policy=placed, boxes=BOXES)
    assert list(result.evidence["databases"]) == ["DB02"]
    result = by_id("DOC-DATABASE-SPACE", table, policy={**POLICY, "creation": {"database": "DB99"}}, boxes=BOXES)
    assert result.status == "unknown"
    assert by_id("DOC-DATABASE-SPACE", table, policy=POLICY).status == "unknown", "no boxes"


# -- the form of answers


def test_a_mailbox_without_list_of_addresses_is_bad() -> None:
    assert by_id("DOC-IDENTITY", {"Get-Mailbox": [mailbox()]}).status == "good"
    odd = {"Get-Mailbox": [mailbox(EmailAddresses="SMTP:a@b")]}
    assert by_id("DOC-IDENTITY", odd).status == "bad"
    assert by_id("DOC-LISTS", odd).status == "bad"


def test_the_full_level_is_a_warning() -> None:
    nested = WireObject(("Unlimited",), "Unlimited", {"IsUnlimited": True, "SerializationData": b""})
    result = by_id("DOC-LEVEL", {"Get-Mailbox": [mailbox(ProhibitSendQuota=nested)]})
    assert result.status == "warning"
    assert "signed data" in result.observed
    assert by_id("DOC-LEVEL", {"Get-Mailbox": [mailbox()]}).status == "good"


def test_a_setting_that_is_not_understood_is_bad_and_nothing_is_told_apart() -> None:
    box = mailbox(ForwardingAddress=None, CustomAttribute1="", DeliverToMailboxAndForward=False)
    result = by_id("DOC-EMPTY", {"Get-Mailbox": [box]})
    assert result.evidence["nothing"] == {"null": ["ForwardingAddress"], "empty text": ["CustomAttribute1"]}
    result = by_id("DOC-EMPTY", {"Get-Mailbox": [mailbox(ProhibitSendQuota="much")]})
    assert (result.status, list(result.evidence["odd"])) == ("bad", ["prohibit_send_quota"])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2 GB (2,147,483,648 bytes)", "good"),
        ("1.8 GB (1,932,735,488 bytes)", "good"),
        ("2 GB (2\u202f147\u202f483\u202f648 octets)", "warning"),
        ("1,8 GB (1.932.735.488 Bytes)", "warning"),
        ("2 Go (2 147 483 648 octets)", "warning"),
        ("2 GiB-ish (2,147,483,648 bytes)", "warning"),
        ("2 GB (2,147,483 bytes)", "bad"),
    ],
)
def test_sizes(text: str, status: str) -> None:
    assert shapes.judge_sizes([text]).status == status


def test_properties_that_are_missing_are_named_with_their_cmdlet() -> None:
    result = by_id("DOC-PROPERTIES", {"Get-Mailbox": [mailbox()], "Get-ExchangeServer": []})
    assert result.status == "warning"
    assert "DisplayName" in result.evidence["missing"]["Get-Mailbox"]
    assert set(result.evidence["not_read"]) >= {"Get-CASMailbox", "Get-MailboxRegionalConfiguration"}


def test_forwarding_text() -> None:
    for value, status in (("smtp:a@b.be", "good"), ("a@b.be", "warning"), (None, "unknown")):
        assert by_id("DOC-FORWARDING-TEXT", {"Get-Mailbox": [mailbox(ForwardingSmtpAddress=value)]}).status == status


# -- the meaning of cmdlets


def test_absence() -> None:
    assert by_id("DOC-ABSENT", {"Get-Mailbox": refusal("x", "ManagementObjectNotFoundException")}).status == "good"
    assert by_id("DOC-ABSENT", {"Get-Mailbox": refusal("x", "ADTransientException")}).status == "bad"
    assert by_id("DOC-ABSENT", {"Get-Mailbox": []}).status == "bad"


def test_no_match() -> None:
    assert by_id("DOC-NO-MATCH", {"Get-Mailbox": []}).status == "good"
    assert by_id("DOC-NO-MATCH", {"Get-Mailbox": [mailbox()]}).status == "bad"
    assert by_id("DOC-NO-MATCH", {"Get-Mailbox": refusal("x", "ManagementObjectNotFoundException")}).status == "bad"


def filters(found: Any) -> dict[str, Any]:
    """Mailboxes to look at, and what a filter finds."""
    return {
        "Get-ExchangeServer": [],
        "Get-Mailbox": lambda command: (
            found if "Filter" in command.parameters and "ResultSize" in command.parameters
            and command.parameters["ResultSize"] == 200 else [mailbox()]
        ),
    }  # fmt: skip


def test_filters() -> None:
    stranger = mailbox(2, EmailAddresses=["SMTP:a@elsewhere.example"])
    refused = refusal("Get-Mailbox", "InvalidFilterException")
    for found, by_domain, by_address in (
        ([mailbox()], "good", "good"),
        ([mailbox(), stranger], "bad", "bad"),
        ([], "bad", "bad"),
        (refused, "bad", "bad"),
    ):
        assert by_id("DOC-FILTER-DOMAIN", filters(found)).status == by_domain
        assert by_id("DOC-FILTER-ADDRESS", filters(found)).status == by_address


def test_filters_for_obstacles() -> None:
    table = {**filters([]), "Get-Recipient": [thing(RecipientTypeDetails="MailContact")], "Get-User": []}
    assert by_id("DOC-FILTER-OBSTACLES", table).status == "good"
    wrong = {**table, "Get-Recipient": [thing(RecipientTypeDetails="UserMailbox")]}
    assert by_id("DOC-FILTER-OBSTACLES", wrong).status == "bad"
    refused = {**table, "Get-User": refusal("Get-User", "InvalidFilterException")}
    assert by_id("DOC-FILTER-OBSTACLES", refused).status == "bad"
    assert by_id("DOC-FILTER-OBSTACLES", {**table, "Get-User": refusal("Get-User")}).status == "unknown"


def test_rows_of_a_pipeline() -> None:
    assert semantics.judge_rows(["a", "a", "b"], ["a", "b"]).status == "good"
    assert semantics.judge_rows(["a"], ["a", "b"]).status == "bad"
    assert semantics.judge_rows(["a", "b", "S-1-5-21"], ["a", "b"]).status == "bad"


def test_statements_that_are_not_all_run_are_told() -> None:
    boxes = [mailbox(1), mailbox(2)]

    def each(command: Command) -> list[WireObject]:
        asked = command.parameters.get("Identity")
        return [box for box in boxes if asked in (None, str(box.get("Guid")))]

    def only_the_first(command: Command) -> list[WireObject]:
        return [] if command.parameters.get("Identity") == str(boxes[1].get("Guid")) else each(command)

    assert by_id("DOC-STATEMENTS", {"Get-ExchangeServer": [], "Get-Mailbox": each}).status == "good"
    assert by_id("DOC-STATEMENTS", {"Get-ExchangeServer": [], "Get-Mailbox": only_the_first}).status == "bad"


@pytest.mark.parametrize("name", [check.id for check in CHECKS if check.id.startswith("DOC-BULK-")])
def test_pipelines_ask_the_cmdlet_that_the_check_is_of(name: str) -> None:
    (check,) = (check for check in CHECKS if check.id == name)
    cmdlet = check.title.split()[0]
    own = thing(Identity=mailbox().get("Identity"))
    table = {"Get-ExchangeServer": [], "Get-Mailbox": [mailbox()], cmdlet: [own]}
    assert by_id(name, table).status == "good"
    assert by_id(name, {**table, cmdlet: [thing(Identity="other")]}).status == "bad"
    assert by_id(name, {**table, cmdlet: refusal(cmdlet)}).status == "unknown"


# -- inside mailboxes


def test_formats() -> None:
    wanted = {"Language": "fr-BE", "DateFormat": "dd-MM-yy", "TimeFormat": "HH:mm", "TimeZone": None}
    right = {"Language": "fr-BE", "DateFormat": "dd-MM-yy", "TimeFormat": "HH:mm"}
    assert inside.judge_formats(wanted, [right]).status == "good"
    assert inside.judge_formats(wanted, [{**right, "DateFormat": "d/MM/yyyy"}]).status == "unknown"
    assert inside.judge_formats(wanted, [{**right, "Language": "en-US"}]).status == "unknown"


def test_rules() -> None:
    ways = dict.fromkeys(("ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"))
    rule = {"Name": "n", "Enabled": True, "RuleIdentity": 16752869479666417665, **ways}
    own = {**rule, "Identity": "box\\16752869479666417665"}
    assert inside.judge_rules([thing(**own)]).status == "good"
    assert inside.judge_rules([thing(**{**own, "Identity": "box\\1"})]).status == "warning"
    assert inside.judge_rules([thing(**{**own, "ForwardTo": ["nobody knows"]})]).status == "warning"
    assert inside.judge_rules([thing(**{**own, "Enabled": None})]).status == "bad"


def test_no_rule_anywhere_is_unknown() -> None:
    table = {"Get-ExchangeServer": [], "Get-Mailbox": [mailbox()], "Get-InboxRule": []}
    assert by_id("DOC-RULES", table).status == "unknown"


# -- the organisation


def test_objects_of_the_policy() -> None:
    policy = {"mailbox": {"role_assignment_policy": "Ours"}}
    there = {"Get-ExchangeServer": [], "Get-RoleAssignmentPolicy": [thing(Name="Ours")]}
    assert by_id("DOC-POLICY-OBJECTS", there, policy=policy).status == "good"
    gone = {**there, "Get-RoleAssignmentPolicy": refusal("x", "ManagementObjectNotFoundException")}
    assert by_id("DOC-POLICY-OBJECTS", gone, policy=policy).status == "bad"
    fault = {**there, "Get-RoleAssignmentPolicy": refusal("x", "ADOperationException")}
    assert by_id("DOC-POLICY-OBJECTS", fault, policy=policy).status == "unknown"


def test_address_policies() -> None:
    templates = thing(Name="All", EnabledEmailAddressTemplates=["SMTP:%m@adm.example.be"])
    table = {"Get-EmailAddressPolicy": [templates], "Get-Mailbox": [mailbox()]}
    result = by_id("DOC-ADDRESS-POLICY", table, boxes=BOXES)
    assert result.status == "warning"
    assert "1 mailboxes" in result.observed
    assert by_id("DOC-ADDRESS-POLICY", {**table, "Get-Mailbox": []}, boxes=BOXES).status == "good"
    without = by_id("DOC-ADDRESS-POLICY", {"Get-Mailbox": []}, boxes=BOXES)
    assert (without.status, "for want of the right" in without.observed) == ("good", True)
    assert by_id("DOC-ADDRESS-POLICY", table).status == "unknown"


def accepted(kind: str, *connectors: WireObject) -> dict[str, Any]:
    return {
        "Get-AcceptedDomain": [thing(DomainName="ADM.example.be", DomainType=kind)],
        "Get-SendConnector": list(connectors),
    }


def connector(**properties: Any) -> WireObject:
    own = {"Name": "Old", "Enabled": True, "DNSRoutingEnabled": False, "SmartHosts": ["[192.0.2.9]"],
           "AddressSpaces": ["SMTP:adm.example.be;1"]}  # fmt: skip
    return thing(**{**own, **properties})


@pytest.mark.parametrize(
    ("kind", "status"), [("InternalRelay", "good"), ("Authoritative", "warning"), ("ExternalRelay", "warning")]
)
def test_accepted_domains(kind: str, status: str) -> None:
    assert by_id("DOC-ACCEPTED-DOMAIN", accepted(kind), boxes=BOXES).status == status


def test_a_domain_that_is_not_accepted_is_bad() -> None:
    assert by_id("DOC-ACCEPTED-DOMAIN", {"Get-AcceptedDomain": []}, boxes=BOXES).status == "bad"


@pytest.mark.parametrize(
    ("kind", "found", "status"),
    [
        ("InternalRelay", [connector()], "good"),
        ("InternalRelay", [], "bad"),
        ("InternalRelay", [connector(AddressSpaces=["SMTP:*;1"])], "bad"),
        ("InternalRelay", [connector(AddressSpaces=["X400:adm.example.be;1"])], "bad"),
        ("InternalRelay", [connector(Enabled=False)], "bad"),
        ("InternalRelay", [connector(SmartHosts=[])], "bad"),
        ("InternalRelay", [connector(DNSRoutingEnabled=True)], "bad"),
        ("InternalRelay", [connector(Enabled=False), connector(Name="Second")], "good"),
        ("Authoritative", [], "good"),
    ],
)
def test_connectors(kind: str, found: list[WireObject], status: str) -> None:
    assert by_id("DOC-COEXISTENCE-CONNECTOR", accepted(kind, *found), boxes=BOXES).status == status


def test_remote_domains() -> None:
    shut = thing(Name="Default", DomainName="*", AutoForwardEnabled=False)
    wide = thing(Name="Other", DomainName="x.be", AutoForwardEnabled=True)
    assert by_id("DOC-REMOTE-DOMAINS", {"Get-RemoteDomain": [shut]}).status == "good"
    result = by_id("DOC-REMOTE-DOMAINS", {"Get-RemoteDomain": [shut, wide]})
    assert (result.status, result.evidence["open"]) == ("warning", ["Other (x.be)"])


# -- whatever happens


def test_a_site_where_nothing_opens_is_asked_once_and_told_everywhere() -> None:
    endpoint = Endpoint(opening=NoSessionError("wrong password", hint="Check it"))
    told = {item.check.id: item.result for item in examine(fake_site(endpoint, boxes=BOXES), THEMES[1:]).findings}
    assert endpoint.opened == 1, "a password that was refused is not tried again"
    assert (told["DOC-ACCOUNT"].status, told["DOC-ACCOUNT"].advice) == ("bad", "Check it")
    others = {name: result for name, result in told.items() if name not in ("DOC-ACCOUNT", "DOC-AUDIT-ACCOUNT")}
    assert {result.status for result in others.values()} == {"unknown"}
    assert all("wrong password" in told[name].observed for name in ("DOC-SESSIONS", "DOC-VERSION", "DOC-ABSENT"))


def test_a_session_that_breaks_is_replaced_and_the_question_asked_again() -> None:
    faults: list[Any] = [SessionLostError("broke", ran=None)]
    endpoint = Endpoint({"Get-RemoteDomain": lambda _: faults.pop() if faults else []})
    assert by_id("DOC-REMOTE-DOMAINS", endpoint).status == "good"
    assert (endpoint.opened, endpoint.open) == (2, 0)


def test_an_endpoint_that_breaks_every_session_is_left_alone() -> None:
    lost = SessionLostError("broke", ran=None)
    endpoint = Endpoint(dict.fromkeys(("Get-ExchangeServer", "Get-Mailbox", "Get-RemoteDomain"), lost))
    findings = examine(fake_site(endpoint), THEMES[4:]).findings
    assert {item.result.status for item in findings} == {"unknown"}
    assert endpoint.opened <= 4


def test_patience_is_had_once_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("bma.doctor.site.time.sleep", slept.append)
    busy: list[BmaError] = [BusyError("later", wait=2)]
    assert by_id("DOC-REMOTE-DOMAINS", {"Get-RemoteDomain": lambda _: busy.pop() if busy else []}).status == "good"
    assert slept == [2]
    assert by_id("DOC-REMOTE-DOMAINS", {"Get-RemoteDomain": BusyError("later", wait=999)}).status == "unknown"
    assert slept == [2]


@pytest.mark.parametrize("answer", [[], [None], ["text"], [3], [thing()], [[thing()]], [b""]], ids=repr)
def test_no_answer_is_too_strange(answer: list[Any]) -> None:
    cmdlets = dict.fromkeys(_cmdlets(), answer)
    scope = {"boxes": BOXES, "policy": POLICY}
    for item in examine(fake_site(cmdlets, **scope), THEMES[2:]).findings:
        assert "the check itself failed" not in item.result.observed, (item.check.id, item.result.observed)


def _cmdlets() -> list[str]:
    endpoint = Endpoint()
    examine(fake_site(endpoint, boxes=BOXES, policy=POLICY), THEMES[2:])
    more = ["Get-MailboxDatabaseCopyStatus", "Get-InboxRule", "Get-SendConnector", "Get-RoleAssignmentPolicy"]
    return list({command.cmdlet for command in endpoint.asked} | set(more))


def test_a_defect_of_a_check_is_told_with_its_place_and_ends_nothing() -> None:
    def broken(_command: Command) -> list[Any]:
        raise ZeroDivisionError

    result = by_id("DOC-REMOTE-DOMAINS", {"Get-RemoteDomain": broken})
    assert result.status == "unknown"
    assert "ZeroDivisionError at test_checks.py:" in result.observed


def test_cannot_tell_carries_its_hint() -> None:
    with pytest.raises(CannotTellError):
        _ = fake_site({"Get-Mailbox": []}).sample
    assert by_id("DOC-IDENTITY", {"Get-Mailbox": []}).advice == "Run again once the first box is there"


def test_the_connection_is_made_to_read_only_whatever_it_was() -> None:
    assert CONNECTION.read_only is False
    site = fake_site({})
    assert site.connection.read_only is True


def test_organisation_without_boxes_is_unknown() -> None:
    for name in ("DOC-ACCEPTED-DOMAIN", "DOC-COEXISTENCE-CONNECTOR", "DOC-ADDRESS-POLICY"):
        assert by_id(name, accepted("InternalRelay")).status == "unknown"
    assert organization.remote_domains(fake_site({"Get-RemoteDomain": []})).status == "good"
