"""Where Exchange is and as whom to speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bma.errors import BmaError
from bma.exchange.client_certificate import check_client_certificate
from bma.resources.commands import Secret

AUTH_METHODS = ("kerberos", "negotiate", "basic", "certificate")
KERBEROS_SERVICES = ("HTTP", "host")
"""Classes of the service principal. A load-balanced name has only HTTP; a server's own name answers to both."""
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
    keytab_file: str | None = None
    kerberos_service: str = "HTTP"
    kerberos_host: str | None = None
    """The name the service principal is registered for, where that is not the host of the address."""
    sessions: int = 4
    read_only: bool = True
    account: str = "exchange_"
    """How the variables of the account begin: ``exchange_``, or ``exchange_audit_`` for the one that only looks."""


def connection(options: Mapping[str, Any], *, read_only: bool) -> Connection:
    """The connection that the options describe, named as the variables but without their ``exchange_``.

    Known: ``uri``, ``auth``, ``username``, ``password``, ``ca_file``, ``certificate_file``,
    ``certificate_key_file``, ``keytab_file``, ``kerberos_service``, ``kerberos_host``, ``sessions``, and ``account``
    as :attr:`Connection.account`. Raises :class:`~bma.errors.BmaError` that names the variable at fault.
    """
    uri = str(options.get("uri") or "")
    tls, host, port, path = _endpoint(uri)
    account = str(options.get("account") or "exchange_")
    auth = _auth(str(options.get("auth") or "kerberos").lower(), tls, f"{account}auth")
    certificate_file, certificate_key_file = _certificate(options, auth, account)
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
        certificate_file=certificate_file,
        certificate_key_file=certificate_key_file,
        keytab_file=_keytab(options, auth, account),
        kerberos_service=_kerberos_service(options),
        kerberos_host=str(options["kerberos_host"]) if options.get("kerberos_host") else None,
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
    username = str(options.get("username") or "")
    if not username:
        wanted = _what_wants_a_name(options, auth)
        if wanted:
            raise _fault(f"{account}username", f"is not set, and {wanted} needs one")
        return None
    if auth == "kerberos" and "\\" in username:
        raise _fault(f"{account}username", f"{username!r} is no name for Kerberos", "Write it as name@REALM")
    name, at, realm = username.rpartition("@")
    # MIT Kerberos takes realms by the letter, Active Directory's are in capitals; NTLM does not mind.
    return f"{name}@{realm.upper()}" if at and auth in ("kerberos", "negotiate") else username


def _what_wants_a_name(options: Mapping[str, Any], auth: str) -> str | None:
    if auth in ("basic", "negotiate"):
        return auth
    if auth == "kerberos" and options.get("password"):
        return "the password"
    return "the keytab" if auth == "kerberos" and options.get("keytab_file") else None


def _password(options: Mapping[str, Any], auth: str, account: str) -> Secret | None:
    password = options.get("password")
    if password and options.get("keytab_file"):
        raise _fault(f"{account}keytab_file", f"is set, and {account}password as well", "Say only one of them")
    if isinstance(password, Secret):
        return password
    if not password and auth in ("basic", "negotiate"):
        raise _fault(f"{account}password", f"is not set, and {auth} needs one")
    return Secret(str(password)) if password else None


def _keytab(options: Mapping[str, Any], auth: str, account: str) -> str | None:
    if options.get("keytab_file") and auth != "kerberos":
        raise _fault(f"{account}keytab_file", f"is set, and {auth} cannot use one", "Choose kerberos")
    return _file(options, "keytab_file", account)


def _kerberos_service(options: Mapping[str, Any]) -> str:
    written = str(options.get("kerberos_service") or "HTTP")
    for service in KERBEROS_SERVICES:
        if written.lower() == service.lower():
            return service
    raise _fault("exchange_kerberos_service", f"{written!r} is not one of {', '.join(KERBEROS_SERVICES)}")


def _certificate(options: Mapping[str, Any], auth: str, account: str) -> tuple[str | None, str | None]:
    needed = auth == "certificate"
    certificate_file = _file(options, "certificate_file", account, needed=needed)
    key_file = _file(options, "certificate_key_file", account, needed=needed)
    if needed and certificate_file and key_file:
        check_client_certificate(certificate_file, key_file, account)
    return certificate_file, key_file


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
