"""Where Exchange is and as whom to speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bma.errors import BmaError
from bma.resources.commands import Secret

AUTH_METHODS = ("kerberos", "negotiate", "basic", "certificate")
MOST_SESSIONS = 17
"""Exchange allows a user 18 sessions by default (PowerShellMaxConcurrency); one is left for a human."""


@dataclass(frozen=True)
class Connection:
    """A checked way to an Exchange endpoint. ``read_only`` sessions refuse every cmdlet that is not Get or Test."""

    uri: str
    host: str
    port: int
    path: str
    tls: bool
    auth: str
    username: str | None
    password: Secret | None
    ca_file: str | None = None
    certificate_file: str | None = None
    certificate_key_file: str | None = None
    sessions: int = 4
    read_only: bool = True
    account: str = "exchange_"
    """How the variables of the account begin: ``exchange_``, or ``exchange_audit_`` for the one that only looks."""


def connection(options: Mapping[str, Any], *, read_only: bool) -> Connection:
    """The connection that the options describe, named as the variables but without their ``exchange_``.

    Known: ``uri``, ``auth``, ``username``, ``password``, ``ca_file``, ``certificate_file``,
    ``certificate_key_file``, ``sessions``, and ``account`` as :attr:`Connection.account`. Raises
    :class:`~bma.errors.BmaError` that names the variable at fault.
    """
    uri = str(options.get("uri") or "")
    tls, host, port, path = _endpoint(uri)
    account = str(options.get("account") or "exchange_")
    auth = _auth(str(options.get("auth") or "kerberos").lower(), tls, f"{account}auth")
    return Connection(
        uri=uri,
        host=host,
        port=port,
        path=path,
        tls=tls,
        auth=auth,
        username=_username(options, auth, account),
        password=_password(options, auth, account),
        ca_file=_file(options, "ca_file", "exchange_"),
        certificate_file=_file(options, "certificate_file", account, needed=auth == "certificate"),
        certificate_key_file=_file(options, "certificate_key_file", account, needed=auth == "certificate"),
        sessions=_sessions(options.get("sessions", 4)),
        read_only=read_only,
        account=account,
    )


def _endpoint(uri: str) -> tuple[bool, str, int, str]:
    if not uri:
        raise _fault(
            "exchange_uri", "is not set", "Give the address of the endpoint, such as https://ex01.example/PowerShell"
        )
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        raise _fault("exchange_uri", f"{uri!r} is not an address ({error})") from error
    if parts.username is not None or parts.password is not None:
        raise _fault("exchange_uri", "holds an account", "Say it in exchange_username and exchange_password")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise _fault("exchange_uri", f"{uri!r} is not an address such as https://ex01.example/PowerShell")
    tls = parts.scheme == "https"
    return tls, parts.hostname, port or (443 if tls else 80), parts.path.strip("/") or "PowerShell"


def _auth(auth: str, tls: bool, variable: str) -> str:
    if auth not in AUTH_METHODS:
        raise _fault(variable, f"{auth!r} is not one of {', '.join(AUTH_METHODS)}")
    if auth in ("basic", "certificate") and not tls:
        raise _fault(variable, f"{auth} over http would send the credentials in clear", "Use an https exchange_uri")
    return auth


def _username(options: Mapping[str, Any], auth: str, account: str) -> str | None:
    username = options.get("username")
    if not username and auth in ("basic", "negotiate"):
        raise _fault(f"{account}username", f"is not set, and {auth} needs one")
    return str(username) if username else None


def _password(options: Mapping[str, Any], auth: str, account: str) -> Secret | None:
    password = options.get("password")
    if isinstance(password, Secret):
        return password
    if not password and auth in ("basic", "negotiate"):
        raise _fault(f"{account}password", f"is not set, and {auth} needs one")
    return Secret(str(password)) if password else None


def _file(options: Mapping[str, Any], name: str, prefix: str, *, needed: bool = False) -> str | None:
    written = options.get(name)
    if not written:
        if needed:
            raise _fault(f"{prefix}{name}", "is not set, and certificate authentication needs it")
        return None
    path = Path(str(written)).expanduser()
    if not path.is_file():
        raise _fault(f"{prefix}{name}", f"there is no file {path}")
    return str(path)


def _sessions(written: Any) -> int:
    try:
        sessions = int(written)
    except (TypeError, ValueError):
        sessions = 0
    if not 1 <= sessions <= MOST_SESSIONS:
        raise _fault("exchange_sessions", f"{written!r} is not a number from 1 to {MOST_SESSIONS}")
    return sessions


def _fault(variable: str, what: str, hint: str | None = None) -> BmaError:
    return BmaError(what, where=variable, hint=hint)
