"""The CSV exports of the FASE list: any of four delimiters, any order and spelling of the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from bma.errors import DocumentError
from bma.referential.columns import COLUMNS, ignored, match_columns, matched
from bma.referential.source import Text
from bma.referential.table import Row, Table
from bma.referential.text import clean, shown

_DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def read_csv(text: Text) -> Table:
    """Read one CSV export.

    Raises :class:`~bma.errors.DocumentError` for a file without its columns, without rows, with quotes that
    do not close, or cut in its last row.
    """
    delimiter = _delimiter(text)
    table = Table(text.path, f"csv ({_DELIMITERS[delimiter]})", text.encoding)
    records = _records(text, delimiter)
    header_line, header = next(records)
    headers = [clean(cell) for cell in header]
    columns = match_columns(headers, text.path, header_line)
    tell_columns(table, headers, columns, header_line)
    last: tuple[int, Sequence[str]] = (header_line, header)
    for line, cells in records:
        while len(cells) > len(headers) and not cells[-1].strip():
            cells.pop()
        last = line, cells
        if len(cells) == len(headers):
            table.rows.append(Row(line, {field: clean(cells[index]) for field, index in columns.items()}))
        else:
            table.refuse_row("row-width", line, f"{len(cells)} cells where the header has {len(headers)}")
    _require_whole(text, len(headers), *last)
    if not table.rows_read:
        raise DocumentError("a header and no row", where=str(text.path), hint="Export the list again")
    return table


def tell_columns(table: Table, headers: Sequence[str], columns: dict[str, int], line: int) -> None:
    """Report the known columns that are missing, and the columns that nobody knows."""
    for field, label in COLUMNS.items():
        if field not in columns:
            table.tell("column-missing", line, f"no column « {label} »")
    read = set(columns.values())
    for index, header in enumerate(headers):
        if index not in read and not ignored(header):
            table.tell("column-unknown", line, f"column {shown(header)} is not read")


def _delimiter(text: Text) -> str:
    """The delimiter under which most columns of the header have a meaning."""
    counts = {delimiter: matched(_header(text, delimiter)) for delimiter in _DELIMITERS}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    if counts[best] == 0:
        first = clean(next(iter(text.content.lstrip()[:200].splitlines()), ""))
        raise DocumentError(
            f"not a FASE list: no known column in the first line, which reads {shown(first, 120)}",
            where=f"{text.path}:1",
            hint="The first line must be the header, its cells separated by ; , | or tabs",
        )
    return best


def _header(text: Text, delimiter: str) -> list[str]:
    try:
        return next(_records(text, delimiter))[1]
    except (StopIteration, DocumentError):
        return []


def _records(text: Text, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each record that is not blank. Quotes out of place end the reading: they can
    swallow any number of rows, so nothing after them can be believed."""
    reader = csv.reader(io.StringIO(text.content, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DocumentError(
            f"the quotes of the row that starts here do not match ({error})",
            where=f"{text.path}:{line}",
            hint="The file is truncated, or a quote inside a cell is not doubled",
        ) from error


def _require_whole(text: Text, width: int, line: int, cells: Sequence[str]) -> None:
    """A last row that is short and has no line end was cut: more rows may be lost with it."""
    if len(cells) < width and not text.content.endswith(("\n", "\r")):
        raise DocumentError(
            f"truncated: the last row stops after {len(cells)} of {width} cells",
            where=f"{text.path}:{line}",
            hint="Download the file again",
        )
