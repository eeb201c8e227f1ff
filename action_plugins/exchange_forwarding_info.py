"""Action of ``exchange_forwarding_info``. Documentation: library/."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.loader import action_loader


class ActionModule(action_loader.get("exchange_object", class_only=True)):
    options: ClassVar[tuple[str, ...]] = ("domain",)

    def _answer(self, variables: dict[str, Any]) -> dict[str, Any]:
        found = self._keeper(variables, read_only=True).ask("forwarding", **self._task.args)
        return {"changed": False, **found}
