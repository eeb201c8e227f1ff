"""Action of ``form_answers``: imports the answers to the form. Documentation: library/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.dsn.undelivered_files import write_private
from bma.errors import BmaError
from bma.form.desk import days_of, run
from bma.form.report import as_data, as_text, files
from bma.mail.office import office
from bma.store import open_ledger

ARGUMENTS = {
    "exports": {"type": "list", "elements": "path", "default": []},
    "campaign": {"type": "str"},
    "inventory": {"type": "list", "elements": "path"},
    "today": {"type": "str"},
    "folder": {"type": "path", "default": "reports/form"},
    "strict": {"type": "bool", "default": False},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Import exports and tell what came of it; without an export, only who has not answered."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        variables, check = task_vars or {}, self._task.check_mode
        try:
            made = office(
                options["inventory"] or variables.get("ansible_inventory_sources") or (),
                lambda name: self._templar.template(variables.get(name)),
                campaign=options["campaign"],
            )
            with open_ledger(made.ledger, read_only=check) as ledger:
                found = run(made, ledger, [Path(path) for path in options["exports"]], options["today"], check=check)
            days = days_of(made)
            folder = Path(options["folder"])
            reports = {folder / name: text for name, text in files(found, days, check=check).items()}
            write_private(reports, dry=check)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        except OSError as error:
            return {"failed": True, "msg": f"the report cannot be written: {error}"}
        if options["show"]:
            self._display.display(as_text(found, days, check=check))
        told = as_data(found, days) | {"changed": found.changed, "files": [str(path) for path in reports]}
        # Thousands at the beginning: they are in the report.
        told["unanswered"] = len(found.unanswered)
        if options["strict"] and found.aside:
            told |= {"failed": True, "msg": f"{len(found.aside)} answers were set aside: {found.aside[0]}"}
        return told
