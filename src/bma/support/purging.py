"""From the variables of a playbook to the end of what is known of people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bma.mail.office import Office, head_of
from bma.password.book import PasswordBook
from bma.password.delivery import erase_ended
from bma.password.desk import HOLD, hold_of
from bma.store import Ledger
from bma.store.password_tables import Life
from bma.support.retention import Counts, count, erase, kept_until, require_over

DAYS = "bma_retention_days"
DEFAULT_DAYS = 90


@dataclass(frozen=True)
class Purged:
    """A purge. ``until``: the last day on which the campaign's personal data is kept."""

    check: bool
    counts: Counts
    until: date

    def sentence(self) -> str:
        """The purge in one line."""
        return f"personal data, kept until {self.until}: {self.counts.sentence(check=self.check)}"


def purge(office: Office, ledger: Ledger, today: str | None, *, now: bool, check: bool) -> Purged:
    """Erase what is known of people once the campaign's retention is over, or at once when ``now``.

    With ``check`` only counts. Raises :class:`~bma.errors.BmaError` before its time.
    """
    moment = office.clock(today)()
    said = office.variable(DAYS)
    # The wave file may be that of a later campaign.
    planned = (
        max(office.plan().days.values(), default=None) if head_of(office.waves)[0] == office.campaign.name else None
    )
    until = kept_until(office.campaign, DEFAULT_DAYS if said is None else int(said), planned)
    if not now:
        require_over(office.campaign, until, moment.day)
    counts = count(ledger, office.campaign.name) if check else erase(ledger, office.campaign.name, moment.at)
    held = _held(office, ledger, today, check=check)
    return Purged(check, replace(counts, held=held), until)


def _held(office: Office, ledger: Ledger, today: str | None, *, check: bool) -> int:
    """Passwords that are still held are given up: nobody is told one any more."""
    if not office.variable(HOLD):
        return 0
    book = PasswordBook(ledger, office.campaign.name)
    at = office.clock(today)().at
    live = [item for items in book.all().values() for item in items if item.live]
    if check:
        return len(live) + len(book.to_erase())
    for item in live:
        book.move(item, _END[item.state], at, "the campaign's retention is over")
    return erase_ended(book, hold_of(office), at)


_END = {
    Life.PLANNED: Life.SUPERSEDED,
    Life.HELD: Life.DESTROYED,
    Life.SETTING: Life.SUPERSEDED,
    Life.SET: Life.DESTROYED,
    Life.DELIVERED: Life.DESTROYED,
}
