"""The plan as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bma.campaign.plan import NEW, Move, Plan
from bma.campaign.quantity import told_size
from bma.errors import printable

_SHOWN = 40


def table(plan: Plan) -> str:
    """The waves in a table, then what is left out, what has changed and what must be corrected."""
    campaign = plan.campaign
    moved = f", moved to begin on {campaign.start}" if campaign.start else ""
    lines = [f"{campaign.title} ({campaign.name}{moved})", "", *_waves(plan), ""]
    lines += _listed("takes no part", [f"{box}: {why}" for box, why in sorted(plan.left_out.items())])
    lines += _listed("to be corrected by mail", list(_corrections(plan)))
    lines += _listed("other day than before", [_move(move) for move in plan.moves if move.reason != NEW])
    new = sum(move.reason == NEW for move in plan.moves)
    lines += [f"{new} × new", ""] if new else []
    lines += [f"warning: {warning}" for warning in plan.warnings]
    return "\n".join(lines).rstrip() + "\n"


def _waves(plan: Plan) -> list[str]:
    heads = ("wave", "day", "", "boxes", "ec", "po", "size", "calls", "announced")
    rows = [heads]
    for wave in plan.waves:
        load = plan.loads[wave.day]
        rows.append(
            (
                f"{wave.name}{' pilot' if wave.pilot else ''}",
                wave.day.isoformat(),
                f"{wave.day:%a}",
                str(load.boxes),
                str(load.kinds.get("ec", 0)),
                str(load.kinds.get("po", 0)),
                told_size(load.bytes),
                f"{load.calls / 1000:.0f}",
                str(len(wave.promised)),
            )
        )
    total = sum(load.boxes for load in plan.loads.values())
    return [*_aligned(rows), f"{total} boxes in {len(plan.waves)} waves"]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _corrections(plan: Plan) -> Iterator[str]:
    boxes = plan.boxes
    for box, correction in sorted(plan.corrections.items()):
        yield f"{box}: was told {correction.promised}, moves on {boxes[box].day}: {correction.reason}"


def _move(move: Move) -> str:
    return f"{move.box}: {move.before or 'none'} → {move.after or 'none'}: {move.reason}"


def _listed(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"  {printable(line)}" for line in lines[:_SHOWN]]
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [f"{len(lines)} × {title}", *shown, *more, ""]
