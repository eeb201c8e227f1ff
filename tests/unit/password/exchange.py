"""An Exchange of the tests' own: which password each address was given, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.errors import BmaError
from bma.resources.commands import Secret


class Mailboxes:
    """``given``: address → the passwords it was given. ``missing``, ``refused``, ``broken``: addresses it fails for."""

    def __init__(self) -> None:
        self.given: dict[str, list[str]] = {}
        self.missing: set[str] = set()
        self.refused: set[str] = set()
        self.broken: set[str] = set()
        self.change: set[bool] = set()

    def set(self, address: str, password: Secret | None, change: bool) -> Mapping[str, Any]:
        if address in self.missing:
            return {"exists": False, "set": False}
        if password is None:
            return {"exists": True, "set": False}
        if address in self.broken:
            raise BmaError(f"the session broke while it had {password.clear}")
        if address in self.refused:
            told = f"Set-Mailbox: {password.clear} does not meet the policy"
            return {"exists": True, "set": False, "reason": "ADInvalidPasswordException", "told": told}
        self.given.setdefault(address, []).append(password.clear)
        self.change.add(change)
        return {"exists": True, "set": True}

    def opens(self, address: str) -> str:
        """The password that opens it now."""
        return self.given[address][-1]
