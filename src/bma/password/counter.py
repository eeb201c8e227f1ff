"""The service desk's counter: one box, a new password, and the mail that tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bma.exchange.keeper.client import Keeper
from bma.mail.facts import Addressee
from bma.mail.known import Plan
from bma.mail.office import Office
from bma.mail.outcome import Outcome as MailOutcome
from bma.mail.outcome import Report
from bma.mail.post import Wishes
from bma.mail.writing import Writer
from bma.password.book import PasswordBook
from bma.password.delivery import RESET_STEP
from bma.password.desk import equip, giver_of, named, tidy
from bma.password.faults import PasswordError
from bma.password.giving import Given, Giver, Outcome
from bma.password.record import TO_NOBODY, TO_RESCUE, PasswordRecord
from bma.password.reset import Wish, approved, require_possible, reset, reset_mail, unfinished
from bma.store import Ledger, MailedPromises, Outbox
from bma.store.states import MAY_HAVE_LEFT


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. ``deliver``: ``rescue``, ``box`` or ``nobody``."""

    box: str
    requester: str
    deliver: str
    today: str | None = None


@dataclass(frozen=True)
class Done:
    """What became of it. ``told``: sentences for whoever asked, none of them with an address or a password."""

    changed: bool
    failed: bool
    told: tuple[str, ...]
    approver: str | None


def serve(office: Office, ledger: Ledger, keeper: Keeper, asked: Asked, *, check: bool) -> Done:
    """Reset the password of a box and send the mail that tells it; with ``check`` say what would be done.

    Raises :class:`~bma.errors.BmaError` for what is refused, before anything is done.
    """
    clock = office.clock(asked.today)
    boxes = equip(office, ledger, office.boxes([asked.box], clock().day))
    giver = giver_of(office, ledger, keeper, asked.today)
    wish = Wish(named(boxes)[0], asked.requester, asked.deliver, boxes[asked.box].rescue)
    require_possible(wish)
    begun = unfinished(giver.book, wish)
    approval = None
    if begun is None:
        approval = approved(giver.book, wish, giver.lifetime, clock().at, office.settings.zone)
    approver = approval.approver if approval else begun.approver if begun else None
    if wish.deliver != TO_NOBODY:
        _require_mail(office, wish.deliver)
    if check:
        return _predicted(giver, wish, approver)
    outcome = reset(giver, wish, approval)
    if outcome.given not in {Given.SET, Given.THERE}:
        return Done(False, True, (f"{asked.box}: {outcome.why or outcome.given}",), approver)
    told = [f"{asked.box}: the new password is set"]
    failed = False
    if wish.deliver == TO_NOBODY:
        told.append("nobody was told it, and it is destroyed")
    else:
        report = _post(office, ledger, boxes, asked)
        failed = report is not None and report.failed
        told.append(_mailed(report, wish.deliver))
        tidy(office, ledger, asked.today, [asked.box])
    return Done(outcome.given is Given.SET or not failed, failed, tuple(told), approver)


def _predicted(giver: Giver, wish: Wish, approver: str | None) -> Done:
    found = giver.predict([wish.box], [wish.box.name])
    outcome = found[0] if found else Outcome(wish.box.name, Given.FAILED, "nothing is known of it")
    if outcome.given is not Given.SET:
        return Done(False, True, (f"{wish.box.name}: {outcome.why or outcome.given}",), approver)
    whom = {TO_NOBODY: "nobody would be told it"}.get(
        wish.deliver, f"a mail to the {_words(wish.deliver)} would tell it"
    )
    return Done(True, False, (f"{wish.box.name}: a new password would be set", whom), approver)


def _words(deliver: str) -> str:
    return "rescue address" if deliver == TO_RESCUE else "box"


def _require_mail(office: Office, deliver: str) -> None:
    mail = reset_mail(office.campaign, deliver)
    if not office.writer.templates.needs_secret(mail.template):
        raise PasswordError(f"the template {mail.template} tells no password")
    office.settings.relay(mail.sender)


def _post(office: Office, ledger: Ledger, boxes: dict[str, Addressee], asked: Asked) -> Report | None:
    """Send the mail of the reset; None when it has left already."""
    item = _current(PasswordBook(ledger, office.campaign.name), asked.box)
    if item is None or _has_left(ledger, office.campaign.name, asked.box, item):
        return None
    campaign = replace(office.campaign, mails=(reset_mail(office.campaign, asked.deliver),))
    writer = Writer(campaign, office.writer.settings, office.writer.templates, office.writer.secrets)
    counter = replace(office, campaign=campaign, writer=writer)
    post = counter.post(ledger, Plan({asked.box: _day(office, ledger, asked)}), boxes, asked.today)
    return post.run(Wishes(again=(RESET_STEP,)))


def _current(book: PasswordBook, box: str) -> PasswordRecord | None:
    return next((item for item in reversed(book.all([box]).get(box, [])) if item.live), None)


def _has_left(ledger: Ledger, campaign: str, box: str, item: PasswordRecord) -> bool:
    """Whether a mail with this password has left: a run that broke off afterwards must not send a second one."""
    mails = Outbox(ledger).mails(campaign, [box]).get(box, ())
    states = [delivery.state for mail in mails if mail.secret == item.reference for delivery in mail.deliveries]
    return bool(states) and all(state in MAY_HAVE_LEFT for state in states)


def _day(office: Office, ledger: Ledger, asked: Asked) -> date:
    """The day that the box was told, so that the mail breaks no promise; that of the plan, or today, without one."""
    promised = MailedPromises(ledger, office.campaign.name).announced().get(asked.box)
    return promised or office.plan().days.get(asked.box) or office.clock(asked.today)().day


def _mailed(report: Report | None, deliver: str) -> str:
    if report is None:
        return f"the mail to the {_words(deliver)} has left before"
    sent = report.of(MailOutcome.SENT)
    if sent:
        return f"the mail to the {_words(deliver)} was accepted by the relay"
    why = "; ".join([*(told.why for told in report.told if told.why), *report.faults])
    return f"the mail to the {_words(deliver)} was not sent: {why or 'it is not due'}. Run again"
