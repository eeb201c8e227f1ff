"""Action of ``organization_policy_info``: judges the organisation's policy and the rights. Documentation: library/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.policy.organization import load_organization, load_rights, organization_from, rights_from


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        spec = {name: {"type": "dict"} for name in ("value", "rights")}
        spec |= {name: {"type": "list", "elements": "path"} for name in ("path", "rights_path")}
        _, said = self.validate_argument_spec(argument_spec=spec, required_one_of=[tuple(spec)])
        answer: dict[str, Any] = {"changed": False}
        try:
            for path in said["path"] or ():
                load_organization(Path(path))
            for path in said["rights_path"] or ():
                load_rights(Path(path))
            if said["value"] is not None:
                answer["organization"] = organization_from(said["value"]).told()
            if said["rights"] is not None:
                answer["rights"] = rights_from(said["rights"])
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        return answer
