"""Action of ``exchange_mailbox_info``: reads boxes through the read-only keeper. Documentation: library/."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.exchange.keeper.client import Keeper
from bma.exchange.keeper.variables import keeper_for
from bma.resources.box import BOX


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        _, arguments = self.validate_argument_spec(
            argument_spec={
                "address": {"type": "list", "elements": "str", "required": True},
                "sections": {"type": "list", "elements": "str", "choices": [section.key for section in BOX]},
            }
        )
        try:
            keeper = keeper_for(lambda name: self._templar.template(variables.get(name)), read_only=True)
            return {"changed": False, "mailboxes": _read(keeper, arguments)}
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}


def _read(keeper: Keeper, arguments: dict[str, Any]) -> Any:
    return keeper.ask("read", addresses=arguments["address"], sections=arguments["sections"])
