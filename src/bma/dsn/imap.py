"""A connection to an IMAP server: always encrypted, its certificate always verified."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError, LoginError  # type: ignore[import-untyped]

from bma.documents import Document, violations
from bma.dsn.faults import MailboxError
from bma.errors import printable

SECURITY = ("tls", "starttls")
_CHUNK = 200
"""UIDs of one command: Exchange takes commands of 10,240 bytes."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": 400}
PROPERTIES: dict[str, Any] = {
    "host": _TEXT | {"description": "Name of the server, as its certificate has it."},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Its port."},
    "security": {
        "enum": list(SECURITY),
        "description": "`tls`: from the first byte; `starttls`: after a greeting. It is never spoken to in the open.",
    },
    "ca_file": _TEXT | {"description": "Certificate authority of the server; left out: those of the system."},
    "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 600, "description": "Seconds to wait."},
}


@dataclass(frozen=True)
class Server:
    """An IMAP server. ``said_in`` names the variable that describes it, for errors."""

    said_in: str
    host: str
    port: int
    security: str = "tls"
    ca_file: str | None = None
    timeout: float = 60.0

    @property
    def place(self) -> str:
        """For people."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Account:
    """Who logs in. ``on_behalf_of``: the mailbox to open with the rights of ``username`` (SASL PLAIN), if another."""

    username: str
    password: str = field(repr=False)
    on_behalf_of: str | None = None


def server(said_in: str, said: dict[str, Any]) -> Server:
    """The server that a checked variable describes."""
    security = said.get("security", "tls")
    return Server(
        said_in,
        said["host"],
        said.get("port", 993 if security == "tls" else 143),
        security,
        said.get("ca_file"),
        float(said.get("timeout", 60)),
    )


def require(said_in: str, said: Any, schema: dict[str, Any]) -> None:
    """Raise :class:`~bma.dsn.faults.MailboxError` with everything that is wrong with a variable."""
    found = violations(Document(Path(said_in), said, {}), schema)
    if found:
        raise MailboxError(
            "\n".join(f"{said_in}{'.' if item.path else ''}{item.path}: {item.message}" for item in found)
        )


@contextmanager
def told(where: Server, doing: str) -> Iterator[None]:
    """Raise :class:`~bma.dsn.faults.MailboxError` about what was being done instead of what libraries raise."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(
            f"{where.place} has a certificate that is not trusted: {error.verify_message}",
            hint=f"Name its authority in {where.said_in}.ca_file",
        ) from error
    except LoginError as error:
        raise MailboxError(
            f"{where.place} refuses the account: {_words(error)}", hint=f"Check {where.said_in} and its password"
        ) from error
    except OSError as error:
        raise MailboxError(f"{where.place} does not answer while {doing}: {_words(error)}", hint="Run again") from error
    except IMAPClientError as error:
        raise MailboxError(f"{where.place} refuses {doing}: {_words(error)}") from error
    except ValueError as error:
        raise MailboxError(f"{where.place} answers what is not understood while {doing}: {_words(error)}") from error


def _words(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    # What the server has answered is shown by the library as Python writes bytes.
    text = re.sub(r"b(['\"])(.*?)\1", r"\2", text)
    return " ".join(printable(" ".join(text.split())).split())[:300]


def connect(where: Server, account: Account) -> IMAPClient:
    """A connection that is logged in; :class:`~bma.dsn.faults.MailboxError` says why there is none."""
    try:
        context = ssl.create_default_context(cafile=where.ca_file)
    except OSError as error:
        raise MailboxError(f"{where.said_in}.ca_file: {where.ca_file} cannot be read: {_words(error)}") from error
    tls = where.security == "tls"
    with told(where, "connecting"):
        client = IMAPClient(
            where.host, where.port, ssl=tls, ssl_context=context if tls else None, timeout=where.timeout
        )
    try:
        with told(where, "connecting"):
            if not tls:
                client.starttls(context)
        with told(where, "logging in"):
            _login(client, account)
    except BaseException:
        client.shutdown()
        raise
    return client


def _login(client: IMAPClient, account: Account) -> None:
    if account.on_behalf_of is not None:
        client.plain_login(account.username, account.password, account.on_behalf_of)
    else:
        client.login(account.username, account.password)


def leave(client: IMAPClient) -> None:
    """Log out, or just go when that cannot be done."""
    try:
        client.logout()
    except (OSError, IMAPClientError):
        client.shutdown()


def chunks(uids: Sequence[int]) -> list[list[int]]:
    """UIDs in lists that fit into one command."""
    return [list(uids[start : start + _CHUNK]) for start in range(0, len(uids), _CHUNK)]
