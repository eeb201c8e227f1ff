"""What the variables about reports say, judged before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bma.dsn.directory import Directory
from bma.dsn.faults import MailboxError
from bma.dsn.imap import PROPERTIES, Account, require, server
from bma.dsn.mailbox import AFTER, Mailbox
from bma.dsn.source import Source

_TEXT = {"type": "string", "minLength": 1, "maxLength": 400}
_FOLDER = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^\u0000-\u001f]+$"}
DONE_FOLDER = "BMA-Read"

DIRECTORY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["directory"],
    "properties": {
        "directory": _TEXT | {"description": "Directory with a message a file, or a Maildir."},
        "after": {
            "enum": ["move", "leave"],
            "description": "What becomes of a file that the ledger has: `move` to `done_folder`, or `leave` it.",
        },
        "done_folder": _FOLDER | {"description": f"Folder in it for those; `{DONE_FOLDER}` when left out."},
    },
}
MAILBOX_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["host", "username"],
    "properties": PROPERTIES
    | {
        "username": _TEXT | {"description": "Account that reads the mailbox."},
        "on_behalf_of": _TEXT | {"description": "Mailbox to open with the rights of `username`, if another."},
        "folder": _FOLDER | {"description": "Folder that reports arrive in; `INBOX` when left out."},
        "after": {
            "enum": list(AFTER),
            "description": "What becomes of a message that the ledger has: `move` to `done_folder`, `mark` it with the "
            "keyword `$BMA_Read` where the server keeps keywords, or `leave` it.",
        },
        "done_folder": _FOLDER
        | {"description": f"Folder for those, created when absent; `{DONE_FOLDER}` when left out."},
    },
}


def sources(said: Any, passwords: Mapping[str, str], *, check: bool) -> dict[str, Source]:
    """Name → source. With ``check`` nothing in them is touched.

    Raises :class:`~bma.dsn.faults.MailboxError` telling everything that is wrong with ``bounces_sources``.
    """
    if not isinstance(said, Mapping) or not said:
        raise MailboxError("bounces_sources says nothing", hint="Name a mailbox or a directory; see docs/bounces.md")
    found: dict[str, Source] = {}
    told: list[str] = []
    for name, one in said.items():
        try:
            found[str(name)] = _source(str(name), one, passwords.get(str(name)), check=check)
        except MailboxError as error:
            told.append(str(error))
    if told:
        raise MailboxError("\n".join(told))
    return found


def _source(name: str, said: Any, password: str | None, *, check: bool) -> Source:
    place = f"bounces_sources.{name}"
    directory = isinstance(said, Mapping) and "directory" in said
    require(place, said, DIRECTORY_SCHEMA if directory else MAILBOX_SCHEMA)
    after = "leave" if check else said.get("after", "move")
    folder = said.get("done_folder", DONE_FOLDER)
    if directory:
        if "/" in folder or folder in {".", "..", "new", "cur", "tmp"}:
            raise MailboxError(f"{place}.done_folder: {folder!r} is no name of a folder of its own in the directory")
        return Directory(Path(said["directory"]), folder if after == "move" else None)
    if not password:
        raise MailboxError(f"bounces_passwords.{name} is not set", hint="Take it from a vault")
    if folder == said.get("folder", "INBOX"):
        raise MailboxError(f"{place}.done_folder: messages cannot be moved to the folder that they are read from")
    account = Account(said["username"], password, said.get("on_behalf_of"))
    return Mailbox(server(place, said), account, said.get("folder", "INBOX"), after, folder)
