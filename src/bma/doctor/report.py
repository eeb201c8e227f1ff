"""The report as plain values: what the page, the terminal and other programs are made from. No secret is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bma.doctor.check import STATUSES
from bma.doctor.examination import Examination, Finding
from bma.errors import printable
from bma.exchange.connection import Connection

VERSION = 1
"""Version of the JSON: raised when a key changes its meaning or goes."""
_SHORTEST_SECRET = 4
"""A password shorter than this would be found in half of all words."""


def report(examination: Examination) -> dict[str, Any]:
    """The report. Its keys are described in ``docs/doctor.md``."""
    site = examination.site
    counts = Counter(finding.result.status for finding in examination.findings)
    told: dict[str, Any] = {
        "version": VERSION,
        "began": f"{examination.began:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round((examination.ended - examination.began).total_seconds(), 1),
        "endpoint": site.connection.uri,
        "username": site.connection.username,
        "auth": site.connection.auth,
        "sessions": site.connection.sessions,
        "safe_sessions": _safe_sessions(examination.findings),
        "scope": {"label": site.scope.label, "boxes": len(site.scope.boxes), "domain": site.scope.domain},
        "reached": examination.reached,
        "counts": {status: counts[status] for status in STATUSES},
        "checks": [_check(finding) for finding in examination.findings],
    }
    return _without(told, _secrets(site.connection, site.audit))  # type: ignore[no-any-return]


def _check(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.check.id,
        "theme": finding.theme,
        "title": finding.check.title,
        "looks_at": finding.check.looks_at.replace("`", ""),
        "result": finding.result.status,
        "observed": finding.result.observed,
        "advice": finding.advice,
        "evidence": dict(finding.result.evidence),
    }


def by_result(told: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """What the checks of a report came to, by their result, the gravest first; results that do not occur are left out.

    Checks that have the same to say are told once: ``ids``, ``titles``, ``observed`` and ``advice``.
    """
    groups: dict[str, dict[tuple[str, str | None], dict[str, Any]]] = {status: {} for status in STATUSES}
    for check in told["checks"]:
        said = check["observed"], check["advice"]
        item = groups[check["result"]].setdefault(
            said, {"ids": [], "titles": [], "observed": said[0], "advice": said[1]}
        )
        item["ids"].append(check["id"])
        item["titles"].append(check["title"])
    return [(status, list(items.values())) for status, items in groups.items() if items]


def by_theme(told: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The checks of a report by their theme, in the order in which they were made."""
    themes = dict.fromkeys(check["theme"] for check in told["checks"])
    return [(theme, [check for check in told["checks"] if check["theme"] == theme]) for theme in themes]


def counted(told: Mapping[str, Any]) -> str:
    """``2 bad, 1 warning, 3 unknown, 40 good``."""
    return ", ".join(f"{count} {status}" for status, count in told["counts"].items())


def summary(told: Mapping[str, Any]) -> str:
    """A few lines for a terminal: what is not good, by result, then the counts."""
    lines: list[str] = []
    for status, items in by_result(told):
        if status == "good":
            continue
        lines.append(f"{status.upper()}")
        for item in items:
            title = f"  {item['titles'][0]}" if len(item["ids"]) == 1 else ""
            lines.append(f"  {', '.join(item['ids'])}{title}: {item['observed']}")
            if item["advice"]:
                lines.append(f"      → {item['advice']}")
    lines.append(f"{told['endpoint']}: {counted(told)}")
    if told["safe_sessions"] is not None:
        lines.append(f"safe number of sessions: {told['safe_sessions']} (exchange_sessions is {told['sessions']})")
    return "\n".join(lines)


def _safe_sessions(findings: Iterable[Finding]) -> int | None:
    for finding in findings:
        safe = finding.result.evidence.get("safe") if finding.check.id == "DOC-SESSIONS" else None
        if isinstance(safe, int):
            return safe
    return None


def _secrets(*connections: Connection | None) -> list[str]:
    found = (connection.password.clear for connection in connections if connection and connection.password)
    return [secret for secret in found if len(secret) >= _SHORTEST_SECRET]


def _without(value: Any, secrets: list[str]) -> Any:
    """``value`` as JSON has it, printable, and with every secret that something echoed blotted out."""
    if isinstance(value, Mapping):
        return {_without(str(key), secrets): _without(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without(item, secrets) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for secret in secrets:
        text = text.replace(secret, "***")
    return printable(text)
