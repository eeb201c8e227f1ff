"""Action of ``exchange_session_info``: opens the run's sessions before any box. Documentation: library/."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.exchange.keeper.variables import keeper_for


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        _, arguments = self.validate_argument_spec(
            argument_spec={"boxes": {"type": "list", "elements": "str"}, "policy": {"type": "dict"}}
        )
        try:
            keeper = keeper_for(
                lambda name: self._templar.template(variables.get(name)), read_only=self._task.check_mode
            )
            return {"changed": False, "session": keeper.ask("hello", tell=self._display.warning, **arguments)}
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
