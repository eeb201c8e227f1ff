"""What is kept in a mailbox and not in the directory: rules, automatic replies, folders, sizes.

There is one mailbox store however many domain controllers there are, so nothing of it is ever delayed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from lab.exchange.model.directory import Directory, Entry

KIND = "store"
_NAMESPACE = uuid.UUID("5b6c8d0e-51a7-4c53-9d5e-8a1f7f0c2b11")

INBOX_RULES = "InboxRules"
SWEEP_RULES = "SweepRules"
OUTLOOK_RULES = "OutlookRules"
AUTO_REPLY = "AutoReply"
FOLDERS = "Folders"
STATISTICS = "Statistics"


def _guid(mailbox: Entry) -> str:
    return str(uuid.uuid5(_NAMESPACE, str(mailbox.get("ExchangeGuid") or mailbox.guid)))


def read(model: Directory, mailbox: Entry) -> Mapping[str, Any]:
    """Everything kept in a mailbox, by the names above; empty while nothing was ever written to it."""
    entry = model.entry(_guid(mailbox))
    return {} if entry is None else entry.attrs


def write(model: Directory, mailbox: Entry, changes: Mapping[str, Any]) -> None:
    """Replace parts of what a mailbox keeps."""
    guid = _guid(mailbox)
    with model.lock:
        if model.entry(guid) is None:
            model.create(KIND, {"Name": f"store of {mailbox.guid}", **changes}, guid=guid)
        else:
            model.update(guid, changes)


def erase(model: Directory, mailbox: Entry) -> None:
    """Forget what a mailbox kept, as when it is removed for good."""
    guid = _guid(mailbox)
    with model.lock:
        if model.entry(guid) is not None:
            model.remove(guid)
