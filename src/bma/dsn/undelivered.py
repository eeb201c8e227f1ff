"""The list of who has not been reached, from inventory, campaign file and ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bma.campaign import Campaign, read_campaign, read_lock
from bma.campaign.model import Mail
from bma.campaign.schema import EVENTS
from bma.campaign.service import FOLDER, campaign_names
from bma.dsn.contacts import Contact, known_contacts
from bma.dsn.silence import Cause, Missing, Past, Standing, nothing_arrived, standing
from bma.errors import DocumentError
from bma.referential import Box, find_inventory, read_referential, read_settings
from bma.referential.settings import DEFAULT_WAVES, Settings
from bma.store import WAIVED, Ledger, MailRecord, Outbox, events_of


@dataclass(frozen=True)
class Question:
    """``campaign``: a file or a name; left out, that of the waves in force. ``steps``: left out, all mails."""

    sources: tuple[Path, ...]
    day: date
    zone: ZoneInfo
    campaign: str | None = None
    steps: tuple[str, ...] = ()
    contacts: Path | None = None


@dataclass(frozen=True)
class Unreached:
    """A box that lacks a mail. ``nothing``: no mail of the campaign has ever reached it."""

    box: str
    address: str
    organisation: str
    commune: str
    po: str
    cut_over: date | None
    missing: tuple[Missing, ...]
    nothing: bool
    contact: Contact

    @property
    def cause(self) -> Cause:
        """The worst cause among the mails that it lacks."""
        order = list(Cause)
        return min((item.cause for item in self.missing), key=order.index)


@dataclass(frozen=True)
class Undelivered:
    """The answer. ``counts``: how many boxes were reached, have nothing due yet, go without, or have no wave.

    ``gone``: boxes of the plan that are in the referential no more.
    """

    campaign: Campaign
    day: date
    steps: tuple[str, ...]
    boxes: tuple[Unreached, ...]
    counts: Mapping[str, int]
    gone: tuple[str, ...]

    def of(self, cause: Cause) -> list[Unreached]:
        """The boxes of one cause, in the order of their names."""
        return [box for box in self.boxes if box.cause is cause]


def undelivered(question: Question, ledger: Ledger) -> Undelivered:
    """Raises :class:`~bma.errors.BmaError` with all that is wrong with the files."""
    settings = read_settings(find_inventory(question.sources))
    lock = read_lock(settings.waves or settings.folder / DEFAULT_WAVES)
    path = _campaign_file(question.campaign or lock.campaign, settings)
    campaign = read_campaign(path, None, lock.start if path.stem == lock.campaign else None)
    if lock.campaign != campaign.name:
        raise DocumentError(
            f"the waves in force are those of {lock.campaign or 'no campaign'}, not of {campaign.name}",
            hint="Plan it first, or leave the campaign out",
        )
    steps = _steps(campaign, question.steps)
    known = read_referential(replace(settings, waves=None), question.day).boxes
    contacts = known_contacts(ledger, campaign.name, question.contacts)
    pasts = read_pasts(ledger, campaign.name)
    return listed(campaign, steps, known, lock.days, pasts, contacts, question)


def listed(
    campaign: Campaign,
    steps: Sequence[Mail],
    known: Mapping[str, Box],
    days: Mapping[str, date],
    pasts: Mapping[str, Past],
    contacts: Mapping[str, Contact],
    question: Question,
) -> Undelivered:
    """The answer from values. ``days``: box → its cut-over, as planned."""
    counts: Counter[str] = Counter({"no_wave": len(known.keys() - days.keys())})
    found = []
    for name in sorted(known.keys() & days.keys()):
        past = pasts.get(name, Past())
        each = [standing(campaign, mail, past, days[name], question.day, question.zone) for mail in steps]
        missing = tuple(item for _, item in each if item is not None)
        if missing:
            found.append(_unreached(known[name], days[name], missing, past, contacts.get(name, Contact())))
        counts[_box_standing([one for one, _ in each])] += 1
    names = tuple(mail.id for mail in steps)
    return Undelivered(
        campaign, question.day, names, tuple(found), dict(counts), tuple(sorted(days.keys() - known.keys()))
    )


def _unreached(box: Box, cut_over: date, missing: tuple[Missing, ...], past: Past, contact: Contact) -> Unreached:
    unit = box.unit
    return Unreached(
        box.name,
        box.address,
        unit.title,
        unit.commune,
        box.po_name or "",
        cut_over,
        missing,
        nothing_arrived(past),
        contact,
    )


def _box_standing(each: Sequence[Standing]) -> str:
    for standing_ in (Standing.MISSED, Standing.REACHED, Standing.WAIVED):
        if standing_ in each:
            return str(standing_)
    return str(Standing.NOT_DUE)


def _campaign_file(said: str | None, settings: Settings) -> Path:
    if said is None:
        raise DocumentError("no campaign is in force", hint="Say which one is meant: -e campaign=…")
    if "/" in said or said.endswith((".yml", ".yaml")):
        return Path(said)
    path = settings.folder / FOLDER / f"{said}.yml"
    if not path.exists():
        known = ", ".join(campaign_names(path.parent)) or "none"
        raise DocumentError(f"there is no campaign {said}; known: {known}", where=str(path.parent))
    return path


def _steps(campaign: Campaign, asked: Iterable[str]) -> list[Mail]:
    unknown = sorted(set(asked) - {mail.id for mail in campaign.mails})
    if unknown:
        known = ", ".join(mail.id for mail in campaign.mails)
        raise DocumentError(f"there is no mail {', '.join(unknown)} in the campaign; known: {known}")
    return [mail for mail in campaign.mails if not asked or mail.id in set(asked)]


def read_pasts(ledger: Ledger, campaign: str) -> dict[str, Past]:
    """Box → what the ledger knows of it."""
    mails: Mapping[str, Sequence[MailRecord]] = Outbox(ledger).mails(campaign)
    happened: dict[str, dict[str, date]] = defaultdict(dict)
    waived: dict[str, set[str]] = defaultdict(set)
    delayed: dict[str, dict[int, str]] = defaultdict(dict)
    with ledger.reading() as connection:
        for event in events_of(connection, campaign):
            if event.kind == WAIVED:
                waived[event.box].add(event.detail)
            elif event.kind in EVENTS:
                happened[event.box].setdefault(event.kind, event.day)
            elif event.kind == "report_delayed" and event.mail_id is not None and " box: " in event.detail:
                delayed[event.box][event.mail_id] = event.detail.partition(" box: ")[2]
            elif event.kind.startswith("report_") and event.mail_id is not None and " box: " in event.detail:
                delayed[event.box].pop(event.mail_id, None)
    return {
        box: Past(mails.get(box, ()), happened[box], frozenset(waived[box]), delayed[box])
        for box in mails.keys() | happened.keys() | waived.keys()
    }
