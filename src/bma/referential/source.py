"""The bytes of one referential file, and the text they are; what is no referential is refused here."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

from bma.errors import DocumentError

MAX_BYTES = 256 * 1024 * 1024
"""The real export is 3 MB; a file this large is no list of organisations."""

_EXPORT = "Export the list again from the open-data portal"
_MAGIC = {
    b"PK\x03\x04": "a zip archive or a spreadsheet (xlsx, ods)",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (xls)",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_UTF8_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


@dataclass(frozen=True)
class Text:
    """The decoded text of a file, without byte-order marks, and the encoding it was read with."""

    path: Path
    content: str
    encoding: str


def read_text(path: Path) -> Text:
    """Read one file.

    Raises :class:`~bma.errors.DocumentError` for a file that is missing, a directory, not permitted, empty,
    too large, binary, or half UTF-8 and half something else.
    """
    raw = _bytes(path)
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            raise DocumentError(f"this is {kind}, not a CSV, JSON or XML file", where=str(path), hint=_EXPORT)
    marked = raw.startswith(codecs.BOM_UTF8)
    while raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
    if not raw.strip():
        raise DocumentError("the file is empty", where=str(path), hint=_EXPORT)
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise DocumentError("binary data, not text", where=f"{path}:{line}", hint=_EXPORT)
    return _decoded(path, raw, marked)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DocumentError("a directory, not a file", where=str(path), hint="Name the file in it")
        if path.exists() and not path.is_file():
            raise DocumentError("not a regular file", where=str(path))
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MB", where=str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError("there is no such file", where=str(path), hint="Check the path") from error
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise DocumentError(f"cannot be read: {reason}", where=str(path)) from error


def _decoded(path: Path, raw: bytes, marked: bool) -> Text:
    try:
        return Text(path, raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if marked or _mostly_utf8(raw):
            line = raw.count(b"\n", 0, error.start) + 1
            raise DocumentError(
                f"not UTF-8 like the rest of the file (byte 0x{raw[error.start]:02x})",
                where=f"{path}:{line}",
                hint="The file is truncated or two files were glued together: export it again",
            ) from error
    try:
        return Text(path, raw.decode("cp1252"), "windows-1252")
    except UnicodeDecodeError:
        return Text(path, raw.decode("latin-1"), "iso-8859-1")


def _mostly_utf8(raw: bytes) -> bool:
    """Whether the file holds more UTF-8 letters than chance gives: then it was cut or glued, and no codec reads it."""
    letters = _UTF8_LETTER.findall(raw)
    stray = len(raw) - len(raw.translate(None, bytes(range(0x80, 0x100)))) - sum(map(len, letters))
    return len(letters) > max(1, stray // 50)
