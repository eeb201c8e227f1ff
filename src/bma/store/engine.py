"""Connections to the ledger: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from bma.store.location import Location

WRITES = "bma_writes"
"""Execution option of a connection that is going to write."""


def engine_of(where: Location, *, wait: float, read_only: bool) -> Engine:
    """An engine that waits ``wait`` seconds for whoever holds the ledger. Opens nothing yet."""
    if where.path is None:
        return _postgresql(where, wait, read_only=read_only)
    engine = create_engine(where.url, connect_args={"timeout": wait})
    _transactions(engine)

    @event.listens_for(engine, "connect")
    def _opened(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        # A mail that has left must not be forgotten by a power cut, so every commit is on the disk.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            if not (read_only and pragma.startswith("journal")):
                cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    return engine


def memory() -> Engine:
    """An empty ledger that is gone with the process: what a prediction sees before the first mail."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _transactions(engine)
    return engine


def _transactions(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _manual(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would be refused at once, without waiting for its turn.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(where: Location, wait: float, *, read_only: bool) -> Engine:
    options = f"-c lock_timeout={int(wait * 1000)} -c statement_timeout={int(max(wait, 60) * 1000)}"
    if read_only:
        options += " -c default_transaction_read_only=on"
    return create_engine(where.url, connect_args={"connect_timeout": 20, "options": options})
