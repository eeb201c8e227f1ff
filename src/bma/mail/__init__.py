"""Staged mails: which is due for whom, what it says, and how it is sent so that nobody gets it twice."""

from bma.mail.facts import Addressee
from bma.mail.faults import MailError, RelayError
from bma.mail.known import Plan
from bma.mail.moment import Clock, Moment, clock
from bma.mail.outcome import ASKS, FAILS, Outcome, Report, Told, named, sentence
from bma.mail.post import Post, Wishes
from bma.mail.schedule import BoxState, Judgement, Verdict, judge
from bma.mail.secret import NoSecrets, Secrets, SecretText
from bma.mail.settings import Relay, Settings, settings
from bma.mail.templates import Templates
from bma.mail.writing import Writer

__all__ = [
    "ASKS",
    "FAILS",
    "Addressee",
    "BoxState",
    "Clock",
    "Judgement",
    "MailError",
    "Moment",
    "NoSecrets",
    "Outcome",
    "Plan",
    "Post",
    "Relay",
    "RelayError",
    "Report",
    "SecretText",
    "Secrets",
    "Settings",
    "Templates",
    "Told",
    "Verdict",
    "Wishes",
    "Writer",
    "clock",
    "judge",
    "named",
    "sentence",
    "settings",
]
