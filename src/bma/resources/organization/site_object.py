"""An object of the organisation as a table: how it is named, created, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import scalar_text
from bma.resources.needs import Rights, together
from bma.resources.observation import Observation, Unknown, observe
from bma.resources.resource import Resource
from bma.resources.table import UNSAID, Setting, Target

Properties = Mapping[str, Any]
Rows = list[Properties] | Unknown
"""What a Get cmdlet answered, or why it did not."""


class Named(Enum):
    """How cmdlets are told which object they are for: the parameter that names it."""

    BY_NAME = "Identity"
    BY_SERVER = "Server"
    ONLY_ONE = None


@dataclass(frozen=True)
class Fact(Setting):
    """One row of an object of the organisation. What is not stated is not managed."""

    default: Any = UNSAID
    new: bool = False
    """Whether the New cmdlet takes it."""
    needed: bool = False
    """Whether the New cmdlet refuses to do without it."""
    fixed: bool = False
    """Whether only the New cmdlet takes it, so that it stays what it was for ever."""
    alone: bool = False
    """Whether no two objects of the kind may have the same value."""


@dataclass(frozen=True)
class Addressed(Target):
    """The one object that cmdlets are for, and the parameter that names it to them."""

    named: Named = Named.BY_NAME

    def parameters(self, **more: Any) -> dict[str, Any]:
        said = super().parameters(**more)
        identity = said.pop("Identity")
        return said if self.named.value is None else {self.named.value: identity, **said}


@dataclass(frozen=True)
class SiteObject(Resource):
    """One kind of object. ``key`` is also the end of its module's name; ``words`` what people call it."""

    words: str
    example: tuple[str, Mapping[str, Any]]
    """A name and settings, for the documentation."""
    named: Named = Named.BY_NAME
    creates: bool = True
    removes: bool = True
    changes: bool = True
    """Whether there is a Set cmdlet."""
    reader: bool = True
    """Whether there is a module that only reads it."""

    @property
    def module(self) -> str:
        """The name of its module."""
        return f"exchange_{self.key}"

    @property
    def written_by(self) -> tuple[str, ...]:
        verbs = {"New": self.creates, "Set": self.changes, "Remove": self.removes}
        return tuple(f"{verb}-{self.noun}" for verb, there_is in verbs.items() if there_is)

    def target(self, identity: str, domain_controller: str | None) -> Addressed:
        """Whom the cmdlets are for."""
        return Addressed(identity, domain_controller, self.named)

    # -- reading

    def question(self, name: str, domain_controller: str | None) -> Command:
        """The cmdlet that answers whether there is such an object, and what it is."""
        return Command(self.get_cmdlet, self.target(name, domain_controller).parameters())

    def all_of_them(self, domain_controller: str | None) -> Command:
        """The cmdlet that answers all objects of the kind."""
        return Command(self.get_cmdlet, {"DomainController": domain_controller} if domain_controller else {})

    def further(self, name: str, domain_controller: str | None) -> tuple[Command, ...]:  # noqa: ARG002
        """What else must be asked about an object."""
        return ()

    def read_as(self, answer: Properties, further: tuple[Rows, ...]) -> Observation:  # noqa: ARG002  for its heirs
        """The observation from what was answered. The base asks nothing further."""
        return observe(self.settings, answer)

    def names(self, answer: Properties) -> tuple[str, ...]:
        """What an answered object is called."""
        said = (scalar_text(answer.get(wire)) for wire in ("Name", "Identity"))
        return tuple(text for text in said if text)

    def identity(self, name: str, answer: Properties) -> str:
        """What cmdlets are told to mean this very object: its GUID where it has one and they take one."""
        guid = answer.get("Guid")
        by_guid = self.named is Named.BY_NAME and guid is not None and str(guid).strip("{0-}")
        return str(guid) if by_guid else name

    def shown(self, observed: Observation) -> dict[str, Any]:
        """As the base; what an observation holds besides the settings is for planning only."""
        return super().shown({key: value for key, value in observed.items() if key in self})

    # -- creating and removing

    def creation(self, name: str, wanted: Mapping[str, Any], domain_controller: str | None) -> Command:
        """The New cmdlet, with all that it takes of what is wanted."""
        given = {
            fact.sent_as: fact.kind.parameter(wanted[fact.key]) if wanted[fact.key] is not None else None
            for fact in self.facts
            if fact.new and fact.key in wanted
        }
        pin = {"DomainController": domain_controller} if domain_controller else {}
        return Command(f"New-{self.noun}", {"Name": name, **given, **pin})

    def newborn(self, wanted: Mapping[str, Any], further: tuple[Rows, ...] = ()) -> Observation:  # noqa: ARG002
        """What the object will be once it is created, as far as that is known beforehand."""
        given = {fact.key: wanted[fact.key] for fact in self.facts if fact.new and fact.key in wanted}
        return {**self.born(), **given}

    def model(self, wanted: Mapping[str, Any], domain_controller: str | None) -> tuple[Command, ...]:  # noqa: ARG002
        """What must be asked to know what a newborn will be."""
        return ()

    def removal(self, target: Target) -> Command:
        """The Remove cmdlet."""
        return Command(f"Remove-{self.noun}", target.parameters(Confirm=False))

    def contradictions(self, wanted: Mapping[str, Any]) -> list[str]:  # noqa: ARG002  for its heirs
        """What each setting allows alone, but Exchange makes void together."""
        return []

    # -- rights

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The rows."""
        return tuple(fact for fact in self.settings if isinstance(fact, Fact))

    def reads(self) -> Rights:
        """The cmdlets that tell what such an object is."""
        named = "-"
        asked = (self.question(named, named), self.all_of_them(named), *self.further(named, named))
        return together({command.cmdlet: frozenset(command.parameters)} for command in asked)

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        parts: list[Rights] = []
        if self.creates:
            parts.append({f"New-{self.noun}": frozenset(self.creation("-", wanted, "-").parameters)})
        if self.changes:
            sent = {fact.sent_as: None for fact in self.facts if fact.key in wanted and not fact.fixed}
            parts.append({f"Set-{self.noun}": frozenset(self.target("-", "-").parameters(**sent))})
        return together(parts)


def differing_only(table: SiteObject, wanted: Mapping[str, Any], observed: Observation) -> list[Fact]:
    """The fixed settings of an object that are known to be other than wanted."""
    return [
        fact
        for fact in table.facts
        if fact.fixed
        and fact.key in wanted
        and not isinstance(observed.get(fact.key), Unknown)
        and not fact.kind.met(wanted[fact.key], observed.get(fact.key))
    ]
