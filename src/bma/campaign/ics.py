"""The plan as an iCalendar file (RFC 5545): whole days, one event a wave and one a mail of a wave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bma.campaign.plan import Plan

_FOLD = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def ics(plan: Plan) -> str:
    """The calendar, in French, the same text for the same plan; its lines end in CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bma-exchange//campaign//FR",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(plan.campaign.title)}",
        *_events(plan),
        "END:VCALENDAR",
    ]
    return "".join(folded(line) + "\r\n" for line in lines)


def _events(plan: Plan) -> Iterator[str]:
    for wave in plan.waves:
        load = plan.loads[wave.day]
        title = f"{'Pilote' if wave.pilot else 'Vague'} {wave.name}\u00a0: {load.boxes} boîtes"
        told = f"{load.kinds.get('ec', 0)} établissements, {load.kinds.get('po', 0)} pouvoirs organisateurs"
        yield from _event(plan, f"wave-{wave.name}", wave.day, title, told)
        for mail in plan.campaign.mails:
            due = plan.campaign.mail_day(mail, wave.day)
            if due is not None:
                sender = plan.campaign.senders[mail.sender].name
                window = f"{mail.opens:%H:%M}-{mail.closes:%H:%M}"
                mailed = f"Mail «\u00a0{mail.id}\u00a0» à la vague {wave.name}"
                yield from _event(plan, f"mail-{mail.id}-{wave.name}", due, mailed, f"{sender}, {window}")


def _event(plan: Plan, key: str, day: date, title: str, told: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(key)}@{plan.campaign.name}.bma-exchange"
    # The time of the last revision is asked for; the same plan has the same file, so it cannot be the clock's.
    yield f"DTSTAMP:{plan.campaign.first_day:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"DESCRIPTION:{escaped(told)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """``text`` as a value of the type TEXT."""
    return text.translate(_ESCAPES)


def folded(line: str) -> str:
    """``line`` in pieces of at most 75 octets, no character cut, each further piece begun by a blank."""
    pieces: list[str] = []
    piece, room = "", _FOLD
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _FOLD - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
