"""Action of the ``undelivered_report`` module: translates between a task and :mod:`bma.dsn`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.dsn.undelivered import Question, undelivered
from bma.dsn.undelivered_files import as_data, csv_list, json_list, text_list, write_private
from bma.errors import BmaError
from bma.mail.moment import DEFAULT_ZONE, clock, zone_of
from bma.store import open_ledger

ARGUMENTS = {
    "ledger": {"type": "str", "required": True},
    "day": {"type": "str"},
    "campaign": {"type": "str"},
    "mails": {"type": "list", "elements": "str", "default": []},
    "contacts": {"type": "path"},
    "inventory": {"type": "list", "elements": "path"},
    "timezone": {"type": "str", "default": DEFAULT_ZONE},
    "folder": {"type": "path", "default": "reports/undelivered"},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show and write the lists; fails, without a traceback, when a file or the ledger cannot be read."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        inventories = options["inventory"] or (task_vars or {}).get("ansible_inventory_sources") or []
        folder = Path(options["folder"])
        try:
            with open_ledger(options["ledger"], read_only=True) as ledger:
                found = undelivered(_question(options, inventories), ledger)
            texts = {
                "undelivered.txt": text_list(found, 10**9),
                "undelivered.csv": csv_list(found),
                "undelivered.json": json_list(found),
            }
            files = {folder / name: text for name, text in texts.items()}
            changed = write_private(files, dry=self._task.check_mode)
        except BmaError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"the lists cannot be written: {error}") from None
        if options["show"]:
            self._display.display(text_list(found))
        # Who is to be called, and how, stays in the files: results of tasks end up in logs.
        data = {key: value for key, value in as_data(found).items() if key != "boxes"}
        return result | data | {"changed": changed, "files": [str(path) for path in files]}


def _question(options: dict[str, Any], inventories: list[str]) -> Question:
    zone = zone_of(options["timezone"])
    return Question(
        tuple(Path(source) for source in inventories),
        clock(options["day"], zone)().day,
        zone,
        options["campaign"],
        tuple(options["mails"]),
        Path(options["contacts"]) if options["contacts"] else None,
    )
