"""Checks of how much may be asked at once, and how long an answer takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, warning
from bma.doctor.site import Site
from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.resources.commands import Command

OPENINGS = 3
CALLS = 7
SLOW_OPEN_SECONDS = 15
SLOW_CALL_SECONDS = 2
FOR_PEOPLE = 1
"""Sessions of the account that are left to a human."""

_CONCURRENCY = "PowerShellMaxConcurrency"
_RATES = (
    "PowerShellMaxCmdlets",
    "PowerShellMaxDestructiveCmdlets",
    "PowerShellMaxOperations",
    "ExchangeMaxCmdlets",
)
_TOLD = (_CONCURRENCY, *_RATES, "PowerShellMaxCmdletsTimePeriod", "PowerShellMaxDestructiveCmdletsTimePeriod",
         "PowerShellMaxRunspaces", "PowerShellMaxCmdletQueueDepth", "ForwardeeLimit")  # fmt: skip


def throttling(site: Site) -> Result:
    """What the throttling policies allow the account."""
    names, limits = policy_of_account(site)
    told = {name: limits[name] for name in _TOLD if name in limits}
    where = " over ".join(names)
    allowed = _number(limits.get(_CONCURRENCY))
    planned = site.connection.sessions
    if allowed is not None and planned > allowed - FOR_PEOPLE:
        advice = f"Say exchange_sessions: {max(1, allowed - FOR_PEOPLE)}, or have the account's policy changed"
        return bad(f"{where} allows {allowed} sessions, exchange_sessions is {planned}", advice, limits=told)
    rates = [f"{name} {_number(limits[name])}" for name in _RATES if _number(limits.get(name)) is not None]
    if rates:
        return warning(f"{where} limits {', '.join(rates)}: a large wave will be slowed down", limits=told)
    count = "any number of" if allowed is None else allowed
    return good(f"{where} allows {count} sessions, and cmdlets at any rate", limits=told)


def policy_of_account(site: Site) -> tuple[list[str], dict[str, str]]:
    """The names of the throttling policies that hold for the account, and their values, the closest one first.

    Raises :class:`CannotTellError` where none can be read.
    """
    held: dict[str, WireObject] = {}
    for policy in site.objects(Command("Get-ThrottlingPolicy")):
        held[str(text_of(policy.get("ThrottlingPolicyScope")))] = policy
    own = _own_policy(site)
    chain = [item for item in (own, held.get("Organization"), held.get("Global")) if item is not None]
    if not chain:
        raise CannotTellError("no throttling policy that holds for the account is told")
    values: dict[str, str] = {}
    for policy in reversed(chain):
        told = {name: text_of(value) for name, value in policy.properties.items() if name in _TOLD}
        values |= {name: text for name, text in told.items() if text}
    return [str(text_of(policy.get("Name"))) for policy in chain], values


def _own_policy(site: Site) -> WireObject | None:
    if not site.connection.username:
        return None
    who = {"Identity": site.connection.username}
    try:
        for found in site.objects(Command("Get-ThrottlingPolicyAssociation", who)):
            name = text_of(found.get("ThrottlingPolicyId"))
            if name:
                return next(iter(site.objects(Command("Get-ThrottlingPolicy", {"Identity": name}))), None)
    except BmaError:
        # Not told for this account: the policies of the organisation are what is known.
        return None
    return None


def sessions(site: Site) -> Result:
    """How many sessions can be open at once, up to as many as a run would hold. All are closed again."""
    planned = site.connection.sessions
    _ = _first(site)
    with ThreadPoolExecutor(planned) as beside:
        faults = [fault for fault in beside.map(lambda _number: _open(site), range(planned - 1)) if fault]
    site.close_others()
    count = planned - len(faults)
    allowed = _allowed(site)
    safe = count if allowed is None else max(1, min(count, allowed - FOR_PEOPLE))
    about: dict[str, Any] = {"planned": planned, "opened": count, "allowed": allowed, "safe": safe}
    advice = f"Say exchange_sessions: {safe}"
    if count < planned:
        return bad(f"{count} of {planned} could be open at once ({faults[0].what}); safe: {safe}", advice, **about)
    told = f"all {planned} of exchange_sessions were open at once; safe: {safe}"
    return good(told, **about) if safe >= planned else warning(told, advice, **about)


def opening(site: Site) -> Result:
    """How long a session takes to open: the median of a few."""
    _ = _first(site)
    took = [site.opened_in] if site.opened_in is not None else []
    while len(took) < OPENINGS:
        began = time.monotonic()
        site.another()
        took.append(time.monotonic() - began)
        site.close_others()
    return _judged(took, SLOW_OPEN_SECONDS, "to open a session")


def calling(site: Site) -> Result:
    """How long a cmdlet takes: the median of a few."""
    ask = Command("Get-Mailbox", {"ResultSize": 1} | site.pin())
    return _judged([_timed(lambda: site.ask(ask)) for _ in range(CALLS)], SLOW_CALL_SECONDS, "for Get-Mailbox of one")


def _timed(deed: Callable[[], object]) -> float:
    began = time.monotonic()
    deed()
    return time.monotonic() - began


def _judged(took: list[float], most: float, what: str) -> Result:
    middle = median(took)
    told = f"{middle:.2f} s {what} (median of {len(took)}, {min(took):.2f} to {max(took):.2f})"
    result = warning if middle > most else good
    return result(told, median=round(middle, 3), seconds=[round(one, 3) for one in took])


def _first(site: Site) -> object:
    try:
        return site.session
    except BmaError as fault:
        raise CannotTellError(f"there is no session: {fault.what}") from fault


def _open(site: Site) -> BmaError | None:
    try:
        site.another()
    except BmaError as fault:
        return fault
    return None


def _allowed(site: Site) -> int | None:
    try:
        _, limits = policy_of_account(site)
    except BmaError:
        return None
    return _number(limits.get(_CONCURRENCY))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


LIMITS = Theme(
    "Limits and latency",
    (
        Check(
            "DOC-THROTTLING",
            "The throttling policy leaves room",
            "The policy that is associated with the account, over that of the organisation and the global one.",
            "Have the account given a throttling policy of its own; the global one is not to be changed",
            throttling,
            assumption=True,
        ),
        Check(
            "DOC-SESSIONS",
            "So many sessions can be open at once",
            "Sessions opened side by side, up to `exchange_sessions`, and closed again. One is left to people.",
            "Lower exchange_sessions; close other remote PowerShell windows of the account",
            sessions,
            assumption=True,
        ),
        Check(
            "DOC-OPEN-TIME",
            "A session opens in good time",
            "The median of three openings; more than 15 s is a warning.",
            "Look at the load of the server and of its domain controllers",
            opening,
            assumption=True,
        ),
        Check(
            "DOC-CMDLET-TIME",
            "A cmdlet answers in good time",
            "The median of seven `Get-Mailbox` of one mailbox; more than 2 s is a warning.",
            "Look at the load of the server, and at the distance to it",
            calling,
            assumption=True,
        ),
    ),
)
