"""The table of language and clock, which Exchange keeps inside the mailbox."""

from __future__ import annotations

from bma.resources.kinds import Choice, Flag
from bma.resources.resource import Resource
from bma.resources.table import Setting

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
            # Formats must be valid for the language, and folders are named in it: they travel together.
            sent_with="language",
        ),
        Setting(
            key="date_format",
            wire="DateFormat",
            kind=Choice(r"^[dMy./ '-]+$", "dd-MM-yy", caseless=False),
            meaning="How dates are written; one of those that Windows has for the language.",
            default="dd-MM-yy",
            sent_with="language",
            cleared_with="language",
        ),
        Setting(
            key="time_format",
            wire="TimeFormat",
            kind=Choice(r"^[hHmst:. ']+$", "HH:mm", caseless=False),
            meaning="How times are written; one of those that Windows has for the language.",
            default="HH:mm",
            sent_with="language",
            cleared_with="language",
        ),
        Setting(
            key="time_zone",
            wire="TimeZone",
            kind=Choice(r"^[A-Za-z0-9 .()+-]{2,64}$", "Romance Standard Time"),
            meaning="Time zone, by its Windows name.",
            default="Romance Standard Time",
        ),
        Setting(
            key="localized_folders",
            wire="DefaultFolderNameMatchingUserLanguage",
            parameter="LocalizeDefaultFolderName",
            kind=Flag(),
            meaning="Whether the default folders are named in the language: Boîte de réception, not Inbox. Exchange"
            " renames them once; content comes afterwards.",
            default=True,
            born=False,
            allowed={"const": True, "x-allowed": "true: Exchange has no way back to other names"},
            sent_with="language",
        ),
    ),
)
