"""Exchange servers, mailbox databases and PowerShell virtual directories.

Servers have the properties of a recorded one; databases and virtual directories are modelled on the
documentation.
"""

from __future__ import annotations

from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, not_found
from lab.exchange.cmdlets.org_base import Noun
from lab.exchange.cmdlets.views import VERSION
from lab.exchange.model.directory import AD_DOMAIN, DOMAIN_CONTROLLERS, LEGACY_GROUP, ORGANIZATION, Entry
from lab.exchange.model.org import (
    ADMINISTRATIVE_GROUP,
    CONFIGURATION,
    CONFIGURATION_BASES,
    MANAGEMENT,
    PRESENTATION_BASES,
    ConfigClass,
)
from lab.exchange.model.sizes import at_most, format_size, parse_quota

SERVER = ConfigClass(
    kind="server",
    types=(f"{MANAGEMENT}.ExchangeServer", *PRESENTATION_BASES),
    table=(
        "Name S; DataPath S; Domain S; Edition S Enterprise; ExchangeLegacyDN S; ExchangeLegacyServerRole I 0; Fqdn S; "
        "CustomerFeedbackEnabled N; InternetWebProxy N; InternetWebProxyBypassList N; IsHubTransportServer B true; "
        "IsClientAccessServer B true; IsExchange2007OrLater B true; IsEdgeServer B false; IsMailboxServer B true; "
        "IsE14OrLater B true; IsE15OrLater B true; IsProvisionedServer B false; IsUnifiedMessagingServer B false; "
        "IsFrontendTransportServer B true; NetworkAddress L ex:NetworkAddress; OrganizationalUnit S; "
        "AdminDisplayVersion S; Site S; ServerRole S Mailbox; ErrorReportingEnabled N; MitigationsEnabled B true; "
        "StaticDomainControllers L mv:String; StaticGlobalCatalogs L mv:String; StaticConfigDomainController S; "
        "StaticExcludedDomainControllers L mv:String; MonitoringGroup S; CurrentDomainControllers L mv:String; "
        "CurrentGlobalCatalogs L mv:String; CurrentConfigDomainController S; ProductID S; "
        "IsExchangeTrialEdition B false; IsExpiredExchangeTrialEdition B false; MailboxProvisioningAttributes N; "
        "RemainingTrialPeriod S 00:00:00; MitigationsApplied N; MitigationsBlocked N; DataCollectionEnabled B false; "
        "Identity S; IsValid B true; ExchangeVersion S 0.1 (8.0.535.0); DistinguishedName S; Guid G; "
        "ObjectCategory S; ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; "
        "WhenCreatedUTC DT; OrganizationId S; Id S; OriginatingServer S; ObjectState S Unchanged"
    ),
    container=f"CN=Servers,{ADMINISTRATIVE_GROUP}",
    schema="ms-Exch-Exchange-Server",
    classes=("top", "server", "msExchExchangeServer"),
)
DATABASE = ConfigClass(
    kind="database",
    types=(f"{CONFIGURATION}.MailboxDatabase", f"{CONFIGURATION}.Database", *CONFIGURATION_BASES),
    table=(
        "JournalRecipient N; MailboxRetention:EnhancedTimeSpan S 30.00:00:00; "
        "OfflineAddressBook:OfflineAddressBookIdParameter N; PublicFolderDatabase N; "
        "ProhibitSendReceiveQuota:Unlimited<Size> S; ProhibitSendQuota:Unlimited<Size> S; "
        "RecoverableItemsQuota:Unlimited<Size> S 30 GB (32,212,254,720 bytes); "
        "RecoverableItemsWarningQuota:Unlimited<Size> S 20 GB (21,474,836,480 bytes); "
        "CalendarLoggingQuota:Unlimited<Size> S 6 GB (6,442,450,944 bytes); IndexEnabled:Boolean B true; "
        "IsExcludedFromProvisioning:Boolean B false; IsExcludedFromInitialProvisioning:Boolean B false; "
        "IsExcludedFromProvisioningReason:String S; IsSuspendedFromProvisioning:Boolean B false; "
        "DumpsterStatistics N; ReplayLagTimes L mv:String; TruncationLagTimes L mv:String; RpcClientAccessServer S; "
        "MountedOnServer N; ActivationPreference L mv:String; AllowFileRestore:Boolean B false; "
        "BackgroundDatabaseMaintenance:Boolean B true; BackupInProgress N; DatabaseCreated B true; "
        "DatabaseSize N; AvailableNewMailboxSpace N; DeletedItemRetention:EnhancedTimeSpan S 14.00:00:00; "
        "EdbFilePath S; ExchangeLegacyDN S; EventHistoryRetentionPeriod:EnhancedTimeSpan S 7.00:00:00; "
        "IssueWarningQuota:Unlimited<Size> S; LogFilePrefix S E00; LogFileSize S 1 MB (1,048,576 bytes); "
        "LogFolderPath S; CircularLoggingEnabled:Boolean B false; DatabaseGroup:String S; AdminDisplayVersion S; "
        "MasterServerOrAvailabilityGroup S; MasterType S Server; MountAtStartup:Boolean B true; Mounted N; "
        "Organization S; QuotaNotificationSchedule:Schedule L mv:String; Recovery B false; "
        "RetainDeletedItemsUntilBackup:Boolean B false; Server S; ServerName S; Servers L ad:ADObjectId; "
        "ReplicationType S None; WorkerProcessId N"
    ),
    container=f"CN=Databases,{ADMINISTRATIVE_GROUP}",
    schema="ms-Exch-Private-MDB",
    classes=("top", "msExchMDB", "msExchPrivateMDB"),
)
DIRECTORY = ConfigClass(
    kind="powershellvdir",
    types=(f"{CONFIGURATION}.ADPowerShellVirtualDirectory", f"{CONFIGURATION}.ADPowerShellCommonVirtualDirectory",
           f"{CONFIGURATION}.ExchangeVirtualDirectory", f"{CONFIGURATION}.ADVirtualDirectory",
           *CONFIGURATION_BASES),
    table=(
        "RequireSSL:Boolean N; CertificateAuthentication:Boolean B false; VirtualDirectoryType S PowerShell; "
        "MetabasePath S; Path S; ExtendedProtectionTokenChecking:ExtendedProtectionTokenCheckingMode S None; "
        "ExtendedProtectionFlags:MultiValuedProperty L mv:String; "
        "ExtendedProtectionSPNList:MultiValuedProperty L mv:String; AdminDisplayVersion S; Server S; "
        "InternalUrl:Uri S; InternalAuthenticationMethods L mv:String; ExternalUrl:Uri N; "
        "ExternalAuthenticationMethods L mv:String; BasicAuthentication:Boolean B false; "
        "WindowsAuthentication:Boolean B false; DigestAuthentication B false; LiveIdNegotiateAuthentication B false"
    ),
    container=f"CN=HTTP,CN=Protocols,CN=EX01,CN=Servers,{ADMINISTRATIVE_GROUP}",
    schema="ms-Exch-Power-Shell-Virtual-Directory",
    classes=("top", "msExchVirtualDirectory", "msExchPowerShellVirtualDirectory"),
    identity=lambda entry: f"{entry.get('Server')}\\{entry.name}",
)  # fmt: skip

_QUOTAS = ("ProhibitSendQuota", "ProhibitSendReceiveQuota", "IssueWarningQuota")
_ORDER = (("IssueWarningQuota", "ProhibitSendReceiveQuota"), ("ProhibitSendQuota", "ProhibitSendReceiveQuota"),
          ("RecoverableItemsWarningQuota", "RecoverableItemsQuota"))  # fmt: skip


def fqdn_of(name: str) -> str:
    """The full name of a server."""
    return f"{name.lower()}.{AD_DOMAIN}"


def server_named(call: Call, identity: str) -> Entry:
    """The Exchange server an identity means: name, full name, distinguished name or GUID."""
    wanted = identity.lower()
    for entry in call.model.scan({"server"}, call.dc):
        if wanted in (*SERVER.names(entry), fqdn_of(entry.name)):
            return entry
    raise not_found(identity, call.dc)


def _server(call: Call, entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {
        "Domain": AD_DOMAIN, "Fqdn": fqdn_of(entry.name), "AdminDisplayVersion": VERSION,
        "DataPath": r"C:\Program Files\Microsoft\Exchange Server\V15\Mailbox",
        "ExchangeLegacyDN": f"{LEGACY_GROUP}/cn=Configuration/cn=Servers/cn={entry.name}",
        "NetworkAddress": [f"ncacn_ip_tcp:{fqdn_of(entry.name)}"], "OrganizationalUnit": f"{AD_DOMAIN}/{entry.name}",
        "Site": f"{AD_DOMAIN}/Configuration/Sites/Default-First-Site-Name",
    }  # fmt: skip
    if call["Status"]:
        values["CurrentDomainControllers"] = values["CurrentGlobalCatalogs"] = list(DOMAIN_CONTROLLERS)
        values["CurrentConfigDomainController"] = DOMAIN_CONTROLLERS[0]
    return values


def _sized(entry: Entry, name: str) -> Any:
    """A quota in its wire form, also where an older seed has bytes."""
    value = DATABASE.current(entry, name)
    return format_size(value) if isinstance(value, int) else value


def _database(call: Call, entry: Entry) -> dict[str, Any]:
    """A database with its quota defaults; -Status adds what only a mounted one can tell."""
    values: dict[str, Any] = {name: _sized(entry, name) for name in _QUOTAS}
    values |= {
        "Server": "EX01", "ServerName": "EX01", "MasterServerOrAvailabilityGroup": "EX01", "Servers": ["EX01"],
        "AdminDisplayVersion": VERSION, "Organization": ORGANIZATION, "RpcClientAccessServer": fqdn_of("EX01"),
        "EdbFilePath": rf"D:\Databases\{entry.name}\{entry.name}.edb",
        "LogFolderPath": rf"D:\Databases\{entry.name}",
    }  # fmt: skip
    if call["Status"]:
        boxes = sum(1 for box in call.model.scan({"mailbox"}, call.dc) if box.get("Database") == entry.name)
        values |= {
            "Mounted": True, "MountedOnServer": fqdn_of("EX01"), "BackupInProgress": False, "WorkerProcessId": 4242,
            "DatabaseSize": format_size((128 << 20) + boxes * (1 << 20)),
            "AvailableNewMailboxSpace": format_size(32 << 20),
        }  # fmt: skip
    return values


def _check_quotas(_call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    assert entry is not None
    for lower, upper in _ORDER:
        small, large = (parse_quota(changes.get(name, _sized(entry, name))) for name in (lower, upper))
        if {lower, upper} & set(changes) and small != "Unlimited" and not at_most(small, large):
            raise CmdletError(
                "DataValidationException",
                f"The value of property '{lower}' must be less than or equal to that of property '{upper}'. "
                f"{lower}: '{format_size(small)}', {upper}: '{format_size(large)}'.",
            )


def _on_server(call: Call, entries: list[Entry]) -> list[Entry]:
    if call["Server"] is None:
        return entries
    name = server_named(call, str(call["Server"])).name
    return [entry for entry in entries if str(entry.get("Server", "EX01")) == name]


def _directory(_call: Call, entry: Entry) -> dict[str, Any]:
    host = fqdn_of(str(entry.get("Server")))
    return {
        "MetabasePath": f"IIS://{host}/W3SVC/1/ROOT/PowerShell", "AdminDisplayVersion": VERSION,
        "Path": r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\PowerShell",
        "InternalUrl": entry.get("InternalUrl", f"http://{host}/powershell"),
    }  # fmt: skip


SERVERS = Noun("ExchangeServer", SERVER, id_type="ServerIdParameter", get="Domain:Fqdn{Domain}; Status:SwitchParameter",
               sets={"Get": ("Identity", "Domain")}, shown=_server)  # fmt: skip
DATABASES = Noun(
    "MailboxDatabase", DATABASE, id_type="DatabaseIdParameter",
    get="Server:ServerIdParameter!{Server}; DumpsterStatistics:SwitchParameter; IncludeCorrupted:SwitchParameter; "
    "IncludePreExchange2013:SwitchParameter; Status:SwitchParameter", sets={"Get": ("Identity", "Server")},
    set=f"Name:String; {DATABASE.takes()}", check=_check_quotas, shown=_database, narrow=_on_server,
)  # fmt: skip
DIRECTORIES = Noun(
    "PowerShellVirtualDirectory", DIRECTORY, id_type="VirtualDirectoryIdParameter",
    get="Server:ServerIdParameter!{Server}; ADPropertiesOnly:SwitchParameter; "
    "ShowMailboxVirtualDirectories:SwitchParameter", sets={"Get": ("Identity", "Server")},
    set=DIRECTORY.takes(), shown=_directory, narrow=_on_server,
)  # fmt: skip
CMDLETS = (*SERVERS.cmdlets(), *DATABASES.cmdlets(), *DIRECTORIES.cmdlets())
