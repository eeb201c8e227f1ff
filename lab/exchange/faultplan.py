"""The fault plan: an ordered list of rules that say when the endpoint misbehaves, and how."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

DEEDS = frozenset({
    "drop_before_execution", "drop_after_execution", "half_answer", "http_status", "wsman_fault", "shell_lost",
    "cmdlet_error", "hang", "leave_out", "silence", "nothing_yet_for_ever", "die",
})  # fmt: skip
ON_CMDLETS = frozenset({"cmdlet_error", "hang", "leave_out"})
"""Deeds that befall single cmdlets of a pipeline; the others befall requests."""
ACTIONS = frozenset({"Create", "Command", "Receive", "Send", "Signal", "Delete", "Get"})
_MATCH = frozenset({"cmdlet", "identity", "nth", "account", "action"})
_RULE = frozenset({"match", "times", "do", "status", "code", "class", "text", "when", "seconds", "properties"})


class RuleError(ValueError):
    """A fault rule that cannot be understood."""


@dataclass
class Rule:
    """One rule. It fires from its `nth` match on, `times` times (0: for ever)."""

    do: str
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    status: int = 503
    code: int = 2150858843
    error_class: str = "CmdletProxyException"
    text: str = ""
    when: str = "before"
    seconds: float = 0.0
    properties: tuple[str, ...] = ()
    seen: int = 0
    fired: int = 0

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Rule:
        """A rule from its JSON form; RuleError names what is wrong."""
        match = raw.get("match", {})
        unknown = [*(set(raw) - _RULE), *(set(match) - _MATCH)]
        if unknown:
            raise RuleError(f"a fault rule has no {sorted(unknown)[0]!r}")
        if raw.get("do") not in DEEDS:
            raise RuleError(f"do must be one of {', '.join(sorted(DEEDS))}")
        if match.get("action", "Command") not in ACTIONS:
            raise RuleError(f"action must be one of {', '.join(sorted(ACTIONS))}")
        if raw.get("when", "before") not in {"before", "after"}:
            raise RuleError("when must be before or after")
        if raw["do"] == "leave_out" and not raw.get("properties"):
            raise RuleError("leave_out needs properties, the names of what cannot be read")
        return cls(
            do=raw["do"],
            match=dict(match),
            times=int(raw.get("times", 1)),
            status=int(raw.get("status", 503)),
            code=int(raw.get("code", 2150858843)),
            error_class=str(raw.get("class", "CmdletProxyException")),
            text=str(raw.get("text", "")),
            when=str(raw.get("when", "before")),
            seconds=float(raw.get("seconds", 0)),
            properties=tuple(str(name).lower() for name in raw.get("properties", ())),
        )

    def to_json(self) -> dict[str, Any]:
        """The rule and how often it matched and fired."""
        return {
            "do": self.do, "match": dict(self.match), "times": self.times, "status": self.status,
            "code": self.code, "class": self.error_class, "text": self.text, "when": self.when,
            "seconds": self.seconds, "properties": list(self.properties), "seen": self.seen, "fired": self.fired,
        }  # fmt: skip

    @property
    def action(self) -> str:
        """The action it watches."""
        return str(self.match.get("action", "Command"))

    def fits(self, account: str, cmdlets: Iterable[tuple[str, str]]) -> bool:
        """Whether account, cmdlet and identity text are those asked for."""
        wanted = str(self.match.get("account", "")).lower()
        if wanted and wanted not in (account.lower(), account.partition("@")[0].lower()):
            return False
        name, identity = str(self.match.get("cmdlet", "")).lower(), str(self.match.get("identity", "")).lower()
        if not name and not identity:
            return True
        return any(
            (not name or cmdlet.lower() == name) and (not identity or identity in target.lower())
            for cmdlet, target in cmdlets
        )

    def count(self) -> bool:
        """Note a match; whether the rule fires now."""
        self.seen += 1
        if self.seen < int(self.match.get("nth", 1)) or (self.times and self.fired >= self.times):
            return False
        self.fired += 1
        return True


class FaultPlan:
    """The rules in force, asked once for each request and each cmdlet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def set(self, rules: Iterable[Mapping[str, Any]]) -> None:
        """Replace the plan; RuleError leaves the old one in force."""
        read = [Rule.read(rule) for rule in rules]
        with self._lock:
            self._rules = read

    def add(self, **rule: Any) -> None:
        """Append one rule, given as keywords (`match={...}, do="silence"`)."""
        read = Rule.read(rule)
        with self._lock:
            self._rules.append(read)

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._rules = []

    def to_json(self) -> list[dict[str, Any]]:
        """The rules with their counts."""
        with self._lock:
            return [rule.to_json() for rule in self._rules]

    def has(self, deed: str) -> bool:
        """Whether any rule does this, so that nobody looks for one in vain."""
        return any(rule.do == deed for rule in self._rules)

    def on_request(self, action: str, account: str, cmdlets: Iterable[tuple[str, str]]) -> Rule | None:
        """The rule that fires for a WSMan request."""
        return self._first(lambda rule: rule.do not in ON_CMDLETS and rule.action == action, account, cmdlets)

    def on_cmdlet(self, deed: str, account: str, cmdlets: Iterable[tuple[str, str]]) -> Rule | None:
        """The rule of this deed that fires for one cmdlet."""
        return self._first(lambda rule: rule.do == deed, account, cmdlets)

    def _first(self, watched: Any, account: str, cmdlets: Iterable[tuple[str, str]]) -> Rule | None:
        if not self._rules:
            return None
        targets = list(cmdlets)
        with self._lock:
            for rule in self._rules:
                if watched(rule) and rule.fits(account, targets) and rule.count():
                    return rule
        return None
