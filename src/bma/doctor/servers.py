"""Checks of the servers and of where mailboxes are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown, warning
from bma.doctor.site import Site
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.row import answering_server
from bma.resources.commands import Command
from bma.resources.kinds import NotUnderstoodError, Size

_VERSION = re.compile(r"Version (?P<major>\d+)\.(?P<minor>\d+) \(Build (?P<build>[\d.]+)\)")
_NAMES = {(15, 1): "Exchange 2016", (15, 2): "Exchange 2019 or SE"}
SCARCE = 0.10
"""The part of a volume below which it counts as nearly full."""


def version(site: Site) -> Result:
    """The versions of the servers."""
    told = {str(text_of(item.get("Name"))): str(text_of(item.get("AdminDisplayVersion"))) for item in site.servers}
    return judge_versions(told)


def judge_versions(told: Mapping[str, str]) -> Result:
    """The same, for server names with what AdminDisplayVersion says."""
    if not told:
        return unknown("no server was answered")
    known: dict[str, str | None] = {}
    for server, text in told.items():
        match = _VERSION.search(text)
        known[server] = _NAMES.get((int(match["major"]), int(match["minor"]))) if match else None
    line = ", ".join(f"{server}: {known[server] or 'another Exchange'} ({text})" for server, text in told.items())
    others = [server for server, name in known.items() if name is None]
    if len(others) == len(known):
        return bad(line, servers=dict(told))
    if others:
        advice = f"See that no box lives on {', '.join(others)}, and that exchange_uri is another server's"
        return warning(line, advice, servers=dict(told))
    return good(line, servers=dict(told))


def pinned(site: Site) -> Result:
    """Whether answers name their domain controller, and it can be kept to."""
    asked = site.pin().get("DomainController")
    if asked is None:
        return bad("answers do not name the domain controller they come from")
    answer = site.objects(Command("Get-Mailbox", {"ResultSize": 1, "DomainController": asked}))
    if not answer:
        return good(f"{asked}; no mailbox to ask it for", domain_controller=asked)
    second = answering_server(answer[0])
    if second != asked:
        return bad(f"asked {asked}, and {second or 'none'} has answered", domain_controller=asked)
    return good(f"{asked} was asked for, and has answered", domain_controller=asked)


def quotas(site: Site) -> Result:
    """The quotas that databases give to mailboxes without their own."""
    names = ("IssueWarningQuota", "ProhibitSendQuota", "ProhibitSendReceiveQuota")
    told = {
        str(text_of(item.get("Name"))): {name: text_of(item.get(name)) for name in names} for item in _databases(site)
    }
    if not told:
        return unknown("no database was answered")
    sending = {name: values["ProhibitSendQuota"] for name, values in told.items()}
    line = ", ".join(f"{name}: {quota}" for name, quota in sending.items())
    hidden = [box for box in site.mailboxes if box.get("UseDatabaseQuotaDefaults") is True]
    if site.scope.setting("mailbox", "use_database_quota_defaults") is False:
        return good(f"{line}. The policy gives each box its own, so these hold for none", databases=told)
    advice = "State use_database_quota_defaults: false in the policy"
    told_more = f"; {len(hidden)} of {len(site.mailboxes)} mailboxes looked at use it" if hidden else ""
    return warning(f"{line}. They hide the quotas of a box that uses them{told_more}", advice, databases=told)


def space(site: Site) -> Result:
    """Whether the boxes will fit."""
    boxes = len(site.scope.boxes)
    if not boxes:
        raise CannotTellError("no boxes were said", hint="Say which: -e wave=…")
    chosen = _placement(site)
    free = _free(site, [str(text_of(item.get("Name"))) for item in chosen])
    if not free:
        raise CannotTellError("Get-MailboxDatabaseCopyStatus tells no free space")
    return judge_space(free, boxes, _quota(site), site.scope.expected_size)


def judge_space(free: Mapping[str, tuple[int, int]], boxes: int, quota: int | None, expected: int | None) -> Result:
    """The same, for databases with the free and the whole space of their volumes, in bytes.

    ``quota``: what a box can grow to; ``expected``: what it is expected to hold.
    """
    each = -(-boxes // len(free))
    about: dict[str, Any] = {"boxes": boxes, "boxes_per_database": each, "quota": quota, "expected_size": expected}
    about["databases"] = {name: {"free": left, "total": total} for name, (left, total) in free.items()}
    line = ", ".join(f"{name}: {_short(left)} free of {_short(total)}" for name, (left, total) in free.items())
    line += f"; {each} boxes each" if len(free) > 1 else f"; {each} boxes"
    if expected is not None and (full := [name for name, (left, _) in free.items() if each * expected > left]):
        return bad(f"{line}. At {_short(expected)} a box they do not fit in {', '.join(full)}", **about)
    nearly = [name for name, (left, total) in free.items() if total and left < total * SCARCE]
    if nearly:
        return bad(f"{line}. {', '.join(nearly)} is nearly full", **about)
    if quota is None:
        return warning(f"{line}. A box has no limit, so the worst case has none either", **about)
    if tight := [name for name, (left, _) in free.items() if each * quota > left]:
        worst = f"{line}. Were every box full ({_short(quota)}), they would not fit in {', '.join(tight)}"
        return (good if expected is not None else warning)(worst, **about)
    return good(f"{line}. They fit, were every box full ({_short(quota)})", **about)


def _databases(site: Site) -> list[WireObject]:
    return site.objects(Command("Get-MailboxDatabase"))


def _placement(site: Site) -> list[WireObject]:
    """The databases that the boxes will be made in."""
    found = _databases(site)
    named = site.scope.policy.creation.get("database") if site.scope.policy else None
    if named:
        chosen = [item for item in found if str(text_of(item.get("Name"))).lower() == str(named).lower()]
        if not chosen:
            raise CannotTellError(f"the policy places boxes in {named!r}, and there is no such database")
        return chosen
    closed = ("Recovery", "IsExcludedFromProvisioning", "IsSuspendedFromProvisioning")
    chosen = [item for item in found if not any(item.get(name) is True for name in closed)]
    if not chosen:
        raise CannotTellError("every database is closed to new mailboxes, or none is there")
    return chosen


def _free(site: Site, names: list[str]) -> dict[str, tuple[int, int]]:
    """Free and whole bytes of the volume of each database, of the copy that has the least."""
    free: dict[str, tuple[int, int]] = {}
    for name in names:
        for copy in site.objects(Command("Get-MailboxDatabaseCopyStatus", {"Identity": name})):
            left, total = _bytes(copy.get("DiskFreeSpace")), _bytes(copy.get("DiskTotalSpace"))
            if left is not None and (name not in free or left < free[name][0]):
                free[name] = left, total or 0
    return free


def _bytes(answered: Any) -> int | None:
    try:
        size = Size().read(answered)
    except NotUnderstoodError:
        return None
    return size if isinstance(size, int) else None


def _quota(site: Site) -> int | None:
    written = site.scope.setting("mailbox", "prohibit_send_receive_quota")
    size = Size().normal(written) if written is not None else None
    return size if isinstance(size, int) else None


def _short(size: int) -> str:
    for unit, factor in (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20)):
        if size >= factor:
            return f"{size / factor:.4g} {unit}"
    return f"{size} B"


SERVERS = Theme(
    "Servers and databases",
    (
        Check(
            "DOC-VERSION",
            "The servers are of a known version",
            "Name and version of every Exchange server. Known are 2016, 2019 and SE.",
            "The toolkit was made for Exchange 2016, 2019 and SE on premises",
            version,
        ),
        Check(
            "DOC-DOMAIN-CONTROLLER",
            "One domain controller can be kept to",
            "Whether answers name the domain controller they come from, and it answers when asked for.",
            "Report it: what was written may not be seen at once by the reading that follows",
            pinned,
            assumption=True,
        ),
        Check(
            "DOC-DATABASE-QUOTAS",
            "The quotas of the databases do not matter",
            "The quota defaults of every database, and whether the policy overrides them.",
            "State the three quotas and use_database_quota_defaults: false in the policy",
            quotas,
        ),
        Check(
            "DOC-DATABASE-SPACE",
            "The boxes fit in the databases",
            "Free space of the volumes of the databases that the policy places boxes in, or of all that are open to new"
            " mailboxes, against the number of boxes, their quota, and `doctor_expected_size` where it is said.",
            "Free or add space, place boxes elsewhere (creation.database in the policy), or make the wave smaller."
            " The transaction logs of a copy take as much again until the next backup",
            space,
            assumption=True,
        ),
    ),
)
