"""Send connectors, and the receive connectors of a server.

The properties of a send connector are those of a recorded one (Exchange 2019), flattened; those of a receive
connector are a part of the documented ones. The texts of the rules are modelled.
"""

from __future__ import annotations

import re
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, not_found
from lab.exchange.cmdlets.org_base import Noun, checks, numbers, refused
from lab.exchange.cmdlets.org_servers import server_named
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import (
    ADMINISTRATIVE_GROUP,
    CONFIGURATION,
    CONFIGURATION_BASES,
    ConfigClass,
)

_SPACE = re.compile(r"(?:(?P<type>[A-Za-z0-9.]+):)?(?P<domain>[^;:]+)(?:;(?P<cost>\d{1,3}))?$")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f.:]+\]|[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?)$")


def address_space(value: Any) -> str:
    """`Type:domain;cost`: SMTP and 1 where they are left out."""
    found = _SPACE.match(str(value).strip())
    if not found or not 1 <= int(found["cost"] or 1) <= 100:
        raise CmdletError("DataValidationException", f"The address space '{value}' isn't valid.")
    kind = found["type"] or "SMTP"
    return f"{kind.upper() if kind.lower() == 'smtp' else kind}:{found['domain']};{int(found['cost'] or 1)}"


def smart_host(value: Any) -> str:
    """A host name, or an IP address in brackets as it is written without them."""
    text = str(value).strip()
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", text):
        text = f"[{text}]"
    if not _HOST.match(text):
        raise CmdletError("DataValidationException", f"The smart host '{value}' isn't valid.")
    return text


SEND = ConfigClass(
    kind="sendconnector",
    types=(
        f"{CONFIGURATION}.SmtpSendConnectorConfig",
        f"{CONFIGURATION}.MailGateway",
        f"{CONFIGURATION}.SendConnector",
        f"{CONFIGURATION}.ADLegacyVersionableObject",
        *CONFIGURATION_BASES,
    ),
    table=(
        "DNSRoutingEnabled:Boolean B true; TlsDomain:SmtpDomainWithSubdomains N; TlsAuthLevel:TlsAuthLevel N; "
        "ErrorPolicies:ErrorPolicies S Default; SmartHosts:MultiValuedProperty L ex:SmartHost; Port:Int32 I 25; "
        "ConnectionInactivityTimeOut:EnhancedTimeSpan S 00:10:00; ForceHELO:Boolean B false; "
        "FrontendProxyEnabled:Boolean B false; IgnoreSTARTTLS:Boolean B false; "
        "CloudServicesMailEnabled:Boolean B false; Fqdn:Fqdn N; TlsCertificateName:SmtpX509Identifier N; "
        "RequireTLS:Boolean B false; RequireOorg:Boolean B false; Enabled:Boolean B true; "
        "ProtocolLoggingLevel:ProtocolLoggingLevel S None; SmartHostAuthMechanism:AuthMechanisms S None; "
        "AuthenticationCredential N; UseExternalDNSServersEnabled:Boolean B false; "
        "DomainSecureEnabled:Boolean B false; SourceIPAddress:IPAddress S 0.0.0.0; "
        "SmtpMaxMessagesPerConnection:Int32 I 20; ConnectorType:TenantConnectorType S Default; SmartHostsString S; "
        "CertificateSubject N; Region S NotSpecified; AddressSpaces:MultiValuedProperty L ex:AddressSpace; "
        "ConnectedDomains L ex:ConnectedDomain; IsScopedConnector:Boolean B false; IsSmtpConnector B true; "
        "Comment:String S; SourceRoutingGroup S Exchange Routing Group (DWBGZMFD01QNBJR); "
        "SourceTransportServers:MultiValuedProperty L ad:ADObjectId; HomeMTA S Microsoft MTA; HomeMtaServerId S; "
        "MaxMessageSize:Unlimited<Size> S 35 MB (36,700,160 bytes); AdminDisplayName S; "
        "ExchangeVersion S 0.1 (8.0.535.0); Name S; DistinguishedName S; Identity S; Guid G; ObjectCategory S; "
        "ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; "
        "OrganizationId S; Id S; OriginatingServer S; IsValid B true; ObjectState S Unchanged"
    ),
    container=("CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups," + ADMINISTRATIVE_GROUP),
    schema="ms-Exch-Routing-SMTP-Connector",
    classes=("top", "msExchConnector", "mailGateway", "msExchRoutingSMTPConnector"),
    forms={"AddressSpaces": address_space, "SmartHosts": smart_host},
)
RECEIVE = ConfigClass(
    kind="receiveconnector",
    types=(f"{CONFIGURATION}.ReceiveConnector", *CONFIGURATION_BASES),
    table=(
        "AuthMechanism S Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer; Banner N; "
        "BinaryMimeEnabled B true; Bindings L ex:IPBinding; ChunkingEnabled B true; DefaultDomain N; "
        "DeliveryStatusNotificationEnabled B true; EightBitMimeEnabled B true; EnhancedStatusCodesEnabled B true; "
        "LongAddressesEnabled B false; OrarEnabled B false; SuppressXAnonymousTls B false; "
        "ProxyEnabled B false; Fqdn S; Comment S; Enabled B true; ConnectionTimeout S 00:10:00; "
        "ConnectionInactivityTimeout S 00:05:00; MessageRateLimit S Unlimited; MessageRateSource S IPAddress; "
        "MaxInboundConnection S 5000; MaxInboundConnectionPerSource S 20; "
        "MaxInboundConnectionPercentagePerSource I 2; MaxHeaderSize S 256 KB (262,144 bytes); MaxHopCount I 60; "
        "MaxLocalHopCount I 5; MaxLogonFailures I 3; MaxMessageSize S 36 MB (37,748,736 bytes); "
        "MaxProtocolErrors S 5; MaxRecipientsPerMessage I 200; "
        "PermissionGroups S AnonymousUsers, ExchangeServers, ExchangeLegacyServers; PipeliningEnabled B true; "
        "ProtocolLoggingLevel S Verbose; RemoteIPRanges L ex:IPRange; RequireEHLODomain B false; "
        "RequireTLS B false; EnableAuthGSSAPI B false; ExtendedProtectionPolicy S None; LiveCredentialEnabled B false; "
        "TlsDomainCapabilities L mv:String; Server S; TransportRole S FrontendTransport; SizeEnabled S Enabled; "
        "TarpitInterval S 00:00:05; AuthTarpitInterval S 00:00:05; MaxAcknowledgementDelay S 00:00:30"
    ),
    container=f"CN=SMTP Receive Connectors,CN=Protocols,CN=EX01,CN=Servers,{ADMINISTRATIVE_GROUP}",
    schema="ms-Exch-Smtp-Receive-Connector",
    classes=("top", "msExchSmtpReceiveConnector"),
    identity=lambda entry: f"{entry.get('Server')}\\{entry.name}",
)


def _check(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    def now(name: str) -> Any:
        if name in changes or entry is None:
            return changes.get(name, SEND.shape.by_name[name].default)
        return SEND.current(entry, name)

    servers = changes.get("SourceTransportServers")
    if servers is not None:
        changes["SourceTransportServers"] = [server_named(call, str(item)).name for item in servers]
    elif entry is None:
        changes["SourceTransportServers"] = [one.name for one in call.model.scan({"server"})[:1]]
    if changes.get("SourceTransportServers"):
        changes["HomeMtaServerId"] = changes["SourceTransportServers"][0]
    if entry is None and "DNSRoutingEnabled" not in changes and changes.get("SmartHosts"):
        changes["DNSRoutingEnabled"] = False
    if now("DNSRoutingEnabled") and now("SmartHosts"):
        raise refused("SmartHosts can't be set while DNSRoutingEnabled is $true. Set DNSRoutingEnabled to $false.")
    if not now("DNSRoutingEnabled") and not now("SmartHosts"):
        raise refused("When DNSRoutingEnabled is $false, SmartHosts must have at least one smart host.")
    if not now("AddressSpaces"):
        raise refused("A Send connector must have at least one address space.")
    changes["SmartHostsString"] = ",".join(now("SmartHosts") or ())


def _of_server(call: Call, entries: list[Entry]) -> list[Entry]:
    asked = call["Server"]
    if asked is None:
        return entries
    server = server_named(call, str(asked)).name.lower()
    found = [entry for entry in entries if str(entry.get("Server")).lower() == server]
    if not found:
        raise not_found(str(asked), call.dc)
    return found


_NEW = (
    SEND.takes(but=("AddressSpaces",)) + "; AddressSpaces:MultiValuedProperty!{AddressSpaces}; "
    "AuthenticationCredential:PSCredential; Custom:SwitchParameter; Force:SwitchParameter; Internal:SwitchParameter; "
    "Internet:SwitchParameter; Partner:SwitchParameter; Usage:UsageType"
)
SEND_CONNECTOR = Noun(
    "SendConnector", SEND, get="", new=_NEW, remove="", sets={"New": ("AddressSpaces",)},
    set=f"Name:String; {SEND.takes()}; AuthenticationCredential:PSCredential; Force:SwitchParameter",
    check=checks(numbers(Port=(0, 65535), SmtpMaxMessagesPerConnection=(0, 2147483647)), _check),
)  # fmt: skip
RECEIVE_CONNECTOR = Noun(
    "ReceiveConnector", RECEIVE, get="Server:ServerIdParameter{Server}", sets={"Get": ("Identity", "Server")},
    narrow=_of_server,
)  # fmt: skip
CMDLETS = (*SEND_CONNECTOR.cmdlets(), *RECEIVE_CONNECTOR.cmdlets())
