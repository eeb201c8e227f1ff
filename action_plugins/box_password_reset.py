"""Action of ``box_password_reset``: a new password for one box. Documentation: library/."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.exchange.keeper.variables import keeper_for
from bma.mail.office import office
from bma.password.counter import Asked, Done, serve
from bma.store import open_ledger

ARGUMENTS = {
    "box": {"type": "str", "required": True},
    "requester": {"type": "str", "required": True},
    "deliver": {"type": "str", "choices": ["rescue", "box", "nobody"], "default": "rescue"},
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
        """Reset, or in check mode predict, the password of one box."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        try:
            done = self._done(options, task_vars or {})
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        told = {"changed": done.changed, "failed": done.failed, "msg": "; ".join(done.told), "approver": done.approver}
        if not done.failed:
            self._display.display(told["msg"])
        return told

    def _done(self, options: dict[str, Any], variables: dict[str, Any]) -> Done:
        def variable(name: str) -> Any:
            return self._templar.template(variables.get(name))

        sources = options["inventory"] or variables.get("ansible_inventory_sources") or ()
        made = office(sources, variable, campaign=options["campaign"])
        check = self._task.check_mode
        asked = Asked(options["box"], options["requester"], options["deliver"], options["today"])
        with open_ledger(made.ledger, read_only=check) as ledger:
            return serve(made, ledger, keeper_for(variable, read_only=check), asked, check=check)
