"""The table of automatic replies, kept inside the mailbox."""

from __future__ import annotations

from bma.resources.kinds import OneOf
from bma.resources.resource import Resource
from bma.resources.table import UNSAID, Setting

AUTOMATIC_REPLIES = Resource(
    key="automatic_replies",
    noun="MailboxAutoReplyConfiguration",
    meaning="Replies that the box sends by itself.",
    settings=(
        Setting(
            key="external_audience",
            wire="ExternalAudience",
            kind=OneOf("None", "Known", "All"),
            meaning="Who outside gets an automatic reply while the holder has one: nobody, those in the address book"
            " of the box, or everybody.",
            default="None",
            born="All",
        ),
        Setting(
            key="state",
            wire="AutoReplyState",
            kind=OneOf("Disabled", "Enabled", "Scheduled"),
            meaning="Whether the box replies by itself at all. Left to the holder unless policy says it.",
            default=UNSAID,
            born="Disabled",
        ),
    ),
)
