"""What reading reports has done, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bma.dsn.intake import Fortune, Intake, Said

_SHOWN = 60
_TITLES = {
    Fortune.MOVED: ("moved the ledger", "would move the ledger"),
    Fortune.NOTED: ("say what the ledger knows already, and were noted", "would be noted"),
    Fortune.EARLY: ("are about mails that are still being sent, and wait for the next run",) * 2,
    Fortune.ASIDE: ("set aside: somebody has to look at them",) * 2,
}


def bounces_text(intakes: Sequence[Intake], shown: int = _SHOWN) -> str:
    """For a terminal."""
    return "\n".join(_lines(intakes, shown)).rstrip() + "\n"


def _lines(intakes: Sequence[Intake], shown: int) -> Iterator[str]:
    for intake in intakes:
        counts = intake.counts()
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        yield f"{intake.source}: {intake.messages} messages{': ' + told if told else ''}"
        for fortune, titles in _TITLES.items():
            said = intake.of(fortune)
            if said:
                yield ""
                yield f"{len(said)} {titles[intake.check]}"
                yield from (f"  {_line(each)}" for each in said[:shown])
                if len(said) > shown:
                    yield f"  and {len(said) - shown} more: they are all in the files"
        if intake.fault:
            yield f"error: {intake.fault}"
        yield ""


def _line(said: Said) -> str:
    if not said.box:
        about = f"{said.kind} from {said.sender or 'nobody'}"
        return f"{said.name}: {about}{f', “{said.subject}”' if said.subject else ''}: {said.why}"
    states = f"{said.before} → {said.after}" if said.fortune is Fortune.MOVED else str(said.before)
    return f"{said.box} {said.step} to {said.recipient}: {states}: {said.action}: {said.why} ({said.name})"


def bounces_data(intakes: Sequence[Intake]) -> dict[str, Any]:
    """As plain values."""
    return {
        "version": 1,
        "sources": [
            {
                "name": intake.name,
                "source": intake.source,
                "fault": intake.fault or None,
                "messages": intake.messages,
                "counts": intake.counts(),
                "said": [_said(each) for each in intake.said if each.fortune is not Fortune.KNOWN],
            }
            for intake in intakes
        ],
    }


def _said(said: Said) -> dict[str, Any]:
    return {
        "message": said.name,
        "kind": str(said.kind),
        "fortune": str(said.fortune),
        "why": said.why,
        "from": said.sender or None,
        "subject": said.subject or None,
        "campaign": said.campaign or None,
        "box": said.box or None,
        "mail": said.step or None,
        "recipient": said.recipient or None,
        "action": said.action or None,
        "before": str(said.before) if said.before else None,
        "after": str(said.after) if said.after else None,
    }


def bounces_json(intakes: Sequence[Intake]) -> str:
    """For programs."""
    return json.dumps(bounces_data(intakes), ensure_ascii=False, indent=2) + "\n"


def difference(intakes: Sequence[Intake]) -> tuple[str, str]:
    """The deliveries that moved, before and after: a line each."""
    moved = [said for intake in intakes for said in intake.of(Fortune.MOVED)]
    lines = [(f"{said.box} {said.step} to {said.recipient}", said) for said in moved]
    before = "".join(f"{about}: {said.before}\n" for about, said in lines)
    return before, "".join(f"{about}: {said.after}: {said.why}\n" for about, said in lines)
