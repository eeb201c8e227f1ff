"""MIME as far as a report needs it, from anybody: bounded in size, depth and number of parts, and it never raises.

The standard library's parser recurses into whatever it is given; ten thousand nested parts end it.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

from bma.errors import printable

LARGEST = 2 * 1024 * 1024
"""Bytes of a message that are looked at. What a report says comes before what it returns."""
_DEEPEST, _MOST = 6, 200
_HEAD = 256 * 1024
_FIELDS = 400
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,8}:(.*)", re.DOTALL)
_PARAMETER = re.compile(
    r""";\s{0,40}([\w!#$%&'*+.^`|~-]{1,40})\s{0,40}=\s{0,40}("(?:[^"\\]|\\.){0,400}"|[^\s;"]{1,400})"""
)
_CHARSETS = re.compile(
    r"utf-?(8|16|16le|16be)|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|iso-2022-jp|gb\d{4,5}|big5", re.IGNORECASE
)
_LINE = 300


@dataclass(frozen=True)
class Head:
    """The fields of a header: name in small letters → its values in order, unfolded, not decoded."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The first value of a field; empty when there is none."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return self.fields.get(name, ())

    @property
    def media_type(self) -> str:
        """``text/plain`` where nothing else is said."""
        said = self.get("content-type").partition(";")[0].strip().lower()
        return said if re.fullmatch(r"[\w.+-]+/[\w.+-]+", said) else "text/plain"

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type; empty when there is none."""
        for found in _PARAMETER.finditer(self.get("content-type")[:4000]):
            if found[1].lower() == name:
                value = found[2]
                return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        return ""


@dataclass(frozen=True)
class Part:
    """One part of a message that holds no further parts. ``report`` is the type of the report around it, if any."""

    head: Head
    body: bytes
    report: str = ""

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding; as it is where it breaks that encoding."""
        encoding = self.head.get("content-transfer-encoding").strip().lower()
        try:
            if encoding == "base64":
                return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", self.body))
            if encoding == "quoted-printable":
                return quopri.decodestring(self.body)
        except (binascii.Error, ValueError):
            pass
        return self.body

    @property
    def text(self) -> str:
        """The content as text; signs that its charset does not have are replaced."""
        return decoded(self.content, self.head.parameter("charset"))


@dataclass(frozen=True)
class Message:
    """A message taken apart. ``cut``: whether some of it was left unread, being too large, too deep or too many."""

    head: Head
    parts: tuple[Part, ...]
    cut: bool


def take_apart(content: bytes) -> Message:
    """The header and the parts of a message. What is inside a ``message/…`` part is not taken apart."""
    text = content[:LARGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head, body = split_head(text)
    walk = _Walk(cut=len(content) > LARGEST)
    parts = tuple(walk.parts(head, body, 0, ""))
    return Message(head, parts, walk.cut)


def split_head(text: bytes) -> tuple[Head, bytes]:
    """The header of a text whose lines end in LF, and what follows it."""
    if text.startswith(b"\n"):
        return Head(), text[1:]
    end = text.find(b"\n\n")
    if end < 0:
        return fields_of(text), b""
    return fields_of(text[:end]), text[end + 2 :]


def fields_of(block: bytes) -> Head:
    """The fields of a block of lines ``Name: value``; lines that are none are left out."""
    unfolded = re.sub(rb"\n(?=[ \t])", b"", block[:_HEAD])
    found: dict[str, list[str]] = {}
    for line in unfolded.split(b"\n", _FIELDS)[:_FIELDS]:
        said = _FIELD.match(line)
        if said:
            found.setdefault(said[1].decode("ascii").lower(), []).append(decoded(said[2]).strip())
    return Head({name: tuple(values) for name, values in found.items()})


class _Walk:
    def __init__(self, *, cut: bool) -> None:
        self.cut = cut
        self._seen = 0

    def parts(self, head: Head, body: bytes, depth: int, report: str) -> Iterator[Part]:
        self._seen += 1
        if self._seen > _MOST or depth > _DEEPEST:
            self.cut = True
            return
        boundary = head.parameter("boundary")
        if not head.media_type.startswith("multipart/") or not boundary:
            yield Part(head, body, report)
            return
        if head.media_type == "multipart/report":
            report = head.parameter("report-type").lower() or "unnamed"
        for text in _between(body, boundary.encode("utf-8", "replace")):
            yield from self.parts(*split_head(text), depth + 1, report)
            if self._seen > _MOST:
                return


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the boundaries; the last part ends with the body where its boundary is missing."""
    edge = b"\n--" + boundary
    text = b"\n" + body
    place = text.find(edge)
    while place >= 0:
        start = place + len(edge)
        line = text.find(b"\n", start)
        if text.startswith(b"--", start) or line < 0:
            return
        if text[start:line].strip():
            # A longer boundary that begins like this one: it belongs to a part inside.
            place = text.find(edge, line)
            continue
        place = _next_edge(text, edge, line)
        yield text[line + 1 : place if place >= 0 else len(text)]


def _next_edge(text: bytes, edge: bytes, start: int) -> int:
    place = text.find(edge, start)
    while place >= 0:
        after = place + len(edge)
        end = text.find(b"\n", after)
        rest = text[after : end if end >= 0 else len(text)].strip()
        if not rest or rest == b"--":
            return place
        place = text.find(edge, after)
    return -1


def decoded(text: bytes, charset: str = "") -> str:
    """Bytes as text: in ``charset`` where it is a common one and fits, else as UTF-8 or Latin 1."""
    # Python knows codecs that take minutes, or give no text at all: a sender may not choose among them.
    named = charset if _CHARSETS.fullmatch(charset) else ""
    for name in (named, "utf-8"):
        try:
            if name:
                return text.decode(name)
        except (LookupError, UnicodeError):
            continue
    return text.decode("latin-1")


def readable(value: str) -> str:
    """A field for people: encoded words decoded, on one line, without control characters, at most 300 signs."""
    value = value[: _LINE * 10]
    try:
        pieces = decode_header(value)
        value = "".join(piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces)
    except (HeaderParseError, ValueError, LookupError):
        pass
    return one_line(value)


def one_line(value: str) -> str:
    """Text from outside on one line, without control characters, at most 300 signs."""
    return printable(" ".join(value.split()))[:_LINE]
