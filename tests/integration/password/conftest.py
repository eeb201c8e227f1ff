"""Boxes whose passwords travel in real mails: the world of the mails, with real passwords."""

from tests.integration.mail.conftest import ledger_of_this_kind, ledger_url, postgres_server, sink, world

__all__ = ["ledger_of_this_kind", "ledger_url", "postgres_server", "sink", "world"]
