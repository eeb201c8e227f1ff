"""Domain controllers, organizational units, the settings of a session, and whether the services run.

Test-ServiceHealth answers as recorded; the other objects are modelled on the documentation. A session's
Active Directory settings are told, not kept: they belong to a session, which ends.
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.cmdlets.base import Call, cmdlet, domain_controller, not_found
from lab.exchange.cmdlets.org_base import TASKS
from lab.exchange.cmdlets.org_servers import server_named
from lab.exchange.model.directory import AD_DOMAIN, DOMAIN_CONTROLLERS
from lab.exchange.model.org import MANAGEMENT, OBJECT, PRESENTATION_BASES
from lab.exchange.shapes import Shape, Shaped

_CONTROLLER = Shape(
    (f"{MANAGEMENT}.ADServer", *PRESENTATION_BASES),
    f"DnsHostName S; ADSite S; Domain S; IsGlobalCatalog B true; {OBJECT}",
)
_UNIT = Shape(
    (f"{MANAGEMENT}.ExtendedOrganizationalUnit", *PRESENTATION_BASES),
    "CanonicalName S; HasChildren B false; Type S OrganizationalUnit; " + OBJECT,
)
_HEALTH = Shape(
    ("Microsoft.Exchange.Monitoring.ExchangeServicesStatus", "Microsoft.Exchange.Data.ConfigurableObject",
     "System.Object"),
    "Role S; RequiredServicesRunning B true; ServicesNotRunning L mv:String; ServicesRunning L mv:String; Identity N; "
    "IsValid B true; ObjectState S New",
)  # fmt: skip
_SERVICES = (
    "IISAdmin", "MSExchangeADTopology", "MSExchangeDelivery", "MSExchangeIS", "MSExchangeMailboxAssistants",
    "MSExchangeRepl", "MSExchangeRPC", "MSExchangeServiceHost", "MSExchangeSubmission", "MSExchangeThrottling",
    "MSExchangeTransportLogSearch", "W3Svc", "WinRM",
)  # fmt: skip


def get_controller(call: Call) -> Iterable[Shaped]:
    """Get-DomainController."""
    asked = call["DomainName"] or call["Forest"]
    if asked and str(asked).lower() != AD_DOMAIN:
        raise not_found(str(asked), call.dc)
    for fqdn in DOMAIN_CONTROLLERS:
        name = fqdn.partition(".")[0].upper()
        values = {
            "Name": name, "DnsHostName": fqdn, "Domain": AD_DOMAIN, "Identity": fqdn, "Id": fqdn,
            "ADSite": f"{AD_DOMAIN}/Configuration/Sites/Default-First-Site-Name", "OriginatingServer": call.dc,
        }  # fmt: skip
        yield Shaped(_CONTROLLER, values, fqdn)


def get_unit(call: Call) -> Iterable[Shaped]:
    """Get-OrganizationalUnit: the units that recipients are in, and those above them."""
    paths = {AD_DOMAIN}
    for entry in call.model.scan({"mailbox", "user", "contact", "mailuser", "group"}, call.dc):
        parts = entry.container.split("/")
        paths |= {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
    asked, text = call["Identity"], str(call.given("SearchText", "")).lower()
    found = [path for path in sorted(paths) if asked is None or str(asked).lower() in _unit_names(path)]
    if asked is not None and not found:
        raise not_found(str(asked), call.dc)
    for path in found:
        values = {
            "Name": path.rpartition("/")[2], "CanonicalName": path, "Identity": path, "Id": path,
            "DistinguishedName": _unit_dn(path), "OriginatingServer": call.dc,
            "HasChildren": any(other.startswith(f"{path}/") for other in paths),
        }  # fmt: skip
        if text in path.lower():
            yield Shaped(_UNIT, values, path)


def _unit_dn(path: str) -> str:
    domain, *units = path.split("/")
    parts = [("CN=" if unit == "Users" else "OU=") + unit for unit in reversed(units)]
    return ",".join([*parts, *(f"DC={label}" for label in domain.split("."))])


def _unit_names(path: str) -> tuple[str, ...]:
    return path.lower(), path.lower().rpartition("/")[2], _unit_dn(path).lower()


def test_services(call: Call) -> Iterable[Shaped]:
    """Test-ServiceHealth: all services of all roles run."""
    if call["Server"]:
        server_named(call, str(call["Server"]))
    for role in ("Mailbox Server Role", "Client Access Server Role", "Hub Transport Server Role"):
        yield Shaped(_HEALTH, {"Role": role, "ServicesRunning": list(_SERVICES)}, _HEALTH.types[0])


_SETTINGS = Shape(
    (
        "Microsoft.Exchange.Management.SystemConfigurationTasks.RunspaceServerSettingsPresentationObject",
        "System.Object",
    ),
    "DefaultGlobalCatalog S; PreferredDomainControllerForDomain N; DefaultConfigurationDomainController S; "
    "DefaultPreferredDomainControllers L mv:String; UserPreferredGlobalCatalog N; "
    "UserPreferredConfigurationDomainController N; UserPreferredDomainControllers L mv:String; "
    "RecipientViewRoot S; ViewEntireForest B false; Identity N",
)


def get_settings(call: Call) -> Iterable[Shaped]:
    """Get-ADServerSettings: the session's domain controller, and the whole domain in view."""
    values = {
        "DefaultGlobalCatalog": call.dc, "DefaultConfigurationDomainController": call.dc,
        "DefaultPreferredDomainControllers": [call.dc], "RecipientViewRoot": AD_DOMAIN,
    }  # fmt: skip
    return (Shaped(_SETTINGS, values, _SETTINGS.types[0]),)


def set_settings(call: Call) -> Iterable[Shaped]:
    """Set-ADServerSettings: checks that the domain controllers it names answer."""
    for name in ("PreferredServer", "ConfigurationDomainController", "PreferredGlobalCatalog"):
        domain_controller(call[name], call.dc)
    call.should_process("Setting the Active Directory server settings of this session.")
    return ()


CMDLETS = (
    cmdlet(
        "Get-DomainController",
        "DomainName:Fqdn{DomainController}; Forest:Fqdn{GlobalCatalog}; GlobalCatalog:SwitchParameter!{GlobalCatalog}; "
        "Credential:PSCredential",
        get_controller, area=TASKS, sets=("DomainController", "GlobalCatalog"),
    ),
    cmdlet(
        "Get-OrganizationalUnit",
        "Identity:ExtendedOrganizationalUnitIdParameter@1|; DomainController:Fqdn; IncludeContainers:SwitchParameter; "
        "ResultSize:Unlimited<Int>; SearchText:String; SingleNodeOnly:SwitchParameter",
        get_unit, area=TASKS,
    ),
    cmdlet("Get-ADServerSettings", "", get_settings, area=TASKS),
    cmdlet(
        "Set-ADServerSettings",
        "PreferredServer:Fqdn@1{SingleDC}; ConfigurationDomainController:Fqdn{FullParams}; "
        "PreferredGlobalCatalog:Fqdn{FullParams}; RecipientViewRoot:String{SingleDC,FullParams}; "
        "SetPreferredDomainControllers:MultiValuedProperty{FullParams}; "
        "ViewEntireForest:Boolean{SingleDC,FullParams}; Confirm:SwitchParameter=cf; WhatIf:SwitchParameter=wi",
        set_settings, area=TASKS, sets=("SingleDC", "FullParams"),
    ),
    cmdlet(
        "Test-ServiceHealth",
        "Server:ServerIdParameter@1|; ActiveDirectoryTimeout:Int32; Confirm:SwitchParameter=cf; DomainController:Fqdn; "
        "MonitoringContext:Boolean; WhatIf:SwitchParameter=wi",
        test_services, area=TASKS,
    ),
)  # fmt: skip
