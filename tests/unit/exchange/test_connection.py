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
