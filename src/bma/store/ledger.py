"""The ledger: opened, brought up to date, read and written in transactions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine

from bma.store import form_tables, password_tables, tables  # noqa: F401 - so that METADATA has them
from bma.store.engine import WRITES, engine_of, memory
from bma.store.faults import LedgerError, told
from bma.store.location import location, make_private
from bma.store.metadata import METADATA
from bma.store.migrate import known, require_known, revision, upgrade

WAIT = 30.0
"""Seconds to wait for whoever holds the ledger."""


class Ledger:
    """An open ledger; :func:`open_ledger` makes one. ``name`` is for people and has no password in it.

    Every transaction raises :class:`~bma.store.faults.LedgerError` for what the database reports, and leaves nothing
    behind when it does.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self.name = name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the ledger."""
        with told(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that waits for its turn to write; it is on the disk when the block is left."""
        engine = self._engine.execution_options(**{WRITES: True})
        with told(self.name), engine.begin() as connection:
            yield connection

    def shrink(self, *names: str) -> None:
        """Let the bytes go of what was erased from these tables: until then a file still has them, out of reach."""
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        if self._engine.dialect.name == "sqlite":
            with told(self.name), contextlib.closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM")
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with told(self.name), engine.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f'VACUUM FULL "{name}"')

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_ledger(said: str | Path, *, read_only: bool = False, wait: float = WAIT) -> Ledger:
    """The ledger at a path or URL, created or migrated where needed; ``wait``: seconds for whoever holds it.

    Read-only, nothing is created or migrated: a ledger that is not there yet is an empty one in memory. Raises
    :class:`~bma.store.faults.LedgerError` when it cannot be had, or was written by a newer version.
    """
    where = location(said)
    if where.path is not None and read_only and not _has_content(where.path):
        return _empty(where.name)
    if where.path is not None and not read_only:
        make_private(where.path)
    ledger = Ledger(engine_of(where, wait=wait, read_only=read_only), where.name)
    try:
        if read_only:
            return _as_it_is(ledger)
        _bring_up_to_date(ledger)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as error:
        raise LedgerError(f"the ledger {path} cannot be read: {error.strerror}") from error


def _empty(name: str) -> Ledger:
    engine = memory()
    METADATA.create_all(engine)
    return Ledger(engine, name)


def _as_it_is(ledger: Ledger) -> Ledger:
    with ledger.reading() as connection:
        found = revision(connection)
    require_known(found, ledger.name)
    if found is None:
        ledger.close()
        return _empty(ledger.name)
    if found != known()[-1]:
        raise LedgerError(
            f"the ledger {ledger.name} is of an older version ({found}), and check mode changes nothing",
            hint="Any run without --check brings it up to date",
        )
    return ledger


def _bring_up_to_date(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        found = revision(connection)
    if found != known()[-1]:
        require_known(found, ledger.name)
        with ledger.writing() as connection:
            upgrade(connection.engine, connection, ledger.name)
