"""Action of the ``referential_report`` module: translates between a task and :mod:`bma.referential`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.referential import Report, differences, find_inventory, read_referential, read_settings
from bma.referential.report_text import report_text

ARGUMENTS = {
    "inventory": {"type": "list", "elements": "path"},
    "previous": {"type": "list", "elements": "path"},
    "folder": {"type": "path", "default": "reports/referential"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show and write the report; fails, without a traceback, when a file is refused."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        sources = options["inventory"] or (task_vars or {}).get("ansible_inventory_sources") or []
        try:
            report = _report([Path(source) for source in sources], options["previous"] or [])
            files = _files(report, Path(options["folder"]))
            changed = _write(files, dry=self._task.check_mode)
        except BmaError as error:
            raise AnsibleActionFail("; ".join(str(error).splitlines())) from None
        except OSError as error:
            raise AnsibleActionFail(f"the report cannot be written: {error}") from None
        if options["show"]:
            self._display.display(report_text(report))
        return result | _told(report) | {"changed": changed, "files": [str(path) for path in files]}


def _report(sources: list[Path], previous: list[str]) -> Report:
    today = date.today()
    settings = read_settings(find_inventory(sources))
    current = read_referential(settings, today)
    if not previous:
        return Report(current)
    earlier = read_referential(settings.of_list(tuple(Path(path) for path in previous)), today)
    return Report(current, differences(earlier, current))


def _told(report: Report) -> dict[str, Any]:
    told = {"totals": report.totals(), "findings": report.by_code()}
    if report.differences is not None:
        told["differences"] = {name: len(items) for name, items in report.differences.to_dict().items()}
    return told


def _files(report: Report, folder: Path) -> dict[Path, str]:
    return {
        folder / "referential.txt": report_text(report),
        folder / "referential.json": json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n",
    }


def _write(files: dict[Path, str], *, dry: bool) -> bool:
    """Write the files whose content changes; whether any does."""
    stale = {path: text for path, text in files.items() if _content(path) != text}
    for path, text in stale.items():
        if not dry:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return bool(stale)


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
