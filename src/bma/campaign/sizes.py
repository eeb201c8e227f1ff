"""How large the boxes are on the old server: a list that it exports, address → bytes, as CSV or JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bma.campaign.quantity import parse_size
from bma.errors import DocumentError, printable
from bma.referential import box_key

MAX_BYTES = 64 * 1024 * 1024
_ADDRESS = {"address", "adresse", "box", "mailbox", "email", "mail", "boite", "user"}
_BYTES = {"bytes", "size", "taille", "octets"}


def read_sizes(path: Path, domain: str) -> dict[str, int]:
    """Box → bytes. Boxes may be written as addresses of ``domain`` or as names; sizes as bytes or like ``12 MB``.

    JSON is an object of address → size, or a list of objects; CSV has two columns, named (``address;bytes``) or not.
    Raises :class:`~bma.errors.DocumentError` telling every row that is not understood, or that repeats a box.
    """
    text = _text(path)
    rows = _json(path, text) if text.lstrip()[:1] in {"{", "["} else _csv(path, text)
    found: dict[str, int] = {}
    refused: list[str] = []
    for where, address, size in rows:
        name = _box(address, domain)
        amount = parse_size(str(size)) if isinstance(size, str | int) and not isinstance(size, bool) else None
        if name is None:
            refused.append(f"{where}: {printable(address)!r:.80} is no box of {domain}")
        elif amount is None:
            refused.append(f"{where}: {name}: {printable(size)!r:.80} is no size; allowed: bytes, or such as 12 MB")
        elif name in found:
            refused.append(f"{where}: {name} is there twice")
        else:
            found[name] = amount
    if refused:
        shown = refused[:20] + ([f"{path}: and {len(refused) - 20} more"] if len(refused) > 20 else [])
        raise DocumentError("\n".join(shown))
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MB", where=str(path))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DocumentError("there is no such file", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DocumentError("not UTF-8 text", where=str(path)) from error
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _box(address: object, domain: str) -> str | None:
    if not isinstance(address, str):
        return None
    name = address.strip().casefold().removesuffix(f"@{domain}")
    return name if box_key(name) is not None else None


def _json(path: Path, text: str) -> Iterator[tuple[str, object, object]]:
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"not valid JSON: {error}", where=str(path)) from error
    if isinstance(said, dict):
        for address, size in said.items():
            yield str(path), address, size
        return
    for number, entry in enumerate(said, start=1):
        where = f"{path}: entry {number}"
        if not isinstance(entry, dict):
            raise DocumentError("is not an object with an address and a size", where=where)
        keys = {str(key).strip().casefold(): value for key, value in entry.items()}
        yield where, _first(keys, _ADDRESS), _first(keys, _BYTES)


def _first(keys: dict[str, object], names: Iterable[str]) -> object:
    return next((keys[name] for name in sorted(names) if name in keys), None)


def _csv(path: Path, text: str) -> Iterator[tuple[str, object, object]]:
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    address, size = 0, 1
    for number, row in enumerate(reader, start=1):
        cells = [cell.strip() for cell in row]
        if number == 1 and _ADDRESS & {cell.casefold() for cell in cells}:
            heads = [cell.casefold() for cell in cells]
            address = next(index for index, head in enumerate(heads) if head in _ADDRESS)
            size = next((index for index, head in enumerate(heads) if head in _BYTES), -1)
            if size < 0:
                raise DocumentError(f"no column of sizes; allowed: {', '.join(sorted(_BYTES))}", where=f"{path}:1")
        elif any(cells):
            if len(cells) <= max(address, size):
                raise DocumentError("the row has too few cells", where=f"{path}:{number}")
            yield f"{path}:{number}", cells[address], cells[size]
