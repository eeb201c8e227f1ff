"""What the keeper does for a task about the organisation: objects, forwarding, rights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from bma.errors import BmaError
from bma.exchange.forwarding import forwarding
from bma.exchange.inquiry import Inquiry
from bma.exchange.objects import ObjectOutcome, Objects
from bma.exchange.rights import granted
from bma.policy import policy_from
from bma.policy.organization import rights_from
from bma.resources.observation import Unknown
from bma.resources.organization import TABLES, SiteObject
from bma.resources.organization.plan import ActualObject
from bma.resources.organization.wish import PRESENT, called, wish

Tell = Callable[[str], None]
Operations = dict[str, Callable[[Mapping[str, Any], Tell], Any]]


class SiteRequests:
    """Requests about the organisation, as plain JSON. A read-only keeper predicts where another one acts."""

    def __init__(self, inquiry: Inquiry, *, read_only: bool) -> None:
        self._inquiry = inquiry
        self._objects = Objects(inquiry)
        self._read_only = read_only

    @property
    def operations(self) -> Operations:
        """Each request by its name."""
        return {
            "object": self._object,
            "objects": self._list,
            "forwarding": self._forwarding,
            "rights": self._rights,
        }

    def _object(self, request: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
        """Make one object what is wanted, or predict it."""
        table = _table(request)
        desired = wish(table, request.get("name"), request.get("settings") or {}, request.get("state") or PRESENT)
        outcome = self._objects.predict(desired) if self._read_only else self._objects.apply(desired)
        return _outcome(str(desired), outcome)

    def _list(self, request: Mapping[str, Any], _tell: Tell) -> list[dict[str, Any]]:
        """One object of a kind, or all of them, as they are."""
        table, name = _table(request), request.get("name")
        if name is None:
            return [_told(table, *found) for found in self._objects.every(table)]
        actual = self._objects.read(table, name)
        return [] if actual is None else [_told(table, name, actual)]

    def _forwarding(self, request: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
        return asdict(forwarding(self._inquiry, self._objects, request.get("domain")))

    def _rights(self, request: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
        """The roles and the group of those that the rights say something of, and the throttling policy of accounts."""
        policy = policy_from(request["policy"])
        stated = rights_from(request["rights"])
        throttled = [said for said in stated.values() if "throttling_policy" in said]
        return {
            "rights": {who: granted(self._inquiry, who, said, policy) for who, said in stated.items()},
            "throttling_policies": {name: said["throttling_policy"] for said in throttled for name in said["accounts"]},
        }


def _table(request: Mapping[str, Any]) -> SiteObject:
    kind = str(request.get("kind"))
    if kind not in TABLES:
        raise BmaError(f"there is no kind of object {kind!r}; known: {', '.join(TABLES)}")
    return TABLES[kind]


def _outcome(where: str, outcome: ObjectOutcome) -> dict[str, Any]:
    before, after = outcome.plan.sides()
    unknown = outcome.plan.unknown
    left_alone = [f"{where}: {key} could not be read and is left as it is: {why}" for key, why in unknown.items()]
    return {
        "changed": outcome.plan.changed,
        "created": outcome.plan.creates,
        "removed": outcome.plan.removes,
        "called": where,
        "before": before,
        "after": after,
        "commands": [str(command) for command in outcome.plan.commands],
        "unknown": dict(unknown),
        "warnings": [*outcome.warnings, *left_alone, *outcome.plan.findings],
    }


def _told(table: SiteObject, name: str, actual: ActualObject) -> dict[str, Any]:
    observed = actual.observed
    reasons = {key: value.reason for key, value in observed.items() if isinstance(value, Unknown) and key in table}
    settings = json.loads(json.dumps(table.shown(observed)))
    return {"name": name, "called": called(table, name), "settings": settings, "unknown": reasons}
