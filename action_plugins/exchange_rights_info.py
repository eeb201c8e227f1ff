"""Action of ``exchange_rights_info``. Documentation: library/."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.loader import action_loader

from bma.errors import BmaError


class ActionModule(action_loader.get("exchange_object", class_only=True)):
    options: ClassVar[tuple[str, ...]] = ("policy", "rights")

    def _answer(self, variables: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in self.options if not isinstance(self._task.args.get(name), dict)]
        if missing:
            raise BmaError(f"missing option: {missing[0]}")
        return {"changed": False, **self._keeper(variables, read_only=True).ask("rights", **self._task.args)}
