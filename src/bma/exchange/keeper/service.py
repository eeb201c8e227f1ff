"""What the keeper does for a task: the requests it understands, apart from how they reach it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.connection import Connection
from bma.exchange.fleet import ALL_SECTIONS, Fleet
from bma.exchange.keeper.password_request import PasswordRequests
from bma.exchange.keeper.site_requests import SiteRequests
from bma.exchange.pool import SessionPool
from bma.exchange.readiness import NotReadyError, Readiness
from bma.exchange.reconcile import Outcome, Reconciler
from bma.policy import BoxFacts, Policy, policy_from
from bma.resources.box import BOX
from bma.resources.desired import Creation, DesiredBox, desired_box
from bma.resources.observation import Unknown
from bma.resources.plan import ActualBox

Tell = Callable[[str], None]
"""Takes what the user must know before the request goes on."""


class Service:
    """One connection's sessions, readings and boxes, behind requests that are plain JSON."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pool = SessionPool(connection)
        self._fleet = Fleet(self.pool)
        self._reconciler = Reconciler(self.pool, self._fleet)
        self._ready: dict[str, NotReadyError | None] = {}
        self._ready_lock = threading.Lock()
        self._readiness = Readiness(self._fleet.inquiry, read_only=connection.read_only)
        self._operations: dict[str, Callable[[Mapping[str, Any], Tell], Any]] = {
            "hello": self._hello,
            "box": self._box,
            "read": self._read,
            "read_back": self._read_back,
            "end": lambda _request, _tell: None,
            **SiteRequests(self._fleet.inquiry, read_only=connection.read_only).operations,
            **PasswordRequests(self._fleet, read_only=connection.read_only).operations,
        }

    def answer(self, request: Mapping[str, Any], tell: Tell = lambda _warning: None) -> Any:
        """The result of one request. Raises :class:`~bma.errors.BmaError`."""
        operation = self._operations.get(str(request.get("operation")))
        if operation is None:
            raise BmaError(f"the keeper has no operation {request.get('operation')!r}")
        return operation(request, tell)

    def _hello(self, request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Open a first session, and as many more as the ``boxes`` of the run will want; say what answered.

        With a ``policy``, what it needs must be there: objects of the organisation, cmdlets that the account may use.
        """
        self._fleet.servers()
        if request.get("policy") is not None:
            self._require_ready(_text(request["policy"]), tell)
        boxes = [str(name) for name in request.get("boxes") or ()]
        self._fleet.expect(boxes)
        wanted = min(len(boxes) or 1, self.connection.sessions)
        self.pool.warm(wanted - 1 if not self.connection.read_only else min(wanted - 1, 1))
        return {
            "uri": self.connection.uri,
            "username": self.connection.username,
            "read_only": self.connection.read_only,
            "servers": [
                {"name": text_of(server.get("Name")), "version": text_of(server.get("AdminDisplayVersion"))}
                for server in self._fleet.servers()
                if isinstance(server, WireObject)
            ],
        }

    def _box(self, request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Make one box conform, or predict it: a read-only keeper can do nothing else."""
        scope = int(request.get("scope") or 1)
        desired = self._desired(request, tell)
        if not self.connection.read_only:
            return _outcome(self._reconciler.apply(desired, scope, tell))
        predicted = self._reconciler.predict(desired, scope)
        for warning in predicted.plan.warnings:
            tell(f"{desired.address}: {warning}")
        return _outcome(predicted)

    def _require_ready(self, text: str, tell: Tell) -> None:
        """Require once what a policy needs; what it lacks is told to each box that asks."""
        with self._ready_lock:
            if text not in self._ready:
                try:
                    self._readiness.require(self._policy(text), tell)
                    self._ready[text] = None
                except NotReadyError as fault:
                    self._ready[text] = fault
        fault_of_all = self._ready[text]
        if fault_of_all is not None:
            raise fault_of_all

    def _desired(self, request: Mapping[str, Any], tell: Tell) -> DesiredBox:
        """What is wanted of the box: what the policy says of it, or settings said one by one."""
        address = str(request["address"])
        if request.get("policy") is None:
            return desired_box(address, request.get("settings") or {}, Creation(**(request.get("creation") or {})))
        text = _text(request["policy"])
        # Groups may have policies of their own; each is looked at with its first box.
        self._require_ready(text, tell)
        policy = self._policy(text)
        return desired_box(address, policy.settings(_facts(request)), Creation(**policy.creation))

    @staticmethod
    @lru_cache(maxsize=64)
    def _policy(text: str) -> Policy:
        """The policy in a JSON text, judged once for all the boxes that it is sent with."""
        return policy_from(json.loads(text))

    def _read(self, request: Mapping[str, Any], _tell: Tell) -> list[dict[str, Any]]:
        """The boxes with the given addresses, in that order, as they are: all that is asked of their ``sections``."""
        addresses = request["addresses"]
        sections = frozenset(request.get("sections") or ALL_SECTIONS)
        self._fleet.expect([address.partition("@")[0] for address in addresses])
        with ThreadPoolExecutor(self.connection.sessions) as beside:
            boxes = beside.map(lambda address: self._fleet.actual(address, len(addresses), sections), addresses)
            return [_actual(address, box) for address, box in zip(addresses, boxes, strict=True)]

    def _read_back(self, _request: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
        """Which of the boxes that this run has touched are not as desired, with what differs, or could not be read."""
        plans = self._reconciler.read_back()
        return {
            "read": self._reconciler.touched,
            "not_conform": {address: _outcome(Outcome(plan)) for address, plan in plans.items() if plan.changed},
            "unknown": {address: dict(plan.unknown) for address, plan in plans.items() if not plan.changed},
        }


def _text(policy: Any) -> str:
    """The policy as what one is told from another by."""
    return json.dumps(policy, sort_keys=True)


def _facts(request: Mapping[str, Any]) -> BoxFacts:
    return BoxFacts(
        address=str(request["address"]),
        name=str(request.get("name") or ""),
        aliases=tuple(request.get("aliases") or ()),
        campaign=str(request.get("campaign") or ""),
        wave=str(request.get("wave") or ""),
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    before, after = outcome.plan.sides()
    unknown = outcome.plan.unknown
    left_alone = [f"{setting} could not be read and is left as it is: {reason}" for setting, reason in unknown.items()]
    return {
        "changed": outcome.plan.changed,
        "created": outcome.plan.creates,
        "before": before,
        "after": after,
        "commands": [str(command) for command in outcome.plan.commands],
        "unknown": dict(unknown),
        "findings": list(outcome.plan.findings),
        "warnings": [*outcome.warnings, *left_alone, *outcome.plan.findings],
    }


def _actual(address: str, actual: ActualBox | None) -> dict[str, Any]:
    if actual is None:
        return {"address": address, "exists": False}
    settings: dict[str, Any] = {}
    unknown: dict[str, str] = {}
    for section in BOX:
        if section.key not in actual.observations:
            continue
        observed = actual.observations[section.key]
        settings[section.key] = section.shown(observed)
        for key, value in observed.items():
            if isinstance(value, Unknown):
                unknown[f"{section.key}.{key}"] = value.reason
    return {"address": address, "exists": True, "guid": actual.identity, "settings": settings, "unknown": unknown}
