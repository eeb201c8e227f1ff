"""The 228 properties of Get-Mailbox at the default serialization level, in wire order.

Names, wire tags, list types and the defaults of a mailbox nobody touched restate the capture of an
Exchange 2016 CU23 published by 3gstudent (_posts/2022-10-1-pypsrp, client pypsrp). The notation is that
of `lab.exchange.shapes.Shape`: `Name Tag [list type] [default]`, where the tag is S, B, G, DT, N (Nil
until set) or L (a list).
"""

MAILBOX_TYPES = (
    "Microsoft.Exchange.Data.Directory.Management.Mailbox",
    "Microsoft.Exchange.Data.Directory.Management.MailEnabledOrgPerson",
    "Microsoft.Exchange.Data.Directory.Management.MailEnabledRecipient",
    "Microsoft.Exchange.Data.Directory.Management.ADPresentationObject",
    "Microsoft.Exchange.Data.Directory.ADObject",
    "Microsoft.Exchange.Data.Directory.ADRawEntry",
    "Microsoft.Exchange.Data.ConfigurableObject",
    "System.Object",
)

MAILBOX_TABLE = """
Database S; MailboxProvisioningConstraint N; MailboxRegion N; MailboxRegionLastUpdateTime N;
MessageCopyForSentAsEnabled B false; MessageCopyForSendOnBehalfEnabled B false;
MailboxProvisioningPreferences L ad:MailboxProvisioningConstraint; UseDatabaseRetentionDefaults B true;
RetainDeletedItemsUntilBackup B false; DeliverToMailboxAndForward B false;
IsExcludedFromServingHierarchy B false; IsHierarchyReady B true; IsHierarchySyncEnabled B true;
HasSnackyAppData B false; LitigationHoldEnabled B false; SingleItemRecoveryEnabled B false;
RetentionHoldEnabled B false; EndDateForRetentionHold N; StartDateForRetentionHold N;
RetentionComment S; RetentionUrl S; LitigationHoldDate N; LitigationHoldOwner S;
ElcProcessingDisabled B false; ComplianceTagHoldApplied B false; WasInactiveMailbox B false;
DelayHoldApplied B false; InactiveMailboxRetireTime N; OrphanSoftDeleteTrackingTime N;
LitigationHoldDuration S Unlimited; ManagedFolderMailboxPolicy N; RetentionPolicy N;
AddressBookPolicy N; CalendarRepairDisabled B false; ExchangeGuid G; MailboxContainerGuid N;
UnifiedMailbox N; MailboxLocations L list:IMailboxLocationInfo; AggregatedMailboxGuids L mv:Guid;
ExchangeSecurityDescriptor S System.Security.AccessControl.RawSecurityDescriptor;
ExchangeUserAccountControl S None; AdminDisplayVersion S; MessageTrackingReadStatusEnabled B true;
ExternalOofOptions S External; ForwardingAddress N; ForwardingSmtpAddress N;
RetainDeletedItemsFor S 14.00:00:00; IsMailboxEnabled B true; Languages L mv:CultureInfo;
OfflineAddressBook N; ProhibitSendQuota S Unlimited; ProhibitSendReceiveQuota S Unlimited;
RecoverableItemsQuota S 30 GB (32,212,254,720 bytes);
RecoverableItemsWarningQuota S 20 GB (21,474,836,480 bytes);
CalendarLoggingQuota S 6 GB (6,442,450,944 bytes); DowngradeHighPriorityMessagesEnabled B false;
ProtocolSettings L mv:String RemotePowerShell§1; RecipientLimits S Unlimited;
ImListMigrationCompleted B false; SiloName N; IsResource B false; IsLinked B false; IsShared B false;
IsRootPublicFolderMailbox B false; LinkedMasterAccount S; ResetPasswordOnNextLogon B false;
ResourceCapacity N; ResourceCustom L mv:String; ResourceType N; RoomMailboxAccountEnabled N;
SamAccountName S; SCLDeleteThreshold N; SCLDeleteEnabled N; SCLRejectThreshold N; SCLRejectEnabled N;
SCLQuarantineThreshold N; SCLQuarantineEnabled N; SCLJunkThreshold N; SCLJunkEnabled N;
AntispamBypassEnabled B false; ServerLegacyDN S; ServerName S; UseDatabaseQuotaDefaults B true;
IssueWarningQuota S Unlimited; RulesQuota S 256 KB (262,144 bytes); Office S; UserPrincipalName S;
UMEnabled B false; MaxSafeSenders N; MaxBlockedSenders N; NetID N; ReconciliationId N; WindowsLiveID S;
MicrosoftOnlineServicesID S; ThrottlingPolicy N; RoleAssignmentPolicy S Default Role Assignment Policy;
DefaultPublicFolderMailbox N; EffectivePublicFolderMailbox N; SharingPolicy S Default Sharing Policy;
RemoteAccountPolicy N; MailboxPlan N; ArchiveDatabase N; ArchiveGuid G; ArchiveName L mv:String;
JournalArchiveAddress S; ArchiveQuota S 100 GB (107,374,182,400 bytes);
ArchiveWarningQuota S 90 GB (96,636,764,160 bytes); ArchiveDomain N; ArchiveStatus S None;
ArchiveState S None; AutoExpandingArchiveEnabled B false; DisabledMailboxLocations B false;
RemoteRecipientType S None; DisabledArchiveDatabase N; DisabledArchiveGuid G; QueryBaseDN N;
QueryBaseDNRestrictionEnabled B false; MailboxMoveTargetMDB N; MailboxMoveSourceMDB N;
MailboxMoveFlags S None; MailboxMoveRemoteHostName S; MailboxMoveBatchName S; MailboxMoveStatus S None;
MailboxRelease S; ArchiveRelease S; IsPersonToPersonTextMessagingEnabled B false;
IsMachineToPersonTextMessagingEnabled B true; UserSMimeCertificate L mv:Byte[];
UserCertificate L mv:Byte[]; CalendarVersionStoreDisabled B false; ImmutableId S;
PersistedCapabilities L ad:Capability; SKUAssigned N; AuditEnabled B false;
AuditLogAgeLimit S 90.00:00:00;
AuditAdmin L ad:MailboxAuditOperations
Update,Move,MoveToDeletedItems,SoftDelete,HardDelete,FolderBind,SendAs,SendOnBehalf,Create;
AuditDelegate L ad:MailboxAuditOperations Update,SoftDelete,HardDelete,SendAs,Create;
AuditOwner L ad:MailboxAuditOperations; WhenMailboxCreated DT; SourceAnchor S; UsageLocation N;
IsSoftDeletedByRemove B false; IsSoftDeletedByDisable B false; IsInactiveMailbox B false;
IncludeInGarbageCollection B false; WhenSoftDeleted N; InPlaceHolds L mv:String;
GeneratedOfflineAddressBooks L ad:ADObjectId; AccountDisabled B false; StsRefreshTokensValidFrom N;
DataEncryptionPolicy N; DisableThrottling B false; Extensions L mv:String; HasPicture B false;
HasSpokenName B false; IsDirSynced B false; AcceptMessagesOnlyFrom L ad:ADObjectId;
AcceptMessagesOnlyFromDLMembers L ad:ADObjectId;
AcceptMessagesOnlyFromSendersOrMembers L ad:ADObjectId; AddressListMembership L ad:ADObjectId;
AdministrativeUnits L ad:ADObjectId; Alias S; ArbitrationMailbox N;
BypassModerationFromSendersOrMembers L ad:ADObjectId; OrganizationalUnit S; CustomAttribute1 S;
CustomAttribute10 S; CustomAttribute11 S; CustomAttribute12 S; CustomAttribute13 S;
CustomAttribute14 S; CustomAttribute15 S; CustomAttribute2 S; CustomAttribute3 S; CustomAttribute4 S;
CustomAttribute5 S; CustomAttribute6 S; CustomAttribute7 S; CustomAttribute8 S; CustomAttribute9 S;
ExtensionCustomAttribute1 L mv:String; ExtensionCustomAttribute2 L mv:String;
ExtensionCustomAttribute3 L mv:String; ExtensionCustomAttribute4 L mv:String;
ExtensionCustomAttribute5 L mv:String; DisplayName S; EmailAddresses L proxies;
GrantSendOnBehalfTo L ad:ADObjectId; ExternalDirectoryObjectId S;
HiddenFromAddressListsEnabled B false; LastExchangeChangedTime N; LegacyExchangeDN S;
MaxSendSize S Unlimited; MaxReceiveSize S Unlimited; ModeratedBy L ad:ADObjectId;
ModerationEnabled B false; PoliciesIncluded L mv:String; PoliciesExcluded L mv:String;
EmailAddressPolicyEnabled B true; PrimarySmtpAddress S; RecipientType S UserMailbox;
RecipientTypeDetails S UserMailbox; RejectMessagesFrom L ad:ADObjectId;
RejectMessagesFromDLMembers L ad:ADObjectId; RejectMessagesFromSendersOrMembers L ad:ADObjectId;
RequireSenderAuthenticationEnabled B false; SimpleDisplayName S; SendModerationNotifications S Always;
UMDtmfMap L mv:String; WindowsEmailAddress S; MailTip N; MailTipTranslations L mv:String; Identity S;
IsValid B true; ExchangeVersion S 0.20 (15.0.0.0); Name S; DistinguishedName S; Guid G;
ObjectCategory S; ObjectClass L mv:String top,person,organizationalPerson,user; WhenChanged DT;
WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; OrganizationId S; Id S; OriginatingServer S;
ObjectState S Unchanged;
"""
