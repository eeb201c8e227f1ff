"""What the actions of all modules for objects of the organisation share; see docs/organization.md.

It is no module itself: the action of each takes this class from Ansible's loader and says its ``kind``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from bma.errors import BmaError, printable
from bma.exchange.keeper.variables import keeper_for


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    kind: ClassVar[str] = ""
    options: ClassVar[tuple[str, ...]] = ("name", "settings", "state")

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        try:
            self._require_known()
            return self._answer(task_vars or {})
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}

    def _require_known(self) -> None:
        unknown = [name for name in self._task.args if name not in self.options]
        if unknown:
            raise BmaError(f"unknown option {unknown[0]}; known: {', '.join(self.options)}")

    def _keeper(self, variables: dict[str, Any], *, read_only: bool) -> Any:
        return keeper_for(lambda name: self._templar.template(variables.get(name)), read_only=read_only)

    def _answer(self, variables: dict[str, Any]) -> dict[str, Any]:
        keeper = self._keeper(variables, read_only=self._task.check_mode)
        outcome: dict[str, Any] = keeper.ask("object", kind=self.kind, **self._task.args, tell=self._display.warning)
        where = outcome.pop("called")
        if outcome["changed"] and self._task.diff:
            outcome["diff"] = {
                "before": _lines(outcome["before"], exists=not outcome["created"]),
                "after": _lines(outcome["after"], exists=not outcome["removed"]),
                "before_header": where,
                "after_header": where,
            }
        return outcome


def _lines(settings: dict[str, Any], *, exists: bool) -> str:
    """One line a setting, and one for each entry of a dictionary."""
    lines = []
    for key, value in settings.items():
        if isinstance(value, dict):
            lines += [f"{key}.{name}: {printable(entry)}\n" for name, entry in value.items()]
        else:
            lines.append(f"{key}: {'none' if value is None else printable(value)}\n")
    return "".join(lines) if exists else ""
