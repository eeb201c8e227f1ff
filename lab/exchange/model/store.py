"""The state in a SQLite file: one row an object, so that a restart or kill -9 loses nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

Row = tuple[str, str, str]
"""Guid, kind, JSON of the rest."""


class Store:
    """The rows of one state directory. Not thread-safe: the directory's lock guards it.

    `synchronous=OFF` is enough against the death of the process (the kernel has the pages); only a power
    cut could lose the last writes, which a rehearsal endpoint may.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS objects (guid TEXT PRIMARY KEY, kind TEXT, data TEXT)")

    def rows(self) -> list[tuple[str, str, dict[str, object]]]:
        """Every object, in the order of creation."""
        found = self._db.execute("SELECT guid, kind, data FROM objects ORDER BY rowid").fetchall()
        return [(guid, kind, json.loads(data)) for guid, kind, data in found]

    def put(self, rows: Iterable[Row]) -> None:
        """Write objects, all in one transaction."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO objects VALUES (?, ?, ?) "
            "ON CONFLICT (guid) DO UPDATE SET kind = excluded.kind, data = excluded.data",
            rows,
        )
        self._db.execute("COMMIT")

    def remove(self, guid: str) -> None:
        """Forget one object."""
        self._db.execute("DELETE FROM objects WHERE guid = ?", (guid,))

    def clear(self) -> None:
        """Forget everything."""
        self._db.execute("DELETE FROM objects")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
