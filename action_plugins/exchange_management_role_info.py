"""Action of ``exchange_management_role_info``, generated from its table. Documentation: library/."""

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.loader import action_loader


class ActionModule(action_loader.get("exchange_object_info", class_only=True)):
    kind: ClassVar[str] = "management_role"
