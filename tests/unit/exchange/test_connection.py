"""The exchange_ variables: what is accepted, and which one is named when something is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.connection import connection

GOOD: dict[str, Any] = {
    "uri": "https://ex01.example/PowerShell",
    "auth": "negotiate",
    "username": "migration@example",
    "password": "open sesame",
}


def test_a_good_connection() -> None:
    made = connection(GOOD, read_only=True)
    assert (made.host, made.port, made.path, made.tls, made.sessions) == ("ex01.example", 443, "PowerShell", True, 4)


def test_kerberos_needs_neither_account_nor_password_and_is_the_default() -> None:
    made = connection({"uri": "http://ex01.example/PowerShell"}, read_only=False)
    assert (made.auth, made.port, made.tls) == ("kerberos", 80, False)


@pytest.mark.parametrize(
    ("auth", "username", "taken"),
    [
        ("kerberos", "migration@example.be", "migration@EXAMPLE.BE"),
        ("negotiate", "migration@example.be", "migration@EXAMPLE.BE"),
        ("kerberos", "migration", "migration"),
        ("negotiate", "EXAMPLE\\migration", "EXAMPLE\\migration"),
        ("basic", "migration@example.be", "migration@example.be"),
    ],
)
def test_realms_are_in_capitals(auth: str, username: str, taken: str) -> None:
    assert connection({**GOOD, "auth": auth, "username": username}, read_only=True).username == taken


def test_the_service_principal_is_that_of_the_web_server_unless_said_otherwise() -> None:
    usual = connection(GOOD, read_only=True)
    assert (usual.kerberos_service, usual.kerberos_host) == ("HTTP", None)
    chosen = connection({**GOOD, "kerberos_service": "HOST", "kerberos_host": "ex01.example"}, read_only=True)
    assert (chosen.kerberos_service, chosen.kerberos_host) == ("host", "ex01.example")


def test_the_password_is_never_shown() -> None:
    assert "sesame" not in repr(connection(GOOD, read_only=True))


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"uri": ""}, "exchange_uri"),
        ({"uri": "ex01.example"}, "exchange_uri"),
        ({"uri": "ftp://ex01.example/PowerShell"}, "exchange_uri"),
        ({"uri": "https://ex01.example:port/PowerShell"}, "exchange_uri"),
        ({"uri": "https://me:secret@ex01.example/PowerShell"}, "exchange_uri"),
        ({"auth": "digest"}, "exchange_auth"),
        ({"auth": "basic", "uri": "http://ex01.example/PowerShell"}, "exchange_auth"),
        ({"auth": "certificate", "uri": "http://ex01.example/PowerShell"}, "exchange_auth"),
        ({"auth": "certificate"}, "exchange_certificate_file"),
        ({"username": None}, "exchange_username"),
        ({"password": ""}, "exchange_password"),
        ({"auth": "kerberos", "username": None}, "exchange_username"),
        ({"auth": "kerberos", "username": None, "password": None, "keytab_file": "/etc/hosts"}, "exchange_username"),
        ({"auth": "kerberos", "username": "EXAMPLE\\migration"}, "exchange_username"),
        ({"auth": "kerberos", "keytab_file": "/etc/hosts"}, "exchange_keytab_file"),
        ({"auth": "kerberos", "password": None, "keytab_file": "/nowhere/k.keytab"}, "exchange_keytab_file"),
        ({"auth": "basic", "password": None, "keytab_file": "/etc/hosts"}, "exchange_password"),
        ({"auth": "certificate", "password": None, "keytab_file": "/etc/hosts"}, "exchange_certificate_file"),
        ({"kerberos_service": "WSMAN"}, "exchange_kerberos_service"),
        ({"ca_file": "/nowhere/ca.pem"}, "exchange_ca_file"),
        ({"sessions": 0}, "exchange_sessions"),
        ({"sessions": 18}, "exchange_sessions"),
        ({"sessions": "many"}, "exchange_sessions"),
    ],
)
def test_the_variable_at_fault_is_named(changed: dict[str, Any], variable: str) -> None:
    with pytest.raises(BmaError) as caught:
        connection({**GOOD, **changed}, read_only=True)
    assert str(caught.value).startswith(f"{variable}: ")
    assert "sesame" not in str(caught.value)


def test_files_are_found(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("-")
    assert connection({**GOOD, "ca_file": ca_file}, read_only=True).ca_file == str(ca_file)
