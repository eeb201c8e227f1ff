"""Action of ``staged_mails``: the mails of many boxes over few connections. Documentation: library/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.campaign.files import write_changed
from bma.errors import BmaError
from bma.mail import Report, Wishes, sentence
from bma.mail.office import office
from bma.mail.telling import as_data, as_text, differences
from bma.password.desk import equip, tidy
from bma.store import open_ledger

ARGUMENTS = {
    "inventory": {"type": "list", "elements": "path"},
    "boxes": {"type": "list", "elements": "str"},
    "campaign": {"type": "str"},
    "steps": {"type": "list", "elements": "str", "default": []},
    "again": {"type": "list", "elements": "str", "default": []},
    "waive": {"type": "list", "elements": "str", "default": []},
    "ambiguous": {"type": "str", "choices": ["tell", "repeat", "arrived"], "default": "tell"},
    "today": {"type": "str"},
    "folder": {"type": "path", "default": "reports/mails"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller, once for all boxes; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send, or in check mode predict, what is due for all boxes, and tell it."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        try:
            report = self._report(options, task_vars or {})
            files = _files(report, Path(options["folder"]))
            write_changed(files, dry=False)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        except OSError as error:
            return {"failed": True, "msg": f"the report cannot be written: {error}"}
        if options["show"]:
            self._display.display(as_text(report))
        data = as_data(report)
        told = {key: data[key] for key in ("moment", "counts", "steps", "faults")}
        told |= {"changed": report.changed, "failed": report.failed, "files": [str(path) for path in files]}
        if report.failed:
            told["msg"] = sentence(report)
        if self._task.diff:
            told["diff"] = differences(report)
        return told

    def _report(self, options: dict[str, Any], variables: dict[str, Any]) -> Report:
        made = office(
            options["inventory"] or variables.get("ansible_inventory_sources") or (),
            lambda name: self._templar.template(variables.get(name)),
            campaign=options["campaign"],
        )
        day = made.clock(options["today"])().day
        boxes = made.boxes(options["boxes"], day)
        wishes = Wishes(options["steps"], options["again"], options["waive"], options["ambiguous"])
        check = self._task.check_mode
        with open_ledger(made.ledger, read_only=check) as ledger:
            post = made.post(ledger, made.plan(), equip(made, ledger, boxes), options["today"])
            if check:
                return post.predict(wishes)
            report = post.run(wishes)
            tidy(made, ledger, options["today"])
            return report


def _files(report: Report, folder: Path) -> dict[Path, str]:
    name = "prediction" if report.check else "mails"
    return {
        folder / f"{name}.json": json.dumps(as_data(report), ensure_ascii=False, indent=1) + "\n",
        folder / f"{name}.txt": as_text(report) + "\n",
    }
