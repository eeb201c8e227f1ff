"""The parts of a report that are for machines: RFC 3464 for deliveries, RFC 8098 for readers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bma.dsn.mime import Head, fields_of, one_line
from bma.dsn.report import Action, Fate

_MOST_RECIPIENTS = 500
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BY_CLASS = {"2": Action.DELIVERED, "4": Action.DELAYED, "5": Action.FAILED}
_ACTIONS = {action.value: action for action in Action if action not in {Action.READ, Action.ANSWERED}}
_DISPOSITIONS = ("displayed", "deleted", "dispatched", "processed", "denied", "failed")


def delivery_status(text: bytes) -> tuple[str, tuple[Fate, ...]]:
    """Original-Envelope-Id (empty when there is none) and what is said of each recipient."""
    blocks = [fields_of(block) for block in re.split(rb"\n[ \t]*\n", unix(text), maxsplit=_MOST_RECIPIENTS)]
    envid = next((block.get("original-envelope-id") for block in blocks if block.get("original-envelope-id")), "")
    return unxtext(envid.strip().strip("<>")), tuple(_fates(blocks))


def unix(text: bytes) -> bytes:
    """Lines that end in LF."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip(b"\n")


def _fates(blocks: list[Head]) -> Iterator[Fate]:
    for block in blocks[: _MOST_RECIPIENTS + 1]:
        final, original = block.get("final-recipient"), block.get("original-recipient")
        if not final and not original:
            continue
        status = _STATUS.search(block.get("status"))
        action = _action(block.get("action"), status)
        if action is not None:
            yield Fate(
                mailbox(final) or mailbox(original),
                action,
                status[0] if status else "",
                _words(block.get("diagnostic-code")),
                mailbox(original),
            )


def _action(said: str, status: re.Match[str] | None) -> Action | None:
    word = re.match(r"[\s(]*([A-Za-z]{1,20})", said)
    if word and word[1].lower() in _ACTIONS:
        return _ACTIONS[word[1].lower()]
    return _BY_CLASS[status[1]] if status else None


def _words(diagnostic: str) -> str:
    return one_line(re.sub(r"^\s{0,8}[\w-]{1,20}\s{0,8};", "", diagnostic))


def mailbox(field: str) -> str:
    """The address of ``type; address``; empty for a type that is no Internet address."""
    kind, found, address = field.partition(";")
    if not found:
        kind, address = "rfc822", field
    kind = kind.strip().lower()
    address = address.strip().removeprefix("<").removesuffix(">").strip()
    if kind in {"utf-8", "utf8"}:
        address = re.sub(r"\\x\{([0-9A-Fa-f]{1,6})\}", _sign, address[:2000])
    elif kind != "rfc822":
        return ""
    return one_line(address)[:254] if "@" in address else ""


def _sign(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "?"


def unxtext(text: str) -> str:
    """The text that an xtext of RFC 3461 stands for."""
    return one_line(re.sub(r"\+([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), text[:500]))


def disposition(text: bytes) -> tuple[tuple[str, ...], tuple[Fate, ...]]:
    """The Message-IDs that a read receipt is about, and what it says."""
    fields = fields_of(unix(text).replace(b"\n\n", b"\n"))
    said = fields.get("disposition").lower()
    how = next((word for word in _DISPOSITIONS if re.search(rf";\s*{word}", said)), "")
    recipient = mailbox(fields.get("final-recipient"))
    if not recipient or how in {"", "denied", "failed"}:
        # A refusal to tell tells nothing of the mail but that it was there.
        fates = (Fate(recipient, Action.ANSWERED, words=f"receipt: {how or 'unclear'}"),) if how else ()
    else:
        words = f"receipt: {how}"
        fates = (Fate(recipient, Action.READ, words=words, original=mailbox(fields.get("original-recipient"))),)
    return message_ids(fields.get("original-message-id")), fates


def message_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a field, in order, no more than fifty."""
    found = re.findall(r"<[^<>\s@]{1,250}@[^<>\s@]{1,250}>", text[:20_000])
    return tuple(dict.fromkeys(identity for identity in found if identity.isprintable()))[:50]
