"""The way to an endpoint, without any account: name, port, TLS, and what plain HTTP says."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

from cryptography import x509
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from bma.doctor.check import CannotTellError
from bma.exchange.connection import Connection

SECONDS = 10


@dataclass(frozen=True)
class Handshake:
    """What TLS has agreed on. ``fault``: why the certificate is not trusted; empty where it is."""

    version: str
    cipher: str
    certificate: x509.Certificate
    fault: str


@dataclass(frozen=True)
class Greeting:
    """How the endpoint answers somebody who has not said who they are."""

    status: int
    offers: tuple[str, ...]
    """The methods of authentication in its answer."""
    ahead: float | None
    """Seconds that its clock is ahead of ours; ``None`` where it tells no time."""


class Network:
    """Looks at each thing once; what failed fails again with the same words."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def addresses(self) -> list[str]:
        """The addresses of the host. Raises ``OSError``."""
        found = socket.getaddrinfo(self.connection.host, self.connection.port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connects(self, address: str) -> float:
        """Seconds that it takes to connect to an address. Raises ``OSError``."""
        began = time.monotonic()
        socket.create_connection((address, self.connection.port), SECONDS).close()
        return time.monotonic() - began

    @cached_property
    def handshake(self) -> Handshake:
        """What TLS agrees on, trusted or not. Raises ``OSError``, of which ``ssl.SSLError`` is one."""
        fault = ""
        try:
            self._greet_tls(self._trusting())
        except ssl.SSLCertVerificationError as error:
            fault = error.verify_message or str(error)
        # Asked once more without judging, for what the certificate says; nothing is sent on this connection.
        version, cipher, certificate = self._greet_tls(_blind())
        return Handshake(version, cipher, x509.load_der_x509_certificate(certificate), fault)

    @cached_property
    def greeting(self) -> Greeting:
        """How the endpoint answers an empty request without account. Raises :class:`CannotTellError`."""
        host, port = self.connection.host, self.connection.port
        way: http.client.HTTPConnection
        if self.connection.tls:
            # Nothing secret is sent: that the certificate may be wrong is told by another check.
            way = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=_blind())
        else:
            way = http.client.HTTPConnection(host, port, timeout=SECONDS)
        try:
            sent = datetime.now(UTC)
            way.request("POST", f"/{self.connection.path}", body=b"", headers={"Content-Length": "0"})
            answer = way.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise CannotTellError(f"the endpoint does not answer HTTP ({error or type(error).__name__})") from error
        finally:
            way.close()
        offers = tuple(offer.split()[0] for offer in answer.headers.get_all("WWW-Authenticate") or () if offer.split())
        middle = sent + (datetime.now(UTC) - sent) / 2
        return Greeting(answer.status, offers, _ahead(answer.headers.get("Date"), middle))

    def _trusting(self) -> ssl.SSLContext:
        # The same authorities as the sessions trust: those of the site's file, else those of the HTTP library.
        said = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        return ssl.create_default_context(cafile=self.connection.ca_file or said or DEFAULT_CA_BUNDLE_PATH)

    def _greet_tls(self, context: ssl.SSLContext) -> tuple[str, str, bytes]:
        host = self.connection.host
        with (
            socket.create_connection((host, self.connection.port), SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            cipher = tls.cipher()
            return tls.version() or "", cipher[0] if cipher else "", tls.getpeercert(binary_form=True) or b""


def _blind() -> ssl.SSLContext:
    """A context that accepts any certificate: for looking at it, never for sending anything that matters."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ahead(told: str | None, ours: datetime) -> float | None:
    try:
        theirs = parsedate_to_datetime(told or "")
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    return (theirs - ours).total_seconds()
