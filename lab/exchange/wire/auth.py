"""Authentication of one connection, and the sealing that comes with it.

A method is a factory of security contexts under an HTTP scheme name; Basic needs none. Kerberos is one
more pair in `SCHEMES` (`spnego.server(protocol="kerberos")` against a keytab), client certificates one
more way to name the account.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import spnego

from lab.exchange.accounts import Account, Accounts

_BOUNDARY = b"--Encrypted Boundary"
SEALED_TYPE = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
_PROTOCOL = b"application/HTTP-SPNEGO-session-encrypted"

# pyspnego's NTLM acceptor looks users up in the file NTLM_USER_FILE names, once a handshake; the variable
# belongs to the process, so handshakes of several endpoints in one process take turns.
_NTLM_FILE = threading.Lock()


class Context(Protocol):
    """What is used of a pyspnego server context."""

    @property
    def complete(self) -> bool:
        """Whether the handshake is over."""

    @property
    def client_principal(self) -> str | None:
        """The name the client proved."""

    def step(self, in_token: bytes | None = None) -> bytes | None:
        """Take a token, give the next one."""

    def wrap_winrm(self, data: bytes) -> tuple[bytes, bytes, int]:
        """Seal a message."""

    def unwrap_winrm(self, header: bytes, data: bytes) -> bytes:
        """Open a message."""


def _negotiate() -> Context:
    context: Context = spnego.server(protocol="negotiate", options=spnego.NegotiateOptions.use_negotiate)
    return context


SCHEMES: dict[str, Callable[[], Context]] = {"negotiate": _negotiate}


class AuthError(Exception):
    """401: no credentials, wrong ones, or a handshake that must go on with `token`."""

    def __init__(self, token: str = "") -> None:
        super().__init__("authentication required")
        self.token = token


class SealError(ValueError):
    """The sealed body cannot be opened on this connection: HTTP 400 with an empty body, as Windows does."""


class ConnectionAuth:
    """Who is at the other end of one TCP connection."""

    def __init__(self, accounts: Accounts, ntlm_file: Path, *, basic: bool) -> None:
        self._accounts, self._ntlm_file, self._basic = accounts, ntlm_file, basic
        self._context: Context | None = None
        self.account: Account | None = None

    @property
    def offers(self) -> list[str]:
        """The schemes named in a 401."""
        return ["Negotiate", *(['Basic realm="WSMAN"'] if self._basic else [])]

    @property
    def sealing(self) -> bool:
        """Whether a security context exists that can seal messages."""
        return self._context is not None and self._context.complete

    def authenticate(self, header: str) -> str:
        """Check an Authorization header; the token to return (empty: none). AuthError means 401."""
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "basic" and self._basic:
            self.account = self._check_basic(value)
            return ""
        if scheme.lower() in SCHEMES:
            return self._step(scheme, value.strip())
        if self.account is not None and not header and self.sealing:
            return ""  # Negotiate proves the connection; Basic has to be said again with each request
        raise AuthError

    def _check_basic(self, value: str) -> Account:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise AuthError from None
        account = self._accounts.by_login(name)
        if account is None or not hmac.compare_digest(account.password().encode(), password.encode()):
            raise AuthError
        return account

    def _step(self, scheme: str, value: str) -> str:
        if self._context is None or self._context.complete:
            self._context, self.account = SCHEMES[scheme.lower()](), None
        try:
            token = base64.b64decode(value, validate=True)
            with _NTLM_FILE:
                os.environ["NTLM_USER_FILE"] = str(self._ntlm_file)
                reply = self._context.step(token)
        except (binascii.Error, spnego.exceptions.SpnegoError, ValueError, struct.error):
            self._context = None
            raise AuthError from None
        text = f"Negotiate {base64.b64encode(reply).decode()}" if reply else ""
        if not self._context.complete:
            raise AuthError(text)
        account = self._accounts.by_login(str(self._context.client_principal or ""))
        if account is None:
            self._context = None
            raise AuthError
        self.account = account
        return text

    def open(self, body: bytes) -> bytes:
        """The SOAP of a multipart/encrypted body."""
        if self._context is None or not self._context.complete:
            raise SealError
        parts = re.split(rb"--\s*Encrypted Boundary(?:--)?\r\n", body)
        try:
            payload = next(part for part in parts if part.lstrip().startswith(b"Content-Type: application/octet"))
            data = payload.split(b"\r\n", 1)[1]
            (length,) = struct.unpack("<i", data[:4])
            return self._context.unwrap_winrm(data[4 : 4 + length], data[4 + length :])
        except (StopIteration, IndexError, struct.error, spnego.exceptions.SpnegoError) as error:
            raise SealError from error

    def seal(self, body: bytes) -> bytes:
        """A multipart/encrypted body, to go with SEALED_TYPE."""
        if self._context is None:
            raise SealError
        header, data, padding = self._context.wrap_winrm(body)
        length = str(len(body) + padding).encode()
        return b"".join(
            (
                _BOUNDARY, b"\r\n\tContent-Type: ", _PROTOCOL,
                b"\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=", length, b"\r\n",
                _BOUNDARY, b"\r\n\tContent-Type: application/octet-stream\r\n",
                struct.pack("<i", len(header)), header, data, _BOUNDARY, b"--\r\n",
            )
        )  # fmt: skip
