"""Action of ``exchange_mailbox``: hands one box to the session keeper of the run. Documentation: library/."""

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError, printable
from bma.exchange.keeper.box_request import box_request
from bma.exchange.keeper.variables import keeper_for


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}

        def variable(name: str) -> Any:
            return self._templar.template(variables.get(name))

        try:
            request = box_request(self._task.args, variable)
            keeper = keeper_for(variable, read_only=self._task.check_mode)
            scope = len(variables.get("ansible_play_hosts_all", ()))
            outcome = keeper.ask("box", **request, scope=scope, tell=self._display.warning)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        if outcome["changed"] and self._task.diff:
            outcome["diff"] = {
                "before": _lines(outcome["before"]),
                "after": _lines(outcome["after"]),
                "before_header": request["address"],
                "after_header": request["address"],
            }
        return outcome


def _lines(sections: dict[str, dict[str, Any]]) -> str:
    """One line a setting: the dictionaries as they are would be shown with every accent escaped."""
    return "".join(
        f"{section}.{printable(key)}: {_shown(value)}\n"
        for section, settings in sections.items()
        for key, value in settings.items()
    )


def _shown(value: Any) -> str:
    """A value as the policy file has it."""
    if value is None or isinstance(value, bool | list | dict):
        return printable(json.dumps(value, ensure_ascii=False))
    return printable(value)
