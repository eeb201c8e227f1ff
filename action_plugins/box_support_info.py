"""Action of ``box_support_info``: what is known of one box. Documentation: library/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.dsn.undelivered_files import write_private
from bma.errors import BmaError
from bma.mail.office import office
from bma.store import open_ledger
from bma.support.desk import Answer, look_up
from bma.support.telling import as_data, as_text, choices

ARGUMENTS = {
    "box": {"type": "str", "required": True},
    "personal": {"type": "bool", "default": False},
    "campaign": {"type": "str"},
    "inventory": {"type": "list", "elements": "path"},
    "today": {"type": "str"},
    "folder": {"type": "path"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers and changes nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show the box, or the boxes that may be meant."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        variables = task_vars or {}
        try:
            made = office(
                options["inventory"] or variables.get("ansible_inventory_sources") or (),
                lambda name: self._templar.template(variables.get(name)),
                campaign=options["campaign"],
            )
            with open_ledger(made.ledger, read_only=True) as ledger:
                answer = look_up(made, ledger, options["box"], options["today"])
            text = _text(options, answer, made.settings.zone)
            files = self._written(options, answer, text)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        except OSError as error:
            return {"failed": True, "msg": f"the view cannot be written: {error}"}
        if options["show"]:
            self._display.display(text)
        found = None if answer.view is None else as_data(answer.view, personal=False)
        return {"changed": False, "view": found, "choices": [box.name for box in answer.choices], "files": files}

    def _written(self, options: dict[str, Any], answer: Answer, text: str) -> list[str]:
        if answer.view is None or options["folder"] is None:
            return []
        base = Path(options["folder"]) / answer.view.box.name
        data = as_data(answer.view, personal=options["personal"])
        files = {
            base.with_suffix(".txt"): text,
            base.with_suffix(".json"): json.dumps(data, ensure_ascii=False, indent=1) + "\n",
        }
        write_private(files, dry=self._task.check_mode)
        return [str(path) for path in files]


def _text(options: dict[str, Any], answer: Answer, zone: Any) -> str:
    if answer.view is None:
        return choices(options["box"], list(answer.choices), answer.total)
    return as_text(answer.view, zone, personal=options["personal"])
