"""Action of ``exchange_throttling_association``, generated from its table. Documentation: library/."""

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.loader import action_loader


class ActionModule(action_loader.get("exchange_object", class_only=True)):
    kind: ClassVar[str] = "throttling_association"
