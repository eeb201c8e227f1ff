"""The report as an operator reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bma.referential.differences import Change, Differences
from bma.referential.report import Report

SHOWN_INFORMATION = 10
"""Information of one kind beyond this many lines is counted, not listed; the JSON lists it all."""

_TITLES = {"error": "Errors (data lost)", "warning": "Warnings", "info": "Information"}
_CHANGES = {
    "renumbered": "Perhaps the same under another number",
    "renamed": "Renamed",
    "changed_po": "Changed PO",
    "changed_reseau": "Changed réseau",
}


def report_text(report: Report) -> str:
    """The whole report as lines of text, ended by a line end."""
    parts = [_head(report), _files(report), *_findings(report), _excluded(report), _supplement(report)]
    if report.differences is not None:
        parts.append(_differences(report.differences))
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines) + "\n"


def _head(report: Report) -> Iterator[str]:
    totals = report.totals()
    hosts = totals["hosts"]
    yield f"FASE referential, boxes in {report.referential.settings.domain}"
    yield (
        f"{hosts['total']} boxes: {hosts['ec']} establishments (ec), {hosts['po']} organising bodies (po); "
        f"{totals['groups']} groups"
    )
    yield (
        f"{totals['organisations']} organisations: {totals['list']} from the list, {totals['supplement']} from the "
        f"supplement only; {totals['excluded']} of them excluded"
    )


def _files(report: Report) -> Iterator[str]:
    yield "Files of the list"
    for file in report.referential.files:
        partly = f" ({file.partly} in part)" if file.partly else ""
        yield (
            f"  {file.path}: {file.form}, {file.encoding}; {file.rows} rows = {file.used} used{partly} + "
            f"{file.set_aside} set aside; {file.organisations['ec']} ec, {file.organisations['po']} po"
        )


def _findings(report: Report) -> Iterator[Iterable[str]]:
    for severity, count in report.by_severity().items():
        if count:
            yield _of_severity(report, severity, count)


def _of_severity(report: Report, severity: str, count: int) -> Iterator[str]:
    yield f"{_TITLES[severity]}: {count}"
    seen: dict[str, int] = {}
    for finding in report.findings:
        if finding.severity != severity:
            continue
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if severity != "info" or seen[finding.code] <= SHOWN_INFORMATION:
            yield f"  {finding}"
    for code, total in seen.items():
        if severity == "info" and total > SHOWN_INFORMATION:
            yield f"  … and {total - SHOWN_INFORMATION} more [{code}], all in the JSON"


def _excluded(report: Report) -> Iterator[str]:
    if report.referential.excluded:
        yield "Excluded"
    for exclusion in report.referential.excluded:
        until = f" (until {exclusion.until})" if exclusion.until else ""
        yield f"  {exclusion.box}: {exclusion.reason}{until}"


def _supplement(report: Report) -> Iterator[str]:
    if report.referential.supplemented:
        yield "Supplement"
    for unit in report.referential.supplemented:
        yield f"  {unit.box}: {unit.title}"


def _differences(found: Differences) -> Iterator[str]:
    yield "Differences from the previous referential"
    for title, units in (("New", found.new), ("Gone", found.gone)):
        yield f"  {title}: {len(units)}"
        yield from (f"    {box}: {name}" for box, name in units)
    for name, changes in found.changes().items():
        yield f"  {_CHANGES[name]}: {len(changes)}"
        yield from map(_change, changes)


def _change(change: Change) -> str:
    return f"    {change.box} ({change.name}): {change.before or 'nothing'} → {change.after or 'nothing'}"
