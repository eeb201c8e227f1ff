"""Proxy addresses and unique names: what two recipients may not share, and which domains are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, not_found
from lab.exchange.model.directory import LEGACY_GROUP, MAIL_ENABLED, RECIPIENTS, Directory, Entry
from lab.exchange.model.policies import find_policy
from lab.exchange.values import ConversionError, proxy


def default_domain(model: Directory) -> str:
    """The default accepted domain."""
    domains = model.scan({"domain"})
    return next((str(d.get("DomainName")) for d in domains if d.get("Default")), "")


def check_domain(model: Directory, address: str) -> None:
    """CmdletError unless the address belongs to an accepted domain."""
    domain = address.rpartition("@")[2].lower()
    for accepted in model.scan({"domain"}):
        name = str(accepted.get("DomainName")).lower()
        if domain == name or (accepted.get("MatchSubDomains") and domain.endswith("." + name)):
            return
    raise CmdletError(
        "NotAcceptedDomainException",
        "You can't use the domain because it's not an accepted domain for your organization.",
    )


def check_proxies(model: Directory, addresses: Sequence[str], own: str = "") -> None:
    """CmdletError when another recipient has one of the addresses."""
    for address in addresses:
        for holder in model.holders("proxy", address, RECIPIENTS):
            if holder.guid != own:
                raise CmdletError(
                    "ProxyAddressExistsException",
                    f'The proxy address "{address}" is already being used by the proxy addresses or '
                    f'LegacyExchangeDN of "{holder.canonical}". Please choose another proxy address.',
                )


def check_unique(model: Directory, field: str, prop: str, value: str, own: str = "") -> None:
    """CmdletError when another recipient has this alias, UPN or account name."""
    if any(holder.guid != own for holder in model.holders(field, value)):
        raise CmdletError(
            "RecipientTaskException",
            f'The value "{value}" of property "{prop}" is used by another recipient object. '
            "Please specify a unique value.",
        )


def check_name(model: Directory, name: str, container: str, dc: str, own: str = "") -> None:
    """CmdletError when a name is too long or taken in its container."""
    if len(name) > 64:
        raise CmdletError(
            "DataValidationException",
            f"The length of the property is too long. The maximum length is 64 and the length of the value provided "
            f"is {len(name)}. Property Name: Name",
        )
    path = f"{container}/{name}"
    if any(holder.guid != own for holder in model.holders("path", path)):
        raise CmdletError(
            "ADObjectAlreadyExistsException",
            f"Active Directory operation failed on {dc}. The object '{path}' already exists.",
        )


def legacy_dn(guid: str, alias: str) -> str:
    """A LegacyExchangeDN in the form Exchange gives new recipients."""
    return f"{LEGACY_GROUP}/cn=Recipients/cn={guid.replace('-', '')}-{alias[:20]}"


def with_primary(addresses: Sequence[str], primary: str) -> list[str]:
    """The addresses with `primary` (without prefix) in front as SMTP:, the former primary kept as smtp:."""
    others = [
        ("smtp:" + a[5:] if a.startswith("SMTP:") else a) for a in addresses if a.lower() != f"smtp:{primary.lower()}"
    ]
    return [f"SMTP:{primary}", *others]


def resolve_policy(call: Call, name: str, asked: Any) -> str | None:
    """The name of a policy object a parameter means; CmdletError when there is none."""
    if asked is None or asked == "":
        return None
    found = find_policy(call.model, name, str(asked), call.dc)
    if found is None:
        raise not_found(str(asked), call.dc)
    return found


def changed_list(current: Sequence[str], asked: Any) -> list[str]:
    """The collection an -EmailAddresses value asks for: the whole list, or Add and Remove."""
    try:
        if isinstance(asked, dict):
            removed = {str(proxy(item)).lower() for item in asked.get("remove", ())}
            kept = [a for a in current if a.lower() not in removed]
            return _added(kept, [str(proxy(item)) for item in asked.get("add", ())])
        listed = [str(address) for item in asked if (address := proxy(item))]
        if listed and not any(a.startswith("SMTP:") for a in listed):
            first = next(
                (at for at, item in enumerate(asked) if ":" not in str(item)),
                next((at for at, a in enumerate(listed) if a.lower().startswith("smtp:")), 0),
            )
            listed[first] = "SMTP:" + listed[first][5:]
        return _added([], listed)
    except ConversionError as error:
        raise CmdletError("DataValidationException", str(error)) from None


def _added(kept: list[str], new: Sequence[str]) -> list[str]:
    for address in new:
        kept = [a for a in kept if a.lower() != address.lower()]
        if address.startswith("SMTP:"):
            kept = ["smtp:" + a[5:] if a.startswith("SMTP:") else a for a in kept]
        kept.append(address)
    return kept


def check_collection(model: Directory, entry: Entry, addresses: Sequence[str]) -> None:
    """CmdletError unless a mailbox may have exactly these addresses."""
    primaries = [a for a in addresses if a.startswith("SMTP:")]
    if len(primaries) != 1:
        raise CmdletError(
            "DataValidationException",
            "There is no primary SMTP address. This recipient must have one primary SMTP address."
            if not primaries
            else "There are multiple primary proxy addresses of type SMTP. There must be only one.",
        )
    known = {a.lower() for a in entry.addresses}
    for address in addresses:
        if address.lower().startswith("smtp:") and address.lower() not in known:
            check_domain(model, address[5:])
    check_proxies(model, addresses, entry.guid)


def resolve_recipients(call: Call, asked: Any, current: Sequence[str]) -> list[str]:
    """The GUIDs of a multi-valued recipient parameter: a whole list, or Add and Remove."""
    if isinstance(asked, dict):
        removed = {call.one(str(item), MAIL_ENABLED).guid for item in asked.get("remove", ())}
        added = [call.one(str(item), MAIL_ENABLED).guid for item in asked.get("add", ())]
        kept = [guid for guid in current if guid not in removed]
        return kept + [guid for guid in added if guid not in kept]
    return [call.one(str(item), MAIL_ENABLED).guid for item in asked]
