"""What the actions of all readers of objects of the organisation share. No module itself, as ``exchange_object``."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.loader import action_loader


class ActionModule(action_loader.get("exchange_object", class_only=True)):
    options: ClassVar[tuple[str, ...]] = ("name",)

    def _answer(self, variables: dict[str, Any]) -> dict[str, Any]:
        keeper = self._keeper(variables, read_only=True)
        return {"changed": False, "objects": keeper.ask("objects", kind=self.kind, **self._task.args)}
