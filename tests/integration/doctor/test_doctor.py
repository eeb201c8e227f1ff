"""The doctor over the real wire: a sound site, then one where each thing in turn is not as it should be."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bma.doctor.process import examined
from bma.doctor.registry import CHECKS
from bma.exchange.connection import Connection
from lab import ExchangeLab
from tests.integration.doctor.conftest import Doctor, seed
from tests.integration.doctor.front import Front, certificate

pytestmark = pytest.mark.wire

LAB_CANNOT = {"DOC-DATABASE-SPACE", "DOC-RIGHTS-DOCTOR"}
"""What the lab has no answer for: it models no volumes, and so has not the cmdlet that tells of them."""


def results(told: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["result"] for check in told["checks"]}


def one(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(check for check in told["checks"] if check["id"] == name)


@pytest.fixture
def sound(exchange: ExchangeLab) -> ExchangeLab:
    """A site as it should be in the middle of a migration."""
    seed(exchange)
    lines = [
        "New-RoleAssignmentPolicy -Name 'BMA Role Assignment Policy'",
        "Set-AcceptedDomain adm.cfwb.be -DomainType InternalRelay",
        "New-SendConnector -Name Old -AddressSpaces adm.cfwb.be -SmartHosts 192.0.2.9 -DNSRoutingEnabled $false",
        "Set-MailboxRegionalConfiguration ec000001 -Language fr-BE -DateFormat dd-MM-yy -TimeFormat HH:mm"
        " -TimeZone 'Romance Standard Time'",
        "New-InboxRule -Mailbox ec000002 -Name Mine -From a@example.org -MarkAsRead $true",
        "Set-Mailbox ec000003 -ForwardingSmtpAddress x@example.org",
    ]
    for line in lines:
        exchange.console(line)
    exchange.clear_journal()
    return exchange


def test_a_sound_site_is_good_all_over(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor()
    odd = {name: result for name, result in results(told).items() if result != "good" and name not in LAB_CANNOT}
    assert odd == {}, [one(told, name) for name in odd]
    assert (told["reached"], told["safe_sessions"]) == (True, 4)
    assert len(told["checks"]) == len(CHECKS)


def test_nothing_is_changed_and_nothing_left_behind(sound: ExchangeLab, doctor: Doctor) -> None:
    before = sound.counters()["objects"]
    doctor(sessions=8)
    assert {record["cmdlet"].partition("-")[0] for record in sound.journal()} == {"Get"}
    assert sound.counters()["objects"] == before
    assert sound.counters()["sessions"] == 0


def test_an_empty_site_is_unknown_where_there_is_no_mailbox_to_look_at(doctor: Doctor) -> None:
    told = doctor()
    assert one(told, "DOC-LISTS")["observed"] == "there is no mailbox to look at"
    assert one(told, "DOC-FILTER-DOMAIN")["result"] == "unknown"
    assert one(told, "DOC-SIZES")["result"] == "good", "databases have sizes too"


# -- the way in


def test_an_endpoint_that_is_not_there_is_told_by_the_network_part_alone(doctor: Doctor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = doctor(uri=f"https://localhost:{port}/PowerShell")
    assert told["reached"] is False
    assert one(told, "DOC-NAME")["result"] == "good"
    assert one(told, "DOC-PORT")["result"] == "bad"
    assert {one(told, name)["result"] for name in ("DOC-ACCOUNT", "DOC-AUDIT-ACCOUNT")} == {"bad"}
    told_late = told["checks"][[check["id"] for check in told["checks"]].index("DOC-LANGUAGE") :]
    assert {check["result"] for check in told_late} == {"unknown"}
    assert all("the check itself failed" not in check["observed"] for check in told["checks"])


def test_a_name_that_nobody_knows(doctor: Doctor) -> None:
    told = doctor(uri="https://nowhere.invalid/PowerShell")
    assert told["reached"] is False
    assert one(told, "DOC-NAME")["result"] == "bad"
    assert one(told, "DOC-PORT")["result"] == "unknown"


def test_plain_http_is_sealed_and_needs_no_certificate(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor(uri=sound.http_uri)
    for name in ("DOC-TLS", "DOC-CERTIFICATE", "DOC-CERTIFICATE-DATES", "DOC-METHODS", "DOC-ACCOUNT"):
        assert one(told, name)["result"] == "good", one(told, name)


def test_another_port_that_speaks_no_tls(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor(uri=f"https://localhost:{sound.http_port}/PowerShell")
    assert one(told, "DOC-TLS")["result"] == "bad"
    assert one(told, "DOC-ACCOUNT")["result"] == "bad"


def test_a_path_that_is_not_exchange(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor(uri=sound.https_uri.replace("PowerShell", "owa"))
    assert one(told, "DOC-METHODS")["result"] == "bad"
    assert "HTTP 404" in one(told, "DOC-METHODS")["observed"]


def test_a_method_that_is_not_offered(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.set_knob("auth", "negotiate,ntlm")
    told = doctor(auth="basic")
    assert one(told, "DOC-METHODS")["result"] == "bad"
    assert one(told, "DOC-ACCOUNT")["result"] == "bad"


def test_a_certificate_of_nobody_that_is_known(sound: ExchangeLab, doctor: Doctor, tmp_path: Path) -> None:
    with Front(sound, certificate(sound, tmp_path, "localhost", trusted=False)) as front:
        told = doctor(uri=front.uri)
    assert one(told, "DOC-CERTIFICATE")["result"] == "bad"
    assert one(told, "DOC-CERTIFICATE-DATES")["result"] == "good"
    assert one(told, "DOC-ACCOUNT")["result"] == "bad"
    assert one(told, "DOC-CLOCK")["result"] == "good", "the clock can be read all the same"


def test_a_certificate_of_another_host(sound: ExchangeLab, doctor: Doctor, tmp_path: Path) -> None:
    with Front(sound, certificate(sound, tmp_path, "mail.example.be")) as front:
        told = doctor(uri=front.uri)
    assert one(told, "DOC-CERTIFICATE")["result"] == "bad"
    assert "mail.example.be" in one(told, "DOC-CERTIFICATE")["evidence"]["names"]


@pytest.mark.parametrize(("days", "trust", "dates"), [(-1, "bad", "bad"), (10, "good", "warning")])
def test_a_certificate_that_has_or_will_soon_have_expired(
    sound: ExchangeLab, doctor: Doctor, tmp_path: Path, days: float, trust: str, dates: str
) -> None:
    with Front(sound, certificate(sound, tmp_path, "localhost", days=days)) as front:
        told = doctor(uri=front.uri)
    assert (one(told, "DOC-CERTIFICATE")["result"], one(told, "DOC-CERTIFICATE-DATES")["result"]) == (trust, dates)


@pytest.mark.parametrize(("skew", "status"), [(0, "good"), (-120, "warning"), (600, "bad"), (None, "unknown")])
def test_clock_skew(sound: ExchangeLab, doctor: Doctor, tmp_path: Path, skew: float | None, status: str) -> None:
    with Front(sound, certificate(sound, tmp_path, "localhost"), skew=skew) as front:
        assert one(doctor(uri=front.uri), "DOC-CLOCK")["result"] == status


@pytest.mark.parametrize(("path", "status"), [("/PowerShell", "good"), ("/powershell", "bad")])
def test_cookie_path_by_the_letter(sound: ExchangeLab, doctor: Doctor, tmp_path: Path, path: str, status: str) -> None:
    cookie = f"X-BackEndCookie=ex01; path={path}; secure; HttpOnly"
    with Front(sound, certificate(sound, tmp_path, "localhost"), cookie=cookie) as front:
        told = doctor(uri=front.uri)
        assert one(told, "DOC-COOKIE-PATH")["result"] == status
        if status == "bad":
            advised = one(told, "DOC-COOKIE-PATH")["advice"]
            assert advised == "Write the path of exchange_uri as /powershell"
            followed = doctor(uri=front.uri.replace("PowerShell", "powershell"))
            assert one(followed, "DOC-COOKIE-PATH")["result"] == "good", "the advice helps"


# -- account, rights and limits


def test_a_wrong_password_is_tried_once_and_told(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor(password="Wrong-Horse-9", audit=False)
    assert one(told, "DOC-ACCOUNT")["result"] == "bad"
    assert "wrong password" in one(told, "DOC-ACCOUNT")["observed"]
    assert told["reached"] is True
    assert one(told, "DOC-CERTIFICATE")["result"] == "good"
    assert one(told, "DOC-VERSION")["result"] == "unknown"
    assert sound.counters()["sessions_opened"] == 0


def test_cmdlets_that_are_denied(sound: ExchangeLab, doctor: Doctor) -> None:
    for cmdlet in ("Set-CASMailbox", "Get-SweepRule", "Get-MailboxPermission", "Get-SendConnector", "Get-InboxRule"):
        sound.set_knob("deny", "migration", cmdlet)
    told = doctor()
    assert "Set-CASMailbox" in one(told, "DOC-RIGHTS-WRITE")["evidence"]["missing"]
    assert "Get-SweepRule" in one(told, "DOC-RIGHTS-READ")["evidence"]["missing"]
    assert one(told, "DOC-RIGHTS-DOCTOR")["result"] == "warning"
    for name in ("DOC-BULK-FULL-ACCESS", "DOC-COEXISTENCE-CONNECTOR", "DOC-RULES"):
        assert one(told, name)["result"] == "unknown", name
        assert "no right to this cmdlet" in one(told, name)["observed"]
    assert one(told, "DOC-BULK-SEND-AS")["result"] == "good", "what is not denied is looked at"


def test_a_parameter_that_is_denied(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.set_knob("deny", "migration", "Set-Mailbox", "ProhibitSendQuota")
    assert one(doctor(), "DOC-RIGHTS-WRITE")["evidence"]["missing"] == ["Set-Mailbox -ProhibitSendQuota"]


def test_the_audit_account_alone(sound: ExchangeLab, doctor: Doctor) -> None:
    told = doctor(account="audit")
    assert one(told, "DOC-RIGHTS-READ")["result"] == "good"
    assert {record["account"] for record in sound.journal()} == {"audit@lab.example"}


def test_too_few_sessions(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.set_knob("session_quota", 3)
    told = doctor(sessions=8)
    found = one(told, "DOC-SESSIONS")
    assert (found["result"], found["evidence"]["opened"], found["evidence"]["safe"]) == ("bad", 3, 3)
    assert found["advice"] == "Say exchange_sessions: 3"
    assert told["safe_sessions"] == 3
    assert sound.counters()["sessions"] == 0


def test_a_throttling_policy_that_is_too_tight(sound: ExchangeLab, doctor: Doctor) -> None:
    made = sound.console("New-ThrottlingPolicy -Name Tight -PowerShellMaxConcurrency 3")
    assert not made.errors
    sound.seed([{"name": "migration", "address": "migration@lab.example", "ThrottlingPolicy": "Tight"}])
    found = one(doctor(), "DOC-THROTTLING")
    assert found["result"] == "bad"
    assert found["observed"].startswith("Tight over Global")


def test_latency(sound: ExchangeLab, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bma.doctor.limits.SLOW_CALL_SECONDS", 0.3)
    monkeypatch.setattr("bma.doctor.limits.SLOW_OPEN_SECONDS", 0.3)
    sound.set_knob("latency", "Get-Mailbox", 350)
    sound.set_knob("open_latency", 400)
    told = doctor(audit=False)
    for name, least in (("DOC-CMDLET-TIME", 0.35), ("DOC-OPEN-TIME", 0.4)):
        assert one(told, name)["result"] == "warning"
        assert least <= one(told, name)["evidence"]["median"] < least + 2


# -- answers and meanings


@pytest.mark.parametrize("culture", ["fr-BE", "de-DE"])
def test_another_culture_is_told_and_read_right(sound: ExchangeLab, doctor: Doctor, culture: str) -> None:
    sound.set_knob("culture", culture)
    told = doctor()
    assert one(told, "DOC-SIZES")["result"] == "warning"
    assert "read right" in one(told, "DOC-SIZES")["observed"]
    assert one(told, "DOC-EMPTY")["result"] == "good"


def test_a_property_that_is_not_answered(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.faults.add(do="leave_out", match={"cmdlet": "Get-CASMailbox"}, properties=["ImapEnabled"], times=0)
    found = one(doctor(), "DOC-PROPERTIES")
    assert found["result"] == "warning"
    assert found["evidence"]["missing"] == {"Get-CASMailbox": ["ImapEnabled"]}


@pytest.mark.parametrize(
    ("check", "cmdlet", "kind"),
    [
        ("DOC-FILTER-OBSTACLES", "Get-Recipient", "InvalidFilterException"),
        ("DOC-BULK-REGIONAL", "Get-MailboxRegionalConfiguration", "InvalidOperationException"),
        ("DOC-BULK-REPLIES", "Get-MailboxAutoReplyConfiguration", "InvalidOperationException"),
    ],
)
def test_a_cmdlet_that_refuses_refutes_the_assumption(
    sound: ExchangeLab, doctor: Doctor, check: str, cmdlet: str, kind: str
) -> None:
    sound.faults.add(do="cmdlet_error", match={"cmdlet": cmdlet}, times=0, **{"class": kind, "text": "No."})
    assert one(doctor(), check)["result"] == "bad"


def test_absence_told_otherwise_is_bad(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.faults.add(
        do="cmdlet_error", match={"cmdlet": "Get-Mailbox"}, times=0, **{"class": "ADOperationException", "text": "No."}
    )
    told = doctor()
    assert one(told, "DOC-ABSENT")["result"] == "bad"
    assert one(told, "DOC-NO-MATCH")["result"] == "bad"
    assert one(told, "DOC-LISTS")["result"] == "unknown"


# -- the organisation


def test_an_address_policy_that_is_on(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.seed([{"name": "ec000099", "address": "ec000099@adm.cfwb.be", "EmailAddressPolicyEnabled": True}])
    found = one(doctor(), "DOC-ADDRESS-POLICY")
    assert (found["result"], found["evidence"]["mailboxes"]) == ("warning", ["ec000099@adm.cfwb.be"])


def test_coexistence_without_connector(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.console("Remove-SendConnector Old -Confirm:$false")
    assert one(doctor(), "DOC-COEXISTENCE-CONNECTOR")["result"] == "bad"


def test_an_authoritative_domain_during_the_migration(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.console("Set-AcceptedDomain adm.cfwb.be -DomainType Authoritative")
    told = doctor()
    assert one(told, "DOC-ACCEPTED-DOMAIN")["result"] == "warning"
    assert one(told, "DOC-COEXISTENCE-CONNECTOR")["result"] == "good"


def test_a_remote_domain_that_lets_mail_out(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.console("New-RemoteDomain -Name Partner -DomainName partner.example")
    found = one(doctor(), "DOC-REMOTE-DOMAINS")
    assert (found["result"], found["evidence"]["open"]) == ("warning", ["Partner (partner.example)"])


def test_an_object_of_the_policy_that_is_not_there(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.console("Remove-RoleAssignmentPolicy 'BMA Role Assignment Policy' -Confirm:$false")
    found = one(doctor(), "DOC-POLICY-OBJECTS")
    assert (found["result"], found["evidence"]["absent"]) == (
        "bad", ["mailbox.role_assignment_policy: BMA Role Assignment Policy"],
    )  # fmt: skip


# -- faults in mid-run


@pytest.mark.parametrize("deed", ["drop_before_execution", "drop_after_execution", "half_answer", "shell_lost"])
def test_a_session_that_breaks_once_costs_nothing(sound: ExchangeLab, doctor: Doctor, deed: str) -> None:
    sound.faults.add(do=deed, match={"cmdlet": "Get-RemoteDomain"})
    told = doctor()
    odd = {name for name, result in results(told).items() if result != "good"} - LAB_CANNOT
    assert odd == set()
    assert sound.counters()["sessions"] <= 1, "the one whose connection was cut"


def test_an_endpoint_that_dies_in_mid_run(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.faults.add(do="die", match={"cmdlet": "Get-AcceptedDomain"})
    told = doctor()
    assert one(told, "DOC-ABSENT")["result"] == "good"
    assert {one(told, name)["result"] for name in ("DOC-ACCEPTED-DOMAIN", "DOC-REMOTE-DOMAINS")} == {"unknown"}


def test_cmdlets_that_fail_one_after_the_other_end_nothing(sound: ExchangeLab, doctor: Doctor) -> None:
    sound.faults.add(do="cmdlet_error", times=0, **{"class": "InvalidOperationException", "text": "Not today."})
    told = doctor()
    assert len(told["checks"]) == len(CHECKS)
    assert all("the check itself failed" not in check["observed"] for check in told["checks"])


# -- the process


def wanted(connection: Connection) -> dict[str, Any]:
    assert connection.password is not None
    return {
        "options": {
            "uri": connection.uri,
            "auth": connection.auth,
            "username": connection.username,
            "password": connection.password.clear,
            "ca_file": connection.ca_file,
        },
        "scope": {"boxes": ["ec000001@adm.cfwb.be"]},
    }


def test_the_process_tells_what_it_looks_at_and_reports(sound: ExchangeLab, connect: Callable[..., Connection]) -> None:
    heard: list[str] = []
    asked = wanted(connect())
    told = examined(asked, heard.append)
    assert heard[0] == "Way in"
    assert told["counts"]["good"] > 30
    assert asked["options"]["password"] not in json.dumps(told)


def test_the_process_gives_its_sessions_back_when_nobody_waits_any_more(
    sound: ExchangeLab, connect: Callable[..., Connection]
) -> None:
    sound.set_knob("latency", 400)

    class EnoughError(Exception):
        """The operator has pressed Ctrl-C."""

    def heard(theme: str) -> None:
        if theme == "Servers and databases":
            raise EnoughError

    with pytest.raises(EnoughError):
        examined(wanted(connect()), heard)
    deadline = time.monotonic() + 10
    while sound.counters()["sessions"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sound.counters()["sessions"] == 0
