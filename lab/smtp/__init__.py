"""An SMTP relay on loopback that keeps what it accepts and goes wrong where it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.smtp.rules import Rule, RuleError
from lab.smtp.store import Accepted

if TYPE_CHECKING:
    from lab.smtp.sink import SmtpSink

__all__ = ["Accepted", "Rule", "RuleError", "SmtpSink"]


def __getattr__(name: str) -> Any:
    """The relay itself is loaded only by those who run one: the command `lab` answers faster without it."""
    if name == "SmtpSink":
        from lab.smtp.sink import SmtpSink

        return SmtpSink
    raise AttributeError(name)
