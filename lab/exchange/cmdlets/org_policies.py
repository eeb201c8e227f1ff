"""Policies of mailboxes: Outlook on the web, retention, email addresses.

Parameters are documented; on premises no flag of an Outlook on the web policy governs forwarding by itself, only
RulesEnabled the rules page as a whole. Wire forms, most defaults and the texts of the rules are modelled, and
addresses are not rewritten by Update-EmailAddressPolicy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.cmdlets.org_base import CHANGE, TASKS, Noun, refused
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass
from lab.exchange.shapes import Shaped

OWA = ConfigClass(
    kind="owapolicy",
    types=(f"{CONFIGURATION}.OwaMailboxPolicy", f"{CONFIGURATION}.MailboxPolicy", *CONFIGURATION_BASES),
    table=(
        "ActionForUnknownFileAndMIMETypes:AttachmentBlockingActions S Allow; "
        "ActiveSyncIntegrationEnabled:Boolean B true; AllAddressListsEnabled:Boolean B true; "
        "AllowCopyContactsToDeviceAddressBook:Boolean B true; AllowedFileTypes:MultiValuedProperty L mv:String; "
        "AllowedMimeTypes:MultiValuedProperty L mv:String; AllowOfflineOn:AllowOfflineOnEnum S AllComputers; "
        "BlockedFileTypes:MultiValuedProperty L mv:String; BlockedMimeTypes:MultiValuedProperty L mv:String; "
        "BoxAttachmentsEnabled:Boolean B false; CalendarEnabled:Boolean B true; "
        "ChangePasswordEnabled:Boolean B true; ClassicAttachmentsEnabled:Boolean B true; "
        "ContactsEnabled:Boolean B true; DefaultClientLanguage:Int32 I 0; DefaultTheme:String N; "
        "DelegateAccessEnabled:Boolean B true; DirectFileAccessOnPrivateComputersEnabled:Boolean B true; "
        "DirectFileAccessOnPublicComputersEnabled:Boolean B true; DisplayPhotosEnabled:Boolean B true; "
        "DropboxAttachmentsEnabled:Boolean B false; ExplicitLogonEnabled:Boolean B true; "
        "ExternalSPMySiteHostURL:String N; ForceSaveAttachmentFilteringEnabled:Boolean B false; "
        "ForceSaveFileTypes:MultiValuedProperty L mv:String; ForceSaveMimeTypes:MultiValuedProperty L mv:String; "
        "ForceWacViewingFirstOnPrivateComputers:Boolean B false; "
        "ForceWacViewingFirstOnPublicComputers:Boolean B false; FreCardsEnabled:Boolean B true; "
        "GlobalAddressListEnabled:Boolean B true; GoogleDriveAttachmentsEnabled:Boolean B false; "
        "GroupCreationEnabled:Boolean B true; InstantMessagingEnabled:Boolean B true; "
        "InstantMessagingType:InstantMessagingTypeOptions S None; InternalSPMySiteHostURL:String N; "
        "IRMEnabled:Boolean B true; IsDefault:SwitchParameter B false; JournalEnabled:Boolean B true; "
        "JunkEmailEnabled:Boolean B true; LogonAndErrorLanguage:Int32 I 0; NotesEnabled:Boolean B true; "
        "OneDriveAttachmentsEnabled:Boolean B true; OnSendAddinsEnabled:Boolean B false; "
        "OrganizationEnabled:Boolean B true; OutboundCharset:OutboundCharsetOptions S AutoDetect; "
        "OWALightEnabled:Boolean B true; PhoneticSupportEnabled:Boolean B false; "
        "PremiumClientEnabled:Boolean B true; PublicFoldersEnabled:Boolean B true; "
        "RecoverDeletedItemsEnabled:Boolean B true; ReferenceAttachmentsEnabled:Boolean B true; "
        "RemindersAndNotificationsEnabled:Boolean B true; ReportJunkEmailEnabled:Boolean B true; "
        "RulesEnabled:Boolean B true; SatisfactionEnabled:Boolean B true; "
        "SaveAttachmentsToCloudEnabled:Boolean B true; SearchFoldersEnabled:Boolean B true; "
        "SetPhotoEnabled:Boolean B true; SetPhotoURL:String N; SignaturesEnabled:Boolean B true; "
        "SilverlightEnabled:Boolean B true; SkipCreateUnifiedGroupCustomSharepointClassification:Boolean B true; "
        "SMimeEnabled:Boolean B true; SpellCheckerEnabled:Boolean B true; TasksEnabled:Boolean B true; "
        "TextMessagingEnabled:Boolean B true; ThemeSelectionEnabled:Boolean B true; "
        "ThirdPartyAttachmentsEnabled:Boolean B false; UMIntegrationEnabled:Boolean B true; "
        "UNCAccessOnPrivateComputersEnabled:Boolean B true; UNCAccessOnPublicComputersEnabled:Boolean B true; "
        "UseGB18030:Boolean B false; UseISO885915:Boolean B false; UserVoiceEnabled:Boolean B true; "
        "WacEditingEnabled:Boolean B true; WacExternalServicesEnabled:Boolean B true; "
        "WacOMEXEnabled:Boolean B false; WacViewingOnPrivateComputersEnabled:Boolean B true; "
        "WacViewingOnPublicComputersEnabled:Boolean B true; "
        "WebPartsFrameOptionsType:WebPartsFrameOptions S SameOrigin; "
        "WSSAccessOnPrivateComputersEnabled:Boolean B true; WSSAccessOnPublicComputersEnabled:Boolean B true"
    ),
    container="CN=OWA Mailbox Policies",
    schema="ms-Exch-OWA-Mailbox-Policy",
    classes=("top", "msExchRecipientTemplate", "msExchOWAMailboxPolicy"),
)
RETENTION = ConfigClass(
    kind="retentionpolicy",
    types=(f"{CONFIGURATION}.RetentionPolicy", f"{CONFIGURATION}.MailboxPolicy", *CONFIGURATION_BASES),
    table=(
        "RetentionId:Guid G; RetentionPolicyTagLinks:RetentionPolicyTagIdParameter[] L ad:ADObjectId; "
        "IsDefault B false; IsDefaultArbitrationMailbox B false"
    ),
    container="CN=Retention Policies Container",
    schema="ms-Exch-Mailbox-Recipient-Template",
    classes=("top", "msExchRecipientTemplate", "msExchMailboxRecipientTemplate"),
)
_CONDITIONS = "; ".join(
    f"Conditional{name}:MultiValuedProperty L mv:String"
    for name in ("Company", "Department", "StateOrProvince", *(f"CustomAttribute{n}" for n in range(1, 16)))
)
ADDRESS = ConfigClass(
    kind="addresspolicy",
    types=(f"{CONFIGURATION}.EmailAddressPolicy", *CONFIGURATION_BASES),
    table=(
        "RecipientFilter:String S; LdapRecipientFilter S; LastUpdatedRecipientFilter S; "
        "RecipientFilterApplied B true; "
        f"IncludedRecipients:WellKnownRecipientType N; {_CONDITIONS}; "
        "RecipientContainer:OrganizationalUnitIdParameter N; RecipientFilterType S Precanned; "
        "Priority:EmailAddressPolicyPriority S Lowest; EnabledPrimarySMTPAddressTemplate:String S; "
        "EnabledEmailAddressTemplates:ProxyAddressTemplateCollection L ex:ProxyAddressTemplate; "
        "DisabledEmailAddressTemplates:ProxyAddressTemplateCollection L ex:ProxyAddressTemplate; "
        "HasEmailAddressSetting B true; HasMailboxManagerSetting B false; "
        "NonAuthoritativeDomains L ex:ProxyAddressTemplate"
    ),
    container="CN=Recipient Policies",
    schema="ms-Exch-Recipient-Policy",
    classes=("top", "msExchRecipientPolicy"),
)


def _unused(attribute: str) -> Callable[[Call, Entry], None]:
    """No mailbox may have a policy that is removed."""

    def check(call: Call, entry: Entry) -> None:
        for box in call.model.scan({"mailbox"}):
            if entry.name in (box.get(attribute), box.get("Cas", {}).get(attribute)):
                raise refused(
                    f"The policy '{entry.name}' can't be removed because it is assigned to '{box.canonical}'."
                )

    return check


def _check_address(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    if entry is not None and entry.get("BuiltIn") and {"RecipientFilter", "IncludedRecipients"} & set(changes):
        raise refused(f"The email address policy '{entry.name}' is the default one. Its filter can't be changed.")
    primary = changes.get("EnabledPrimarySMTPAddressTemplate")
    templates = changes.get("EnabledEmailAddressTemplates")
    if templates:
        mains = [one for one in templates if one.startswith("SMTP:")]
        if len(mains) != 1:
            raise CmdletError("DataValidationException", "There must be one primary SMTP address template (SMTP:…).")
        changes["EnabledPrimarySMTPAddressTemplate"] = mains[0][5:]
    elif primary:
        changes["EnabledEmailAddressTemplates"] = [f"SMTP:{primary}"]
    if entry is None:
        others = [one for one in call.model.scan({ADDRESS.kind}) if not one.get("BuiltIn")]
        changes.setdefault("Priority", str(len(others) + 1))
        changes["RecipientFilterType"] = "Custom" if changes.get("RecipientFilter") else "Precanned"
    if {"RecipientFilter", "IncludedRecipients"} & set(changes) or entry is None:
        changes["RecipientFilterApplied"] = False


def _keep_default(_call: Call, entry: Entry) -> None:
    if entry.get("BuiltIn"):
        raise refused(f"The email address policy '{entry.name}' is the default one. It can't be removed.")


def update_addresses(call: Call) -> Iterable[Shaped]:
    """Update-EmailAddressPolicy: the policy counts as applied; recipients keep their addresses."""
    entry = ADDRESS_POLICIES.one(call, call["Identity"])
    if call.should_process(f'Applying email address policy "{entry.name}".'):
        call.model.update(entry.guid, {"RecipientFilterApplied": True}, call.dc)
    return ()


_SETS = ("SMTPTemplateWithPrecannedFilter", "AllTemplatesWithPrecannedFilter", "SMTPTemplateWithCustomFilter",
         "AllTemplatesWithCustomFilter")  # fmt: skip
_NEW_ADDRESS = (
    "EnabledEmailAddressTemplates:ProxyAddressTemplateCollection!"
    "{AllTemplatesWithPrecannedFilter,AllTemplatesWithCustomFilter}; "
    "EnabledPrimarySMTPAddressTemplate:String!{SMTPTemplateWithPrecannedFilter,SMTPTemplateWithCustomFilter}; "
    "IncludedRecipients:WellKnownRecipientType!{AllTemplatesWithPrecannedFilter,SMTPTemplateWithPrecannedFilter}; "
    "RecipientFilter:String!{AllTemplatesWithCustomFilter,SMTPTemplateWithCustomFilter}; "
)
_ALWAYS = ("EnabledEmailAddressTemplates", "EnabledPrimarySMTPAddressTemplate", "IncludedRecipients", "RecipientFilter")
OWA_POLICIES = Noun(
    "OwaMailboxPolicy", OWA, id_type="MailboxPolicyIdParameter", get="", new="", set=f"{OWA.takes()}; Name:String",
    remove="Force:SwitchParameter", removing=_unused("OwaMailboxPolicy"),
)  # fmt: skip
RETENTION_POLICIES = Noun(
    "RetentionPolicy", RETENTION, id_type="MailboxPolicyIdParameter", get="", new=RETENTION.takes(),
    set=f"{RETENTION.takes()}; Name:String; Force:SwitchParameter", remove="Force:SwitchParameter",
    removing=_unused("RetentionPolicy"),
)  # fmt: skip
ADDRESS_POLICIES = Noun(
    "EmailAddressPolicy", ADDRESS, get="IncludeMailboxSettingOnlyPolicy:SwitchParameter",
    new=_NEW_ADDRESS + ADDRESS.takes(but=_ALWAYS), sets={"New": _SETS}, remove="",
    set=f"{ADDRESS.takes()}; Name:String; ForceUpgrade:SwitchParameter", check=_check_address, removing=_keep_default,
)  # fmt: skip
CMDLETS = (
    *OWA_POLICIES.cmdlets(),
    *RETENTION_POLICIES.cmdlets(),
    *ADDRESS_POLICIES.cmdlets(),
    cmdlet(
        "Update-EmailAddressPolicy",
        f"Identity:EmailAddressPolicyIdParameter!@1|; {CHANGE}; FixMissingAlias:SwitchParameter; "
        "UpdateSecondaryAddressesOnly:SwitchParameter", update_addresses, area=TASKS,
    ),
)  # fmt: skip
