"""Authentication of one connection: who is at its other end, and with what what it says is sealed.

Basic is said again with each request; Negotiate and Kerberos prove a TCP connection once; a client certificate was
proved by TLS before the first request.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import spnego
from spnego.channel_bindings import GssChannelBindings

from lab.exchange.accounts import Account, Accounts
from lab.exchange.tls import principal_of
from lab.exchange.wire.sealing import Sealer, SealError, opened, sealed, sealed_type

MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""What a client says in Authorization when TLS has proved who it is (DSP0226)."""

_GSS_CHANNEL_BOUND = 0x800

# AttributeError: pyspnego asks a context for its flags that Kerberos has refused with an error token.
_REFUSALS = (binascii.Error, spnego.exceptions.SpnegoError, ValueError, struct.error, ImportError, AttributeError)

# pyspnego's NTLM acceptor looks users up in the file that NTLM_USER_FILE names and MIT's Kerberos its key in the one
# of KRB5_KTNAME; the variables belong to the process, so handshakes of several endpoints in one process take turns.
_ENVIRONMENT = threading.Lock()


class Context(Sealer, Protocol):
    """What is used of a pyspnego server context."""

    @property
    def complete(self) -> bool:
        """Whether the handshake is over."""

    @property
    def client_principal(self) -> str | None:
        """The name the client proved."""

    @property
    def negotiated_protocol(self) -> str | None:
        """`ntlm` or `kerberos`, once known."""

    def step(self, in_token: bytes | None = None) -> bytes | None:
        """Take a token, give the next one."""


def _negotiate(bindings: GssChannelBindings | None) -> Context:
    context: Context = spnego.server(
        protocol="negotiate", options=spnego.NegotiateOptions.use_negotiate, channel_bindings=bindings
    )
    return context


def _kerberos(bindings: GssChannelBindings | None) -> Context:
    context: Context = spnego.server(protocol="kerberos", channel_bindings=bindings)
    return context


SCHEMES: dict[str, Callable[[GssChannelBindings | None], Context]] = {"negotiate": _negotiate, "kerberos": _kerberos}


@dataclass(frozen=True)
class AuthRules:
    """What an endpoint accepts. `methods` and `bound` are asked each time, so that they can be turned while it runs.

    `methods`: names of `lab.exchange.knobs.AUTH_METHODS`. `keytab`: the key of the service, None without Kerberos.
    `bound`: whether a handshake over TLS must carry the channel binding (`binding`, as of RFC 5929).
    """

    accounts: Accounts
    methods: Callable[[], frozenset[str]]
    keytab: Path | None = None
    binding: bytes = b""
    bound: Callable[[], bool] = bool

    @contextmanager
    def environment(self) -> Iterator[None]:
        """The process's environment as a handshake of this endpoint needs it."""
        wanted = {
            "NTLM_USER_FILE": str(self.accounts.ntlm_file),
            "KRB5_KTNAME": f"FILE:{self.keytab or self.accounts.ntlm_file.with_name('no.keytab')}",
        }
        with _ENVIRONMENT:
            for name, value in wanted.items():
                if os.environ.get(name) != value:  # libraries read it in other threads: write it only when needed
                    os.environ[name] = value
            yield


class AuthError(Exception):
    """401: no credentials, wrong ones, or a handshake that must go on with `token`."""

    def __init__(self, token: str = "") -> None:
        super().__init__("authentication required")
        self.token = token


class ConnectionAuth:
    """Who is at the other end of one TCP connection; `basic`: whether this port takes passwords as they are."""

    def __init__(self, rules: AuthRules, *, basic: bool) -> None:
        self._rules, self._basic = rules, basic
        self._context: Context | None = None
        self._scheme = "negotiate"
        self._certificate: bytes | None = None
        self._tls = False
        self.account: Account | None = None

    def over_tls(self, certificate: bytes | None) -> None:
        """The connection is TLS, and this the certificate (DER) that its client has proved to hold."""
        self._tls, self._certificate = True, certificate

    @property
    def offers(self) -> list[str]:
        """The schemes named in a 401."""
        methods = self._methods
        known = {"negotiate": "Negotiate", "kerberos": "Kerberos", "basic": 'Basic realm="WSMAN"'}
        return [text for name, text in known.items() if name in methods]

    @property
    def _methods(self) -> frozenset[str]:
        lacking = {"basic"} if not self._basic else set()
        return self._rules.methods() - lacking - ({"kerberos"} if self._rules.keytab is None else set())

    @property
    def sealing(self) -> bool:
        """Whether a security context exists that can seal messages."""
        return self._context is not None and self._context.complete

    @property
    def sealed_type(self) -> str:
        """The Content-Type of what is sealed on this connection."""
        return sealed_type(self._scheme)

    def authenticate(self, header: str) -> str:
        """Check an Authorization header; the token to return (empty: none). AuthError means 401."""
        scheme, _, value = header.partition(" ")
        methods = self._methods
        if header == MUTUAL and "certificate" in methods:
            self.account = self._check_certificate()
            return ""
        if scheme.lower() == "basic" and "basic" in methods:
            self.account = self._check_basic(value)
            return ""
        if scheme.lower() in SCHEMES and scheme.lower() in methods:
            return self._step(scheme.lower(), value.strip())
        if self.account is not None and not header and self.sealing:
            return ""  # the handshake has proved the connection
        raise AuthError

    def _check_basic(self, value: str) -> Account:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise AuthError from None
        account = self._rules.accounts.by_login(name)
        if account is None or not hmac.compare_digest(account.password().encode(), password.encode()):
            raise AuthError
        return account

    def _check_certificate(self) -> Account:
        """The account whose UPN the certificate carries, which is how a directory maps it."""
        principal = principal_of(self._certificate) if self._certificate else None
        account = self._rules.accounts.by_login(principal) if principal else None
        if account is None:
            raise AuthError
        return account

    def _step(self, scheme: str, value: str) -> str:
        try:
            token = base64.b64decode(value, validate=True)
            with self._rules.environment():
                if self._context is None or self._context.complete:
                    self._context, self._scheme, self.account = SCHEMES[scheme](self._bindings()), scheme, None
                reply = self._context.step(token)
        except _REFUSALS:
            self._context = None
            raise AuthError from None
        text = _reply(scheme, reply)
        if not self._context.complete:
            raise AuthError(text)
        self.account = self._accepted(self._context)
        return text

    def _bindings(self) -> GssChannelBindings | None:
        if self._tls and self._rules.bound():
            return GssChannelBindings(application_data=self._rules.binding)
        return None

    def _accepted(self, context: Context) -> Account:
        """The account that a finished handshake has proved; AuthError when the rules do not want it."""
        account = self._rules.accounts.by_login(str(context.client_principal or ""))
        ntlm = context.negotiated_protocol == "ntlm"
        unwanted = ntlm and "ntlm" not in self._rules.methods()
        if account is None or unwanted or (not ntlm and self._bindings() and not _kerberos_bound(context)):
            self._context = None
            raise AuthError
        return account

    def open(self, body: bytes) -> bytes:
        """The SOAP of a multipart/encrypted body. SealError when it cannot be opened on this connection."""
        if self._context is None or not self._context.complete:
            raise SealError
        return opened(self._context, body)

    def seal(self, body: bytes) -> bytes:
        """A multipart/encrypted body, to go with `sealed_type`."""
        if self._context is None:
            raise SealError
        return sealed(self._context, self._scheme, body)


def _reply(scheme: str, token: bytes | None) -> str:
    return f"{scheme.capitalize()} {base64.b64encode(token).decode()}" if token else ""


def _kerberos_bound(context: Any) -> bool:
    """Whether the channel bindings were compared: MIT's acceptor lets a client pass that sent none, and says so only
    in a flag of its own, which pyspnego does not show."""
    while hasattr(context, "_context"):
        context = context._context
    return bool(int(context.actual_flags) & _GSS_CHANNEL_BOUND)
