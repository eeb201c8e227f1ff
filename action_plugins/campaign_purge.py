"""Action of ``campaign_purge``: erases what is known of people. Documentation: library/."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.mail.office import office
from bma.store import open_ledger
from bma.support.purging import Purged, purge

ARGUMENTS = {
    "now": {"type": "bool", "default": False},
    "campaign": {"type": "str"},
    "inventory": {"type": "list", "elements": "path"},
    "today": {"type": "str"},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Erase, or in check mode count, what is known of people."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        try:
            done = self._purged(options, task_vars or {})
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        self._display.display(done.sentence())
        return {"changed": done.counts.any, "erased": asdict(done.counts), "kept_until": done.until.isoformat()}

    def _purged(self, options: dict[str, Any], variables: dict[str, Any]) -> Purged:
        made = office(
            options["inventory"] or variables.get("ansible_inventory_sources") or (),
            lambda name: self._templar.template(variables.get(name)),
            campaign=options["campaign"],
        )
        check = self._task.check_mode
        with open_ledger(made.ledger, read_only=check) as ledger:
            return purge(made, ledger, options["today"], now=options["now"], check=check)
