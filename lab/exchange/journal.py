"""The journal: one JSON line for each cmdlet that ran (or was refused), in the order of execution."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file; a record is with the kernel before its cmdlet's answer leaves."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = self._open()
        self._count = len(read_journal(path))

    def _open(self) -> int:
        if self._path.exists():  # a line cut by a kill must not run into the next one
            written = self._path.read_bytes()
            whole = written.rfind(b"\n") + 1
            if whole < len(written):
                os.truncate(self._path, whole)
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __len__(self) -> int:
        return self._count

    def add(self, record: dict[str, Any]) -> None:
        """Append a record; it gets the next number as `seq`."""
        with self._lock:
            if self._file < 0:  # the endpoint was stopped under a running pipeline
                return
            self._count += 1
            line = json.dumps({"seq": self._count, **record}, ensure_ascii=False, default=str)
            os.write(self._file, line.encode("utf-8", "surrogatepass") + b"\n")

    def records(self) -> list[dict[str, Any]]:
        """All records."""
        return read_journal(self._path)

    def clear(self) -> None:
        """Empty the journal."""
        with self._lock:
            os.ftruncate(self._file, 0)
            self._count = 0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The records of a journal file; a last line cut by a kill is left out."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", errors="surrogatepass") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


def verbs(records: list[dict[str, Any]]) -> dict[str, int]:
    """How often each cmdlet ran, the most frequent first; refused attempts count apart."""
    counts = Counter(
        str(record["cmdlet"]) + (" (refused)" if record.get("outcome") == "refused" else "") for record in records
    )
    return dict(counts.most_common())
