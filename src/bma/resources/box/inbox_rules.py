"""The tables of inbox rules and sweep rules."""

from __future__ import annotations

from bma.resources.box.rules import DISABLE, KEEP, REMOVE, REPORT, Rules
from bma.resources.kinds import Destinations, OneOf
from bma.resources.table import Setting

INBOX_RULES = Rules(
    key="inbox_rules",
    noun="InboxRule",
    meaning="Rules inside the box that send mail on: by forwarding, redirecting or as an attachment.",
    settings=(
        Setting(
            key="forwarding",
            wire="ForwardTo, RedirectTo, ForwardAsAttachmentTo",
            kind=OneOf(DISABLE, REMOVE, REPORT, KEEP),
            meaning="What becomes of a rule that sends mail to an address that is not allowed.",
            default=DISABLE,
        ),
        Setting(
            key="allowed_targets",
            wire="ForwardTo, RedirectTo, ForwardAsAttachmentTo",
            kind=Destinations(),
            meaning="Where a rule may send mail. A rule all of whose targets are in the list is kept.",
            default=[],
        ),
    ),
    decides="forwarding",
    sending=("ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"),
    notifying=("SendTextMessageNotificationTo",),
    parameters={"AlwaysDeleteOutlookRulesBlob": True},
    warning="a change to inbox rules deletes the rules that Outlook keeps on the holder's computer",
)

SWEEP_RULES = Rules(
    key="sweep_rules",
    noun="SweepRule",
    meaning="Rules of the web interface that move or delete a sender's mail as it ages.",
    settings=(
        Setting(
            key="found",
            wire="Enabled",
            kind=OneOf(DISABLE, REMOVE, REPORT, KEEP),
            meaning="What becomes of a sweep rule: it makes mail disappear from where the holder looks.",
            default=REPORT,
        ),
    ),
    decides="found",
)
