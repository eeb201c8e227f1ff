"""Rules that a holder has laid down inside a box, and what policy makes of them."""

from __future__ import annotations

import re
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

_BRACKETED = re.compile(r".*\[(?P<type>[A-Za-z0-9]+):(?P<address>[^\]]*)\]\s*", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """One rule of a box. ``identity`` names it to the cmdlets: its number can be above 2^63, so it is text."""

    identity: str
    name: str
    enabled: bool
    targets: tuple[str, ...] = ()
    """Where it sends mail: an SMTP address in small letters, or what Exchange answered where that is none."""

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
        return {} if isinstance(rules, Unknown) else {RULES: {rule.name: rule.effect for rule in rules or ()}}

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        decision = wanted.get(self.decides, KEEP)
        rules = observed.get(RULES)
        if decision == KEEP:
            return Converged()
        if isinstance(rules, Unknown):
            return Converged(unknown={self.key: rules.reason})
        offending = list(self._offending(rules or (), wanted.get("allowed_targets", ()), decision))
        told = [f"{self.key}: rule {rule.name!r} {rule.effect}" for rule in offending]
        if decision == REPORT:
            return Converged(findings=tuple(told))
        return Converged(
            changes=tuple(self._change(rule, decision) for rule in offending),
            commands=tuple(self._command(rule, decision, target) for rule in offending),
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
        targets = dict.fromkeys(target for wire in self.sending for target in _targets(answer[wire]))
        return Rule(number, name or number, enabled, tuple(targets))

    def _offending(self, rules: tuple[Rule, ...], allowed: tuple[str, ...], decision: str) -> Iterator[Rule]:
        for rule in rules:
            beyond = not self.sending or any(not is_allowed(target, allowed) for target in rule.targets)
            # A rule that is disabled already is only in the way of a policy that wants it gone.
            if beyond and (rule.enabled or decision == REMOVE):
                yield rule

    def _change(self, rule: Rule, decision: str) -> Change:
        after = None if decision == REMOVE else Rule(rule.identity, rule.name, False, rule.targets).effect
        return Change(self.key, rule.name, rule.effect, after)

    def _command(self, rule: Rule, decision: str, target: Target) -> Command:
        box = target.parameters(**(self.parameters or {}))
        parameters = {**box, "Identity": rule.identity, "Mailbox": target.identity, "Confirm": False}
        return Command(f"{decision.capitalize()}-{self.noun}", parameters)


def is_allowed(target: str, allowed: tuple[str, ...]) -> bool:
    """Whether mail may go to ``target``: the address itself or its whole domain is in the list."""
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
