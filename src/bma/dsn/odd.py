"""Bounces that are no delivery reports: what flufl.bounce makes of them."""

from __future__ import annotations

import logging
from email import message_from_bytes
from email.message import Message as Parsed

from bma.dsn.mime import Message, Part, one_line
from bma.dsn.report import Action, Fate

_MOST_TEXT = 64 * 1024
_MOST_PARTS = 10
_LONGEST_LINE = 2000
_MOST_RECIPIENTS = 20
_EDGE = "=_rebuilt"


def odd_fates(message: Message) -> tuple[Fate, ...]:
    """The recipients that a bounce of an unknown form names; empty when it names none."""
    from flufl.bounce import all_failures

    # Its patterns are made for bounces, not against them: it gets little text, rebuilt from the parts, never nested.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)
    try:
        temporary, permanent = all_failures(_rebuilt(message))
    except Exception:
        # A library of others, on bytes of others: it may find nothing, in whatever way.
        return ()
    found = [_fate(address, Action.FAILED) for address in sorted(permanent)]
    found += [_fate(address, Action.DELAYED) for address in sorted(temporary - permanent)]
    return tuple(fate for fate in found if fate.recipient)[:_MOST_RECIPIENTS]


def _fate(address: bytes, action: Action) -> Fate:
    text = one_line(address.decode("utf-8", "replace"))
    return Fate(text[:254] if "@" in text else "", action, words="recognised by the form of the bounce")


def _rebuilt(message: Message) -> Parsed:
    kind = message.head.media_type
    head = _head(message)
    parts = message.parts[:_MOST_PARTS]
    if not kind.startswith("multipart/"):
        return message_from_bytes(head + b"\n" + (_short(parts[0].content) if parts else b""))
    head += f'Content-Type: {kind}; boundary="{_EDGE}"\n'.encode()
    body = b"".join(b"\n--" + _EDGE.encode() + b"\n" + _part(part) for part in parts)
    return message_from_bytes(head + (b"\n" + body)[:_MOST_TEXT] + f"\n--{_EDGE}--\n".encode())


def _head(message: Message) -> bytes:
    lines = [
        f"{name}: {value}\n".encode("utf-8", "replace")
        for name, values in message.head.fields.items()
        if not name.startswith(("content-", "mime-"))
        for value in values[:5]
    ]
    return b"".join(lines)[:_MOST_TEXT].rpartition(b"\n")[0] + b"\n"


def _part(part: Part) -> bytes:
    kind = part.head.media_type
    kind = kind if kind.startswith("text/") else "text/plain"
    description = one_line(part.head.get("content-description")).encode("ascii", "replace")
    return f"Content-Type: {kind}\nContent-Description: ".encode() + description + b"\n\n" + _short(part.content)


def _short(content: bytes) -> bytes:
    lines = content[:_MOST_TEXT].replace(b"\r\n", b"\n").split(b"\n")
    return b"\n".join(line[:_LONGEST_LINE] for line in lines)
