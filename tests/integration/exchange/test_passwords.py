"""Passwords of boxes over the wire: as a SecureString, to the right mailbox, never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bma.exchange.connection import Connection
from bma.exchange.keeper.service import Service
from lab import ExchangeLab
from lab.exchange.cmdlets.base import Call
from lab.exchange.values import Secure
from tests.canary import leaks, leaks_in

pytestmark = pytest.mark.wire

BOX = "ec000004@adm.cfwb.be"
SECRET = "Canari-abbaye-zoom-tulipe-oiseau-41"


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Exchange was given as passwords by Set-Mailbox."""
    found: list[object] = []
    plain = Call.__getitem__

    def noticed(call: Call, name: str) -> object:
        value = plain(call, name)
        if name == "Password" and call.cmdlet.name == "Set-Mailbox":
            found.append(value)
        return value

    monkeypatch.setattr(Call, "__getitem__", noticed)
    return found


@pytest.fixture
def box(exchange: ExchangeLab) -> str:
    made = exchange.console(
        "New-Mailbox -Name ec000004 -UserPrincipalName ec000004@adm.cfwb.be -PrimarySmtpAddress ec000004@adm.cfwb.be "
        "-Password (ConvertTo-SecureString 'first-Password-1' -AsPlainText -Force)"
    )
    assert not made.errors, made.errors
    exchange.clear_journal()
    return BOX


def service(connect: Callable[..., Connection], **options: object) -> Service:
    return Service(connect(**options))


def test_it_arrives_encrypted_at_the_mailbox_that_was_meant(
    connect: Callable[..., Connection], exchange: ExchangeLab, box: str, arrived: list[object], tmp_path: Path
) -> None:
    running = service(connect)
    try:
        answer = running.answer({"operation": "password", "address": box, "password": SECRET})
    finally:
        running.pool.close()
    assert answer == {"exists": True, "set": True}
    (given,) = arrived
    assert isinstance(given, Secure)
    assert given.reveal() == SECRET
    (line,) = [line for line in exchange.journal() if line["cmdlet"] == "Set-Mailbox"]
    assert line["parameters"]["ResetPasswordOnNextLogon"] is False
    assert set(line["parameters"]) == {"Identity", "Password", "ResetPasswordOnNextLogon", "DomainController"}
    assert not leaks(SECRET, json.dumps(exchange.journal()))
    assert leaks_in(SECRET, tmp_path) == []


def test_change_at_next_logon_is_asked_for(connect: Callable[..., Connection], exchange: ExchangeLab, box: str) -> None:
    running = service(connect)
    request = {"operation": "password", "address": box, "password": SECRET, "change_at_next_logon": True}
    running.answer(request)
    running.pool.close()
    (line,) = [line for line in exchange.journal() if line["cmdlet"] == "Set-Mailbox"]
    assert line["parameters"]["ResetPasswordOnNextLogon"] is True


def test_a_read_only_keeper_looks_and_sets_nothing(
    connect: Callable[..., Connection], exchange: ExchangeLab, box: str
) -> None:
    running = service(connect, read_only=True, account="audit")
    try:
        assert running.answer({"operation": "password", "address": box, "password": ""}) == {
            "exists": True,
            "set": False,
        }
        absent = running.answer({"operation": "password", "address": "ec009999@adm.cfwb.be", "password": ""})
    finally:
        running.pool.close()
    assert absent == {"exists": False, "set": False}
    assert all(line["cmdlet"].startswith("Get-") for line in exchange.journal())


def test_what_exchange_refuses_is_told_without_the_password(
    connect: Callable[..., Connection], exchange: ExchangeLab, box: str
) -> None:
    exchange.faults.add(
        do="cmdlet_error",
        match={"cmdlet": "Set-Mailbox"},
        times=0,
        **{"class": "ADInvalidPasswordException", "text": f"The password {SECRET} is not good enough."},
    )
    running = service(connect)
    try:
        answer = running.answer({"operation": "password", "address": box, "password": SECRET})
    finally:
        running.pool.close()
    assert (answer["exists"], answer["set"]) == (True, False)
    assert answer["reason"] == "ADInvalidPasswordException"
    assert answer["told"] == "Set-Mailbox: The password *** is not good enough."
    assert not leaks(SECRET, json.dumps(answer))


def test_a_lost_answer_is_asked_for_again_with_the_same_password(
    connect: Callable[..., Connection], exchange: ExchangeLab, box: str, arrived: list[object]
) -> None:
    running = service(connect)
    exchange.faults.add(do="drop_after_execution", match={"cmdlet": "Set-Mailbox"}, times=1)
    try:
        answer = running.answer({"operation": "password", "address": box, "password": SECRET})
    finally:
        running.pool.close()
    assert answer["set"]
    assert len(arrived) == 2
    assert {given.reveal() for given in arrived} == {SECRET}  # type: ignore[attr-defined]
