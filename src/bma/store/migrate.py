"""Brings the tables of a ledger to what this version of the toolkit knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bma.store.faults import LedgerError

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_TABLE = "alembic_version"
_ADVISORY = 7_310_211
"""Key of the lock under which a PostgreSQL ledger is migrated; any number that nobody else uses there."""


def known() -> list[str]:
    """The revisions that this version knows, in order: ``v0001_mails.py`` is revision 0001."""
    return sorted(path.stem[1:5] for path in _VERSIONS.glob("v[0-9][0-9][0-9][0-9]_*.py"))


def revision(connection: Connection) -> str | None:
    """The revision of a ledger; None for one that has no tables yet."""
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)


def require_known(found: str | None, name: str) -> None:
    """Refuse a ledger that a newer version of the toolkit has migrated."""
    if found is not None and found not in known():
        raise LedgerError(
            f"the ledger {name} was written by a newer version of the toolkit: its tables are at {found}, this version "
            f"knows them up to {known()[-1]}",
            hint="Use the newer version, or a copy of the ledger from before",
        )


def upgrade(engine: Engine, connection: Connection, name: str) -> bool:
    """Bring the ledger to the newest revision inside the transaction of ``connection``; whether there was a need."""
    if engine.dialect.name == "postgresql":
        # Two that open an empty ledger at once: the second waits here and finds it done.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY})"))
    found = revision(connection)
    require_known(found, name)
    if found == known()[-1]:
        return False
    # Alembic is loaded only where there is something to migrate: workers open a ledger each.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True
