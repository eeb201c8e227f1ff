"""``waves.lock.yml``: the plan as a file that people review, one line a box, the same text for the same plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bma.campaign.plan import Correction, Plan, PlannedWave
from bma.referential.waves import read_wave_file

HEAD = "---\n# Who moves when: written by playbooks/plan.yml, then reviewed. Each wave is an inventory group: wave_01\n"


@dataclass(frozen=True)
class Lock:
    """What an earlier plan left behind. ``start``: the day its campaign was moved to, None when it was not."""

    campaign: str | None = None
    start: date | None = None
    waves: tuple[PlannedWave, ...] = ()
    corrections: Mapping[str, Correction] = field(default_factory=dict)

    @property
    def days(self) -> dict[str, date]:
        """Box → the day it was planned for."""
        return {box: wave.day for wave in self.waves for box in wave.boxes}

    @property
    def promises(self) -> dict[str, date]:
        """Box → the day its holder was told, as far as the plan knew."""
        told = {box: wave.day for wave in self.waves for box in wave.promised}
        return told | {box: correction.promised for box, correction in self.corrections.items()}


def read_lock(path: Path) -> Lock:
    """The lock of a file; an empty one when there is no file. Raises DocumentError for a file that is wrong."""
    if not path.exists():
        return Lock()
    said = read_wave_file(path)
    waves = tuple(
        PlannedWave(wave.label, wave.date, wave.pilot, tuple(wave.names), wave.promised) for wave in said.waves
    )
    corrections = {box: Correction(day, reason) for box, (day, reason) in said.corrections.items()}
    return Lock(said.campaign, said.start, waves, corrections)


def lock_of(plan: Plan) -> Lock:
    """What a plan leaves behind for the next one."""
    return Lock(plan.campaign.name, plan.campaign.start, plan.waves, plan.corrections)


def lock_text(plan: Plan) -> str:
    """The file that holds a plan."""
    return HEAD + "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield f"campaign: {_quoted(plan.campaign.name)}"
    if plan.campaign.start is not None:
        yield f"start: {plan.campaign.start}"
    yield f"inputs: {_quoted(plan.inputs)}"
    yield "waves:" if plan.waves else "waves: {}"
    for wave in plan.waves:
        yield f"  {_quoted(wave.name)}:"
        yield f"    date: {wave.day}"
        if wave.pilot:
            yield "    pilot: true"
        yield from _promised(wave)
        yield "    boxes:"
        yield from (f"      - {box}" for box in wave.boxes)
    if plan.corrections:
        yield "corrections:"
        for box, correction in sorted(plan.corrections.items()):
            yield f"  {box}:"
            yield f"    promised: {correction.promised}"
            yield f"    reason: {_quoted(correction.reason)}"
    if plan.left_out:
        yield "left_out:"
        yield from (f"  {box}: {_quoted(reason)}" for box, reason in sorted(plan.left_out.items()))


def _promised(wave: PlannedWave) -> Iterator[str]:
    """Whichever is shorter: those who were told, or all of them but a few."""
    others = [box for box in wave.boxes if box not in wave.promised]
    if not wave.promised:
        return
    if len(others) > len(wave.promised):
        yield "    promised:"
        yield from (f"      - {box}" for box in wave.boxes if box in wave.promised)
        return
    yield "    promised: all"
    if others:
        yield "    promised_except:"
        yield from (f"      - {box}" for box in others)


def _quoted(text: str) -> str:
    """A YAML text between double quotes, in which nothing invisible stands as itself."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
