"""What the variables ``mail_…`` say, judged before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bma.documents import Document, violations
from bma.mail.addresses import address
from bma.mail.faults import MailError
from bma.mail.message import Attachment
from bma.mail.moment import DEFAULT_ZONE, zone_of

_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_LARGEST = 5 * 1024 * 1024
"""Attachments of one mail: beyond it half of the boxes of 80 MB would be full."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": 400}
_SECURITY = ("starttls", "tls", "none")
NOTIFY = ("success", "failure", "delay", "never")

RELAY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["host"],
    "properties": {
        "host": _TEXT | {"description": "Name of the relay."},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Its port."},
        "security": {
            "enum": list(_SECURITY),
            "description": "`starttls`: encrypted after a greeting, or not at all; `tls`: from the first byte; `none`.",
        },
        "ca_file": _TEXT | {"description": "Certificate authority of the relay; left out: those of the system."},
        "username": _TEXT | {"description": "Account at the relay; left out: none."},
        "helo": _TEXT | {"description": "How this machine greets; left out: its own name."},
        "envelope_sender": _TEXT
        | {"description": "Where reports of delivery go; `{envid}` in it is replaced. Left out: the sender's address."},
        "reply_to": _TEXT | {"description": "Where answers of holders go; left out: to the sender."},
        "notify": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"enum": list(NOTIFY)},
            "description": "Reports of delivery to ask for (DSN): success, failure, delay, or never alone.",
        },
        "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 600, "description": "Seconds to wait."},
        "mails_per_connection": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100000,
            "description": "After how many mails the connection is made anew.",
        },
    },
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "relays": {"type": "object", "minProperties": 1, "additionalProperties": RELAY_SCHEMA},
        "links": {"type": "object"},
        "texts": {"type": "object"},
        "attachments": {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
        "timezone": _TEXT,
    },
}


@dataclass(frozen=True)
class Relay:
    """One relay and how it is spoken to. ``notify``: the words of RFC 3461."""

    name: str
    host: str
    port: int
    security: str
    ca_file: str | None
    username: str | None
    helo: str | None
    envelope_sender: str | None
    reply_to: str | None
    notify: tuple[str, ...]
    timeout: float
    mails_per_connection: int


@dataclass(frozen=True)
class Settings:
    """What mails need beside campaign and boxes. ``relays``: sender → its relay."""

    relays: dict[str, Relay]
    zone: ZoneInfo
    links: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)

    def relay(self, sender: str) -> Relay:
        """The relay of a sender; :class:`~bma.mail.faults.MailError` when it has none."""
        if sender not in self.relays:
            raise MailError(f"mail_relays: there is no relay for the sender {sender}; known: {', '.join(self.relays)}")
        return self.relays[sender]


def settings(said: Mapping[str, Any]) -> Settings:
    """Settings from the variables: ``relays``, ``links``, ``texts``, ``attachments``, ``timezone``.

    Raises :class:`~bma.mail.faults.MailError` telling everything that is wrong with them.
    """
    given = {name: value for name, value in said.items() if value is not None}
    found = violations(Document(Path("mail"), given, {}), _SCHEMA)
    if found:
        raise MailError("\n".join(f"mail_{item.path}: {item.message}" for item in found))
    return Settings(
        {name: _relay(name, relay) for name, relay in given.get("relays", {}).items()},
        zone_of(given.get("timezone", DEFAULT_ZONE)),
        given.get("links", {}),
        given.get("texts", {}),
        {template: _attachments(template, files) for template, files in given.get("attachments", {}).items()},
    )


def _relay(name: str, said: Mapping[str, Any]) -> Relay:
    place = f"mail_relays.{name}"
    envelope, reply_to = said.get("envelope_sender"), said.get("reply_to")
    if envelope is not None:
        address(envelope.replace("{envid}", "ec000000-" + "0" * 24), f"{place}.envelope_sender")
    if reply_to is not None:
        address(reply_to, f"{place}.reply_to")
    security = said.get("security", "starttls")
    notify = tuple(word.upper() for word in said.get("notify", ("success", "failure", "delay")))
    if "NEVER" in notify and len(notify) > 1:
        raise MailError(f"{place}.notify: never stands alone")
    if said.get("username") and security == "none":
        raise MailError(f"{place}: a password is not sent over a line that is not encrypted; say security: starttls")
    return Relay(
        name,
        said["host"],
        said.get("port", 465 if security == "tls" else 587 if said.get("username") else 25),
        security,
        said.get("ca_file"),
        said.get("username"),
        said.get("helo"),
        envelope,
        reply_to,
        notify,
        float(said.get("timeout", 60)),
        said.get("mails_per_connection", 500),
    )


def _attachments(template: str, files: list[str]) -> tuple[Attachment, ...]:
    found = tuple(_attachment(Path(file), f"mail_attachments.{template}") for file in files)
    if sum(len(attachment.content) for attachment in found) > _LARGEST:
        raise MailError(
            f"mail_attachments.{template}: together larger than {_LARGEST // 1024 // 1024} MB",
            hint="Put them on a page and link it",
        )
    return found


def _attachment(path: Path, where: str) -> Attachment:
    kind = _MEDIA_TYPES.get(path.suffix.lower())
    if kind is None:
        raise MailError(f"{where}: {path.name}: allowed are {', '.join(_MEDIA_TYPES)}")
    try:
        return Attachment(path.name, kind, path.read_bytes())
    except OSError as error:
        raise MailError(f"{where}: {path} cannot be read: {error.strerror}") from error
