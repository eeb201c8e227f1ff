"""Action of ``policy_info``: judges a policy. Documentation: library/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.policy import load_policy, policy_from


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _, arguments = self.validate_argument_spec(
            argument_spec={"path": {"type": "list", "elements": "path"}, "value": {"type": "dict"}},
            required_one_of=[("path", "value")],
            mutually_exclusive=[("path", "value")],
        )
        try:
            policies = [load_policy(Path(path)) for path in arguments["path"] or ()]
            policies += [policy_from(arguments["value"])] if arguments["value"] is not None else []
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        return {"changed": False, "policies": [dict(policy.stated) for policy in policies]}
