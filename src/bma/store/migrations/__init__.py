"""Alembic migrations of the ledger. A new one is a file in ``versions/``, named by its number."""
