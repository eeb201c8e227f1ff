"""The tables of a box: the mailbox, and the regional configuration inside it.

Adding a setting is adding a row: the policy's schema, the documentation, the module's options, the comparison
and the cmdlet follow from it.
"""

from __future__ import annotations

from bma.resources.table import Resource, Setting
from bma.resources.values import Address, Choice, Flag, NoRecipient, OptionalAddress, Size, Text

_NEVER = {"const": None, "x-allowed": "null: automatic forwarding is not possible"}

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
            key="display_name",
            wire="DisplayName",
            kind=Text(256),
            meaning="The name shown to correspondents. `{name}`, `{address}`, `{local_part}`, `{kind}` and"
            " `{number}` stand for the box's own; a name too long is shortened.",
            default="{name} ({local_part})",
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
        ),
        Setting(
            key="forwarding_smtp_address",
            wire="ForwardingSmtpAddress",
            kind=OptionalAddress(),
            meaning="An address, inside or outside, that all mail is forwarded to.",
            default=None,
            allowed=_NEVER,
        ),
        Setting(
            key="deliver_to_mailbox_and_forward",
            wire="DeliverToMailboxAndForward",
            kind=Flag(),
            meaning="Whether a forwarded message stays in the box as well; a leftover true is drift.",
            default=False,
            born=False,
            allowed={"const": False, "x-allowed": "false: automatic forwarding is not possible"},
        ),
    ),
)

REGIONAL = Resource(
    key="regional",
    noun="MailboxRegionalConfiguration",
    meaning="The language and clock of the box, kept inside the mailbox itself.",
    settings=(
        Setting(
            key="language",
            wire="Language",
            kind=Choice(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "fr-BE"),
            meaning="Language of the web interface, as a culture name.",
            default="fr-BE",
        ),
        Setting(
            key="time_zone",
            wire="TimeZone",
            kind=Choice(r"^[A-Za-z0-9 .()+-]{2,64}$", "Romance Standard Time"),
            meaning="Time zone, by its Windows name.",
            default="Romance Standard Time",
        ),
    ),
)

BOX = (MAILBOX, REGIONAL)
"""Every resource of a box, in the order in which they are converged."""
