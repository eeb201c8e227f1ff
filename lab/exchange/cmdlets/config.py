"""Configuration objects: accepted domains, databases, servers, the organization.

Property names of accepted domains, servers and the organization follow recorded Export-Clixml output
(microsoft/CSS-Exchange test data), flattened to the partial level; those of databases are modelled.
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.clixml import G
from lab.exchange.cmdlets.base import Call, cmdlet, not_found
from lab.exchange.cmdlets.views import VERSION, local_time, size_text, utc_time
from lab.exchange.model.directory import AD_DOMAIN, DOMAIN_CONTROLLERS, ORGANIZATION, Entry
from lab.exchange.shapes import Shape, Shaped

_CONFIGURATION = "Microsoft.Exchange.Data.Directory.SystemConfiguration"
_MANAGEMENT = "Microsoft.Exchange.Data.Directory.Management"
_ROOT = (
    "Microsoft.Exchange.Data.Directory.ADObject", "Microsoft.Exchange.Data.Directory.ADRawEntry",
    "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
)  # fmt: skip
_OBJECT = (
    "ExchangeVersion S 0.20 (15.0.0.0); Name S; DistinguishedName S; Identity S; Guid G; ObjectCategory S; "
    "ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; OrganizationId S; "
    "Id S; OriginatingServer S; IsValid B true; ObjectState S Unchanged"
)
_BASE_DN = f"CN={ORGANIZATION},CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=lab,DC=example"

DOMAIN = Shape(
    (f"{_CONFIGURATION}.AcceptedDomain", f"{_CONFIGURATION}.ADConfigurationObject", *_ROOT),
    "DomainName S; CatchAllRecipientID N; DomainType S Authoritative; MatchSubDomains B false; "
    "AddressBookEnabled B true; Default B false; EmailOnly B false; ExternallyManaged B false; AuthenticationType N; "
    "LiveIdInstanceType N; PendingRemoval B false; PendingCompletion B false; FederatedOrganizationLink N; "
    "MailFlowPartner N; OutboundOnly B false; PendingFederatedAccountNamespace B false; "
    "PendingFederatedDomain B false; "
    "IsCoexistenceDomain B false; PerimeterDuplicateDetected B false; IsDefaultFederatedDomain B false; "
    "EnableNego2Authentication B false; InitialDomain B false; AdminDisplayName S; " + _OBJECT,
)
DATABASE = Shape(
    (
        f"{_CONFIGURATION}.MailboxDatabase",
        f"{_CONFIGURATION}.Database",
        f"{_CONFIGURATION}.ADConfigurationObject",
        *_ROOT,
    ),
    "JournalRecipient N; MailboxRetention S 30.00:00:00; OfflineAddressBook N; PublicFolderDatabase N; "
    "ProhibitSendReceiveQuota S; ProhibitSendQuota S; RecoverableItemsQuota S 30 GB (32,212,254,720 bytes); "
    "RecoverableItemsWarningQuota S 20 GB (21,474,836,480 bytes); CalendarLoggingQuota S 6 GB (6,442,450,944 bytes); "
    "IssueWarningQuota S; IndexEnabled B true; IsExcludedFromProvisioning B false; "
    "IsSuspendedFromProvisioning B false; "
    "DumpsterStatistics N; AdminDisplayName S; AdminDisplayVersion S; CircularLoggingEnabled B false; "
    "DeletedItemRetention S 14.00:00:00; EdbFilePath S; ExchangeLegacyDN S; DatabaseSize N; "
    "AvailableNewMailboxSpace N; "
    "Mounted N; MountAtStartup B true; Organization S; QuotaNotificationSchedule L mv:String; Recovery B false; "
    "RetainDeletedItemsUntilBackup B false; Server S; MasterServerOrAvailabilityGroup S; ServerName S; "
    "LogFolderPath S; " + _OBJECT,
)
EXCHANGE_SERVER = Shape(
    (f"{_MANAGEMENT}.ExchangeServer", f"{_MANAGEMENT}.ADPresentationObject", *_ROOT),
    "DataPath S; Domain S; Edition S Enterprise; ExchangeLegacyDN S; ExchangeLegacyServerRole I 0; Fqdn S; "
    "CustomerFeedbackEnabled N; InternetWebProxy N; IsHubTransportServer B true; IsClientAccessServer B true; "
    "IsExchange2007OrLater B true; IsEdgeServer B false; IsMailboxServer B true; IsE14OrLater B true; "
    "IsE15OrLater B true; IsProvisionedServer B false; IsUnifiedMessagingServer B false; "
    "IsFrontendTransportServer B true; NetworkAddress L mv:String; OrganizationalUnit S; "
    "AdminDisplayVersion S; Site S; "
    "ServerRole S Mailbox; ErrorReportingEnabled N; StaticDomainControllers L mv:String; "
    "StaticGlobalCatalogs L mv:String; StaticConfigDomainController S; StaticExcludedDomainControllers L mv:String; "
    "MonitoringGroup S; CurrentDomainControllers L mv:String; CurrentGlobalCatalogs L mv:String; "
    "CurrentConfigDomainController S; ProductID S; IsExchangeTrialEdition B false; "
    "IsExpiredExchangeTrialEdition B false; RemainingTrialPeriod S 00:00:00; " + _OBJECT,
)
ORGANIZATION_CONFIG = Shape(
    (f"{_MANAGEMENT}.OrganizationConfig", f"{_MANAGEMENT}.ADPresentationObject", *_ROOT),
    "ObjectVersion I 16763; ActivityBasedAuthenticationTimeoutEnabled B true; AppsForOfficeEnabled B true; "
    "CustomerFeedbackEnabled N; DistributionGroupDefaultOU N; EwsAllowEntourage N; EwsAllowList N; "
    "EwsAllowMacOutlook N; "
    "EwsAllowOutlook N; EwsApplicationAccessPolicy N; EwsBlockList N; EwsEnabled N; ElcProcessingDisabled B false; "
    "MailTipsAllTipsEnabled B true; MailTipsExternalRecipientsTipsEnabled B false; MailTipsGroupMetricsEnabled B true; "
    "MailTipsLargeAudienceThreshold I 25; MapiHttpEnabled B true; OAuth2ClientProfileEnabled B false; "
    "ReadTrackingEnabled B false; SCLJunkThreshold I 4; LegacyExchangeDN S; DisplayName S; IsMixedMode B false; "
    "PublicFoldersEnabled S Local; AdminDisplayVersion S 0.20 (15.2.2562.17); MitigationsEnabled B true; " + _OBJECT,
)

_PARENTS = {
    "domain": "CN=Accepted Domains,CN=Transport Settings", "database": "CN=Databases", "server": "CN=Servers",
}  # fmt: skip


def _common(entry: Entry, call: Call, kind: str) -> dict[str, object]:
    parent = _PARENTS.get(entry.kind, "")
    dn = f"CN={entry.name},{parent},{_BASE_DN}" if parent else _BASE_DN
    return {
        **entry.attrs, "Identity": entry.name, "Id": entry.name, "Guid": G(entry.guid), "DistinguishedName": dn,
        "ObjectCategory": f"{AD_DOMAIN}/Configuration/Schema/{kind}", "OriginatingServer": call.dc,
        "WhenChanged": local_time(entry.changed), "WhenCreated": local_time(entry.created),
        "WhenChangedUTC": utc_time(entry.changed), "WhenCreatedUTC": utc_time(entry.created),
    }  # fmt: skip


def _chosen(call: Call, kind: str) -> list[Entry]:
    found = call.model.scan({kind}, call.dc)
    asked = call["Identity"]
    if asked is None:
        return found
    wanted = str(asked).lower()
    hits = [e for e in found if wanted in (e.name.lower(), e.guid, str(e.get("DomainName", "")).lower())]
    if not hits and "*" not in wanted:
        raise not_found(str(asked), call.dc)
    return hits or found


def get_domain(call: Call) -> Iterable[Shaped]:
    """Get-AcceptedDomain."""
    for entry in _chosen(call, "domain"):
        values = {**_common(entry, call, "ms-Exch-Accepted-Domain"), "ObjectClass": ["top", "msExchAcceptedDomain"]}
        yield Shaped(DOMAIN, values, entry.name)


def get_database(call: Call) -> Iterable[Shaped]:
    """Get-MailboxDatabase, with the quota defaults of its mailboxes."""
    for entry in _chosen(call, "database"):
        values = _common(entry, call, "ms-Exch-Private-MDB")
        for name in ("ProhibitSendQuota", "ProhibitSendReceiveQuota", "IssueWarningQuota"):
            values[name] = size_text(call.model, entry.attrs[name])
        values |= {
            "Server": "EX01", "ServerName": "EX01", "MasterServerOrAvailabilityGroup": "EX01",
            "AdminDisplayVersion": VERSION, "Organization": ORGANIZATION,
            "Mounted": True if call["Status"] else None, "ObjectClass": ["top", "msExchMDB", "msExchPrivateMDB"],
            "EdbFilePath": rf"D:\Databases\{entry.name}\{entry.name}.edb",
            "LogFolderPath": rf"D:\Databases\{entry.name}",
        }  # fmt: skip
        yield Shaped(DATABASE, values, entry.name)


def get_server(call: Call) -> Iterable[Shaped]:
    """Get-ExchangeServer."""
    for entry in _chosen(call, "server"):
        fqdn = f"{entry.name.lower()}.{AD_DOMAIN}"
        values = {
            **_common(entry, call, "ms-Exch-Exchange-Server"), "Domain": AD_DOMAIN, "Fqdn": fqdn,
            "DataPath": r"C:\Program Files\Microsoft\Exchange Server\V15\Mailbox", "AdminDisplayVersion": VERSION,
            "NetworkAddress": [f"ncacn_ip_tcp:{fqdn}"], "OrganizationalUnit": f"{AD_DOMAIN}/{entry.name}",
            "Site": f"{AD_DOMAIN}/Configuration/Sites/Default-First-Site-Name",
            "ObjectClass": ["top", "server", "msExchExchangeServer"],
        }  # fmt: skip
        if call["Status"]:
            values["CurrentDomainControllers"] = values["CurrentGlobalCatalogs"] = list(DOMAIN_CONTROLLERS)
            values["CurrentConfigDomainController"] = DOMAIN_CONTROLLERS[0]
        yield Shaped(EXCHANGE_SERVER, values, entry.name)


def get_organization(call: Call) -> Iterable[Shaped]:
    """Get-OrganizationConfig."""
    for entry in call.model.scan({"organization"}, call.dc):
        values = {
            **_common(entry, call, "ms-Exch-Organization-Container"), "LegacyExchangeDN": f"/o={ORGANIZATION}",
            "ObjectClass": ["top", "container", "msExchOrganizationContainer"],
        }  # fmt: skip
        yield Shaped(ORGANIZATION_CONFIG, values, entry.name)


CMDLETS = (
    cmdlet(
        "Get-AcceptedDomain", "Identity:AcceptedDomainIdParameter@1|; DomainController:Fqdn", get_domain,
        area="SystemConfigurationTasks",
    ),
    cmdlet(
        "Get-MailboxDatabase", "Identity:DatabaseIdParameter@1|; DomainController:Fqdn; Status:SwitchParameter",
        get_database, area="SystemConfigurationTasks",
    ),
    cmdlet(
        "Get-ExchangeServer", "Identity:ServerIdParameter@1|; DomainController:Fqdn; Status:SwitchParameter",
        get_server, area="SystemConfigurationTasks",
    ),
    cmdlet("Get-OrganizationConfig", "DomainController:Fqdn", get_organization, area="SystemConfigurationTasks"),
)  # fmt: skip
