"""Checks of the organisation that the boxes live in: policies, domains, connectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, warning
from bma.doctor.site import Site
from bma.exchange.clixml import WireObject, text_of
from bma.resources.commands import Command


def objects(site: Site) -> Result:
    """Whether what the policy names is there."""
    if site.scope.policy is None:
        raise CannotTellError(site.scope.policy_fault)
    absent: list[str] = []
    there: list[str] = []
    for place, setting, name in site.scope.policy.named():
        cmdlet = f"Get-{getattr(setting.kind, 'noun', '')}"
        errors = site.ask(Command(cmdlet, {"Identity": name} | site.pin())).errors
        if any(error.absent for error in errors):
            absent.append(f"{place}: {name}")
        elif errors:
            raise errors[0]
        else:
            there.append(f"{place}: {name}")
    if absent:
        return bad(f"not there: {'; '.join(absent)}", absent=absent, there=there)
    return good(f"there: {'; '.join(there)}" if there else "the policy names none", there=there)


def address_policy(site: Site) -> Result:
    """Whether address policies may rewrite the addresses of boxes."""
    domain = _domain(site)
    where = f"EmailAddressPolicyEnabled -eq $true -and EmailAddresses -like '*@{domain}'"
    ruled = site.objects(Command("Get-Mailbox", {"Filter": where, "ResultSize": 50}))
    try:
        policies = ", ".join(_address_policies(site, domain)) or "none"
    except CannotTellError:
        policies = "not known, for want of the right to Get-EmailAddressPolicy"
    about: dict[str, Any] = {
        "policies": policies,
        "mailboxes": [str(text_of(box.get("PrimarySmtpAddress"))) for box in ruled],
    }
    told = f"address policies that give addresses in {domain}: {policies}"
    if ruled:
        many = "50 or more" if len(ruled) == 50 else str(len(ruled))
        return warning(f"{told}; {many} mailboxes with an address there follow the address policies", **about)
    return good(f"{told}; no mailbox with an address there follows one", **about)


def _address_policies(site: Site, domain: str) -> list[str]:
    found = []
    for policy in site.objects(Command("Get-EmailAddressPolicy")):
        templates = policy.get("EnabledEmailAddressTemplates")
        listed = [str(text_of(item)).lower() for item in templates] if isinstance(templates, list) else []
        if any(template.endswith(f"@{domain}") for template in listed):
            found.append(str(text_of(policy.get("Name"))))
    return sorted(found)


def accepted_domain(site: Site) -> Result:
    """Whether Exchange accepts mail for the boxes' domain, and what it does with addresses it does not know."""
    domain = _domain(site)
    found = _accepted(site, domain)
    if found is None:
        return bad(f"{domain} is no accepted domain: mail to the boxes is refused")
    kind = str(text_of(found.get("DomainType")))
    about: dict[str, Any] = {"domain": domain, "type": kind}
    if kind == "InternalRelay":
        return good(f"{domain} is an internal relay domain: what is not here yet is handed on", **about)
    if kind == "Authoritative":
        told = f"{domain} is authoritative: mail through Exchange to a box that is not here yet bounces"
        return warning(told, **about)
    return warning(f"{domain} is {kind}: its addresses count as outside of the organisation", **about)


def connector(site: Site) -> Result:
    """Whether mail for boxes that have not moved yet finds its way to the old server."""
    domain = _domain(site)
    found = _accepted(site, domain)
    if found is None:
        raise CannotTellError(f"{domain} is no accepted domain")
    if str(text_of(found.get("DomainType"))) == "Authoritative":
        return good(f"not used: {domain} is authoritative, nothing is handed on")
    candidates = {
        str(text_of(item.get("Name"))): item
        for item in site.objects(Command("Get-SendConnector"))
        if domain in set(_spaces(item))
    }
    if not candidates:
        return bad(f"no send connector has the address space {domain}: mail for boxes that have not moved is lost")
    faults = {name: list(_faults(item)) for name, item in candidates.items()}
    working = [name for name, found in faults.items() if not found]
    about: dict[str, Any] = {"connectors": faults}
    if not working:
        told = "; ".join(f"{name} {', '.join(found)}" for name, found in faults.items())
        return bad(f"no send connector for {domain} hands mail to a smart host: {told}", **about)
    hosts = sorted({str(host) for name in working for host in _texts(candidates[name].get("SmartHosts"))})
    return good(f"{', '.join(working)} hands mail for {domain} to {', '.join(hosts)}", hosts=hosts, **about)


def _faults(item: WireObject) -> Iterator[str]:
    if item.get("Enabled") is False:
        yield "is disabled"
    if item.get("DNSRoutingEnabled") is True:
        yield "looks in DNS instead of handing on"
    if not _texts(item.get("SmartHosts")):
        yield "has no smart host"


def remote_domains(site: Site) -> Result:
    """Whether any remote domain lets mail be forwarded by itself."""
    open_ones, all_ones = [], []
    for item in site.objects(Command("Get-RemoteDomain")):
        told = f"{text_of(item.get('Name'))} ({text_of(item.get('DomainName'))})"
        all_ones.append(told)
        if item.get("AutoForwardEnabled") is not False:
            open_ones.append(told)
    if open_ones:
        return warning(f"automatic forwarding is allowed to {', '.join(open_ones)}", open=open_ones, all=all_ones)
    return good(f"automatic forwarding is allowed to none of {len(all_ones)} remote domains", all=all_ones)


def _domain(site: Site) -> str:
    if site.scope.domain is None:
        raise CannotTellError("no boxes were said, so their domain is not known", hint="Say which: -e wave=…")
    return site.scope.domain


def _accepted(site: Site, domain: str) -> WireObject | None:
    for item in site.objects(Command("Get-AcceptedDomain")):
        if str(text_of(item.get("DomainName"))).lower() == domain:
            return item
    return None


def _spaces(item: WireObject) -> Iterator[str]:
    """The domains of the SMTP address spaces of a connector, which are told as ``SMTP:domain;cost``."""
    for space in _texts(item.get("AddressSpaces")):
        kind, colon, rest = space.partition(":")
        if not colon or kind.upper() == "SMTP":
            yield (rest or kind).partition(";")[0].lower()


def _texts(answered: Any) -> list[str]:
    items = answered if isinstance(answered, list) else [answered]
    return [text for item in items if (text := text_of(item))]


ORGANIZATION = Theme(
    "Organisation and coexistence",
    (
        Check(
            "DOC-POLICY-OBJECTS",
            "What the policy names is there",
            "Role assignment, throttling and retention policies that the policy names.",
            "Run playbooks/organization.yml first, or name others in the policy",
            objects,
        ),
        Check(
            "DOC-ADDRESS-POLICY",
            "No address policy rewrites the boxes",
            "Address policies with templates in the boxes' domain, and mailboxes there that follow one.",
            "Apply the waves: the policy takes the boxes out of address policies. Until then any write may change them",
            address_policy,
        ),
        Check(
            "DOC-ACCEPTED-DOMAIN",
            "Mail for the boxes is accepted",
            "Whether the boxes' domain is accepted, and as what. While boxes are on two servers it must be an internal"
            " relay.",
            "While the old server has boxes, make it an internal relay; authoritative once all have moved",
            accepted_domain,
        ),
        Check(
            "DOC-COEXISTENCE-CONNECTOR",
            "Mail for boxes that have not moved is handed on",
            "A send connector with the boxes' domain, enabled, with a smart host, where the domain is a relay.",
            "Make a send connector for the domain, with the old server as smart host and DNSRoutingEnabled false",
            connector,
        ),
        Check(
            "DOC-REMOTE-DOMAINS",
            "No remote domain lets mail be forwarded by itself",
            "AutoForwardEnabled of every remote domain. New ones have it by default.",
            "Set-RemoteDomain -AutoForwardEnabled $false for each, if automatic forwarding is to be impossible",
            remote_domains,
        ),
    ),
)
