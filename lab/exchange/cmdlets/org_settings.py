"""The organization and its transport settings: one object each, for everybody.

The organization has the properties of a recorded one (Exchange 2019), flattened; those of the transport
settings are documented, their defaults too, and their wire form is modelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, cmdlet
from lab.exchange.cmdlets.org_base import CHANGE, TASKS, Noun, checks, numbers
from lab.exchange.model.directory import ORGANIZATION, Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, MANAGEMENT, PRESENTATION_BASES, ConfigClass
from lab.exchange.shapes import Shaped

ORGANIZATION_CONFIG = ConfigClass(
    kind="organization",
    types=(f"{MANAGEMENT}.OrganizationConfig", *PRESENTATION_BASES),
    table=(
        "OrganizationId S; Name S; Identity S; Guid G; ObjectVersion I 16759; "
        "DefaultPublicFolderAgeLimit:EnhancedTimeSpan N; "
        "DefaultPublicFolderIssueWarningQuota:Unlimited<Size> S Unlimited; "
        "DefaultPublicFolderProhibitPostQuota:Unlimited<Size> S Unlimited; "
        "DefaultPublicFolderMaxItemSize:Unlimited<Size> S Unlimited; "
        "DefaultPublicFolderDeletedItemRetention:EnhancedTimeSpan S 30.00:00:00; "
        "DefaultPublicFolderMovedItemRetention:EnhancedTimeSpan S 7.00:00:00; "
        "PublicFoldersLockedForMigration:Boolean B false; PublicFolderMigrationComplete:Boolean B false; "
        "PublicFolderMailboxesLockedForNewConnections:Boolean B false; "
        "PublicFolderMailboxesMigrationComplete:Boolean B false; PublicFolderShowClientControl:Boolean B false; "
        "PublicFoldersEnabled:PublicFoldersDeployment S Local; "
        "ActivityBasedAuthenticationTimeoutEnabled:Boolean B true; "
        "ActivityBasedAuthenticationTimeoutInterval:EnhancedTimeSpan S 06:00:00; "
        "ActivityBasedAuthenticationTimeoutWithSingleSignOnEnabled:Boolean B true; "
        "AppsForOfficeEnabled:Boolean B true; AVAuthenticationService N; CustomerFeedbackEnabled:Boolean B true; "
        "DistributionGroupDefaultOU:OrganizationalUnitIdParameter N; "
        "DistributionGroupNameBlockedWordsList:MultiValuedProperty L mv:String; "
        "DistributionGroupNamingPolicy:DistributionGroupNamingPolicy S; EwsAllowEntourage:Boolean? N; "
        "EwsAllowList:MultiValuedProperty N; EwsAllowMacOutlook:Boolean? N; EwsAllowOutlook:Boolean? N; "
        "EwsApplicationAccessPolicy:EwsApplicationAccessPolicy N; EwsBlockList:MultiValuedProperty N; "
        "EwsEnabled:Boolean? N; IPListBlocked L mv:String; ElcProcessingDisabled B false; "
        "AutoExpandingArchiveEnabled B false; ExchangeNotificationEnabled B true; "
        "ExchangeNotificationRecipients L ex:SmtpAddress; HierarchicalAddressBookRoot:UserContactGroupIdParameter N; "
        "Industry:IndustryType S NotSpecified; MailTipsAllTipsEnabled:Boolean B true; "
        "MailTipsExternalRecipientsTipsEnabled:Boolean B false; MailTipsGroupMetricsEnabled:Boolean B true; "
        "MailTipsLargeAudienceThreshold:UInt32 I 25; MailTipsMailboxSourcedTipsEnabled:Boolean B true; "
        "ManagedFolderHomepage:String S; MicrosoftExchangeRecipientEmailAddresses:ProxyAddressCollection L proxies; "
        "MicrosoftExchangeRecipientEmailAddressPolicyEnabled:Boolean B true; "
        "MicrosoftExchangeRecipientPrimarySmtpAddress:SmtpAddress S; "
        "MicrosoftExchangeRecipientReplyRecipient:RecipientIdParameter N; ForwardSyncLiveIdBusinessInstance B false; "
        "OrganizationSummary:MultiValuedProperty L ex:OrganizationSummaryEntry; ReadTrackingEnabled:Boolean B false; "
        "SCLJunkThreshold:Int32 I 4; SIPAccessService N; SIPSessionBorderController N; "
        "MaxConcurrentMigrations:Unlimited<Int> S Unlimited; MaxAddressBookPolicies N; MaxOfflineAddressBooks N; "
        "IsExcludedFromOnboardMigration:Boolean B false; IsExcludedFromOffboardMigration:Boolean B false; "
        "IsFfoMigrationInProgress:Boolean B false; IsProcessEhaMigratedMessagesEnabled B false; "
        "TenantRelocationsAllowed B false; ACLableSyncedObjectEnabled:Boolean B false; "
        "PreferredInternetCodePageForShiftJis:Int32 I 0; RequiredCharsetCoverage:Int32 I 100; "
        "ByteEncoderTypeFor7BitCharsets:Int32 I 0; PublicComputersDetectionEnabled:Boolean B false; "
        "RmsoSubscriptionStatus S Unknown; IntuneManagedStatus B false; AzurePremiumSubscriptionStatus B false; "
        "HybridConfigurationStatus S Unknown; ReleaseTrack N; CompassEnabled N; SharePointUrl N; "
        "MapiHttpEnabled:Boolean B true; RealTimeLogServiceEnabled B false; CustomerLockboxEnabled B false; "
        "OAuth2ClientProfileEnabled:Boolean B false; PerTenantSwitchToESTSEnabled B false; "
        "LinkPreviewEnabled:Boolean B true; ConnectorsEnabled:Boolean B true; "
        "ConnectorsActionableMessagesEnabled:Boolean B true; SmtpActionableMessagesEnabled:Boolean B true; "
        "OfficeGraphActivitySharingOrgOptout B false; UnblockUnsafeSenderPromptEnabled:Boolean B true; "
        "AsyncSendEnabled:Boolean B true; RefreshSessionEnabled:Boolean B false; IsAgendaMailEnabled:Boolean B true; "
        "NetworkThrottlingConfiguration S; BookingsEnabled B true; LeanPopoutEnabled:Boolean B false; "
        "OrganizationConfigHash S; LegacyExchangeDN S; DisplayName S; Heuristics S None; "
        "ResourceAddressLists L ad:ADObjectId \\All Rooms; IsMixedMode B false; "
        "PreviousAdminDisplayVersion S 0.10 (14.0.100.0); IsAddressListPagingEnabled B true; "
        "ForeignForestFQDN L mv:String; ForeignForestOrgAdminUSGSid N; ForeignForestRecipientAdminUSGSid N; "
        "ForeignForestViewOnlyAdminUSGSid N; MimeTypes L mv:String; IsLicensingEnforced B false; "
        "IsTenantAccessBlocked B false; IsTenantInGracePeriod B false; IsDehydrated B false; "
        "IsGuidPrefixedLegacyDnDisabled B false; IsMailboxForcedReplicationDisabled B false; "
        "RBACConfigurationVersion S 0.1 (15.2.986.5); RootPublicFolderMailbox S; "
        "RemotePublicFolderMailboxes:MultiValuedProperty L ad:ADObjectId; AdminDisplayVersion S 0.20 (15.1.0.0); "
        "IsUpgradingOrganization B false; IsUpdatingServicePlan B false; ServicePlan S; TargetServicePlan S; "
        "WACDiscoveryEndpoint:String S; UMAvailableLanguages:MultiValuedProperty L ex:UMLanguage; "
        "AdfsAuthenticationConfiguration S; AdfsIssuer N; AdfsAudienceUris L mv:Uri; "
        "AdfsSignCertificateThumbprints L mv:String; AdfsEncryptCertificateThumbprint N; "
        "SiteMailboxCreationURL:Uri N; DefaultDataEncryptionPolicy N; MailboxDataEncryptionEnabled B false; "
        "EmptyAddressBookForNonExchangeUsers:SwitchParameter B false; EnableDownloadDomains:Boolean B false; "
        "MitigationsEnabled:Boolean B true; EnableAuthAdminReadSession:SwitchParameter B false; "
        "DefaultAuthenticationPolicy N; EnableOrgWidePermissionOnScopedRoles:SwitchParameter B false; "
        "UseIcsSyncStateStreaming:SwitchParameter B false; AllowedMailboxRegions L ad:ADObjectId; "
        "DefaultMailboxRegion N; DefaultMailboxRegionLastUpdateTime N; "
        "DirectReportsGroupAutoCreationEnabled B false; AllowToAddGuests B true; GuestsEnabled B true; "
        "GroupsCreationEnabled B true; HiddenMembershipGroupsCreationEnabled B false; GroupsCreationWhitelistedId N; "
        "GroupsUsageGuidelinesLink N; GroupsNamingPolicy N; DataClassifications:String N; InPlaceHolds L mv:String; "
        "ServiceInstanceMove N; GuestsUsageGuidelinesLink N; FocusedInboxOn N; FocusedInboxOnLastUpdateTime DT; "
        "ForestConfigVersion S; ForestConfigLastRunTime DT; EndUserDLUpgradeFlowsDisabled B false; IsValid B true; "
        "ExchangeVersion S 2.0 (15.0.0.0); DistinguishedName S; ObjectCategory S; ObjectClass L mv:String; "
        "WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; Id S; OriginatingServer S; "
        "ObjectState S Unchanged"
    ),
    schema="ms-Exch-Organization-Container",
    classes=("top", "container", "msExchOrganizationContainer"),
)
TRANSPORT_CONFIG = ConfigClass(
    kind="transportconfig",
    types=(f"{CONFIGURATION}.TransportConfigContainer", *CONFIGURATION_BASES),
    table=(
        "AddressBookPolicyRoutingEnabled:Boolean B false; AnonymousSenderToRecipientRatePerHour I 1800; "
        "ClearCategories:Boolean B true; ConvertDisclaimerWrapperToEml:Boolean B false; "
        "DSNConversionMode:DSNConversionOption S UseExchangeDSNs; ExternalDelayDsnEnabled:Boolean B true; "
        "ExternalDsnDefaultLanguage:CultureInfo N; ExternalDsnLanguageDetectionEnabled:Boolean B true; "
        "ExternalDsnMaxMessageAttachSize:ByteQuantifiedSize S 10 MB (10,485,760 bytes); "
        "ExternalDsnReportingAuthority:SmtpDomain N; ExternalDsnSendHtml:Boolean B true; "
        "ExternalPostmasterAddress:SmtpAddress N; GenerateCopyOfDSNFor:MultiValuedProperty L ex:EnhancedStatusCode; "
        "HygieneSuite S Standard; InternalDelayDsnEnabled:Boolean B true; InternalDsnDefaultLanguage:CultureInfo N; "
        "InternalDsnLanguageDetectionEnabled:Boolean B true; "
        "InternalDsnMaxMessageAttachSize:ByteQuantifiedSize S 10 MB (10,485,760 bytes); "
        "InternalDsnReportingAuthority:SmtpDomain N; InternalDsnSendHtml:Boolean B true; "
        "InternalSMTPServers:MultiValuedProperty L ex:IPRange; JournalingReportNdrTo:SmtpAddress<NullPath> S <>; "
        "LegacyJournalingMigrationEnabled B false; LegacyArchiveJournalingEnabled B false; "
        "LegacyArchiveLiveJournalingEnabled B false; "
        "MaxDumpsterSizePerDatabase:ByteQuantifiedSize S 18 MB (18,874,368 bytes); "
        "MaxDumpsterTime:EnhancedTimeSpan S 7.00:00:00; MaxReceiveSize:Unlimited<Size> S 36 MB (37,748,736 bytes); "
        "MaxRecipientEnvelopeLimit:Unlimited<Int> S 500; MaxRetriesForLocalSiteShadow:Int32 I 2; "
        "MaxRetriesForRemoteSiteShadow:Int32 I 4; MaxSendSize:Unlimited<Size> S 35 MB (36,700,160 bytes); "
        "MigrationEnabled B false; OpenDomainRoutingEnabled B false; RejectMessageOnShadowFailure:Boolean B false; "
        "Rfc2231EncodingEnabled:Boolean B false; SafetyNetHoldTime:EnhancedTimeSpan S 2.00:00:00; "
        "ShadowHeartbeatFrequency:EnhancedTimeSpan S 00:02:00; ShadowHeartbeatRetryCount:Int32 I 12; "
        "ShadowHeartbeatTimeoutInterval:EnhancedTimeSpan S 00:15:00; "
        "ShadowMessageAutoDiscardInterval:EnhancedTimeSpan S 2.00:00:00; "
        "ShadowMessagePreferenceSetting:ShadowMessagePreference S PreferRemote; "
        "ShadowRedundancyEnabled:Boolean B true; ShadowResubmitTimeSpan:EnhancedTimeSpan S 03:00:00; "
        "SupervisionTags:MultiValuedProperty L mv:String Reject,Allow; "
        "TLSReceiveDomainSecureList:MultiValuedProperty L ex:SmtpDomain; "
        "TLSSendDomainSecureList:MultiValuedProperty L ex:SmtpDomain; "
        "TransportRuleAttachmentTextScanLimit:ByteQuantifiedSize S 150 KB (153,600 bytes); "
        "VerifySecureSubmitEnabled:Boolean B false; VoicemailJournalingEnabled:Boolean B true; "
        "HeaderPromotionModeSetting:HeaderPromotionMode S NoCreate; Xexch50Enabled:Boolean B true; "
        "DiagnosticsAggregationServicePort:Int32 I 9710; "
        "QueueDiagnosticsAggregationInterval:EnhancedTimeSpan S 00:01:00; "
        "AgentGeneratedMessageLoopDetectionInSubmissionEnabled:Boolean B true; "
        "AgentGeneratedMessageLoopDetectionInSmtpEnabled:Boolean B true; "
        "MaxAllowedAgentGeneratedMessageDepth:UInt32 I 3; MaxAllowedAgentGeneratedMessageDepthPerAgent:UInt32 I 2"
    ),
    schema="ms-Exch-Transport-Settings",
    classes=("top", "container", "msExchTransportSettings"),
)


def _organization(_call: Call, entry: Entry) -> dict[str, Any]:
    return {"LegacyExchangeDN": f"/o={ORGANIZATION}", "Name": entry.name}


ORGANIZATIONS = Noun("OrganizationConfig", ORGANIZATION_CONFIG, shown=_organization,
                     check=numbers(SCLJunkThreshold=(0, 9), MailTipsLargeAudienceThreshold=(0, 1000)))  # fmt: skip
TRANSPORT = Noun("TransportConfig", TRANSPORT_CONFIG, check=checks(numbers(ShadowHeartbeatRetryCount=(1, 90))))


def _get(noun: Noun) -> Callable[[Call], Iterable[Shaped]]:
    def run(call: Call) -> Iterable[Shaped]:
        return [noun.view(call, entry) for entry in call.model.scan({noun.cls.kind}, call.dc)]

    return run


def _set(noun: Noun) -> Callable[[Call], Iterable[Shaped]]:
    def run(call: Call) -> Iterable[Shaped]:
        return noun.write(call, call.model.scan({noun.cls.kind}, call.dc)[0])

    return run


_NAMED = "Identity:OrganizationIdParameter@1|; "
CMDLETS = (
    cmdlet("Get-OrganizationConfig", "DomainController:Fqdn", _get(ORGANIZATIONS), area=TASKS),
    cmdlet("Set-OrganizationConfig", f"{CHANGE}; {ORGANIZATION_CONFIG.takes()}", _set(ORGANIZATIONS), area=TASKS),
    cmdlet("Get-TransportConfig", f"{_NAMED}DomainController:Fqdn", _get(TRANSPORT), area=TASKS),
    cmdlet(
        "Set-TransportConfig", f"{_NAMED}{CHANGE}; Force:SwitchParameter; {TRANSPORT_CONFIG.takes()}", _set(TRANSPORT),
        area=TASKS,
    ),
)  # fmt: skip
