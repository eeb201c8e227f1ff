"""Why who one is was not believed: of passwords, tickets and certificates, in TLS, HTTP and Kerberos."""

from __future__ import annotations

import re
from typing import NamedTuple

import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError

from bma.exchange.connection import Connection
from bma.exchange.kerberos import kerberos_meaning


class Refusal(NamedTuple):
    """What went wrong and what to do; ``where``: a variable, if not the endpoint; ``final``: only a human mends it."""

    what: str
    hint: str
    where: str | None = None
    final: bool = True


_CERTIFICATE_ALERT = re.compile(
    r"\balert (unknown ca|decrypt error|(?:bad |unsupported )?certificate(?: \w+)?)", re.IGNORECASE
)
"""What TLS answers to a client certificate."""


def auth_refusal(error: Exception, connection: Connection) -> Refusal | None:
    """What a fault says of the credentials or of TLS; ``None`` when it is about something else."""
    if isinstance(error, AuthenticationError) or _is_method_refusal(error):
        return _not_offered(error, connection) or _not_accepted(connection)
    if isinstance(error, requests.exceptions.SSLError):
        return _client_certificate(error, connection) or _tls(error, connection)
    if isinstance(error, WinRMTransportError) and error.code == 403 and connection.auth == "certificate":
        return _certificate_refused(connection, "HTTP 403")
    if isinstance(error, ImportError):
        hint = "Install the extra: pip install '.[kerberos]', or choose negotiate"
        return Refusal("Kerberos is not installed in this environment", hint, where=f"{connection.account}auth")
    # These classes exist only where their libraries are installed.
    if type(error).__module__.partition(".")[0] in ("spnego", "krb5", "gssapi"):
        return _kerberos(error, connection)
    return None


def _is_method_refusal(error: Exception) -> bool:
    """pypsrp's bare ValueError for an endpoint that offers only other methods than the one asked for."""
    return isinstance(error, ValueError) and "incompatible with the specified auth_provider" in str(error)


def _not_offered(error: Exception, connection: Connection) -> Refusal | None:
    offered = re.search(r"actual: '([^']*)'|auth protocol '([^']*)'", str(error))
    if offered is None:
        return None
    return Refusal(
        f"the endpoint does not offer {connection.auth}, but {offered[1] or offered[2] or 'nothing'}",
        f"Check {connection.account}auth, and the authentication methods of the virtual directory",
    )


def _not_accepted(connection: Connection) -> Refusal:
    if connection.auth == "certificate":
        return Refusal(
            "the client certificate was not accepted: no account belongs to it, or the endpoint takes no certificates",
            f"Check {connection.account}certificate_file, and CertificateAuthentication of the virtual directory",
        )
    if connection.auth == "kerberos":
        return Refusal(
            f"the endpoint did not accept the Kerberos ticket of {connection.username or 'the account'}",
            "Check the clocks, exchange_kerberos_service and exchange_kerberos_host: the ticket must be for a key of"
            " this endpoint",
        )
    return Refusal(
        f"{connection.username or 'the account'} was not accepted with {connection.auth}: wrong password, unknown"
        " account, or a method that the endpoint does not offer",
        f"Check {connection.account}username, {connection.account}password and {connection.account}auth",
    )


def _client_certificate(error: Exception, connection: Connection) -> Refusal | None:
    text = str(error)
    alert = _CERTIFICATE_ALERT.search(text)
    if alert is not None:
        return _certificate_refused(connection, alert[1].lower())
    if connection.auth == "certificate" and "EOF occurred" in text:
        return _certificate_refused(connection, "it broke TLS off")
    return None


def _certificate_refused(connection: Connection, how: str) -> Refusal:
    return Refusal(
        f"the endpoint refused the client certificate ({how})",
        f"Check who has issued {connection.account}certificate_file: the servers must trust that authority",
    )


def _tls(error: Exception, connection: Connection) -> Refusal:
    text = str(error)
    match = re.search(r"certificate verify failed: ([^(\"]+)", text)
    if match is None and "WRONG_VERSION_NUMBER" in text:
        return Refusal(f"port {connection.port} does not speak TLS", "Check the port of exchange_uri")
    return Refusal(
        f"the certificate of the endpoint is not trusted ({match[1].strip() if match else _short(error)})",
        "Give the certificate authority of the site in exchange_ca_file, and use the host name it certifies",
    )


def _kerberos(error: Exception, connection: Connection) -> Refusal:
    meaning = kerberos_meaning(error, connection)
    if meaning is not None:
        what, hint, final = meaning
        return Refusal(what, hint, final=final)
    return Refusal(
        f"{connection.auth} authentication failed ({_short(error)})",
        f"Check the ticket (klist), the realm in capitals, and {connection.account}username",
    )


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 160 else f"{text[:157]}..."
