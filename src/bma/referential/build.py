"""Files → referential: the one way that the inventory, the report and the differences are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bma.errors import DocumentError
from bma.referential.box import Box
from bma.referential.derived import with_derived
from bma.referential.exclusions import Exclusion, read_exclusions
from bma.referential.fase_number import Key, local_part
from bma.referential.findings import CODES, Finding
from bma.referential.groups import Group, groups_of
from bma.referential.overlay import overlay
from bma.referential.reading import read_table
from bma.referential.settings import Settings
from bma.referential.supplement import Supplement, read_supplements, require_no_collision
from bma.referential.unit import Unit
from bma.referential.units import FileUnits, units_of
from bma.referential.waves import Wave, read_waves


@dataclass(frozen=True)
class FileTotals:
    """What became of the rows of one file: ``rows`` = ``used`` + ``set_aside``; ``partly`` of the used ones gave
    only one of their two organisations. ``organisations`` are those the file describes, by kind."""

    path: str
    form: str
    encoding: str
    rows: int
    used: int
    partly: int
    set_aside: int
    organisations: dict[str, int]


@dataclass(frozen=True)
class Referential:
    """Every organisation, every box, every group, and everything that was found on the way.

    ``units`` are all organisations, excluded or not; ``boxes`` (host name → box) those of the inventory.
    ``len(units) == len(boxes) + len(excluded)``; ``added`` of the units are in the supplement only.
    """

    settings: Settings
    units: dict[Key, Unit]
    boxes: dict[str, Box]
    groups: tuple[Group, ...]
    files: tuple[FileTotals, ...]
    excluded: tuple[Exclusion, ...]
    supplemented: tuple[Unit, ...]
    added: int
    findings: tuple[Finding, ...]

    def hosts(self, kind: str) -> int:
        """How many boxes of a kind (``ec`` or ``po``) the inventory has."""
        return sum(box.unit.kind == kind for box in self.boxes.values())


def read_referential(settings: Settings, today: date) -> Referential:
    """Read the list and the operator's files; ``today`` decides which exclusions still hold.

    Raises :class:`~bma.errors.DocumentError` when a file is refused, or, with ``settings.strict``, when an
    operator's file names a box that is not there.
    """
    findings: list[Finding] = []
    units, files = _read_list(settings, findings)
    listed = len(units)
    supplement = read_supplements(settings.supplement, settings.domain)
    _add_supplement(units, supplement, findings)
    units = with_derived(units)
    require_no_collision(supplement, {f"{unit.box}@{settings.domain}": unit.key for unit in units.values()})
    exclusions = read_exclusions(settings.exclude)
    excluded = _excluded(units, exclusions, today, findings)
    waves = read_waves(settings.waves)
    boxes = _boxes(settings, units, supplement, set(excluded), waves)
    groups, named = groups_of(boxes.values(), waves, str(settings.referential[-1]), str(settings.waves))
    findings += [*named, *_unknown(units, supplement, waves, set(excluded)), *_addresses(settings, units)]
    _require_strict(settings, findings)
    return Referential(
        settings,
        units,
        boxes,
        tuple(groups),
        tuple(files),
        tuple(excluded.values()),
        tuple(supplement.units.values()),
        len(units) - listed,
        tuple(findings),
    )


def _read_list(settings: Settings, findings: list[Finding]) -> tuple[dict[Key, Unit], list[FileTotals]]:
    units: dict[Key, Unit] = {}
    files: list[FileTotals] = []
    for path in settings.referential:
        found = units_of(read_table(path), settings.max_bad_rows)
        findings += found.table.findings
        files.append(_totals(found))
        for unit in found.units.values():
            _add(units, unit, "unit-redefined", findings)
    return units, files


def _totals(found: FileUnits) -> FileTotals:
    kinds = [kind for kind, _ in found.units]
    return FileTotals(
        str(found.table.path),
        found.table.form,
        found.table.encoding,
        found.rows_read,
        found.used,
        found.partly,
        found.set_aside,
        {"ec": kinds.count("ec"), "po": kinds.count("po")},
    )


def _add(units: dict[Key, Unit], unit: Unit, code: str, findings: list[Finding]) -> None:
    earlier = units.get(unit.key)
    if earlier is None:
        units[unit.key] = unit
        return
    units[unit.key], changed = overlay(earlier, unit)
    if changed or code == "supplement-collision":
        what = "; ".join(changed) or "nothing differs: the entry may go"
        findings.append(Finding(code, unit.source, f"{unit.box} is described at {earlier.source}: {what}", unit.box))


def _add_supplement(units: dict[Key, Unit], supplement: Supplement, findings: list[Finding]) -> None:
    for unit in supplement.units.values():
        _add(units, unit, "supplement-collision", findings)


def _excluded(
    units: dict[Key, Unit], exclusions: dict[Key, Exclusion], today: date, findings: list[Finding]
) -> dict[Key, Exclusion]:
    held: dict[Key, Exclusion] = {}
    for key, exclusion in exclusions.items():
        if key not in units:
            code, text = "exclude-unknown-box", "is not in the referential"
        elif not exclusion.holds(today):
            code, text = "exclude-expired", f"was excluded until {exclusion.until}; it is in the inventory again"
        else:
            held[key] = exclusion
            code, text = "excluded", f"left out: {exclusion.reason}"
        findings.append(Finding(code, exclusion.where, f"{exclusion.box} {text}", exclusion.box))
    return held


def _boxes(
    settings: Settings, units: dict[Key, Unit], supplement: Supplement, excluded: set[Key], waves: list[Wave]
) -> dict[str, Box]:
    wave_of = {key: wave for wave in waves for key in wave.boxes}
    boxes: dict[str, Box] = {}
    for key, unit in units.items():
        if key in excluded:
            continue
        po = units.get(("po", unit.po)) if unit.po is not None else None
        wave = wave_of.get(key)
        boxes[unit.box] = Box(
            unit,
            settings.domain,
            unit.source.removeprefix(f"{settings.folder}/"),
            tuple(sorted(alias.address for alias in supplement.aliases.get(key, ()))),
            po.title if po else None,
            po.box if po and po.key not in excluded else None,
            wave.label if wave else None,
            wave.date.isoformat() if wave else None,
            wave.campaign if wave else None,
        )
    return boxes


def _unknown(
    units: dict[Key, Unit], supplement: Supplement, waves: list[Wave], excluded: set[Key]
) -> Iterable[Finding]:
    for key, aliases in supplement.aliases.items():
        if key not in units:
            box = local_part(*key)
            yield Finding("alias-unknown-box", aliases[0].where, f"{box} is not in the referential", box)
    for wave in waves:
        for key, where in wave.boxes.items():
            box = local_part(*key)
            if key not in units:
                text = f"wave {wave.label}: {box} is not in the referential"
                yield Finding("wave-unknown-box", where, text, box)
            elif key in excluded:
                yield Finding("wave-excluded-box", where, f"wave {wave.label}: {box} is excluded", box)
    told: set[int] = set()
    for unit in units.values():
        if unit.po is not None and ("po", unit.po) not in units and unit.po not in told:
            told.add(unit.po)
            box = local_part("po", unit.po)
            yield Finding("po-unknown", unit.source, f"{unit.box} belongs to {box}, which no file describes", box)


def _addresses(settings: Settings, units: dict[Key, Unit]) -> Iterable[Finding]:
    for unit in units.values():
        expected = f"{unit.box}@{settings.domain}"
        email = unit.email.lower()
        if email.endswith(f"@{settings.domain}") and email != expected:
            text = f"the FASE record of {unit.box} holds {email}, its number gives {expected}"
            yield Finding("address-differs", unit.source, text, unit.box)


def _require_strict(settings: Settings, findings: Iterable[Finding]) -> None:
    told = [str(finding) for finding in findings if CODES[finding.code].strict]
    if settings.strict and told:
        raise DocumentError("\n".join(told))
