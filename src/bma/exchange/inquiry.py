"""Questions to Exchange: each a Get cmdlet, all answered by one domain controller."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.faults import CmdletError
from bma.exchange.pool import SessionPool
from bma.exchange.reading import PROPERTIES, Properties, Source, owner_of
from bma.exchange.row import answering_server
from bma.resources.box.rules import RULES, Rule
from bma.resources.commands import Command
from bma.resources.observation import Observation, Unknown

BULK_SECONDS = 1800
"""How long a query about all boxes may take."""

_KEPT = PROPERTIES | {
    "Guid",
    "OriginatingServer",
    "RecipientTypeDetails",
    "UserPrincipalName",
    "Alias",
    "ExternalEmailAddress",
}


class Inquiry:
    """What can be asked of Exchange. Safe to use from many threads."""

    def __init__(self, pool: SessionPool) -> None:
        self.pool = pool
        self._pin_lock = threading.Lock()
        self._pinned_to: str | None = None
        self._servers: tuple[Any, ...] | None = None
        self._lacking: dict[str, str] = {}
        self._recipients: dict[str, str] = {}

    @property
    def domain_controller(self) -> str | None:
        """The domain controller that this run keeps to."""
        self.servers()
        return self._pinned_to

    def servers(self) -> tuple[Any, ...]:
        """The Exchange servers; the domain controller that answers is the one that the run keeps to."""
        with self._pin_lock:
            if self._servers is None:
                self._servers = self.pool.run(Command("Get-ExchangeServer")).objects
                self._pinned_to = next(filter(None, map(answering_server, self._servers)), None)
            return self._servers

    def pin(self) -> dict[str, str]:
        """The parameter that keeps a cmdlet to that domain controller."""
        return {"DomainController": self.domain_controller} if self.domain_controller else {}

    def search(self, cmdlet: str, where: str) -> list[WireObject]:
        """The objects that an OPATH filter finds. Raises as :meth:`SessionPool.run` and for any error record."""
        parameters = {"ResultSize": "Unlimited", "Filter": where} | self.pin()
        answer = self.pool.run(Command(cmdlet, parameters), seconds=BULK_SECONDS, keep=_KEPT).or_raise()
        return [item for item in answer.objects if isinstance(item, WireObject)]

    def of_one(self, source: Source, identity: str) -> list[Properties] | Unknown:
        """What a source answers for one mailbox. What went wrong is the reason why it is not known."""
        if source.cmdlet in self._lacking:
            return Unknown(self._lacking[source.cmdlet])
        answer = self.pool.run(source.of_one(identity, self.pin()), keep=_KEPT)
        if answer.errors:
            self._note(source, answer.errors[0])
            return Unknown(str(answer.errors[0]))
        return [item.properties for item in answer.objects if isinstance(item, WireObject)]

    def of_several(self, source: Source, boxes: Mapping[str, str]) -> dict[str, list[Properties]]:
        """What a source answers for several mailboxes, as many statements in one round trip.

        ``boxes``: GUID by identity; the answer is by identity too, with an empty list for a box that has nothing.
        A box is missing from it where the answer does not prove what is so: any error, an object of nobody, or no
        sign that the statements were run to the last one.
        """
        if source.cmdlet in self._lacking:
            return {}
        statements = [source.of_one(guid, self.pin()) for guid in boxes.values()]
        last = Command("Get-Mailbox", {"Identity": list(boxes.values())[-1]} | self.pin())
        try:
            answer = self.pool.run(*statements, last, keep=_KEPT, seconds=BULK_SECONDS, piped=False)
        except BmaError:
            return {}
        for error in answer.errors:
            self._note(source, error)
        rows = [item.properties for item in answer.objects if isinstance(item, WireObject)]
        if answer.errors or not rows or "EmailAddresses" not in rows.pop():
            return {}
        found: dict[str, list[Properties]] = {identity: [] for identity in boxes}
        for row in rows:
            owner = owner_of(source, row)
            if owner not in found:
                return {}
            found[owner].append(row)
        return {identity: told for identity, told in found.items() if told or not source.always}

    def of_many(self, source: Source, where: str) -> tuple[Any, ...]:
        """What a source answers for all mailboxes that the filter finds; a box that it could not read is missing."""
        if source.cmdlet in self._lacking:
            return ()
        answer = self.pool.run(*source.of_many(where, self.pin()), seconds=BULK_SECONDS, keep=_KEPT)
        for error in answer.errors:
            self._note(source, error)
        return answer.objects

    def with_recipients(self, observed: Observation) -> Observation:
        """The observation with every target of a rule told by where mail to it ends, as far as Exchange knows it."""
        rules = observed.get(RULES)
        if not isinstance(rules, tuple) or not any(rule.targets for rule in rules):
            return observed
        try:
            return {RULES: tuple(self._resolved(rule) for rule in rules)}
        except BmaError as fault:
            return {RULES: Unknown(f"a target of a rule could not be looked up: {fault}")}

    def _resolved(self, rule: Rule) -> Rule:
        return replace(rule, targets=tuple(self._address(target) for target in rule.targets))

    def _address(self, target: str) -> str:
        if target not in self._recipients:
            name = target.removeprefix("EX:")
            answer = self.pool.run(Command("Get-Recipient", {"Identity": name} | self.pin()), keep=_KEPT)
            if answer.errors and not answer.errors[0].absent:
                raise answer.errors[0]
            found = [item.properties for item in answer.objects if isinstance(item, WireObject)]
            # What is unknown to Exchange stays as it was named.
            self._recipients[target] = _destination(found, target) if found else target
        return self._recipients[target]

    def _note(self, source: Source, error: CmdletError) -> None:
        """Remember a cmdlet that the account does not have: asking again for each of thousands of boxes is no use."""
        if error.reason == "CommandNotFoundException":
            self._lacking[source.cmdlet] = str(error)


def quoted(text: str) -> str:
    """A value inside an OPATH filter: in single quotes, those inside doubled."""
    return "'" + text.replace("'", "''") + "'"


def _destination(recipients: Sequence[Mapping[str, Any]], target: str) -> str:
    """Where mail to a recipient ends: outside for a contact, at a mailbox's own address, at many for a group.

    Raises :class:`~bma.errors.BmaError` where Exchange does not tell.
    """
    if len(recipients) > 1:
        return f"{len(recipients)} recipients named {target}"
    (recipient,) = recipients
    kind = text_of(recipient.get("RecipientTypeDetails")) or ""
    if kind.endswith("Mailbox") and not kind.startswith("Remote"):
        address = text_of(recipient.get("PrimarySmtpAddress"))
    elif kind.endswith(("Contact", "User", "Mailbox")):
        address = text_of(recipient.get("ExternalEmailAddress"))
    else:
        return f"{kind or 'recipient'} {target}"
    if not address:
        raise BmaError(f"Exchange does not tell the address of {kind} {target}")
    return address.lower().removeprefix("smtp:")
