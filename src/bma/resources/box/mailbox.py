"""The table of the mailbox itself, as the directory keeps it."""

from __future__ import annotations

from bma.resources.kinds import Address, Aliases, Flag, Name, NoRecipient, OptionalAddress, Size, Text
from bma.resources.resource import Resource
from bma.resources.table import UNSAID, Setting

_NEVER = {"const": None, "x-allowed": "null: automatic forwarding is not possible"}

_CARD = (
    ("`ec` for an establishment, `po` for an organising body", "{kind}"),
    ("the FASE number", "{number}"),
    ("the campaign that moves it", "{campaign}"),
    ("the wave that it moves in", "{wave}"),
    *((f"free, as `custom_attribute_{number}`", UNSAID) for number in range(5, 16)),
)

MAILBOX = Resource(
    key="mailbox",
    noun="Mailbox",
    meaning="The mailbox object in the directory.",
    settings=(
        Setting(
            key="primary_smtp_address",
            wire="PrimarySmtpAddress",
            kind=Address(),
            meaning="The address the box answers from. The address of a BMA never changes.",
            default="{address}",
            allowed={"const": "{address}", "x-allowed": "{address}: the address is a promise"},
            sent_with="address",
        ),
        Setting(
            key="email_address_policy_enabled",
            wire="EmailAddressPolicyEnabled",
            kind=Flag(),
            meaning="Whether an address policy of the organisation may rewrite the addresses; it would change the"
            " primary address at the next write.",
            default=False,
            # New-Mailbox turns it off by itself when it is given a primary address.
            born=False,
            allowed={"const": False, "x-allowed": "false: the address is a promise"},
            sent_with="address",
        ),
        Setting(
            key="aliases",
            wire="EmailAddresses",
            kind=Aliases(),
            meaning="Further addresses of the box, those that the referential's supplement gives it. Other addresses"
            " that the mailbox has, X500 and SIP entries too, are left to it.",
            default="{aliases}",
            born=(),
            allowed={"const": "{aliases}", "x-allowed": "{aliases}: they are said in the supplement"},
            # Exchange refuses EmailAddresses and PrimarySmtpAddress in one command.
            apart="aliases",
        ),
        Setting(
            key="display_name",
            wire="DisplayName",
            kind=Text(256),
            meaning="The name shown to correspondents. `{name}`, `{address}`, `{local_part}`, `{kind}`,"
            " `{number}`, `{campaign}` and `{wave}` stand for the box's own; a name too long is shortened.",
            default="{name} ({local_part})",
            filled=True,
        ),
        Setting(
            key="issue_warning_quota",
            wire="IssueWarningQuota",
            kind=Size(),
            meaning="Size from which Exchange warns the holder; it does so only above half of `prohibit_send_quota`.",
            default="1.8 GB",
            born=Size.UNLIMITED,
            sent_with="quota",
        ),
        Setting(
            key="prohibit_send_quota",
            wire="ProhibitSendQuota",
            kind=Size(),
            meaning="Size from which the box cannot send any more.",
            default="2 GB",
            born=Size.UNLIMITED,
            sent_with="quota",
        ),
        Setting(
            key="prohibit_send_receive_quota",
            wire="ProhibitSendReceiveQuota",
            kind=Size(),
            meaning="Size from which the box cannot receive any more either.",
            default="2 GB",
            born=Size.UNLIMITED,
            sent_with="quota",
        ),
        Setting(
            key="use_database_quota_defaults",
            wire="UseDatabaseQuotaDefaults",
            kind=Flag(),
            meaning="Whether the quotas of the database hide those of the box. True makes the three above void.",
            default=False,
            born=True,
            allowed={"const": False, "x-allowed": "false: the quotas of the box must hold"},
            sent_with="quota",
        ),
        Setting(
            key="forwarding_address",
            wire="ForwardingAddress",
            kind=NoRecipient(),
            meaning="A recipient of the directory that all mail is forwarded to.",
            default=None,
            allowed=_NEVER,
            apart="forwarding",
        ),
        Setting(
            key="forwarding_smtp_address",
            wire="ForwardingSmtpAddress",
            kind=OptionalAddress(),
            meaning="An address, inside or outside, that all mail is forwarded to.",
            default=None,
            allowed=_NEVER,
            apart="forwarding",
        ),
        Setting(
            key="deliver_to_mailbox_and_forward",
            wire="DeliverToMailboxAndForward",
            kind=Flag(),
            meaning="Whether a forwarded message stays in the box as well; a leftover true is drift.",
            default=False,
            born=False,
            allowed={"const": False, "x-allowed": "false: automatic forwarding is not possible"},
            apart="forwarding",
        ),
        Setting(
            key="max_send_size",
            wire="MaxSendSize",
            kind=Size("1.999999 GB"),
            meaning="Largest message that the box may send; `Unlimited` leaves it to the organisation. What is attached"
            " grows by a third on the way.",
            default="Unlimited",
            born=Size.UNLIMITED,
        ),
        Setting(
            key="max_receive_size",
            wire="MaxReceiveSize",
            kind=Size("1.999999 GB"),
            meaning="Largest message that the box may receive; `Unlimited` leaves it to the organisation.",
            default="Unlimited",
            born=Size.UNLIMITED,
        ),
        Setting(
            key="hidden_from_address_lists",
            wire="HiddenFromAddressListsEnabled",
            kind=Flag(),
            meaning="Whether the address lists leave the box out: its address is a reserved channel, not published.",
            default=True,
            born=False,
        ),
        Setting(
            key="role_assignment_policy",
            wire="RoleAssignmentPolicy",
            kind=Name("RoleAssignmentPolicy"),
            meaning="What the holder may change by themselves. The one that `playbooks/organization.yml` makes leaves"
            " forwarding out.",
            default="BMA Role Assignment Policy",
        ),
        Setting(
            key="throttling_policy",
            wire="ThrottlingPolicy",
            kind=Name("ThrottlingPolicy"),
            meaning="How much of the servers the box may use; null for what the organisation says.",
            default=None,
        ),
        Setting(
            key="retention_policy",
            wire="RetentionPolicy",
            kind=Name("RetentionPolicy"),
            meaning="What becomes of old messages; null for nothing.",
            default=None,
        ),
        *(
            Setting(
                key=f"custom_attribute_{number}",
                wire=f"CustomAttribute{number}",
                kind=Text(1024),
                meaning=f"Identity card of the box: {meaning}. Filters of Exchange can ask for it.",
                default=default,
                filled=True,
            )
            for number, (meaning, default) in enumerate(_CARD, start=1)
        ),
    ),
)
