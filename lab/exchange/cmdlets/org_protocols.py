"""The IMAP4 and POP3 settings of each server.

Parameters, bounds and defaults are documented. No recording is public: the wire form is modelled, and so is the
wording of the warning that the services must be restarted (that they must is documented).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, Cmdlet, CmdletError, cmdlet
from lab.exchange.cmdlets.org_base import CHANGE, TASKS, Noun, checks, numbers
from lab.exchange.cmdlets.org_servers import fqdn_of, server_named
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import ADMINISTRATIVE_GROUP, CONFIGURATION, CONFIGURATION_BASES, ConfigClass
from lab.exchange.shapes import Shaped

_ANY = 2147483647


def _class(name: str, number: str, plain: int, secure: int, command: int, more: str) -> ConfigClass:
    return ConfigClass(
        kind=f"{name.lower()}settings",
        types=(
            f"{CONFIGURATION}.{name}{number}AdConfiguration", f"{CONFIGURATION}.PopImapAdConfiguration",
            f"{CONFIGURATION}.ADEmailTransport", *CONFIGURATION_BASES,
        ),
        table=(
            f"ProtocolName S {name.upper()}{number}; MaxCommandSize:Int32 I {command}; {more} "
            f"UnencryptedOrTLSBindings:MultiValuedProperty L ex:IPBinding [::]:{plain},0.0.0.0:{plain}; "
            f"SSLBindings:MultiValuedProperty L ex:IPBinding [::]:{secure},0.0.0.0:{secure}; "
            "InternalConnectionSettings:MultiValuedProperty L ex:ProtocolConnectionSettings; "
            "ExternalConnectionSettings:MultiValuedProperty L ex:ProtocolConnectionSettings; "
            "X509CertificateName:String S; "
            f"Banner:String S The Microsoft Exchange {name.upper()}{number} service is ready.; "
            "LoginType:LoginOptions S SecureLogin; AuthenticatedConnectionTimeout:EnhancedTimeSpan S 00:30:00; "
            "PreAuthenticatedConnectionTimeout:EnhancedTimeSpan S 00:01:00; MaxConnections:Int32 I 2147483647; "
            "MaxConnectionFromSingleIP:Int32 I 2147483647; MaxConnectionsPerUser:Int32 I 16; "
            "MessageRetrievalMimeFormat:MimeTextFormat S BestBodyFormat; "
            f"ProxyTargetPort:Int32 I {secure + 1000}; "
            "CalendarItemRetrievalOption:CalendarItemRetrievalOptions S iCalendar; OwaServerUrl:Uri N; "
            "EnableExactRFC822Size:Boolean B false; SuppressReadReceipt:Boolean B false; "
            "ProtocolLogEnabled:Boolean B false; EnforceCertificateErrors:Boolean B false; "
            "LogFileLocation:String S C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\"
            f"{name}{number}; LogFileRollOverSettings:LogFileRollOver S Hourly; "
            "LogPerFileSizeQuota:Unlimited<Size> S 0 B (0 bytes); "
            "ExtendedProtectionPolicy:ExtendedProtectionTokenCheckingMode S None; "
            "EnableGSSAPIAndNTLMAuth:Boolean B true; Server S"
        ),
        container=f"CN={name.upper()}{number},CN=Protocols,CN=EX01,CN=Servers,{ADMINISTRATIVE_GROUP}",
        schema=f"ms-Exch-Protocol-Cfg-{name.upper()}-Server",
        classes=("top", "protocolCfg", f"protocolCfg{name.upper()}", f"protocolCfg{name.upper()}Server"),
        identity=lambda entry: f"{entry.get('Server')}\\{entry.name}",
    )  # fmt: skip


IMAP = _class("Imap", "4", 143, 993, 10240, "ShowHiddenFoldersEnabled:Boolean B false;")
POP = _class("Pop", "3", 110, 995, 512, "MessageRetrievalSortOrder:SortOrder S Ascending;")


def _seconds(text: str) -> int:
    days, _, clock = text.rpartition(".")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return int(days or 0) * 86400 + hours * 3600 + minutes * 60 + seconds


def _check_times(_call: Call, _entry: Entry | None, changes: dict[str, Any]) -> None:
    for name in ("AuthenticatedConnectionTimeout", "PreAuthenticatedConnectionTimeout"):
        if name in changes and not 30 <= _seconds(changes[name]) <= 3600:
            raise CmdletError(
                "DataValidationException",
                f"The property value is out of range. Valid values are 00:00:30 to 01:00:00. The value you entered is "
                f"{changes[name]}. Property Name: {name}",
            )


def _check_custom(_call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    url = changes.get("OwaServerUrl", entry.get("OwaServerUrl") if entry else None)
    if changes.get("CalendarItemRetrievalOption") == "Custom" and not url:
        raise CmdletError(
            "DataValidationException", "OwaServerUrl must be set when CalendarItemRetrievalOption is Custom."
        )


def _restart(name: str) -> Callable[[Call, Entry], None]:
    def warn(call: Call, _entry: Entry) -> None:
        call.warn(
            f"Changes to {name} settings will only take effect after all Microsoft Exchange {name} services are "
            f"restarted on server {call.given('Server', 'EX01')}."
        )

    return warn


def _shown(plain: int, secure: int) -> Callable[[Call, Entry], dict[str, Any]]:
    def more(_call: Call, entry: Entry) -> dict[str, Any]:
        host = fqdn_of(str(entry.get("Server")))
        own = [f"{host}:{secure}:SSL", f"{host}:{plain}:TLS"]
        return {
            "InternalConnectionSettings": entry.get("InternalConnectionSettings", own),
            "X509CertificateName": entry.get("X509CertificateName", str(entry.get("Server"))),
        }

    return more


def _noun(name: str, cls: ConfigClass, plain: int, secure: int, number: str, commands: tuple[int, int]) -> Noun:
    bounds = numbers(
        MaxCommandSize=commands, MaxConnections=(1, _ANY), MaxConnectionFromSingleIP=(1, _ANY),
        MaxConnectionsPerUser=(1, _ANY), ProxyTargetPort=(0, 65535),
    )  # fmt: skip
    return Noun(f"{name}Settings", cls, check=checks(bounds, _check_times, _check_custom),
                done=_restart(f"{name.upper()}{number}"), shown=_shown(plain, secure))  # fmt: skip


IMAP_SETTINGS = _noun("Imap", IMAP, 143, 993, "4", (1024, 16384))
POP_SETTINGS = _noun("Pop", POP, 110, 995, "3", (40, 1024))


def _of(noun: Noun, call: Call) -> Entry:
    """The settings of the server asked for; of the one that answers without -Server."""
    server = server_named(call, str(call.given("Server", "EX01"))).name
    return next(one for one in call.model.scan({noun.cls.kind}, call.dc) if one.get("Server") == server)


def _cmdlets(noun: Noun) -> tuple[Cmdlet, ...]:
    def get(call: Call) -> Iterable[Shaped]:
        return (noun.view(call, _of(noun, call)),)

    def put(call: Call) -> Iterable[Shaped]:
        return noun.write(call, _of(noun, call))

    server = "Server:ServerIdParameter|"
    return (
        cmdlet(f"Get-{noun.name}", f"{server}; DomainController:Fqdn", get, area=TASKS),
        cmdlet(f"Set-{noun.name}", f"{server}; {CHANGE}; {noun.cls.takes()}", put, area=TASKS),
    )


CMDLETS = (*_cmdlets(IMAP_SETTINGS), *_cmdlets(POP_SETTINGS))
