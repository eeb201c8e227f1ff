"""The tables of accepted domains, send connectors and remote domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.resources.kinds import Flag, OneOf, Size, Text
from bma.resources.organization.site_object import Fact, SiteObject
from bma.resources.organization.values import AddressSpaces, Domain, Hosts, ObjectNames

ACCEPTED_DOMAIN = SiteObject(
    key="accepted_domain",
    noun="AcceptedDomain",
    words="accepted domain",
    meaning="A mail domain whose mail Exchange takes in.",
    example=("adm.cfwb.be", {"domain_name": "adm.cfwb.be", "domain_type": "InternalRelay"}),
    settings=(
        Fact(
            key="domain_name",
            wire="DomainName",
            kind=Domain(),
            meaning="The domain. Exchange cannot change it later.",
            new=True,
            needed=True,
            fixed=True,
            alone=True,
        ),
        Fact(
            key="domain_type",
            wire="DomainType",
            kind=OneOf("Authoritative", "InternalRelay", "ExternalRelay"),
            meaning="`InternalRelay` while another server has boxes in the domain: what Exchange does not know goes"
            " on through a send connector. `Authoritative` when all boxes are here: what is not known is refused.",
            born="Authoritative",
            new=True,
        ),
        Fact(
            key="match_subdomains",
            wire="MatchSubDomains",
            kind=Flag(),
            meaning="Whether the domains below it are accepted too; Exchange allows it for relay domains.",
            born=False,
        ),
        Fact(
            key="address_book_enabled",
            wire="AddressBookEnabled",
            kind=Flag(),
            meaning="Whether recipients that Exchange does not know are refused at once. While another server has"
            " boxes in the domain it must be false, or they are not reached.",
            born=True,
        ),
        Fact(
            key="make_default",
            wire="Default",
            parameter="MakeDefault",
            kind=Flag(),
            meaning="Whether it is the organisation's default domain. Another becomes it by being made it.",
            allowed={"const": True, "x-allowed": "true: make another one the default instead"},
            born=False,
        ),
    ),
)

SEND_CONNECTOR = SiteObject(
    key="send_connector",
    noun="SendConnector",
    words="send connector",
    meaning="A way out: which mail goes to which server.",
    example=("BMA to the old server", {"address_spaces": ["adm.cfwb.be"], "smart_hosts": ["legacy.example"]}),
    settings=(
        Fact(
            key="address_spaces",
            wire="AddressSpaces",
            kind=AddressSpaces(),
            meaning="Which domains' mail it takes, each with a cost (`SMTP:example.be;1`); without one it is 1.",
            new=True,
            needed=True,
        ),
        Fact(
            key="smart_hosts",
            wire="SmartHosts",
            kind=Hosts(),
            meaning="The servers that it hands the mail to.",
            born=(),
            new=True,
            sent_with="routing",
        ),
        Fact(
            key="dns_routing_enabled",
            wire="DNSRoutingEnabled",
            kind=Flag(),
            meaning="Whether it looks up in DNS where the mail goes; false with smart hosts.",
            born=True,
            new=True,
            sent_with="routing",
        ),
        Fact(
            key="source_transport_servers",
            wire="SourceTransportServers",
            kind=ObjectNames(),
            meaning="The Exchange servers that may use it.",
            new=True,
        ),
        Fact(
            key="enabled",
            wire="Enabled",
            kind=Flag(),
            meaning="Whether it is in use.",
            born=True,
            new=True,
        ),
        Fact(
            key="require_tls",
            wire="RequireTLS",
            kind=Flag(),
            meaning="Whether mail leaves encrypted only. The old server must have a certificate for that.",
            born=False,
            new=True,
        ),
        Fact(
            key="max_message_size",
            wire="MaxMessageSize",
            kind=Size(),
            meaning="The largest message that it takes.",
            new=True,
        ),
        Fact(
            key="comment",
            wire="Comment",
            kind=Text(256),
            meaning="What people should know of it.",
            new=True,
        ),
    ),
)


class _RemoteDomain(SiteObject):
    def contradictions(self, wanted: Mapping[str, Any]) -> list[str]:
        """Of IsInternal and AllowedOOFType, each changes the other."""
        if wanted.get("allowed_oof_type") == "InternalLegacy" and wanted.get("is_internal") is False:
            return ["allowed_oof_type InternalLegacy makes is_internal true: they cannot both be as said"]
        return []


REMOTE_DOMAIN = _RemoteDomain(
    key="remote_domain",
    noun="RemoteDomain",
    words="remote domain",
    meaning="What mail to a domain outside may be.",
    example=("School platform", {"domain_name": "example.org", "auto_forward_enabled": False}),
    settings=(
        Fact(
            key="domain_name",
            wire="DomainName",
            kind=Domain(),
            meaning="The domain. Exchange cannot change it later.",
            new=True,
            needed=True,
            fixed=True,
            alone=True,
        ),
        Fact(
            key="auto_forward_enabled",
            wire="AutoForwardEnabled",
            kind=Flag(),
            meaning="Whether what rules and programs forward may go there. New remote domains are created with true.",
            born=True,
        ),
        Fact(
            key="auto_reply_enabled",
            wire="AutoReplyEnabled",
            kind=Flag(),
            meaning="Whether automatic replies of programs may go there.",
            born=True,
        ),
        Fact(
            key="allowed_oof_type",
            wire="AllowedOOFType",
            kind=OneOf("External", "ExternalLegacy", "InternalLegacy", "None"),
            meaning="Which absence notes may go there. `InternalLegacy` makes `is_internal` true.",
            born="External",
            sent_with="inside",
        ),
        Fact(
            key="is_internal",
            wire="IsInternal",
            kind=Flag(),
            meaning="Whether transport rules take the domain for a part of the organisation. When it becomes false,"
            " `allowed_oof_type` becomes `ExternalLegacy` unless it is said too.",
            born=False,
            sent_with="inside",
        ),
    ),
)
