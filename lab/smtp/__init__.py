"""An SMTP relay on loopback that keeps what it accepts and goes wrong where it is told to."""

from lab.smtp.rules import Rule, RuleError
from lab.smtp.sink import SmtpSink
from lab.smtp.store import Accepted

__all__ = ["Accepted", "Rule", "RuleError", "SmtpSink"]
