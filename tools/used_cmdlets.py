"""The cmdlets and parameters that the product uses, and the part of Exchange's catalogue that has them.

``python tools/used_cmdlets.py CATALOGUE`` writes ``tests/data/used_cmdlets.json`` from the catalogue of all cmdlets and
parameters by version, so that tests can tell without it whether each exists in Exchange 2016, 2019 and SE.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bma.exchange import forwarding
from bma.exchange.readiness import reads, writes
from bma.policy import policy_from
from bma.resources.box import BOX
from bma.resources.kinds import Address, Count, Flag, Name, OneOf, Size, Text
from bma.resources.needs import together
from bma.resources.organization import ORGANIZATION
from bma.resources.table import UNSAID, Setting

EXTRACT = Path(__file__).resolve().parents[1] / "tests/data/used_cmdlets.json"
VERSIONS = {"e2016": "2016", "e2019": "2019", "ese": "SE"}
DOCUMENTED = {
    "Disable-SweepRule",
    "Get-ADPermission",
    "Get-ImapSettings",
    "Get-RoleGroup",
    "Get-RoleGroupMember",
    "Get-ThrottlingPolicyAssociation",
    "New-OwaMailboxPolicy",
    "New-RoleGroup",
    "Add-RoleGroupMember",
    "Remove-ADPermission",
    "Remove-RoleGroupMember",
    "Remove-SweepRule",
    "Set-ImapSettings",
    "Set-ManagementRoleAssignment",
    "Set-RoleGroup",
}
"""Cmdlets of on-premises Exchange that the catalogue leaves out; Microsoft documents each for 2016, 2019 and SE."""


def used() -> dict[str, set[str]]:
    """Every cmdlet that the tables can come to, with every parameter, whatever the policies say."""
    parts = [forwarding.reads(), {"Get-Recipient": frozenset({"Identity", "DomainController"})}]
    for decision in ("disable", "remove"):
        policy = policy_from(
            {section.key: _everything(section.settings, decision) for section in BOX} | {"creation": _CREATION}
        )
        parts += [reads(policy), writes(policy)]
    for table in ORGANIZATION:
        parts += [
            table.reads(),
            table.writes({setting.key: _nothing(setting) for setting in table.settings}),
        ]
    return {cmdlet: set(parameters) for cmdlet, parameters in together(parts).items()}


def _nothing(setting: Setting) -> Any:
    """No value, in the form that the setting has: rights do not depend on values."""
    return None if isinstance(setting.kind, Text | Flag | Size | Count | OneOf | Address) else ()


_CREATION = {"organizational_unit": "x", "database": "x", "change_password_at_next_logon": True}


def _everything(settings: tuple[Setting, ...], decision: str) -> dict[str, Any]:
    """A value for each setting that the shipped policy does not manage, and ``decision`` wherever one is taken."""
    said: dict[str, Any] = {}
    for setting in settings:
        if isinstance(setting.kind, OneOf) and decision in setting.kind.words:
            said[setting.key] = decision
        elif setting.default is UNSAID:
            said[setting.key] = setting.kind.words[0] if isinstance(setting.kind, OneOf) else "x"
        elif isinstance(setting.kind, Name) and setting.default is None:
            said[setting.key] = "x"
        elif isinstance(setting.kind, Flag) and not setting.promised:
            said[setting.key] = setting.default
    return said


def extract(catalogue: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Of what is used, the versions that have it: cmdlet to parameter to versions."""
    found: dict[str, dict[str, list[str]]] = {}
    for cmdlet, parameters in sorted(used().items()):
        if cmdlet in catalogue:
            # PowerShell does not mind the letters of a parameter, and the documentation has several spellings.
            listed = {name.lower(): parameter for name, parameter in catalogue[cmdlet]["parameters"].items()}
            found[cmdlet] = {name: _versions(listed.get(name.lower(), {})) for name in sorted(parameters)}
    return found


def _versions(parameter: dict[str, Any]) -> list[str]:
    return [version for flag, version in VERSIONS.items() if parameter.get(flag)]


def main() -> None:
    """Write the extract."""
    catalogue = json.loads(Path(sys.argv[1]).read_text())["cmdlets"]
    EXTRACT.parent.mkdir(exist_ok=True)
    EXTRACT.write_text(json.dumps(extract(catalogue), indent=1) + "\n")


if __name__ == "__main__":
    main()
