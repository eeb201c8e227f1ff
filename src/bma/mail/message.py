"""A letter → the bytes that a relay is given, the same every time."""

from __future__ import annotations

import hashlib
import html as markup
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bma.mail.faults import MailError
from bma.mail.identity import BOUNDARY, boundary
from bma.mail.mime import (
    EOL,
    address_header,
    base64_lines,
    from_quoted_printable,
    quoted_printable,
    raw_header,
    text_header,
)
from bma.mail.secret import PASSWORD, SecretText, placeholder

_TEXT_PART = re.compile(
    rb"(Content-Type: text/(plain|html); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n)"
    rb"(.*?)(?=\r\n--" + re.escape(BOUNDARY).encode() + rb")",
    re.DOTALL,
)
_FILE = re.compile(rb"\[\[file:([0-9a-f]{64})\]\]")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail. Only its digest is in the mail that is kept; the ledger has the bytes once."""

    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Letter:
    """Everything that a mail says. ``secret``: whether a secret is in it, as its placeholder.

    ``sender`` and each of ``to`` are (name, address); ``mark`` is campaign, box, step and attempt.
    """

    message_id: str
    dated: datetime
    sender: tuple[str, str]
    reply_to: str | None
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    mark: str
    secret: bool = False
    attachments: tuple[Attachment, ...] = ()


def compose(letter: Letter) -> bytes:
    """The bytes of a letter. A secret is there as its placeholder, a file as its digest: :func:`fill` puts them in.

    Raises :class:`~bma.mail.faults.MailError` for anything that would break out of its header.
    """
    if placeholder() in letter.subject:
        raise MailError("a subject may not hold a secret: it is shown in lists, logs and notifications")
    head = _head(letter)
    alternative = boundary(letter.message_id, 0)
    body = _multipart(alternative, [_text("plain", letter.text), _text("html", letter.html)])
    if not letter.attachments:
        return head + _type("alternative", alternative) + EOL + body
    mixed = boundary(letter.message_id, 1)
    first = _type("alternative", alternative) + EOL + body
    return head + _type("mixed", mixed) + EOL + _multipart(mixed, [first, *map(_file, letter.attachments)])


def _head(letter: Letter) -> bytes:
    lines = [
        address_header("From", [letter.sender]),
        address_header("Reply-To", [("", letter.reply_to)]) if letter.reply_to else b"",
        address_header("To", [("", address) for address in letter.to]),
        text_header("Subject", letter.subject),
        raw_header("Date", format_datetime(letter.dated)),
        raw_header("Message-ID", letter.message_id),
        raw_header("MIME-Version", "1.0"),
        raw_header("Content-Language", "fr"),
        # No answer by a machine is wanted, but reports of what could not be delivered are: hence not "All" or "NDR".
        raw_header("Auto-Submitted", "auto-generated"),
        raw_header("X-Auto-Response-Suppress", "OOF, AutoReply, RN, NRN"),
        raw_header("X-BMA-Mail", letter.mark),
        # The copy of the old content leaves these behind.
        raw_header("X-BMA-Secret", "yes") if letter.secret else b"",
    ]
    return b"".join(lines)


def _type(kind: str, mark: str) -> bytes:
    return f'Content-Type: multipart/{kind};\r\n boundary="{mark}"\r\n'.encode()


def _multipart(mark: str, parts: list[bytes]) -> bytes:
    edge = f"--{mark}".encode()
    return b"".join(edge + EOL + part + EOL for part in parts) + edge + b"--" + EOL


def _text(kind: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + quoted_printable(text)


def _file(attachment: Attachment) -> bytes:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", attachment.name)
    head = (
        f'Content-Type: {attachment.media_type}; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + f"[[file:{attachment.digest}]]".encode()


def fill(content: bytes, secret: SecretText | None, files: Mapping[str, bytes]) -> bytes:
    """The bytes that go out: ``content`` of the ledger with the secret and the files (digest → bytes) in their places.

    Raises :class:`~bma.mail.faults.MailError` when one of them is missing.
    """
    if secret is not None:
        content = _TEXT_PART.sub(lambda part: _with_secret(part, secret), content)

    def file(found: re.Match[bytes]) -> bytes:
        digest = found[1].decode()
        if digest not in files:
            raise MailError(f"the ledger lacks the attachment {digest[:12]}…")
        return base64_lines(files[digest])

    return _FILE.sub(file, content)


def files_in(content: bytes) -> set[str]:
    """The digests of the files that :func:`fill` is to put into ``content``."""
    return {digest.decode() for digest in _FILE.findall(content)}


def _with_secret(part: re.Match[bytes], secret: SecretText) -> bytes:
    text = from_quoted_printable(part[3])
    value = markup.escape(secret.reveal()) if part[2] == b"html" else secret.reveal()
    if placeholder(PASSWORD) not in text:
        return part[0]
    return part[1] + quoted_printable(text.replace(placeholder(PASSWORD), value))


def text_of(content: bytes) -> str:
    """Subject and text part of the bytes of a mail, for people and for differences."""
    from email import message_from_bytes, policy

    message = message_from_bytes(content, policy=policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    return f"Objet\u00a0: {message['subject']}\n\n{text}".replace("\r\n", "\n").rstrip("\n") + "\n"


def digest_of(content: bytes) -> str:
    """SHA-256 of bytes as they are kept. There is none of the bytes with the secret: it would let anybody who reads
    the ledger try words until they fit."""
    return hashlib.sha256(content).hexdigest()
