"""The wave file: which box moves in which wave, and on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bma.errors import DocumentError
from bma.referential.exclusions import day
from bma.referential.fase_number import Key, box_key
from bma.referential.judged import load_judged


@dataclass(frozen=True)
class Wave:
    """One wave. ``boxes``: (kind, number) → the ``file:line`` that puts the box into it."""

    label: str
    date: date
    boxes: dict[Key, str]


def read_waves(path: Path | None) -> list[Wave]:
    """The waves of the file, in its order; none when there is no file.

    Raises :class:`~bma.errors.DocumentError` for a file that breaks its schema, a day that does not exist,
    or a box that is in two waves (or twice in one).
    """
    if path is None:
        return []
    document = load_judged(path, "waves")
    waves: list[Wave] = []
    seen: dict[Key, tuple[str, str]] = {}
    for label, said in document.value["waves"].items():
        wave = Wave(label, day(document, ("waves", label, "date"), said["date"]), {})
        for index, box in enumerate(said["boxes"]):
            where = document.where(("waves", label, "boxes", index))
            key = box_key(box)
            assert key is not None, "the schema lets box names only"
            if key in seen:
                other, first = seen[key]
                raise DocumentError(
                    f"{box} is in wave {label} and already in wave {other} ({first})",
                    where=where,
                    hint="A box moves once: keep it in one wave",
                )
            seen[key] = label, where
            wave.boxes[key] = where
        waves.append(wave)
    return waves
