"""What can go wrong between the toolkit and Exchange, told once, whatever library it came out of.

pypsrp lets five families of exceptions through (its own, requests, the XML parser, Kerberos and SPNEGO); the
functions here turn each into a :class:`~bma.errors.BmaError` that says which fault it is and what to do.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError

from bma.errors import BmaError
from bma.exchange.auth_faults import auth_refusal
from bma.exchange.clixml import WireObject
from bma.exchange.connection import Connection


class NoSessionError(BmaError):
    """No session can be had. ``final``: only a human can mend it, so nobody should try again in this run."""

    def __init__(self, what: str, *, final: bool = True, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.final = final


class SessionLostError(BmaError):
    """The session broke. ``ran``: whether the cmdlet was executed: ``False``, or ``None`` when nobody can tell.

    ``late``: it broke because a deadline has passed; the same again would take as long.
    """

    def __init__(
        self, what: str, *, ran: bool | None, late: bool = False, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.ran = ran
        self.late = late


class BusyError(BmaError):
    """Exchange asks for patience; nothing was executed. ``wait``: seconds until the next try makes sense."""

    def __init__(self, what: str, *, wait: float, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.wait = wait


class SessionQuotaError(BusyError):
    """The account holds as many sessions as Exchange allows it."""


class CmdletError(BmaError):
    """A cmdlet said no. ``reason`` is the short name of Exchange's exception, the one part that is not localised."""

    def __init__(self, message: str, *, cmdlet: str, reason: str, hint: str | None = None) -> None:
        super().__init__(message, where=cmdlet, hint=hint)
        self.reason = reason

    @property
    def absent(self) -> bool:
        """Whether this says that the object does not exist. Nothing else may be read as absence."""
        return self.reason == "ManagementObjectNotFoundException"

    @property
    def transient(self) -> bool:
        """Whether Exchange would probably do it a moment later."""
        return self.reason in _TRANSIENT_REASONS


_TRANSIENT_REASONS = frozenset({"ADServerSettingsChangedException", "CmdletProxyException", "ADTransientException"})
"""A change of domain controllers, and a proxied call whose target did not know the object yet (KB4295103)."""

_SHELL_NOT_FOUND = 2150858843
_RESOURCE_NOT_FOUND = 2150858811
_ACCESS_DENIED = (5, 2150858819)
_SESSION_QUOTA = re.compile(r"concurrent shells|maximum number of connections allowed", re.IGNORECASE)
_LOAD_QUOTA = re.compile(r"load quota .*? at least ([\d.,]+) milliseconds", re.IGNORECASE | re.DOTALL)
_FAILURE_CATEGORY = re.compile(r"FailureCategory=\w+-(\w+)\]")


def opening_fault(error: Exception, connection: Connection) -> BmaError:
    """Why no session could be opened: :class:`NoSessionError` when only a human can mend it."""
    return (
        _patience(error, connection)
        or _disbelief(error, connection)
        or _refusal(error, connection)
        or _unreachable(error, connection)
    )


def running_fault(error: Exception, connection: Connection, *, sent: bool) -> BmaError:
    """Why a cmdlet got no answer. ``sent``: it may have left before the fault, so it may have been executed."""
    patience = _patience(error, connection)
    if patience is not None:
        return patience
    never_ran = not sent or isinstance(error, AuthenticationError) or _is_shell_lost(error)
    return SessionLostError(
        f"the session with Exchange broke ({_brief(error)})", ran=False if never_ran else None, where=connection.uri
    )


def cmdlet_error(record: object, cmdlet: str) -> CmdletError:
    """The error that a record of the error stream tells."""
    if not isinstance(record, WireObject):
        return CmdletError(str(record), cmdlet=cmdlet, reason="")
    full_id = str(record.get("FullyQualifiedErrorId") or "")
    category = _FAILURE_CATEGORY.search(full_id)
    reason = category[1] if category else str(record.get("ErrorCategory_Reason") or "")
    exception = record.get("Exception")
    message = exception.get("Message") if isinstance(exception, WireObject) else None
    if reason == "CommandNotFoundException":
        hint = "Give it a management role that has the cmdlet"
        return CmdletError("the account has no right to this cmdlet", cmdlet=cmdlet, reason=reason, hint=hint)
    text = record.text or message or (exception.text if isinstance(exception, WireObject) else None) or full_id
    return CmdletError(" ".join(str(text).split()), cmdlet=cmdlet, reason=reason)


def _patience(error: Exception, connection: Connection) -> BusyError | None:
    text = _fault_text(error)
    load = _LOAD_QUOTA.search(text)
    if load:
        wait = float(re.sub(r"\D", "", load[1]) or 0) / 1000
        return BusyError("Exchange asks for a slower rate", wait=wait, where=connection.uri)
    if _SESSION_QUOTA.search(text):
        return SessionQuotaError(
            f"{connection.username or 'the account'} already holds as many sessions as Exchange allows",
            wait=5,
            where=connection.uri,
            hint="Close other remote PowerShell windows of this account, or lower exchange_sessions",
        )
    return None


def _disbelief(error: Exception, connection: Connection) -> BmaError | None:
    refusal = auth_refusal(error, connection)
    if refusal is None:
        return None
    return NoSessionError(refusal.what, final=refusal.final, where=refusal.where or connection.uri, hint=refusal.hint)


def _refusal(error: Exception, connection: Connection) -> BmaError | None:
    if isinstance(error, WSManFaultError):
        return _wsman(error, connection)
    if isinstance(error, WinRMTransportError) and error.code == 404:
        return _not_exchange(connection)
    if isinstance(error, WinRMTransportError) and error.code == 403:
        return _forbidden(connection, "HTTP 403; the site may require TLS")
    if isinstance(error, WinRMTransportError):
        return NoSessionError(
            f"the endpoint answered HTTP {error.code}",
            final=False,
            where=connection.uri,
            hint=f"Look at the server; some sites answer so to {connection.auth}: see {connection.account}auth",
        )
    return None


def _wsman(error: WSManFaultError, connection: Connection) -> BmaError | None:
    text = _fault_text(error)
    if error.code == _RESOURCE_NOT_FOUND:
        return _not_exchange(connection)
    if error.code in _ACCESS_DENIED or "Access is denied" in text or "management role" in text:
        return _forbidden(connection, text)
    if not error.code and not text:
        return NoSessionError(
            f"the endpoint refused without giving a reason; so it does for {connection.auth} where it wants another"
            " method, and for a path that is not Exchange's",
            where=connection.uri,
            hint="Check the path of exchange_uri, and exchange_auth: most sites accept only kerberos on http",
        )
    return None


def _fault_text(error: Exception) -> str:
    if not isinstance(error, WSManFaultError):
        return ""
    return " ".join(str(part) for part in (error.reason, error.provider_fault) if part)


def _unreachable(error: Exception, connection: Connection) -> BmaError:
    text = str(error)
    place = f"{connection.host}:{connection.port}"
    if "NameResolution" in text or "Name or service" in text or "getaddrinfo" in text:
        what, hint = f"the name {connection.host} is not known", "Check the host in exchange_uri"
    elif "refused" in text:
        what, hint = f"nothing listens on {place}", "Check host and port of exchange_uri"
    elif not connection.tls and any(sign in text.lower() for sign in ("reset", "disconnected", "badstatusline")):
        what, hint = f"{place} does not speak plain http", "If the port speaks TLS, begin exchange_uri with https"
    elif isinstance(error, requests.Timeout):
        what, hint = f"{place} does not answer", "Check host and port of exchange_uri, and the firewall between"
    else:
        what, hint = f"no session could be opened ({_brief(error)})", "Check that exchange_uri is an Exchange server"
    return NoSessionError(what, final=False, where=connection.uri, hint=hint)


def _not_exchange(connection: Connection) -> BmaError:
    return NoSessionError(
        f"there is no Exchange PowerShell at /{connection.path} on {connection.host}:{connection.port}",
        where=connection.uri,
        hint="Check path and port of exchange_uri; it usually ends in /PowerShell, on port 80 or 443",
    )


def _forbidden(connection: Connection, text: str) -> BmaError:
    return NoSessionError(
        f"{connection.username or 'the account'} may not use Exchange PowerShell ({' '.join(text.split())[:160]})",
        where=connection.uri,
        hint="Give the account a management role and RemotePowerShellEnabled",
    )


def _is_shell_lost(error: Exception) -> bool:
    return isinstance(error, WSManFaultError) and error.code == _SHELL_NOT_FOUND


def _brief(error: Exception) -> str:
    if isinstance(error, WinRMTransportError):
        return f"HTTP {error.code}"
    if isinstance(error, ET.ParseError):
        return "the answer was cut short"
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 160 else f"{text[:157]}..."
