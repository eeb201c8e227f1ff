"""The tables of OWA policies, throttling policies, and who has which throttling policy."""

from __future__ import annotations

from bma.resources.kinds import Count, Flag, Name, OneOf
from bma.resources.organization.site_object import Fact, Properties, SiteObject
from bma.resources.organization.values import Number

_LANGUAGE = "an LCID such as 2060 for French (Belgium); 0 lets the holder choose"


def _page(key: str, wire: str, meaning: str) -> Fact:
    return Fact(key=key, wire=wire, kind=Flag(), meaning=meaning, born=True)


OWA_POLICY = SiteObject(
    key="owa_policy",
    noun="OwaMailboxPolicy",
    words="OWA policy",
    meaning="What the web interface offers.",
    example=("BMA OWA Policy", {"instant_messaging_enabled": False, "default_client_language": 2060}),
    settings=(
        _page("rules_enabled", "RulesEnabled", "Rules. What they may do is for the role assignment policy."),
        _page("change_password_enabled", "ChangePasswordEnabled", "Changing one's password."),
        _page("delegate_access_enabled", "DelegateAccessEnabled", "Opening other people's folders."),
        _page("instant_messaging_enabled", "InstantMessagingEnabled", "Chat."),
        _page("text_messaging_enabled", "TextMessagingEnabled", "Text messages to telephones."),
        _page("set_photo_enabled", "SetPhotoEnabled", "Changing one's picture."),
        _page("report_junk_enabled", "ReportJunkEmailEnabled", "Reporting junk mail to Microsoft."),
        _page(
            "save_attachments_to_cloud_enabled",
            "SaveAttachmentsToCloudEnabled",
            "Saving attachments to storage outside.",
        ),
        _page(
            "direct_file_access_on_public_computers",
            "DirectFileAccessOnPublicComputersEnabled",
            "Opening attachments on computers that others use too.",
        ),
        Fact(
            key="default_client_language",
            wire="DefaultClientLanguage",
            kind=Number(),
            meaning=f"Language before the holder has one: {_LANGUAGE}.",
        ),
        Fact(
            key="logon_and_error_language",
            wire="LogonAndErrorLanguage",
            kind=Number(),
            meaning=f"Language of the logon page and of errors: {_LANGUAGE}.",
        ),
    ),
)


def _budget(key: str, wire: str, meaning: str) -> Fact:
    return Fact(key=key, wire=wire, kind=Count(), meaning=meaning, new=True)


THROTTLING_POLICY = SiteObject(
    key="throttling_policy",
    noun="ThrottlingPolicy",
    words="throttling policy",
    meaning="How much of the servers an account may use. What is not said is what the organisation says.",
    example=("BMA Migration Throttling", {"imap_max_concurrency": "Unlimited", "powershell_max_concurrency": 18}),
    settings=(
        Fact(
            key="scope",
            wire="ThrottlingPolicyScope",
            kind=OneOf("Regular", "Organization"),
            meaning="`Regular`: for those who are given it. `Organization`: for everybody.",
            born="Regular",
            new=True,
        ),
        _budget("imap_max_concurrency", "ImapMaxConcurrency", "IMAP connections at the same time."),
        _budget("imap_max_burst", "ImapMaxBurst", "Milliseconds that IMAP may use above its rate."),
        _budget("imap_recharge_rate", "ImapRechargeRate", "Milliseconds an hour that IMAP is given back."),
        _budget("imap_cutoff_balance", "ImapCutoffBalance", "Debt in milliseconds at which IMAP is cut off."),
        _budget("powershell_max_concurrency", "PowerShellMaxConcurrency", "Remote PowerShell sessions."),
        _budget("powershell_max_cmdlets", "PowerShellMaxCmdlets", "Cmdlets within the period below."),
        _budget("powershell_max_cmdlets_period", "PowerShellMaxCmdletsTimePeriod", "That period, in seconds."),
        _budget("powershell_max_destructive_cmdlets", "PowerShellMaxDestructiveCmdlets", "Of them, destructive ones."),
        _budget("powershell_max_burst", "PowerShellMaxBurst", "Milliseconds that PowerShell may use above its rate."),
        _budget("powershell_recharge_rate", "PowerShellRechargeRate", "Milliseconds an hour that it is given back."),
        _budget("powershell_cutoff_balance", "PowerShellCutoffBalance", "Debt at which PowerShell is cut off."),
    ),
)


class _Association(SiteObject):
    def identity(self, name: str, answer: Properties) -> str:  # noqa: ARG002
        """The account as it was asked for: the answer's identity is that of the association."""
        return name

    def names(self, answer: Properties) -> tuple[str, ...]:  # noqa: ARG002
        return ()


THROTTLING_ASSOCIATION = _Association(
    key="throttling_association",
    noun="ThrottlingPolicyAssociation",
    words="throttling policy association",
    meaning="Which throttling policy an account has.",
    example=("migration", {"policy": "BMA Migration Throttling"}),
    creates=False,
    removes=False,
    reader=False,
    settings=(
        Fact(
            key="policy",
            wire="ThrottlingPolicyId",
            parameter="ThrottlingPolicy",
            kind=Name("ThrottlingPolicy"),
            meaning="The policy; null for what the organisation says.",
        ),
    ),
)
