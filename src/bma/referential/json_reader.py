"""The open-data API's JSON: an array of records, or pages ``{"results": [...]}``, one after another."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from bma.errors import DocumentError
from bma.referential.columns import match_columns
from bma.referential.csv_reader import tell_columns
from bma.referential.source import Text
from bma.referential.table import Row, Table
from bma.referential.text import clean

_PAGE_KEYS = ("results", "records")
_BLANK = re.compile(r"[ \t\r\n]*")

Located = tuple[int, Any]
"""(first line, value)."""

_Found = Generator[Located, None, int]


def read_json(text: Text) -> Table:
    """Read the records of one JSON file (array, page, several pages, or one record a line).

    Raises :class:`~bma.errors.DocumentError` for text that is not JSON or is cut, for JSON that holds no
    records, and for records without the columns of the list.
    """
    records = _all(text)
    if not records:
        raise DocumentError("JSON without a record", where=str(text.path), hint="Export the list again")
    table = Table(text.path, "json", text.encoding)
    headers = list(dict.fromkeys(key for _, record in records if isinstance(record, dict) for key in record))
    columns = match_columns(headers, text.path, records[0][0])
    tell_columns(table, headers, columns, records[0][0])
    keys = {field: headers[index] for field, index in columns.items()}
    for line, record in records:
        _add(table, line, record, keys)
    return table


def _add(table: Table, line: int, record: Any, keys: dict[str, str]) -> None:
    if not isinstance(record, dict):
        table.refuse_row("row-shape", line, f"a {_kind(record)} where a record is expected")
        return
    for key in keys.values():
        if isinstance(record.get(key), dict | list):
            table.refuse_row("row-shape", line, f"« {clean(key)} » holds a {_kind(record[key])}, not a text")
            return
    table.rows.append(Row(line, {field: _cell(record.get(key)) for field, key in keys.items()}))


def _cell(value: Any) -> str:
    return "" if value is None else clean(str(value))


def _kind(value: Any) -> str:
    return {dict: "object", list: "list", str: "text", type(None): "null"}.get(type(value), "value")


def _all(text: Text) -> list[Located]:
    scanner = _Scanner(text)
    try:
        return [_unwrapped(found) for found in scanner.records()]
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"not valid JSON: {error.msg}",
            where=f"{text.path}:{error.lineno}",
            hint="The file is truncated or was edited: download it again",
        ) from error
    except RecursionError as error:
        raise DocumentError("not a FASE list: JSON nested too deep", where=str(text.path)) from error


def _unwrapped(found: Located) -> Located:
    """The record itself: the portal's older API wraps it in ``fields``."""
    line, value = found
    if isinstance(value, dict) and isinstance(value.get("fields"), dict):
        return line, value["fields"]
    return found


class _Scanner:
    """Walks the outer lists itself, so that each record keeps its line; the records go to the C decoder.

    Numbers stay text: ``10.0`` is judged by the one rule for FASE numbers, as are ``1e3`` and ``NaN``.
    """

    def __init__(self, text: Text) -> None:
        self._text = text.content
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
        self._counted = (0, 1)

    def records(self) -> Iterator[Located]:
        """Every record of the file, pages and lists opened."""
        position = self._skip(0)
        while position < len(self._text):
            if self._text[position] == "[":
                position = yield from self._list(position)
            else:
                position = yield from self._value(position)
            position = self._skip(position)

    def _list(self, position: int) -> _Found:
        position = self._skip(position + 1)
        if self._at(position) == "]":
            return position + 1
        while True:
            position = self._skip((yield from self._value(position)))
            if self._at(position) == "]":
                return position + 1
            position = self._past(",", position)

    def _value(self, position: int) -> _Found:
        value, end = self._decoder.raw_decode(self._text, position)
        if isinstance(value, dict) and any(isinstance(value.get(key), list) for key in _PAGE_KEYS):
            return (yield from self._page(position))
        yield self._line(position), value
        return end

    def _page(self, position: int) -> _Found:
        position = self._skip(position + 1)
        while self._at(position) != "}":
            key, position = self._decoder.raw_decode(self._text, position)
            position = self._past(":", self._skip(position))
            if key in _PAGE_KEYS and self._at(position) == "[":
                position = yield from self._list(position)
            else:
                _, position = self._decoder.raw_decode(self._text, position)
            position = self._skip(position)
            if self._at(position) == ",":
                position = self._skip(position + 1)
        return position + 1

    def _at(self, position: int) -> str:
        return self._text[position : position + 1]

    def _past(self, mark: str, position: int) -> int:
        if self._at(position) != mark:
            raise json.JSONDecodeError(f"{mark!r} was expected", self._text, position)
        return self._skip(position + 1)

    def _skip(self, position: int) -> int:
        blank = _BLANK.match(self._text, position)
        return blank.end() if blank else position

    def _line(self, position: int) -> int:
        """Line of ``position``; positions only grow, so the line ends are counted once."""
        counted, line = self._counted
        line += self._text.count("\n", counted, position)
        self._counted = position, line
        return line
