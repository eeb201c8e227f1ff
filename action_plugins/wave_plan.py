"""Action of the ``wave_plan`` module: translates between a task and :mod:`bma.campaign`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.campaign import Planned, Request, make_plan, table
from bma.campaign.files import write_changed
from bma.errors import BmaError, DocumentError
from bma.store import MailedPromises, open_ledger

ARGUMENTS = {
    "inventory": {"type": "list", "elements": "path"},
    "campaign": {"type": "str"},
    "start": {"type": "str"},
    "sizes": {"type": "path"},
    "promises": {"type": "path"},
    "ledger": {"type": "str"},
    "today": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "afresh": {"type": "bool", "default": False},
    "folder": {"type": "path", "default": "reports/plan"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Plan, show, and write what changes; fails, without a traceback, when there can be no plan."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        sources = options["inventory"] or (task_vars or {}).get("ansible_inventory_sources") or []
        try:
            planned = _planned(_request(options, sources), options["ledger"])
            reports = {Path(options["folder"]) / name: text for name, text in planned.reports().items()}
            changed = write_changed({planned.path: planned.after}, dry=self._task.check_mode)
            write_changed(reports, dry=self._task.check_mode)
        except BmaError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"the plan cannot be written: {error}") from None
        if options["show"]:
            self._display.display(table(planned.plan))
        else:
            for warning in planned.plan.warnings:
                self._display.warning(warning)
        return result | _told(planned) | {"changed": changed, "files": [str(path) for path in reports]}


def _planned(request: Request, ledger: str | None) -> Planned:
    """The plan, with the days that the ledger knows to have been mailed."""
    if not ledger:
        return make_plan(request)
    with open_ledger(ledger, read_only=True) as opened:
        return make_plan(request, lambda campaign: MailedPromises(opened, campaign))


def _request(options: dict[str, Any], sources: list[str]) -> Request:
    return Request(
        tuple(Path(source) for source in sources),
        options["campaign"],
        _day("start", options["start"]) if options["start"] else None,
        Path(options["sizes"]) if options["sizes"] else None,
        Path(options["promises"]) if options["promises"] else None,
        _today(options["today"]),
        options["force"],
        options["afresh"],
    )


def _today(said: str | None) -> date | None:
    if said is None or not said.strip():
        return date.today()
    return None if said == "none" else _day("today", said)


def _day(option: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise DocumentError(f"{option}: {said!r} is no day; allowed: a day such as 2027-01-05") from None


def _told(planned: Planned) -> dict[str, Any]:
    plan = planned.plan
    return {
        "campaign": plan.campaign.name,
        "waves": {wave.name: {"date": wave.day.isoformat(), "boxes": len(wave.boxes)} for wave in plan.waves},
        "moves": [
            {"box": move.box, "before": _iso(move.before), "after": _iso(move.after), "reason": move.reason}
            for move in plan.moves
        ],
        "corrections": sorted(plan.corrections),
        "path": str(planned.path),
        "diff": {
            "before_header": str(planned.path),
            "after_header": str(planned.path),
            "before": planned.before,
            "after": planned.after,
        },
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
