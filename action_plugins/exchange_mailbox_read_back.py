"""Action of ``exchange_mailbox_read_back``: the proof after an apply. Documentation: library/."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError, printable
from bma.exchange.keeper.variables import keeper_for


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        self.validate_argument_spec(argument_spec={})
        if self._task.check_mode:
            return {"changed": False, "read": 0, "not_conform": {}, "unknown": {}}
        try:
            keeper = keeper_for(lambda name: self._templar.template(variables.get(name)), read_only=False)
            result = keeper.ask("read_back")
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        for address, unknown in sorted(result["unknown"].items()):
            told = "; ".join(f"{key}: {reason}" for key, reason in sorted(unknown.items()))
            self._display.warning(f"{address}: could not be read again: {printable(told)}")
        missing = result["not_conform"]
        if missing:
            named = ", ".join(f"{address} ({', '.join(_settings(box))})" for address, box in sorted(missing.items()))
            return {"failed": True, "msg": f"written, but not so when read again: {named}", **result}
        return {"changed": False, **result}


def _settings(box: dict[str, Any]) -> list[str]:
    return [f"{section}.{key}" for section, keys in box["after"].items() for key in keys]
