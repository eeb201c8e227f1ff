"""The table of the ways into a box."""

from __future__ import annotations

from bma.resources.kinds import Flag, Name, OptionalFlag
from bma.resources.resource import Resource
from bma.resources.table import UNSAID, Setting

CLIENT_ACCESS = Resource(
    key="client_access",
    noun="CASMailbox",
    meaning="The protocols through which the holder's programs reach the box.",
    settings=(
        Setting(
            key="owa",
            wire="OWAEnabled",
            kind=Flag(),
            meaning="The web interface.",
            default=True,
            born=True,
        ),
        Setting(
            key="owa_for_devices",
            wire="OWAforDevicesEnabled",
            kind=Flag(),
            meaning="The web interface inside Microsoft's applications for older devices.",
            default=False,
            born=True,
        ),
        Setting(
            key="mapi",
            wire="MAPIEnabled",
            kind=Flag(),
            meaning="Outlook.",
            default=True,
            born=True,
        ),
        Setting(
            key="mapi_http",
            wire="MapiHttpEnabled",
            kind=OptionalFlag(),
            meaning="Outlook by MAPI over HTTP; null for what the organisation says.",
            default=None,
        ),
        Setting(
            key="imap",
            wire="ImapEnabled",
            kind=Flag(),
            meaning="Other mail programs, which may leave the mail on the server. The copy of the old content uses it.",
            default=True,
            born=True,
        ),
        Setting(
            key="pop",
            wire="PopEnabled",
            kind=Flag(),
            meaning="Mail programs that fetch the mail away, and services that collect it for another box.",
            default=False,
            born=True,
        ),
        Setting(
            key="active_sync",
            wire="ActiveSyncEnabled",
            kind=Flag(),
            meaning="Telephones and tablets.",
            default=True,
            born=True,
        ),
        Setting(
            key="ews",
            wire="EwsEnabled",
            # Never set, Exchange answers null, and lets programs in.
            kind=Flag(unset=True),
            meaning="Programs by Exchange Web Services, Outlook for Mac among them.",
            default=True,
            born=True,
        ),
        Setting(
            key="owa_mailbox_policy",
            wire="OwaMailboxPolicy",
            kind=Name("OwaMailboxPolicy"),
            meaning="What the web interface offers. The one that `playbooks/organization.yml` makes is named"
            " `BMA OWA Policy`.",
            default=UNSAID,
        ),
    ),
)
