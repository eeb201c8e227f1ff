"""A report for people and for programs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from bma.mail.outcome import ASKS, FAILS, Outcome, Report, Told, named, sentence, word

_MANY = 20
"""From here on one mail of each step stands for the others in a difference: ``playbooks/preview.yml`` shows all."""


def as_text(report: Report) -> str:
    """Counts per step, then everything that somebody must look at, the same cause once with its boxes."""
    lines = [f"{report.moment}: {sentence(report)}"]
    for step, counts in report.steps().items():
        shown = ", ".join(
            f"{counts[outcome]} {word(outcome, report.check)}" for outcome in Outcome if outcome in counts
        )
        lines.append(f"  {step}: {shown}")
    lines += [f"  {fault}" for fault in report.faults]
    causes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for told in report.of(*FAILS, *ASKS):
        causes[str(told.outcome), told.step, told.why.replace(told.box, "the box")].append(told.box)
    for (outcome, step, why), boxes in sorted(causes.items()):
        lines.append(f"  {outcome}: {step}: {why}: {len(boxes)} × {named(boxes)}")
    return "\n".join(lines)


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON can hold it; texts of mails are left out."""
    return {
        "moment": report.moment,
        "check": report.check,
        "counts": report.counts(),
        "steps": report.steps(),
        "faults": list(report.faults),
        "mails": [_mail(told) for told in report.told if told.outcome not in {Outcome.WAITING, Outcome.DONE}],
    }


def _mail(told: Told) -> dict[str, Any]:
    return {
        "box": told.box,
        "step": told.step,
        "outcome": str(told.outcome),
        "to": list(told.to),
        "why": told.why,
        "subject": told.subject,
        "message_id": told.message_id,
    }


def differences(report: Report) -> list[dict[str, str]]:
    """For each mail that would be sent, its text against what the box was sent before, as Ansible shows them."""
    sent = report.of(Outcome.SENT)
    shown = sent
    if len(sent) > _MANY:
        shown = list({told.step: told for told in reversed(sent)}.values())
    return [
        {
            "before_header": f"{told.box}, mail {told.step}",
            "after_header": f"{told.box}, mail {told.step}, to {', '.join(told.to)}" + _more(told, sent, shown),
            "before": told.before,
            "after": told.after,
        }
        for told in shown
    ]


def _more(told: Told, sent: list[Told], shown: list[Told]) -> str:
    others = [other.box for other in sent if other.step == told.step and other.box != told.box]
    return f" (and likewise {len(others)} others: {named(others)})" if len(shown) < len(sent) and others else ""
