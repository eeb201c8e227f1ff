"""One file of the list, read in whatever form it has."""

from __future__ import annotations

from pathlib import Path

from bma.referential.csv_reader import read_csv
from bma.referential.json_reader import read_json
from bma.referential.source import Text, read_text
from bma.referential.table import Table
from bma.referential.xml_reader import not_a_list, read_xml


def read_table(path: Path) -> Table:
    """Read a CSV, JSON or XML file; its content says which it is, not its name.

    Raises :class:`~bma.errors.DocumentError` for a file that is refused whole.
    """
    text = read_text(path)
    table = _reader(text)
    if text.encoding != "utf-8":
        table.tell("encoding-legacy", 1, f"not UTF-8: read as {text.encoding}")
    return table


def _reader(text: Text) -> Table:
    start = text.content.lstrip()[:15].lower()
    if start.startswith(("<!doctype html", "<html")):
        raise not_a_list(text)
    if start.startswith("<"):
        return read_xml(text)
    if start.startswith(("[", "{")):
        return read_json(text)
    return read_csv(text)
