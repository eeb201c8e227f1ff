"""MIME as bytes. Written here, not by the standard library: its folding differs from one Python to the next, and the
same mail must be the same bytes for as long as a campaign lasts."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from bma.errors import printable
from bma.mail.faults import MailError

LINE = 76
EOL = b"\r\n"
_WORD_OVERHEAD = len("=?utf-8?b??=")
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}


def require_plain(text: str, what: str) -> str:
    """``text`` when nothing in it could end a line of a header; MailError naming ``what`` otherwise."""
    if any(unicodedata.category(sign) in _UNSAFE for sign in text):
        raise MailError(f"{what} has a line break or another control character: {printable(text)!r:.120}")
    return text


def text_header(name: str, value: str) -> bytes:
    """A header whose value is text for people."""
    require_plain(value, name)
    value = " ".join(value.split(" ")).strip(" ")
    if _plain(value):
        return _folded(name, [word for word in value.split(" ") if word])
    return _folded(name, _encoded_words(value, LINE - len(name) - 2))


def address_header(name: str, people: list[tuple[str, str]]) -> bytes:
    """A header of addresses: ``(name, address)`` each, the name empty where there is none."""
    words: list[str] = []
    for index, (display, address) in enumerate(people):
        require_plain(display, name)
        require_plain(address, name)
        own = [f"<{address}>"] if display else [address]
        words += _display(display) + own
        if index < len(people) - 1:
            words[-1] += ","
    return _folded(name, words)


def raw_header(name: str, value: str) -> bytes:
    """A header of protocol: ASCII, not folded."""
    require_plain(value, name)
    if not value.isascii():
        raise MailError(f"{name}: only ASCII is allowed: {value!r:.120}")
    return f"{name}: {value}".encode() + EOL


def _plain(value: str) -> bool:
    return value.isascii() and "=?" not in value and all(len(word) < LINE - 2 for word in value.split(" "))


def _display(display: str) -> list[str]:
    if not display:
        return []
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", display) and "=?" not in display:
        return [word for word in display.split(" ") if word]
    if display.isascii() and len(display) < LINE - 4 and "=?" not in display:
        return ['"' + re.sub(r'(["\\])', r"\\\1", display) + '"']
    return _encoded_words(display, LINE - 20)


def _encoded_words(text: str, first: int) -> list[str]:
    """Encoded words (RFC 2047) of which the first has at most ``first`` characters, the others fill a line."""
    words: list[str] = []
    room, chunk = first, b""
    for sign in text:
        encoded = sign.encode()
        if _length(len(chunk) + len(encoded)) > min(room, 75):
            words.append(_word(chunk))
            room, chunk = LINE - 1, b""
        chunk += encoded
    return [*words, _word(chunk)]


def _length(count: int) -> int:
    return _WORD_OVERHEAD + 4 * ((count + 2) // 3)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode()}?="


def _folded(name: str, words: list[str]) -> bytes:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1] != f"{name}:":
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines).encode() + EOL


def quoted_printable(text: str) -> bytes:
    """Text as quoted-printable, its lines ended by CR LF, no CR LF after the last one."""
    lines = re.sub(r"\r\n?", "\n", text).rstrip("\n").split("\n")
    # Line by line: binascii keeps the line ends of its input, and decides by the first one what all are.
    return EOL.join(_qp_line(line) for line in lines)


def _qp_line(line: str) -> bytes:
    return binascii.b2a_qp(line.encode(), istext=True).replace(b"\n", EOL)


def from_quoted_printable(body: bytes) -> str:
    """The text of a body that :func:`quoted_printable` has made."""
    return binascii.a2b_qp(body).decode().replace("\r\n", "\n")


def base64_lines(content: bytes) -> bytes:
    """Any bytes as lines of base64, no CR LF after the last one."""
    encoded = base64.b64encode(content)
    return EOL.join(encoded[start : start + LINE] for start in range(0, len(encoded), LINE))
