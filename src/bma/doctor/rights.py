"""Checks of what the account may run, against what the policy takes."""

from __future__ import annotations

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, warning
from bma.doctor.site import Site
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.readiness import reads, writes
from bma.policy import Policy
from bma.resources.commands import Command
from bma.resources.needs import Rights, lacking

LOOKED_AT_BY_DOCTOR = (
    "Get-AcceptedDomain", "Get-EmailAddressPolicy", "Get-MailboxDatabase", "Get-MailboxDatabaseCopyStatus",
    "Get-RemoteDomain", "Get-SendConnector", "Get-ThrottlingPolicy", "Get-ThrottlingPolicyAssociation",
)  # fmt: skip


def may_read(site: Site) -> Result:
    """Whether the account has the cmdlets that tell what a box is."""
    needed = reads(_policy(site))
    absent = lacking(needed, _held(site, needed))
    if not absent:
        return good(f"all {len(needed)} reading cmdlets that the policy takes", cmdlets=sorted(needed))
    vital = [name for name in absent if name.split()[0] in ("Get-Mailbox", "Get-ExchangeServer")]
    told = f"missing: {', '.join(absent)}"
    return bad(told, missing=absent) if vital else warning(told, missing=absent)


def may_write(site: Site) -> Result:
    """Whether the account has the cmdlets that make a box what the policy says. None is run."""
    needed = writes(_policy(site))
    held = _held(site, needed)
    absent = lacking(needed, held)
    if not absent:
        return good(f"all {len(needed)} writing cmdlets that the policy takes", cmdlets=sorted(needed))
    if site.connection.account == "exchange_audit_" and not held:
        return good("none, as it should be for an account that only looks", missing=absent)
    return bad(f"missing: {', '.join(absent)}", missing=absent)


def may_examine(site: Site) -> Result:
    """Whether the account has the cmdlets that this report is made from."""
    needed: Rights = {name: frozenset() for name in LOOKED_AT_BY_DOCTOR}
    absent = lacking(needed, _held(site, needed))
    if not absent:
        return good(f"all {len(needed)} cmdlets")
    return warning(f"missing: {', '.join(absent)}; what they would tell is unknown below", missing=absent)


def _policy(site: Site) -> Policy:
    if site.scope.policy is None:
        raise CannotTellError(site.scope.policy_fault)
    return site.scope.policy


def _held(site: Site, needed: Rights) -> dict[str, frozenset[str] | None]:
    """What of ``needed`` the account has, with parameters where they are told."""
    # One that is missing is an error record beside the others: no reason to know nothing.
    answer = site.ask_for_rights(Command("Get-Command", {"Name": sorted(needed)}))
    found: dict[str, frozenset[str] | None] = {}
    for item in answer.objects:
        if isinstance(item, WireObject) and item.get("Name"):
            told = item.get("Parameters")
            found[str(text_of(item.get("Name")))] = frozenset(_names(told)) if told else None
    if not found and not answer.errors:
        raise CannotTellError("Get-Command answers nothing")
    return found


def _names(told: object) -> list[str]:
    items = list(told) if isinstance(told, list | dict) else []
    names = (item.get("Name") if isinstance(item, WireObject) else item for item in items)
    return [str(text_of(name)) for name in names if name]


RIGHTS = Theme(
    "Rights",
    (
        Check(
            "DOC-RIGHTS-READ",
            "The account may read what the policy is about",
            "Cmdlets and parameters that reading a box takes, asked of `Get-Command`.",
            "Give the account a role group that has them; what cannot be read stays unknown for every box",
            may_read,
        ),
        Check(
            "DOC-RIGHTS-WRITE",
            "The account may write what the policy says",
            "Cmdlets and parameters that making a box takes, asked of `Get-Command`. None is run.",
            "Give the account a role group that has them, or leave those settings unmanaged in the policy",
            may_write,
        ),
        Check(
            "DOC-RIGHTS-DOCTOR",
            "The account may look at the organisation",
            "The reading cmdlets that this report takes.",
            "Give the account the role View-Only Configuration",
            may_examine,
        ),
    ),
)
