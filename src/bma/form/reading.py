"""Exports of the form, CSV or JSON: rows with the line they stand in. What they say is judged elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bma.errors import DocumentError, printable
from bma.form.answer import Aside
from bma.form.columns import match_columns, meaning

MAX_BYTES = 64 * 1024 * 1024
_EXPORT = "Export the answers again"
_PAGES = ("answers", "responses", "results", "reponses", "records", "data")

ANSWERS_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Answers to the form",
    "description": "A list of answers, or an object that has it under one of: " + ", ".join(_PAGES) + ".",
    "type": "array",
    "items": {
        "type": "object",
        "description": "One answer; its keys are matched by meaning like the columns of a CSV export.",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
}


@dataclass(frozen=True)
class Row:
    """One answer as it stands in the file: field of :data:`bma.form.columns.COLUMNS` → text, and ``file:line``."""

    where: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Export:
    """The rows of one file, and what of it could not be a row."""

    rows: tuple[Row, ...]
    aside: tuple[Aside, ...]


def read_export(path: Path) -> Export:
    """Read one export; CSV or JSON is told by its content.

    Raises :class:`~bma.errors.DocumentError` with file and line for what cannot be read, is cut, or has no columns
    that mean anything.
    """
    text = _text(path)
    return _json(path, text) if text.lstrip()[:1] in {"[", "{"} else _csv(path, text)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MB", where=str(path))
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        raise DocumentError("a spreadsheet or binary data, not CSV or JSON", where=str(path), hint=_EXPORT)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip():
            return text
        raise DocumentError("the file is empty", where=str(path), hint=_EXPORT)
    raise DocumentError("neither UTF-8 nor Windows text", where=str(path), hint=_EXPORT)


def _csv(path: Path, text: str) -> Export:
    delimiter = max(";,\t|", key=lambda sign: sum(meaning(cell) is not None for cell in _header(text, sign)))
    records = _records(path, text, delimiter)
    line, headers = next(records)
    fields = match_columns(headers, f"{path}:{line}")
    places = {field: headers.index(header) for field, header in fields.items()}
    rows: list[Row] = []
    aside: list[Aside] = []
    for line, cells in records:
        while len(cells) > len(headers) and not cells[-1].strip():
            cells.pop()
        where = f"{path}:{line}"
        if len(cells) != len(headers):
            why = f"{len(cells)} cells where the header has {len(headers)}"
            aside.append(Aside(where, "an answer", why, "row-width"))
            continue
        rows.append(Row(where, {field: cells[place].strip() for field, place in places.items()}))
    return Export(tuple(rows), tuple(aside))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (StopIteration, csv.Error):
        return []


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DocumentError(
            f"the quotes of the row that starts here do not match ({error})", where=f"{path}:{line}", hint=_EXPORT
        ) from error


def _json(path: Path, text: str) -> Export:
    found = list(_listed(path, text))
    rows: list[Row] = []
    aside: list[Aside] = []
    keys = list(dict.fromkeys(key for _, value in found if isinstance(value, dict) for key in value))
    if not found:
        return Export((), ())
    fields = match_columns(keys, f"{path}:{found[0][0]}")
    judge = Draft202012Validator(ANSWERS_SCHEMA["items"])
    for line, value in found:
        where = f"{path}:{line}"
        error = next(iter(judge.iter_errors(value)), None)
        if error is not None:
            place = ".".join(map(str, error.absolute_path)) or "the answer"
            why = f"{printable(place)[:60]} is not text, a number, true, false or null"
            aside.append(Aside(where, "an answer", why if error.absolute_path else "not an object", "row-shape"))
            continue
        rows.append(Row(where, {field: _cell(value.get(key)) for field, key in fields.items()}))
    return Export(tuple(rows), tuple(aside))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _listed(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of each item of the list, wherever it is."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    try:
        whole, end = decoder.raw_decode(text, _skipped(text, 0))
        if not text[end:].strip():
            yield from _items(text, _start(path, text, whole, decoder), decoder)
            return
    except json.JSONDecodeError as error:
        raise DocumentError(f"not valid JSON: {error.msg}", where=f"{path}:{error.lineno}", hint=_EXPORT) from error
    except RecursionError as error:
        raise DocumentError("JSON nested too deep", where=str(path)) from error
    line = text.count("\n", 0, _skipped(text, end)) + 1
    raise DocumentError("not valid JSON: more after its end", where=f"{path}:{line}", hint=_EXPORT)


def _start(path: Path, text: str, whole: Any, decoder: json.JSONDecoder) -> int:
    """Where the list of answers begins."""
    if isinstance(whole, list):
        return _skipped(text, 0)
    position = _skipped(text, text.index("{") + 1)
    while text[position : position + 1] == '"':
        key, position = decoder.raw_decode(text, position)
        position = _skipped(text, _skipped(text, position) + 1)
        if key in _PAGES and text[position : position + 1] == "[":
            return position
        _, position = decoder.raw_decode(text, position)
        position = _skipped(text, position)
        position = _skipped(text, position + 1) if text[position : position + 1] == "," else position
    raise DocumentError(f"no list of answers under {', '.join(_PAGES)}", where=str(path), hint=_EXPORT)


def _items(text: str, start: int, decoder: json.JSONDecoder) -> Iterator[tuple[int, Any]]:
    position = _skipped(text, start + 1)
    line, counted = text.count("\n", 0, position) + 1, position
    while text[position : position + 1] != "]":
        line += text.count("\n", counted, position)
        counted = position
        value, position = decoder.raw_decode(text, position)
        yield line, value
        position = _skipped(text, position)
        if text[position : position + 1] == ",":
            position = _skipped(text, position + 1)


def _skipped(text: str, position: int) -> int:
    while text[position : position + 1] in {" ", "\t", "\r", "\n"}:
        position += 1
    return position
