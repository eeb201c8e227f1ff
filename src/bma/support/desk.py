"""From the variables of a playbook to the view of a box."""

from __future__ import annotations

from dataclasses import dataclass

from bma.errors import BmaError, printable
from bma.mail.known import states
from bma.mail.office import Office
from bma.password.book import PasswordBook
from bma.password.desk import answers_of, equip
from bma.referential import Box, read_referential
from bma.store import Ledger
from bma.support.finding import find
from bma.support.view import Known, View, view


@dataclass(frozen=True)
class Answer:
    """``view``: the one box that is meant; None with the ``choices`` when several are, ``total`` of them."""

    view: View | None
    choices: tuple[Box, ...]
    total: int


def look_up(office: Office, ledger: Ledger, asked: str, today: str | None) -> Answer:
    """What is known of the box that ``asked`` means. Raises :class:`~bma.errors.BmaError` when there is none."""
    now = office.clock(today)()
    boxes = read_referential(office.inventory, now.day).boxes
    found = find(boxes, asked)
    if not found.names:
        raise BmaError(
            f"no box is named, numbered or called {printable(asked)[:80]!r}",
            hint="Say ec or po and six digits, a FASE number, or a part of the official name",
        )
    if found.total > 1:
        return Answer(None, tuple(boxes[name] for name in found.names), found.total)
    (name,) = found.names
    addressee = equip(office, ledger, office.boxes([name], now.day))[name]
    book = answers_of(office, ledger)
    known = Known(
        states(ledger, office.campaign, office.plan(), [name])[name],
        PasswordBook(ledger, office.campaign.name).all([name]).get(name, ()),
        book.latest([name]).get(name),
    )
    return Answer(view(boxes[name], addressee, known, office.writer, now), (), 1)
