"""The table of transport rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import Flag, NotUnderstoodError, OneOf, Text, scalar_text
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Observation
from bma.resources.organization.site_object import Fact, SiteObject
from bma.resources.organization.values import Number, Words
from bma.resources.table import Converged, Target

ENABLED = "enabled"
LONGEST_REASON = 256


class _InUse(Flag):
    """Whether a rule is in use, which Exchange answers as the word of its state."""

    def read(self, answered: Any) -> bool:
        text = scalar_text(answered)
        if text not in ("Enabled", "Disabled"):
            raise NotUnderstoodError(f"{text!r:.60} is neither Enabled nor Disabled")
        return text == "Enabled"


class _OneOfOrNone(OneOf):
    """A word, or null where the rule does not ask for it."""

    def normal(self, written: Any) -> str:
        return None if written is None else super().normal(written)  # type: ignore[return-value]


class _TransportRule(SiteObject):
    """Set takes everything but whether the rule is in use: Enable and Disable are cmdlets of their own."""

    @property
    def written_by(self) -> tuple[str, ...]:
        return (*super().written_by, f"Enable-{self.noun}", f"Disable-{self.noun}")

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        part = super().converge(wanted, observed, target)
        if not any(change.key == ENABLED for change in part.changes):
            return part
        switch = Command(f"{'Enable' if wanted[ENABLED] else 'Disable'}-{self.noun}", _switching(wanted, target))
        return Converged(part.changes, (*_without_state(part.commands), switch), part.unknown)

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        rest = super().writes({key: value for key, value in wanted.items() if key != ENABLED})
        switches = [right(f"{verb}-{self.noun}", "Confirm") for verb in ("Enable", "Disable")]
        return together([rest, *(switches if ENABLED in wanted else [])])


def _switching(wanted: Mapping[str, Any], target: Target) -> dict[str, Any]:
    return target.parameters(**({} if wanted[ENABLED] else {"Confirm": False}))


def _without_state(commands: tuple[Command, ...]) -> list[Command]:
    kept = [
        Command(one.cmdlet, {name: value for name, value in one.parameters.items() if name != "Enabled"})
        for one in commands
    ]
    return [one for one in kept if set(one.parameters) - {"Identity", "DomainController"}]


TRANSPORT_RULE = _TransportRule(
    key="transport_rule",
    noun="TransportRule",
    words="transport rule",
    meaning="What the servers do with messages as they pass.",
    example=(
        "BMA no automatic forwarding",
        {
            "message_type": "AutoForward",
            "sent_to_scope": "NotInOrganization",
            "reject_reason": "Le transfert automatique vers une adresse externe n’est pas autorisé.",
        },
    ),
    settings=(
        Fact(
            key=ENABLED,
            wire="State",
            parameter="Enabled",
            kind=_InUse(),
            meaning="Whether the rule is in use.",
            born=True,
            new=True,
        ),
        Fact(
            key="priority",
            wire="Priority",
            kind=Number(0, 1000),
            meaning="Its place among the rules; 0 is asked first.",
            new=True,
        ),
        Fact(
            key="mode",
            wire="Mode",
            kind=OneOf("Enforce", "Audit", "AuditAndNotify"),
            meaning="Whether it acts (`Enforce`) or only takes notes.",
            born="Enforce",
            new=True,
        ),
        Fact(
            key="message_type",
            wire="MessageTypeMatches",
            kind=_OneOfOrNone("AutoForward", "OOF", "ReadReceipt", "Calendaring", "Voicemail", "Encrypted", "Signed"),
            meaning="Which messages. `AutoForward`: those that a rule or a program forwards. What a mailbox's own"
            " forwarding setting sends on does not count as such.",
            new=True,
        ),
        Fact(
            key="from_scope",
            wire="FromScope",
            kind=_OneOfOrNone("InOrganization", "NotInOrganization"),
            meaning="From whom. A redirected message keeps its first sender.",
            new=True,
        ),
        Fact(
            key="sent_to_scope",
            wire="SentToScope",
            kind=_OneOfOrNone("InOrganization", "NotInOrganization"),
            meaning="To whom. An internal relay domain is in the organisation: mail to boxes that are still on the old"
            " server is not touched.",
            new=True,
        ),
        Fact(
            key="sender_address_location",
            wire="SenderAddressLocation",
            kind=OneOf("Header", "Envelope", "HeaderOrEnvelope"),
            meaning="Where the sender is looked for. `HeaderOrEnvelope` finds a message that was redirected, too.",
            born="Header",
            new=True,
        ),
        Fact(
            key="except_recipient_domains",
            wire="ExceptIfRecipientDomainIs",
            kind=Words(),
            meaning="Domains that mail may go to all the same.",
            born=(),
            new=True,
        ),
        Fact(
            key="reject_reason",
            wire="RejectMessageReasonText",
            kind=Text(LONGEST_REASON),
            meaning=f"What the sender is told, in {LONGEST_REASON} characters at most.",
            new=True,
            needed=True,
        ),
        Fact(
            key="reject_status",
            wire="RejectMessageEnhancedStatusCode",
            kind=Text(16),
            meaning="The code of the refusal: 5.7.1, or 5.7.900 to 5.7.999.",
            allowed={
                "type": "string",
                "pattern": r"^5\.7\.(1|9[0-9]{2})$",
                "x-allowed": "5.7.1, or 5.7.900 to 5.7.999",
            },
            # Exchange gives it to a rule that rejects.
            born="5.7.1",
            new=True,
        ),
        Fact(
            key="comments",
            wire="Comments",
            kind=Text(1024),
            meaning="What people should know of it.",
            new=True,
        ),
    ),
)
