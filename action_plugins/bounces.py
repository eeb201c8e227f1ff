"""Action of the ``bounces`` module: translates between a task and :mod:`bma.dsn`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.dsn.bounces_files import bounces_data, bounces_json, bounces_text, difference
from bma.dsn.intake import Fortune, Intake, read_all
from bma.dsn.settings import sources
from bma.dsn.undelivered_files import write_private
from bma.errors import BmaError
from bma.mail.moment import DEFAULT_ZONE, clock, zone_of
from bma.store import open_ledger

ARGUMENTS = {
    "ledger": {"type": "str", "required": True},
    "sources": {"type": "dict", "required": True},
    "passwords": {"type": "dict", "default": {}, "no_log": True},
    "today": {"type": "str"},
    "timezone": {"type": "str", "default": DEFAULT_ZONE},
    "folder": {"type": "path", "default": "reports/bounces"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read, show, write the report; fails, without a traceback, when a source or the ledger cannot be used."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        check = bool(self._task.check_mode)
        try:
            moment = clock(options["today"], zone_of(options["timezone"]))()
            places = sources(options["sources"], _texts(options["passwords"]), check=check)
            with open_ledger(options["ledger"], read_only=check) as ledger:
                intakes = read_all(ledger, places, moment.at, check=check)
            text = bounces_text(intakes)
            folder = Path(options["folder"])
            files = {
                folder / "bounces.json": bounces_json(intakes),
                folder / "bounces.txt": bounces_text(intakes, 10**9),
            }
            write_private(files, dry=check)
        except BmaError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"the report cannot be written: {error}") from None
        if options["show"]:
            self._display.display(text)
        return result | _told(intakes) | {"files": [str(path) for path in files]}


def _texts(said: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(password) for name, password in said.items() if password is not None}


def _told(intakes: list[Intake]) -> dict[str, Any]:
    before, after = difference(intakes)
    told: dict[str, Any] = {
        "changed": any(intake.changed for intake in intakes),
        "sources": bounces_data(intakes)["sources"],
        "moved": sorted({said.box for intake in intakes for said in intake.of(Fortune.MOVED)}),
        "aside": sum(len(intake.of(Fortune.ASIDE)) for intake in intakes),
        "diff": {"before_header": "ledger", "after_header": "ledger", "before": before, "after": after},
    }
    faults = [intake.fault for intake in intakes if intake.fault]
    return told | ({"failed": True, "msg": "\n".join(faults)} if faults else {})
