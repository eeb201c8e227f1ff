"""Importing exports: read, judged, matched with the boxes there are, kept; and what is to be told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from bma.form.answer import Answer, Aside
from bma.form.book import AnswerBook
from bma.form.judging import judge
from bma.form.reading import read_export
from bma.form.rescue import RescueRules
from bma.referential import Kind, local_part

_AHEAD = timedelta(days=1)
"""Clocks differ; an answer of the day after tomorrow is a mistake."""


@dataclass(frozen=True)
class Imported:
    """An import. ``new`` and ``known``: how many answers; ``twice``: boxes that answer more than once in these files.

    ``doubts``: told as ``file:line: box: what``. ``unanswered``: the boxes of the campaign without an answer.
    """

    new: tuple[str, ...]
    known: int
    aside: tuple[Aside, ...]
    twice: tuple[str, ...]
    doubts: tuple[str, ...]
    password_unknown: tuple[str, ...]
    unanswered: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether an answer was, or would be, kept."""
        return bool(self.new)


@dataclass(frozen=True)
class Importer:
    """What an import needs. ``boxes``: every box there is; ``expected``: those of the campaign."""

    book: AnswerBook
    boxes: Collection[str]
    expected: Collection[str]
    rules: RescueRules
    zone: tzinfo
    now: datetime


def import_answers(files: Sequence[Path], importer: Importer, *, dry: bool) -> Imported:
    """Import exports; with ``dry`` nothing is kept, and the report is that of the import it would be.

    Raises :class:`~bma.errors.DocumentError` for a file that cannot be read, LedgerError for the ledger; nothing is
    kept then.
    """
    answers, aside = _read(files, importer)
    placed: list[tuple[str, Answer]] = []
    for answer in answers:
        found = _box_of(answer, importer)
        if isinstance(found, Aside):
            aside.append(found)
        else:
            placed.append((found, answer))
    new = importer.book.unknown_to(placed) if dry else importer.book.add(placed, importer.now)
    return _told(importer, placed, new, aside, dry=dry)


def _read(files: Sequence[Path], importer: Importer) -> tuple[list[Answer], list[Aside]]:
    answers: list[Answer] = []
    aside: list[Aside] = []
    for file in files:
        export = read_export(file)
        aside += export.aside
        for row in export.rows:
            judged = judge(row, importer.rules, importer.zone)
            (answers if isinstance(judged, Answer) else aside).append(judged)  # type: ignore[arg-type]
    return answers, aside


def _box_of(answer: Answer, importer: Importer) -> str | Aside:
    kinds: tuple[Kind, ...] = (answer.kind,) if answer.kind else ("ec", "po")
    names = [local_part(kind, answer.number) for kind in kinds]
    there = [name for name in names if name in importer.boxes]
    who = names[0] if answer.kind else f"FASE {answer.number}"
    if not there:
        return Aside(answer.where, who, "no box has this FASE number", "unknown-fase")
    if len(there) > 1:
        why = f"both {' and '.join(there)} have this number: a column must say which, such as « type »"
        return Aside(answer.where, who, why, "ambiguous-fase")
    if answer.answered_at > importer.now + _AHEAD:
        return Aside(answer.where, there[0], "it was given in the future", "date")
    return there[0]


def _told(
    importer: Importer,
    placed: list[tuple[str, Answer]],
    new: list[tuple[str, Answer]],
    aside: list[Aside],
    *,
    dry: bool,
) -> Imported:
    given: dict[str, list[Answer]] = defaultdict(list)
    for box, answer in placed:
        given[box].append(answer)
    unknown = {box for box, answer in importer.book.latest().items() if answer.password_unknown}
    answered = set(importer.book.latest())
    if dry:
        answered |= given.keys()
        unknown = _after(importer, given, unknown)
    return Imported(
        tuple(sorted({box for box, _ in new})),
        len(placed) - len(new),
        tuple(aside),
        tuple(
            f"{box}: {', '.join(answer.where for answer in given[box])}" for box in sorted(given) if len(given[box]) > 1
        ),
        tuple(f"{answer.where}: {box}: {doubt}" for box, answer in placed for doubt in answer.doubts),
        tuple(sorted(unknown)),
        tuple(sorted(set(importer.expected) - answered)),
    )


def _after(importer: Importer, given: dict[str, list[Answer]], unknown: set[str]) -> set[str]:
    """Who would not know their password after the import."""
    there = importer.book.latest()
    found = set(unknown)
    for box, answers in given.items():
        last = max(answers, key=lambda answer: answer.answered_at)
        if box not in there or last.answered_at >= there[box].answered_at:
            found = found | {box} if last.password_unknown else found - {box}
    return found
