"""The tables of a box, one file a section of the policy.

Adding a setting is adding a row: the policy's schema, the documentation, the module's options, the comparison
and the cmdlet follow from it.
"""

from bma.resources.box.automatic_replies import AUTOMATIC_REPLIES
from bma.resources.box.client_access import CLIENT_ACCESS
from bma.resources.box.grants import GRANTS
from bma.resources.box.inbox_rules import INBOX_RULES, SWEEP_RULES
from bma.resources.box.mailbox import MAILBOX
from bma.resources.box.regional import REGIONAL
from bma.resources.table import Section

BOX: tuple[Section, ...] = (
    MAILBOX,
    CLIENT_ACCESS,
    REGIONAL,
    AUTOMATIC_REPLIES,
    INBOX_RULES,
    SWEEP_RULES,
    GRANTS,
)
"""Every section of a box, in the order in which they are converged."""

__all__ = [
    "AUTOMATIC_REPLIES",
    "BOX",
    "CLIENT_ACCESS",
    "GRANTS",
    "INBOX_RULES",
    "MAILBOX",
    "REGIONAL",
    "SWEEP_RULES",
]
