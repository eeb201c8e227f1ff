"""Every method of authentication over the wire: a session is opened and a cmdlet runs, or one line says why not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.connection import Connection, connection
from bma.exchange.session import Session
from bma.resources.commands import Command
from lab import ExchangeLab
from lab.kdc import Kdc

pytestmark = pytest.mark.wire

USER = "migration@LAB.EXAMPLE"


def opened(exchange: ExchangeLab, scheme: str, auth: str, **options: Any) -> Connection:
    """A connection as the migration account; an option of ``None`` takes a usual one away."""
    who = exchange.account()
    usual = {
        "uri": exchange.http_uri if scheme == "http" else exchange.https_uri,
        "auth": auth,
        "username": who.name,
        "password": who.password(),
        "ca_file": exchange.ca_file,
    }
    return connection({k: v for k, v in {**usual, **options}.items() if v is not None}, read_only=True)


def account_of_a_cmdlet(exchange: ExchangeLab, made: Connection) -> str:
    """Open a session, run a cmdlet, close; the account that the endpoint has seen."""
    session = Session(made)
    try:
        assert session.run(Command("Get-AcceptedDomain"), seconds=30).or_raise().objects
    finally:
        session.close()
    assert exchange.counters()["sessions"] == 0
    return str(exchange.journal()[-1]["account"])


def refusal(made: Callable[[], Connection]) -> str:
    """Why there is no session, which is one line."""
    with pytest.raises(BmaError) as caught:
        Session(made())
    told = str(caught.value)
    assert "\n" not in told
    return told


# -- without a KDC


@pytest.mark.parametrize(
    ("scheme", "auth", "accepted"),
    [
        ("http", "negotiate", "negotiate,ntlm"),
        ("https", "negotiate", "negotiate,ntlm"),
        ("https", "basic", "basic"),
    ],
)
def test_a_password_opens_a_session(exchange: ExchangeLab, scheme: str, auth: str, accepted: str) -> None:
    exchange.set_knob("auth", accepted)
    assert account_of_a_cmdlet(exchange, opened(exchange, scheme, auth)) == "migration@lab.example"


@pytest.mark.parametrize(("scheme", "auth"), [("http", "negotiate"), ("https", "negotiate"), ("https", "basic")])
@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "stranger@lab.example"}])
def test_wrong_credentials_are_one_line(exchange: ExchangeLab, scheme: str, auth: str, wrong: dict[str, str]) -> None:
    told = refusal(lambda: opened(exchange, scheme, auth, **wrong))
    assert f"was not accepted with {auth}: wrong password, unknown account" in told
    assert "exchange_username, exchange_password and exchange_auth" in told
    assert exchange.counters()["sessions_opened"] == 0


def test_a_method_that_is_not_offered_is_told_with_those_that_are(exchange: ExchangeLab) -> None:
    exchange.set_knob("auth", "basic")
    assert "does not offer negotiate, but Basic" in refusal(lambda: opened(exchange, "https", "negotiate"))


# -- client certificates


def by_certificate(exchange: ExchangeLab, files: tuple[Path, Path]) -> Connection:
    certificate, key = files
    options = {"certificate_file": certificate, "certificate_key_file": key}
    return opened(exchange, "https", "certificate", username=None, password=None, **options)


def test_a_client_certificate_opens_a_session_of_the_account_it_names(exchange: ExchangeLab) -> None:
    exchange.set_knob("auth", "certificate")
    assert account_of_a_cmdlet(exchange, by_certificate(exchange, exchange.certificate("audit"))) == "audit@lab.example"


def test_a_certificate_is_no_way_in_unless_the_endpoint_takes_them(exchange: ExchangeLab) -> None:
    told = refusal(lambda: by_certificate(exchange, exchange.certificate("migration")))
    assert "the client certificate was not accepted" in told
    assert "CertificateAuthentication" in told


def test_a_certificate_that_no_account_belongs_to(exchange: ExchangeLab) -> None:
    from lab.exchange.tls import issue_client

    exchange.set_knob("auth", "certificate")
    files = issue_client(exchange.state_dir, "stranger@lab.example")
    assert "no account belongs to it" in refusal(lambda: by_certificate(exchange, files))


def test_a_certificate_that_the_endpoint_does_not_trust(exchange: ExchangeLab) -> None:
    exchange.set_knob("auth", "certificate")
    told = refusal(lambda: by_certificate(exchange, exchange.certificate("migration", trusted=False)))
    assert "the endpoint refused the client certificate" in told
    assert "exchange_certificate_file" in told


def test_a_site_that_refuses_the_certificate_in_http(exchange: ExchangeLab) -> None:
    exchange.set_knob("auth", "certificate")
    exchange.faults.add(do="http_status", status=403, match={"action": "Create"})
    told = refusal(lambda: by_certificate(exchange, exchange.certificate("migration")))
    assert "the endpoint refused the client certificate (HTTP 403)" in told


def test_what_is_wrong_with_a_certificate_is_found_before_it_is_sent(exchange: ExchangeLab, tmp_path: Path) -> None:
    exchange.set_knob("auth", "certificate")
    certificate, key = exchange.certificate("migration")
    expired = exchange.certificate("migration", valid=timedelta(hours=1))
    other_key = exchange.certificate("audit")[1]
    empty = tmp_path / "empty.pem"
    empty.touch()
    for files, told in (
        (expired, "has expired on "),
        ((certificate, other_key), "is not the key of the certificate in "),
        ((certificate, certificate), "holds no private key"),
        ((key, key), "holds no certificate"),
        ((empty, key), "holds no certificate"),
        ((tmp_path / "nowhere.pem", key), "there is no file "),
    ):
        assert told in refusal(lambda files=files: by_certificate(exchange, files))
    assert exchange.counters()["http_requests"] == 0


# -- Kerberos


@pytest.mark.parametrize(
    ("scheme", "auth", "accepted"),
    [
        ("http", "kerberos", "negotiate,kerberos"),
        ("http", "kerberos", "kerberos"),
        ("https", "kerberos", "negotiate,kerberos"),
        ("https", "kerberos", "kerberos"),
        ("http", "negotiate", "negotiate,kerberos"),
        ("https", "negotiate", "negotiate,kerberos"),
    ],
)
def test_kerberos_with_a_password(realm: ExchangeLab, scheme: str, auth: str, accepted: str) -> None:
    realm.set_knob("auth", accepted)
    assert account_of_a_cmdlet(realm, opened(realm, scheme, auth)) == "migration@lab.example"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("username", [None, "audit@LAB.EXAMPLE"])
def test_kerberos_with_a_ticket(
    realm: ExchangeLab, monkeypatch: pytest.MonkeyPatch, scheme: str, username: str | None
) -> None:
    monkeypatch.setenv("KRB5CCNAME", realm.kdc.make_ticket("audit"))
    made = opened(realm, scheme, "kerberos", username=username, password=None)
    assert account_of_a_cmdlet(realm, made) == "audit@lab.example"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_kerberos_with_a_keytab(realm: ExchangeLab, scheme: str) -> None:
    keytab = realm.kdc.make_keytab("migration")
    made = opened(realm, scheme, "kerberos", password=None, keytab_file=keytab)
    assert account_of_a_cmdlet(realm, made) == "migration@lab.example"


def test_the_service_principal_can_be_chosen(tmp_path: Path, realm: ExchangeLab) -> None:
    """A server's own name has ``host``, a load-balanced one only ``HTTP``, and may be another than the address's."""
    told = refusal(lambda: opened(realm, "http", "kerberos", kerberos_service="host"))
    assert "Kerberos does not know the service host/localhost" in told
    assert "exchange_kerberos_service" in told
    by_address = realm.http_uri.replace("localhost", "127.0.0.1")
    assert "HTTP/127.0.0.1" in refusal(lambda: opened(realm, "http", "kerberos", uri=by_address))
    made = opened(realm, "http", "kerberos", uri=by_address, kerberos_host="localhost")
    assert account_of_a_cmdlet(realm, made) == "migration@lab.example"


def test_what_kerberos_refuses_is_told(realm: ExchangeLab, tmp_path: Path) -> None:
    audits_keytab = realm.kdc.make_keytab("audit")
    for options, told in (
        ({"password": "wrong"}, f"wrong password for {USER}"),
        ({"username": "stranger@lab.example"}, "Kerberos does not know the account stranger@LAB.EXAMPLE"),
        ({"username": "migration@elsewhere.example"}, "no KDC is known for the realm of migration@ELSEWHERE.EXAMPLE"),
        ({"username": None, "password": None}, "there is no Kerberos ticket"),
        ({"password": None, "keytab_file": audits_keytab}, f"the keytab holds no key of {USER}"),
    ):
        assert told in refusal(lambda options=options: opened(realm, "http", "kerberos", **options))
    assert realm.counters()["http_requests"] <= 5  # each only asks which methods there are
    assert realm.counters()["sessions_opened"] == 0


def test_a_kdc_that_is_down(realm: ExchangeLab) -> None:
    realm.kdc.stop()
    assert f"no KDC of the realm of {USER} answers" in refusal(lambda: opened(realm, "http", "kerberos"))


def test_a_ticket_that_has_expired(realm: ExchangeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRB5CCNAME", realm.kdc.make_ticket("migration", seconds=1))
    time.sleep(2.1)
    told = refusal(lambda: opened(realm, "http", "kerberos", username=None, password=None))
    assert "the Kerberos ticket of the account has expired" in told
    assert "kinit" in told


def test_a_clock_that_differs(realm: ExchangeLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    who = realm.account()
    with Kdc(tmp_path / "strict", {who.short: who.password()}, clock_skew=-1) as strict:  # no clock is good enough
        monkeypatch.setenv("KRB5_CONFIG", str(strict.config))
        assert "the clock differs too much" in refusal(lambda: opened(realm, "http", "kerberos"))


def test_kerberos_never_falls_back_to_ntlm(realm: ExchangeLab, tmp_path: Path) -> None:
    """The endpoint would take NTLM, and the password is right; but it has no key for the ticket."""
    with ExchangeLab(tmp_path / "elsewhere") as stranger:
        for scheme in ("http", "https"):
            who = {"password": realm.account().password()}
            told = refusal(lambda scheme=scheme, who=who: opened(stranger, scheme, "kerberos", **who))
            assert f"the endpoint did not accept the Kerberos ticket of {USER}" in told
        assert stranger.counters()["sessions_opened"] == 0


def test_negotiate_falls_back_to_ntlm_where_there_is_no_kdc(realm: ExchangeLab) -> None:
    realm.kdc.stop()
    assert account_of_a_cmdlet(realm, opened(realm, "http", "negotiate")) == "migration@lab.example"


def test_kerberos_that_is_not_installed(exchange: ExchangeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spnego._gss.HAS_GSSAPI", False)
    told = refusal(lambda: opened(exchange, "https", "kerberos"))
    assert "Kerberos is not installed" in told
    assert "pip install '.[kerberos]'" in told


# -- channel binding


UNBOUND = (None, b"tls-server-end-point:" + bytes(32))


def without_binding(exchange: ExchangeLab, auth: str, monkeypatch: pytest.MonkeyPatch, binding: bytes | None) -> str:
    """Why a client is refused that binds its handshake to no TLS channel, or to another one."""
    monkeypatch.setattr("pypsrp.negotiate.HTTPNegotiateAuth._get_cbt_data", staticmethod(lambda response: binding))
    return refusal(lambda: opened(exchange, "https", auth))


@pytest.mark.parametrize("binding", UNBOUND, ids=["none", "of another certificate"])
def test_extended_protection_with_ntlm(
    exchange: ExchangeLab, monkeypatch: pytest.MonkeyPatch, binding: bytes | None
) -> None:
    exchange.set_knob("extended_protection", True)
    assert account_of_a_cmdlet(exchange, opened(exchange, "https", "negotiate"))
    assert account_of_a_cmdlet(exchange, opened(exchange, "http", "negotiate"))  # there is no channel to bind to
    assert "was not accepted with negotiate" in without_binding(exchange, "negotiate", monkeypatch, binding)
    exchange.set_knob("extended_protection", False)
    assert account_of_a_cmdlet(exchange, opened(exchange, "https", "negotiate"))


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
@pytest.mark.parametrize("binding", UNBOUND, ids=["none", "of another certificate"])
def test_extended_protection_with_kerberos(
    realm: ExchangeLab, monkeypatch: pytest.MonkeyPatch, auth: str, binding: bytes | None
) -> None:
    realm.set_knob("auth", "negotiate,kerberos")
    realm.set_knob("extended_protection", True)
    assert account_of_a_cmdlet(realm, opened(realm, "https", auth))
    assert account_of_a_cmdlet(realm, opened(realm, "http", auth))
    assert "not accept" in without_binding(realm, auth, monkeypatch, binding)
    realm.set_knob("extended_protection", False)
    assert account_of_a_cmdlet(realm, opened(realm, "https", auth))


# -- from a playbook


@pytest.mark.playbook
def test_a_playbook_uses_the_ticket_of_its_environment(
    realm: ExchangeLab,
    ansible: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """KRB5_CONFIG and KRB5CCNAME reach the session keeper, which is a process of its own."""
    play = tmp_path / "play.yml"
    play.write_text(
        "- hosts: localhost\n  gather_facts: false\n  vars:\n"
        f"    exchange_uri: {realm.http_uri}\n    exchange_auth: kerberos\n"
        "  tasks:\n    - exchange_session_info:\n"
    )
    without = ansible("playbook", "-i", "localhost,", play)
    assert without.returncode == 2
    assert "there is no Kerberos ticket" in without.stdout
    monkeypatch.setenv("KRB5CCNAME", realm.kdc.make_ticket("migration"))
    done = ansible("playbook", "-i", "localhost,", play)
    assert done.returncode == 0, done.stdout + done.stderr
    assert realm.counters()["sessions_opened"] == 1
