"""Where the ledger is: a path, which is an SQLite file, or a URL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bma.store.faults import LedgerError, told

PRIVATE = 0o600


@dataclass(frozen=True)
class Location:
    """``path`` is the file of an SQLite ledger, None for a server. ``name`` is for people: it has no password."""

    url: URL
    path: Path | None

    @property
    def name(self) -> str:
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)


def location(said: str | Path) -> Location:
    """The place that a path or a URL (``sqlite:///…``, ``postgresql+psycopg://…``) names.

    Raises :class:`~bma.store.faults.LedgerError` for a URL of another kind.
    """
    text = str(said)
    if "://" not in text:
        path = Path(text).expanduser()
        return Location(URL.create("sqlite", database=str(path)), path)
    with told("bma_ledger"):
        url = make_url(text)
    if url.get_backend_name() == "sqlite" and url.database:
        return Location(url, Path(url.database))
    if url.get_backend_name() == "postgresql":
        # psycopg 3 is the one that the toolkit depends on; plain postgresql:// would look for another.
        return Location(url.set(drivername="postgresql+psycopg"), None)
    raise LedgerError(
        f"bma_ledger: a ledger cannot be kept in {url.get_backend_name()}",
        hint="Say a path, or postgresql+psycopg://user@host/database",
    )


def make_private(path: Path) -> None:
    """Create the file, or take from it what others than its owner may do: it names people and their addresses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE)
        try:
            if os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, PRIVATE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LedgerError(f"the ledger {path} cannot be written: {error.strerror}") from error
