"""Action of the ``ambiguous_mail`` module: translates between a task and :mod:`bma.dsn`."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.dsn.ambiguous import Settled, settle, settled_text
from bma.dsn.old_server import Found, old_server
from bma.errors import BmaError
from bma.mail.moment import DEFAULT_ZONE, clock, zone_of
from bma.store import open_ledger

ARGUMENTS = {
    "ledger": {"type": "str", "required": True},
    "campaign": {"type": "str"},
    "boxes": {"type": "list", "elements": "str"},
    "old_server": {"type": "dict", "required": True},
    "password": {"type": "str", "no_log": True},
    "passwords": {"type": "dict", "default": {}, "no_log": True},
    "today": {"type": "str"},
    "timezone": {"type": "str", "default": DEFAULT_ZONE},
    "show": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask and write down; fails when the old server could not be asked about a mail."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        check = bool(self._task.check_mode)
        passwords = {str(box): str(word) for box, word in options["passwords"].items()}
        try:
            moment = clock(options["today"], zone_of(options["timezone"]))()
            old = old_server(options["old_server"], options["password"], passwords)
            with open_ledger(options["ledger"], read_only=check) as ledger:
                found = settle(ledger, options["campaign"], old, moment.at, boxes=options["boxes"], check=check)
        except BmaError as error:
            raise AnsibleActionFail(str(error)) from None
        if options["show"]:
            self._display.display(settled_text(found))
        return result | _told(found)


def _told(found: list[Settled]) -> dict[str, Any]:
    mails = [
        {
            "box": one.box,
            "mail": one.step,
            "recipient": one.recipient,
            "message_id": one.message_id,
            "found": str(one.answer.found),
            "why": one.answer.words,
        }
        for one in found
    ]
    told: dict[str, Any] = {"changed": any(one.moved for one in found), "mails": mails}
    unknown = sorted({one.answer.words for one in found if one.answer.found is Found.UNKNOWN})
    return told | ({"failed": True, "msg": "\n".join(unknown[:20])} if unknown else {})
