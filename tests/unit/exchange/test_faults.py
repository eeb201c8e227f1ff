"""Exceptions of five libraries, each told as one fault that says what to do."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError

from bma.exchange.clixml import deserialize
from bma.exchange.connection import connection
from bma.exchange.faults import (
    BusyError,
    NoSessionError,
    SessionLostError,
    SessionQuotaError,
    cmdlet_error,
    opening_fault,
    running_fault,
)

SITE = connection(
    {"uri": "https://ex01.example/PowerShell", "auth": "basic", "username": "me", "password": "sesame"}, read_only=True
)


def wsman(code: int | None, reason: str | None = None, provider_fault: str | None = None) -> WSManFaultError:
    return WSManFaultError(code, None, reason, None, None, provider_fault)


@pytest.mark.parametrize(
    ("error", "told", "final"),
    [
        (AuthenticationError("Failed to authenticate the user me with basic"), "exchange_password", True),
        (
            requests.exceptions.SSLError("certificate verify failed: self-signed certificate (_ssl.c)"),
            "exchange_ca_file",
            True,
        ),
        (requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "does not speak TLS", True),
        (requests.ConnectionError("[Errno 111] Connection refused"), "nothing listens on ex01.example:443", False),
        (requests.ConnectionError("NameResolutionError: x"), "the name ex01.example is not known", False),
        (requests.ConnectTimeout("x"), "does not answer", False),
        (WinRMTransportError("http", 404, "<html/>"), "there is no Exchange PowerShell at /PowerShell", True),
        (wsman(2150858811, "The WS-Management service cannot process the request."), "no Exchange PowerShell", True),
        (WinRMTransportError("http", 403, ""), "may not use Exchange PowerShell", True),
        (wsman(5, None, "isn't assigned to any management roles"), "management role", True),
        (wsman(None), "kerberos", True),
        (ImportError("gssapi"), "pip install", True),
        (ET.ParseError("no element found"), "cut short", False),
        (WinRMTransportError("http", 503, ""), "HTTP 503", False),
    ],
)
def test_why_no_session_could_be_opened(error: Exception, told: str, final: bool) -> None:
    fault = opening_fault(error, SITE)
    assert isinstance(fault, NoSessionError)
    assert told in str(fault)
    assert fault.final is final
    assert str(fault).startswith(SITE.uri) or "exchange_auth" in str(fault)
    assert "\n" not in str(fault)
    assert fault.hint


class _KerberosError(Exception):
    """A fault in the shape of those of krb5 (``err_code``) and GSSAPI (``maj_code``, ``min_code``)."""

    __module__ = "gssapi.raw.misc"

    def __init__(self, **codes: int) -> None:
        super().__init__("Unspecified GSS failure. Minor code may provide more information")
        self.__dict__.update(codes)


@pytest.mark.parametrize(
    ("codes", "told", "final"),
    [
        ({"err_code": -1765328360}, "wrong password for migration@EXAMPLE.BE", True),
        ({"err_code": -1765328366}, "disabled or locked", True),
        ({"err_code": -1765328361}, "the password of migration@EXAMPLE.BE has expired", True),
        ({"err_code": -1765328228}, "no KDC of the realm of migration@EXAMPLE.BE answers", False),
        ({"maj_code": 13 << 16, "min_code": 2529638919}, "does not know the service host/web.example", True),
        ({"maj_code": 13 << 16, "min_code": 2529638949}, "the clock differs too much", True),
        ({"maj_code": 11 << 16, "min_code": 0}, "the Kerberos ticket of migration@EXAMPLE.BE has expired", True),
        ({"maj_code": 13 << 16, "min_code": 12345}, "kerberos authentication failed (Unspecified GSS failure", True),
    ],
)
def test_what_kerberos_says_in_numbers(codes: dict[str, int], told: str, final: bool) -> None:
    options = {
        "uri": "http://ex01.example/PowerShell",
        "username": "migration@example.be",
        "kerberos_service": "host",
        "kerberos_host": "web.example",
    }
    fault = opening_fault(_KerberosError(**codes), connection(options, read_only=True))
    assert isinstance(fault, NoSessionError)
    assert told in str(fault)
    assert fault.final is final
    assert fault.hint


LOAD = (
    "The WS-Management service cannot process the request. The user load quota of 30 requests per 5 seconds has been"
    " exceeded. Send future requests at a slower rate or raise the quota for this user. The next request from this"
    " user will not be approved for at least 2,500 milliseconds."
)


@pytest.mark.parametrize(
    "text",
    [
        "This user is allowed a maximum number of 18 concurrent shells, which has been exceeded.",
        "[FailureCategory=AuthZ-AuthorizationException] Fail to create a runspace because you have exceeded the maximum"
        " number of connections allowed : 3. Please close existing runspace and try again.",
    ],
)
def test_a_session_too_many(text: str) -> None:
    assert isinstance(opening_fault(wsman(None, text), SITE), SessionQuotaError)


def test_the_wait_that_exchange_asks_for_is_kept() -> None:
    fault = running_fault(wsman(None, LOAD), SITE, sent=True)
    assert isinstance(fault, BusyError)
    assert fault.wait == 2.5


@pytest.mark.parametrize(
    ("error", "sent", "ran"),
    [
        (requests.ConnectionError("reset"), True, None),
        (requests.ConnectionError("reset"), False, False),
        (wsman(2150858843, "the shell was not found on the server"), True, False),
        (AuthenticationError("x"), True, False),
        (WinRMError("Received related id does not match"), True, None),
        (ET.ParseError("x"), True, None),
    ],
)
def test_whether_a_cmdlet_ran(error: Exception, sent: bool, ran: bool | None) -> None:
    fault = running_fault(error, SITE, sent=sent)
    assert isinstance(fault, SessionLostError)
    assert fault.ran is ran


def record(reason: str, category: str = "") -> object:
    full_id = f"[Server=EX1,RequestId=x,TimeStamp=17/12/2015 09:17:09] {category} 8288830C,Some.Cmdlet".strip()
    return deserialize(
        '<Obj RefId="0"><ToString>It does\nnot   work.</ToString><MS>'
        f'<S N="FullyQualifiedErrorId">{full_id}</S><I32 N="ErrorCategory_Category">1003</I32>'
        f'<S N="ErrorCategory_Reason">{reason}</S></MS></Obj>'
    )


def test_the_reason_of_an_error_comes_from_its_category_and_not_from_its_words() -> None:
    error = cmdlet_error(record("CmdletProxyException", "[FailureCategory=Cmdlet-ADTransientException]"), "Set-Mailbox")
    assert (error.reason, error.transient) == ("ADTransientException", True)
    assert str(error) == "Set-Mailbox: It does not work."


def test_only_one_exception_means_absent() -> None:
    absent = cmdlet_error(record("ManagementObjectNotFoundException"), "Get-Mailbox")
    denied = cmdlet_error(record("CmdletAccessDeniedException"), "Get-Mailbox")
    assert (absent.absent, denied.absent) == (True, False)
