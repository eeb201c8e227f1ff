"""What the fault plan can do to a request: the exceptions the HTTP side acts on, and when each is raised."""

from __future__ import annotations

from collections.abc import Callable

from lab.exchange.faultplan import Rule
from lab.exchange.wire import faults


class DropConnectionError(Exception):
    """Close the connection without an answer, or after the first half of `body`."""

    def __init__(self, body: bytes = b"") -> None:
        super().__init__("dropped")
        self.body = body


class SilenceError(Exception):
    """Keep the connection and never answer."""


class HtmlStatusError(Exception):
    """An HTTP status with an HTML body, as a front end or a proxy gives it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def before(rule: Rule | None, die: Callable[[], None], shell_id: str, lose: Callable[[str], None]) -> None:
    """Do what a rule says when the request arrives; nothing has been executed."""
    if rule is None:
        return
    if rule.do == "die" and rule.when == "before":
        die()
        raise DropConnectionError
    if rule.do == "drop_before_execution":
        raise DropConnectionError
    if rule.do == "silence":
        raise SilenceError
    if rule.do == "http_status":
        raise HtmlStatusError(rule.status)
    if rule.do == "wsman_fault":
        raise faults.WsmanFaultError(rule.code, rule.text or f"The WS-Management service answered {rule.code}.")
    if rule.do == "shell_lost":
        lose(shell_id)
        raise faults.shell_not_found(shell_id)


def after(rule: Rule | None, die: Callable[[], None], answer: bytes) -> None:
    """Do what a rule says once the request was carried out."""
    if rule is None:
        return
    if rule.do == "die":
        die()
        raise DropConnectionError
    if rule.do == "drop_after_execution":
        raise DropConnectionError
    if rule.do == "half_answer":
        raise DropConnectionError(answer)
