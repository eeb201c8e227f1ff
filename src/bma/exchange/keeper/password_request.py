"""What the keeper does for a task about passwords of boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bma.errors import BmaError
from bma.exchange.fleet import Fleet
from bma.resources.commands import Command, Secret

Tell = Callable[[str], None]


class PasswordRequests:
    """Requests about passwords, as plain JSON. A read-only keeper only says whether the mailbox is there."""

    def __init__(self, fleet: Fleet, *, read_only: bool) -> None:
        self._fleet = fleet
        self._read_only = read_only

    @property
    def operations(self) -> dict[str, Callable[[Mapping[str, Any], Tell], Any]]:
        """Each request by its name."""
        return {"password": self._password}

    def _password(self, request: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
        """Give the mailbox of a box its password, which leaves this machine as a SecureString.

        To give it twice does no harm: it is the same one, and the pool may repeat a Set whose answer was lost.
        """
        address = str(request["address"])
        box = self._fleet.read(address, frozenset())
        if box is None:
            return {"exists": False, "set": False}
        if self._read_only:
            return {"exists": True, "set": False}
        password = str(request.get("password") or "")
        if not password:
            raise BmaError("no password was given", where=address)
        command = Command(
            "Set-Mailbox",
            {
                "Identity": box.identity,
                "Password": Secret(password),
                "ResetPasswordOnNextLogon": bool(request.get("change_at_next_logon")),
                **self._fleet.inquiry.pin(),
            },
        )
        answer = self._fleet.inquiry.pool.run(command)
        if answer.errors:
            fault = answer.errors[0]
            # What is wrong with a password may be told with the password.
            told = fault.what.replace(password, "***")
            return {"exists": True, "set": False, "reason": fault.reason, "told": f"{command.cmdlet}: {told}"}
        return {"exists": True, "set": True}
