"""From the variables of a playbook to what gives passwords: rules, hold, source, lifetimes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bma.exchange.keeper.client import Keeper
from bma.form.book import AnswerBook, rescue_addresses
from bma.mail.facts import Addressee
from bma.mail.office import Office
from bma.mail.secret import NoSecrets
from bma.password.book import PasswordBook
from bma.password.delivery import HeldSecrets, erase_ended, settle
from bma.password.faults import PasswordError
from bma.password.giving import Giver, SetInExchange
from bma.password.holds import Hold, open_hold
from bma.password.options import Lifetime, lifetime_from
from bma.password.rules import rules_from
from bma.password.sources import Named, source_from
from bma.resources.commands import Secret
from bma.store import Ledger

RULES, LIFE, HOLD, SOURCE = "bma_password", "bma_password_life", "bma_password_hold", "bma_password_source"


def lifetime_of(office: Office) -> Lifetime:
    """How passwords live at this site."""
    return lifetime_from(office.variable(LIFE))


def hold_of(office: Office) -> Hold:
    """Where passwords are held at this site."""
    said = office.variable(HOLD)
    if not said:
        raise PasswordError(f"{HOLD} is not set: say where passwords are held", hint="docs/passwords.md")
    return open_hold(said)


def giver_of(office: Office, ledger: Ledger, keeper: Keeper, today: str | None) -> Giver:
    """What gives passwords to the boxes of the campaign. Raises PasswordError for variables that are wrong."""
    rules = rules_from(office.variable(RULES))
    clock = office.clock(today)
    return Giver(
        PasswordBook(ledger, office.campaign.name),
        hold_of(office),
        source_from(office.variable(SOURCE), rules),
        lifetime_of(office),
        _through(keeper),
        lambda: clock().at,
    )


def _through(keeper: Keeper) -> SetInExchange:
    def ask(address: str, password: Secret | None, change: bool) -> Mapping[str, Any]:
        clear = password.clear if password else ""
        return dict(keeper.ask("password", address=address, change_at_next_logon=change, password=clear))

    return ask


def named(boxes: Mapping[str, Addressee]) -> list[Named]:
    """Boxes as passwords want them."""
    return [Named(box.name, box.address, box.organisation) for box in boxes.values()]


def moving_soon(boxes: Mapping[str, Addressee], days: Mapping[str, date], today: date, ahead: int) -> list[Named]:
    """The boxes that move within ``ahead`` days, or have moved: a password is not held for longer than it must be."""
    last = today + timedelta(days=ahead)
    return named({name: box for name, box in boxes.items() if name in days and days[name] <= last})


def answers_of(office: Office, ledger: Ledger) -> AnswerBook:
    """The answers to the form of the campaign."""
    return AnswerBook(ledger, office.campaign.name, office.settings.zone)


def equip(office: Office, ledger: Ledger, boxes: Mapping[str, Addressee]) -> dict[str, Addressee]:
    """Let the mails of ``office`` carry passwords that are held; the boxes with the rescue addresses of the form."""
    said = office.variable(HOLD)
    book = PasswordBook(ledger, office.campaign.name)
    office.writer.secrets = HeldSecrets(book, open_hold(said), boxes) if said else NoSecrets()
    rescue = rescue_addresses(ledger, office.campaign.name, boxes)
    return {name: replace(box, rescue=box.rescue or rescue.get(name)) for name, box in boxes.items()}


def tidy(office: Office, ledger: Ledger, today: str | None, boxes: Collection[str] | None = None) -> int:
    """Write down which passwords have been delivered, and erase those whose life is over; how many were erased.

    Only the mails of ``boxes`` are looked at, when some are named: a task of one box does not read the whole campaign.
    """
    if not office.variable(HOLD):
        return 0
    book = PasswordBook(ledger, office.campaign.name)
    now = office.clock(today)().at
    settle(book, lifetime_of(office), now, boxes)
    return erase_ended(book, hold_of(office), now)
