"""Action of ``box_passwords``: the passwords of the boxes of a campaign. Documentation: library/."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.exchange.keeper.variables import keeper_for
from bma.mail.office import office
from bma.password.desk import answers_of, giver_of, moving_soon
from bma.password.fulfil import Report, fulfil, predict
from bma.store import open_ledger

ARGUMENTS = {
    "inventory": {"type": "list", "elements": "path"},
    "boxes": {"type": "list", "elements": "str"},
    "campaign": {"type": "str"},
    "ahead": {"type": "int", "default": 14},
    "today": {"type": "str"},
}


class ActionModule(ActionBase):
    """Runs on the controller, once for all boxes; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Give, or in check mode predict, the passwords that are wanted."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        try:
            report = self._report(options, task_vars or {})
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        self._display.display(report.sentence())
        told = {"changed": report.changed, "failed": bool(report.failed), "states": report.states}
        told["boxes"] = {item.box: {"outcome": str(item.given), "why": item.why} for item in report.outcomes}
        told["erased"] = report.erased
        if report.failed:
            told["msg"] = "; ".join(f"{item.box}: {item.why}" for item in report.failed[:8])
        return told

    def _report(self, options: dict[str, Any], variables: dict[str, Any]) -> Report:
        def variable(name: str) -> Any:
            return self._templar.template(variables.get(name))

        sources = options["inventory"] or variables.get("ansible_inventory_sources") or ()
        made = office(sources, variable, campaign=options["campaign"])
        check = self._task.check_mode
        day = made.clock(options["today"])().day
        boxes = moving_soon(made.boxes(options["boxes"], day), made.plan().days, day, options["ahead"])
        with open_ledger(made.ledger, read_only=check) as ledger:
            giver = giver_of(made, ledger, keeper_for(variable, read_only=check), options["today"])
            work = predict if check else fulfil
            return work(giver, made.campaign, answers_of(made, ledger), boxes)
