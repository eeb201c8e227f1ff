"""Asks the old server over IMAP whether a mail is in a box. Nothing there is changed: folders are only examined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]

from bma.dsn.faults import MailboxError
from bma.dsn.imap import PROPERTIES, Account, Server, chunks, connect, leave, require, server, told
from bma.dsn.mime import fields_of
from bma.errors import printable

_MOST_FOLDERS, _MOST_MESSAGES = 200, 5000
_HEADER = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_WHO = {"type": "string", "minLength": 1, "maxLength": 400}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["host"],
    "properties": PROPERTIES
    | {
        "username": _WHO
        | {
            "description": "Who logs in; `{box}` and `{address}` are replaced. A master user of Dovecot is "
            "`{box}*master`. Left out: `{address}`."
        },
        "on_behalf_of": _WHO
        | {"description": "Whose box is opened with the rights of `username` (SASL PLAIN), such as `{address}`."},
        "folders": {
            "type": "array",
            "minItems": 1,
            "items": _WHO,
            "description": "Folders to look into. Left out: the inbox, then all others.",
        },
    },
}


class Found(StrEnum):
    """``UNKNOWN``: the server could not be asked, so nothing follows."""

    THERE = "there"
    NOT_THERE = "not there"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What the old server says about one mail. ``words``: in which folder it is, or why it could not be asked."""

    found: Found
    words: str


@dataclass(frozen=True)
class OldServer:
    """How the boxes of the old server are opened. ``password``: box → the password to log in with, None for none."""

    server: Server
    username: str
    on_behalf_of: str | None
    folders: tuple[str, ...]
    password: Callable[[str], str | None]

    def ask(self, box: str, address: str, mails: Mapping[str, date]) -> dict[str, Answer]:
        """Message-ID → whether it is in the box; ``mails`` says since which day it can be there. Never raises."""
        password = self.password(box)
        if not password:
            return dict.fromkeys(mails, Answer(Found.UNKNOWN, f"there is no password to open {box} with"))
        account = Account(_for(self.username, box, address), password, self._behalf(box, address))
        try:
            client = connect(self.server, account)
        except MailboxError as error:
            return dict.fromkeys(mails, Answer(Found.UNKNOWN, str(error)))
        try:
            return {identity: _look(self, client, identity, since) for identity, since in mails.items()}
        finally:
            leave(client)

    def _behalf(self, box: str, address: str) -> str | None:
        return _for(self.on_behalf_of, box, address) if self.on_behalf_of else None


def old_server(said: Any, password: str | None, passwords: Mapping[str, str] | None = None) -> OldServer:
    """The old server that the variable describes. ``password``: of the account that opens all boxes; ``passwords``:
    of single boxes, which go first.

    Raises :class:`~bma.dsn.faults.MailboxError` with everything that is wrong with the variable.
    """
    require("old_server", said, SCHEMA)
    username = said.get("username", "{address}")
    behalf = said.get("on_behalf_of")
    for name, text in (("username", username), ("on_behalf_of", behalf)):
        _require_fields(name, text or "")
    if password and not behalf and not any(sign in username for sign in ("{box}", "{address}")):
        raise MailboxError(
            "old_server.username names one account, and on_behalf_of does not say whose box it opens",
            hint="Say on_behalf_of: '{address}', or a username with {box} in it",
        )
    known = dict(passwords or {})
    return OldServer(
        server("old_server", said),
        username,
        behalf,
        tuple(said.get("folders", ())),
        lambda box: known.get(box) or password,
    )


def _require_fields(name: str, text: str) -> None:
    left = text.replace("{box}", "").replace("{address}", "")
    if "{" in left or "}" in left:
        raise MailboxError(f"old_server.{name}: {printable(text)}: only {{box}} and {{address}} can be replaced")


def _for(text: str, box: str, address: str) -> str:
    return text.replace("{box}", box).replace("{address}", address)


def _look(old: OldServer, client: IMAPClient, identity: str, since: date) -> Answer:
    """One mail, in one folder after the other; what cannot be examined leaves the question open."""
    doubts: list[str] = []
    try:
        with told(old.server, "listing the folders"):
            folders = list(old.folders) or list(_folders(client))
    except MailboxError as error:
        return Answer(Found.UNKNOWN, str(error))
    for folder in folders[:_MOST_FOLDERS]:
        try:
            with told(old.server, f"looking into {printable(folder)}"):
                client.select_folder(folder, readonly=True)
                if _in_folder(client, identity, since):
                    return Answer(Found.THERE, f"it is in {printable(folder)} of the old server")
        except MailboxError as error:
            doubts.append(str(error))
    if len(folders) > _MOST_FOLDERS:
        doubts.append(f"only {_MOST_FOLDERS} of {len(folders)} folders were looked into")
    if doubts:
        return Answer(Found.UNKNOWN, "; ".join(doubts)[:300])
    return Answer(Found.NOT_THERE, f"it is in none of {len(folders)} folders of the old server")


def _folders(client: IMAPClient) -> Iterator[str]:
    """The inbox first, then all folders that can be opened."""
    yield "INBOX"
    for flags, _, name in client.list_folders():
        names = {flag.lower() for flag in flags}
        if str(name).upper() != "INBOX" and not names & {b"\\noselect", b"\\nonexistent"}:
            yield str(name)


def _in_folder(client: IMAPClient, identity: str, since: date) -> bool:
    """Whether the mail is in the selected folder.

    A server may refuse to search headers, or find nothing although it is there: then the headers are read.
    """
    try:
        found = client.search(["HEADER", "Message-ID", identity])
    except IMAPClientError:
        found = []
    if found and _has(client, found[:_MOST_MESSAGES], identity):
        return True
    # A day earlier: the server compares with its own clock and time zone.
    recent = client.search(["SINCE", since - timedelta(days=1)])
    if len(recent) > _MOST_MESSAGES:
        raise MailboxError(f"{len(recent)} messages have arrived since {since}, too many to read their headers")
    return _has(client, recent, identity)


def _has(client: IMAPClient, uids: list[int], identity: str) -> bool:
    for some in chunks(sorted(uids, reverse=True)):
        for said in client.fetch(some, [_HEADER]).values():
            for key, header in said.items():
                if key.startswith(b"BODY[") and isinstance(header, bytes) and _names(header, identity):
                    return True
    return False


def _names(header: bytes, identity: str) -> bool:
    return identity in fields_of(header.replace(b"\r\n", b"\n")).all("message-id")
