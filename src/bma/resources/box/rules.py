"""Rules that a holder has laid down inside a box, and what policy makes of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import NotUnderstoodError, scalar_text
from bma.resources.needs import Rights, right
from bma.resources.observation import Observation, Unknown
from bma.resources.table import Change, Converged, Section, Target

KEEP, REPORT, DISABLE, REMOVE = "keep", "report", "disable", "remove"
RULES = "rules"
"""The one key of the observation: the rules, or why they could not be read."""

_BRACKETED = re.compile(r"(\"[^\"]*\"|[^\[\"]*)\s*\[(?P<type>[A-Za-z0-9]+):(?P<address>[^\[\]]*)\]\s*")
_ADDRESS = re.compile(r"[^@\s,;:%!<>()\[\]\"\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
"""One plain address and nothing else: no route, no second address."""


@dataclass(frozen=True)
class Rule:
    """One rule of a box. ``identity`` names it to the cmdlets: its number can be above 2^63, so it is text."""

    identity: str
    name: str
    enabled: bool
    targets: tuple[str, ...] = ()
    """Where it sends mail: an SMTP address in small letters, or what Exchange answered where that is none."""
    told: bool = True
    """Whether Exchange could tell what it does."""

    @property
    def effect(self) -> str:
        """What it does, as people read it."""
        does = f"sends to {', '.join(self.targets)}" if self.targets else "is there"
        return does if self.enabled else f"{does}, disabled"


@dataclass(frozen=True)
class Rules(Section):
    """The rules of a box of one kind. ``noun`` is the noun of their cmdlets; ``sending``: properties that send mail."""

    noun: str
    decides: str
    """The setting that says what becomes of a rule that is not allowed."""
    sending: tuple[str, ...] = ()
    notifying: tuple[str, ...] = ()
    """Properties that send something about mail, where this version of Exchange has them."""
    parameters: Mapping[str, Any] | None = None
    """What every cmdlet that writes is given besides."""
    warning: str = ""

    @property
    def get_cmdlet(self) -> str:
        return f"Get-{self.noun}"

    @property
    def read_by(self) -> str:
        return self.get_cmdlet

    @property
    def written_by(self) -> tuple[str, ...]:
        return (f"Disable-{self.noun}", f"Remove-{self.noun}")

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        decision = wanted.get(self.decides, KEEP)
        if decision not in (DISABLE, REMOVE):
            return {}
        return right(f"{decision.capitalize()}-{self.noun}", "Mailbox", "Confirm", *(self.parameters or {}))

    def born(self) -> dict[str, Any]:
        return {RULES: ()}

    def observe(self, answers: list[Mapping[str, Any]]) -> dict[str, Any]:
        """The observation from the properties of each rule that the Get cmdlet answered."""
        try:
            return {RULES: tuple(self._rule(answer) for answer in answers)}
        except NotUnderstoodError as error:
            return {RULES: Unknown(str(error))}

    def shown(self, observed: Observation) -> dict[str, Any]:
        rules = observed.get(RULES)
        if isinstance(rules, Unknown):
            return {}
        return {RULES: {label: rule.effect for rule, label in _labelled(rules or ())}}

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        decision = wanted.get(self.decides, KEEP)
        rules = observed.get(RULES)
        if decision == KEEP:
            return Converged()
        if isinstance(rules, Unknown):
            return Converged(unknown={self.key: rules.reason})
        rules = rules or ()
        unknown = {f"{self.key}.{label}": _UNTOLD for rule, label in _labelled(rules) if not rule.told}
        offending = list(self._offending(rules, wanted.get("allowed_targets", ()), decision))
        if decision == REPORT:
            told = [
                f"{self.key}: rule {label!r} {rule.effect}" for rule, label in _labelled(rules) if rule in offending
            ]
            return Converged(unknown=unknown, findings=tuple(told))
        labels = {rule.identity: label for rule, label in _labelled(rules)}
        return Converged(
            changes=tuple(self._change(rule, labels[rule.identity], decision) for rule in offending),
            commands=tuple(self._command(rule, decision, target) for rule in offending),
            unknown=unknown,
            warnings=(self.warning,) if offending and self.warning else (),
        )

    def _rule(self, answer: Mapping[str, Any]) -> Rule:
        identity, name, enabled = answer.get("RuleIdentity"), scalar_text(answer.get("Name")), answer.get("Enabled")
        if identity is None:
            identity = (scalar_text(answer.get("Identity")) or "").rpartition("\\")[2]
        number = scalar_text(identity) or ""
        if not number or not isinstance(enabled, bool):
            raise NotUnderstoodError(f"{self.get_cmdlet} answered a rule without identity or state")
        missing = [wire for wire in self.sending if wire not in answer]
        if missing:
            raise NotUnderstoodError(f"{self.get_cmdlet} did not answer {missing[0]}")
        sending = [answer[wire] for wire in self.sending] + [answer.get(wire) for wire in self.notifying]
        targets = dict.fromkeys(target for answered in sending for target in _targets(answered))
        told = answer.get("InError") is not True and answer.get("SupportedByTask") is not False
        return Rule(number, name or number, enabled, tuple(targets), told)

    def _offending(self, rules: tuple[Rule, ...], allowed: tuple[str, ...], decision: str) -> Iterator[Rule]:
        for rule in rules:
            beyond = not self.sending or any(not is_allowed(target, allowed) for target in rule.targets)
            # A rule that is disabled already is only in the way of a policy that wants it gone.
            if beyond and (rule.enabled or decision == REMOVE):
                yield rule

    def _change(self, rule: Rule, label: str, decision: str) -> Change:
        after = None if decision == REMOVE else Rule(rule.identity, rule.name, False, rule.targets).effect
        return Change(self.key, label, rule.effect, after)

    def _command(self, rule: Rule, decision: str, target: Target) -> Command:
        box = target.parameters(**(self.parameters or {}))
        parameters = {**box, "Identity": rule.identity, "Mailbox": target.identity, "Confirm": False}
        return Command(f"{decision.capitalize()}-{self.noun}", parameters)


_UNTOLD = "Exchange cannot tell what this rule does"


def _labelled(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str]]:
    """Each rule with what it is called; its number goes along where its name is not its own."""
    names = Counter(rule.name for rule in rules)
    for rule in rules:
        yield rule, rule.name if names[rule.name] == 1 else f"{rule.name} ({rule.identity})"


def is_allowed(target: str, allowed: tuple[str, ...]) -> bool:
    """Whether mail may go to ``target``: one plain address that is in the list, or whose whole domain is."""
    if not _ADDRESS.fullmatch(target):
        return False
    return target in allowed or f"@{target.rpartition('@')[2]}" in allowed


def _targets(answered: Any) -> Iterator[str]:
    for item in answered if isinstance(answered, list) else [answered]:
        text = (scalar_text(item) or "").strip()
        bracketed = _BRACKETED.fullmatch(text)
        if bracketed and bracketed["type"].upper() == "SMTP":
            yield bracketed["address"].lower()
        elif bracketed:
            yield f"{bracketed['type'].upper()}:{bracketed['address']}"
        elif text:
            yield text.lower().removeprefix("smtp:")
