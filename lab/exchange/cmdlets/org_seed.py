"""What an organization has after its installation: the objects that nobody created.

Each kind is seeded once, and which ones were is remembered, so that a state of an older lab gets what is new
and an object that was removed stays away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lab.exchange.model.directory import AD_DOMAIN, Directory, Entry

Seed = tuple[str, Mapping[str, Any]]
SERVER = "EX01"


def _remote_domains(_model: Directory) -> Iterable[Seed]:
    yield "remotedomain", {
        "Name": "Default", "DomainName": "*", "AutoForwardEnabled": False, "AutoReplyEnabled": False,
        "CharacterSet": "iso-8859-1", "NonMimeCharacterSet": "iso-8859-1", "BuiltIn": True,
    }  # fmt: skip


def _settings(_model: Directory) -> Iterable[Seed]:
    yield "transportconfig", {"Name": "Transport Settings"}


def _protocols(model: Directory) -> Iterable[Seed]:
    for server in model.scan({"server"}):
        for kind in ("imapsettings", "popsettings"):
            yield kind, {"Name": "1", "Server": server.name}


def _directories(model: Directory) -> Iterable[Seed]:
    for server in model.scan({"server"}):
        yield "powershellvdir", {"Name": "PowerShell (Default Web Site)", "Server": server.name}


def _receive_connectors(model: Directory) -> Iterable[Seed]:
    kinds = (
        ("Default", 2525, "HubTransport"), ("Client Proxy", 465, "HubTransport"),
        ("Default Frontend", 25, "FrontendTransport"), ("Outbound Proxy Frontend", 717, "FrontendTransport"),
        ("Client Frontend", 587, "FrontendTransport"),
    )  # fmt: skip
    for server in model.scan({"server"}):
        for name, port, role in kinds:
            yield "receiveconnector", {
                "Name": f"{name} {server.name}", "Server": server.name, "TransportRole": role,
                "Bindings": [f"[::]:{port}", f"0.0.0.0:{port}"], "RemoteIPRanges": ["::-ffff:ffff:ffff:ffff:ffff:"
                "ffff:ffff:ffff", "0.0.0.0-255.255.255.255"], "Fqdn": f"{server.name}.{AD_DOMAIN}",
            }  # fmt: skip


SEEDS: dict[str, Callable[[Directory], Iterable[Seed]]] = {
    "remote domains": _remote_domains,
    "settings": _settings,
    "protocols": _protocols,
    "virtual directories": _directories,
    "receive connectors": _receive_connectors,
}


def seed_organization(model: Directory) -> None:
    """Create what is missing of what every organization has."""
    organization: Entry = model.scan({"organization"})[0]
    done = list(organization.get("Seeded", ()))
    missing = [name for name in SEEDS if name not in done]
    for name in missing:
        for kind, attributes in SEEDS[name](model):
            model.create(kind, attributes)
    if missing:
        model.update(organization.guid, {"Seeded": [*done, *missing]})
