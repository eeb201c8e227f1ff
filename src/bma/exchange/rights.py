"""What the accounts of the toolkit need, worked out from the policies, and the roles that grant just that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.errors import BmaError
from bma.exchange import forwarding
from bma.exchange.clixml import WireObject
from bma.exchange.inquiry import Inquiry
from bma.exchange.readiness import reads, writes
from bma.policy import Policy
from bma.resources.commands import Command
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Unknown
from bma.resources.organization import ORGANIZATION
from bma.resources.organization.roles import Held, held_entries
from bma.resources.organization.sharing import share_out

LONGEST_NAME = 64


class UngrantableError(BmaError):
    """No built-in role has a cmdlet that is needed."""


def needed(who: str, policy: Policy, also: Mapping[str, list[str]]) -> Rights:
    """The cmdlets and parameters that ``migration`` or ``audit`` needs."""
    named = [right(f"Get-{setting.kind.noun}") for _, setting, _ in policy.named()]  # type: ignore[attr-defined]
    more = {cmdlet: frozenset(parameters) for cmdlet, parameters in also.items()}
    looking = together([reads(policy), *named, forwarding.reads(), more])
    if who == "migration":
        return together([looking, writes(policy)])
    return together([looking, *(table.reads() for table in ORGANIZATION)])


def granted(inquiry: Inquiry, who: str, said: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The roles that give ``who`` what is needed and no more, and the group that has them.

    Raises :class:`UngrantableError` naming what no parent has.
    """
    parents = [(parent, _entries(inquiry, parent)) for parent in said["parents"]]
    shares, lacking = share_out(needed(who, policy, said["also"]), parents)
    if lacking:
        raise UngrantableError(
            f"none of {', '.join(said['parents'])} has {', '.join(lacking)}",
            where=f"rights of {who}",
            hint="Name another built-in role in its parents, or leave those settings unmanaged in the policy",
        )
    roles = []
    for share in shares:
        name = f"{said['role_group']} {share.parent}" + ("" if share.writes else " Read")
        if len(name) > LONGEST_NAME:
            raise UngrantableError(
                f"the role's name {name!r} is too long", where=f"rights of {who}", hint="Shorten role_group"
            )
        entries = {cmdlet: list(parameters) for cmdlet, parameters in share.entries.items()}
        roles.append({"name": name, "parent": share.parent, "entries": entries, "writes": share.writes})
    return {
        "role_group": said["role_group"],
        "accounts": said["accounts"],
        "organizational_unit": said["organizational_unit"],
        "roles": roles,
    }


def _entries(inquiry: Inquiry, parent: str) -> Held:
    answer = inquiry.pool.run(Command("Get-ManagementRoleEntry", {"Identity": f"{parent}\\*"} | inquiry.pin()))
    answer.or_raise()
    held = held_entries([item.properties for item in answer.objects if isinstance(item, WireObject)])
    if isinstance(held, Unknown):
        raise BmaError(held.reason, where=f"management role {parent!r}")
    assert isinstance(held, Mapping)
    return held
