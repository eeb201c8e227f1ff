"""The ledger: what was meant to be done, what was done, and what nobody knows; in SQLite or PostgreSQL."""

from bma.store.events import WAIVED, Event, events_of, record
from bma.store.faults import LedgerError, LedgerLockedError
from bma.store.ledger import Ledger, open_ledger
from bma.store.mails import Delivery, Draft, MailRecord
from bma.store.outbox import Outbox
from bma.store.promises import MailedPromises, announced
from bma.store.states import State

__all__ = [
    "WAIVED",
    "Delivery",
    "Draft",
    "Event",
    "Ledger",
    "LedgerError",
    "LedgerLockedError",
    "MailRecord",
    "MailedPromises",
    "Outbox",
    "State",
    "announced",
    "events_of",
    "open_ledger",
    "record",
]
