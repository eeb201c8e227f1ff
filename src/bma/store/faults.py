"""What can be wrong with a ledger, told in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from bma.errors import BmaError, printable


class LedgerError(BmaError):
    """The ledger cannot be read or written; nothing may be sent while that is so."""


class LedgerLockedError(LedgerError):
    """Somebody else holds the ledger, and did not let go in time."""


_SQLITE = (
    ("database is locked", "is held by another process", "Wait until it has ended, then run again"),
    ("database table is locked", "is held by another process", "Wait until it has ended, then run again"),
    ("database or disk is full", "has no room left on its disk", "Make room, then run again"),
    ("disk I/O error", "cannot be written: the disk reports an error", "Look at the disk, then run again"),
    ("readonly database", "may only be read by this user", "Give this user the right to write it and its folder"),
    ("unable to open", "cannot be opened", "Is its folder there, and may this user write to it?"),
    ("file is not a database", "is no SQLite file", "Name another one, or put the right file back"),
    ("malformed", "is damaged", "Put back a copy of it; what was sent since is in the relay's log"),
)

_POSTGRESQL = {
    "53100": ("has no room left on its disk", "Make room, then run again"),
    "53300": ("accepts no more connections", "Wait, or raise max_connections"),
    "55P03": ("is held by another process", "Wait until it has ended, then run again"),
    "40P01": ("is held by another process", "Run again"),
    "57014": ("did not answer in time", "Run again"),
    "28P01": ("refuses the password", "Look at bma_ledger and at the secret it refers to"),
    "28000": ("refuses this account", "Look at bma_ledger and at pg_hba.conf"),
    "3D000": ("names a database that does not exist", "Create it, or name another one in bma_ledger"),
    "42501": ("does not let this account do that", "Let it own the schema of the ledger"),
    "25006": ("may only be read by this account", "Use an account that may write"),
}
_LOCKED = {"55P03", "40P01"}


@contextmanager
def told(name: str) -> Iterator[None]:
    """Raise :class:`LedgerError` about the ledger ``name`` instead of what a database says."""
    try:
        yield
    except DBAPIError as error:
        raise _of(name, error) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise LedgerError(
            "bma_ledger is no path and no URL that is understood",
            hint="Say a path, or postgresql+psycopg://user@host/database",
        ) from error
    except SQLAlchemyError as error:
        raise LedgerError(f"the ledger {name}: {_first_line(error)}") from error


def _of(name: str, error: DBAPIError) -> LedgerError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    said = str(error.orig)
    if state in _POSTGRESQL:
        what, hint = _POSTGRESQL[state]
        return _kind(state in _LOCKED)(f"the ledger {name} {what}", hint=hint)
    for sign, what, hint in _SQLITE:
        if sign in said:
            return _kind("locked" in sign)(f"the ledger {name} {what}", hint=hint)
    if error.connection_invalidated or "connect" in said or "server" in said:
        return LedgerError(f"the ledger {name} cannot be reached: {_first_line(error.orig)}", hint="Run again")
    return LedgerError(f"the ledger {name}: {_first_line(error.orig)}")


def _kind(locked: bool) -> type[LedgerError]:
    return LedgerLockedError if locked else LedgerError


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return printable(lines[0])[:300] if lines else type(error).__name__
