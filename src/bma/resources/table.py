"""The form of a resource table: one section of a policy, one row per setting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import Kind
from bma.resources.needs import Rights
from bma.resources.observation import Observation, Unknown


class Unsaid(Enum):
    """The default of a setting that is not managed until policy states it."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID


@dataclass(frozen=True)
class Setting:
    """One row: a setting that policy may state.

    ``key`` is its name in policy, module option and diff; ``wire`` the property that the Get cmdlet answers and,
    unless ``parameter`` says otherwise, the parameter that the Set cmdlet takes.
    """

    key: str
    wire: str
    kind: Kind
    meaning: str
    default: Any
    """What the shipped policy says, as policy would write it, or :data:`UNSAID`."""
    born: Any = None
    """The normal form that the setting has when its object has just been created."""
    allowed: Mapping[str, Any] | None = None
    """JSON Schema of what policy may say, where that is less than the kind understands: a promise."""
    sent_with: str | None = None
    """Settings that share this word are sent in one call, all of them, when one of them differs."""
    parameter: str | None = None
    cleared_with: str | None = None
    """The setting whose change would make an old value of this one invalid: unless policy says one, it is cleared."""
    apart: str | None = None
    """Settings that share this word are sent in a call of their own: Exchange refuses them together with others, or
    what it may refuse of the others must not keep these from being set."""
    filled: bool = False
    """Whether ``{name}``, ``{address}`` … in its text stand for the box's own."""

    @property
    def sent_as(self) -> str:
        """The parameter of the Set cmdlet."""
        return self.parameter or self.wire

    @property
    def promised(self) -> bool:
        """Whether policy may say one thing only."""
        return self.allowed is not None and "const" in self.allowed


@dataclass(frozen=True)
class Target:
    """The one object that cmdlets are for. ``identity`` is its GUID or name, whichever cannot be mistaken."""

    identity: str
    domain_controller: str | None = None

    def parameters(self, **more: Any) -> dict[str, Any]:
        """``Identity``, ``more``, and the domain controller that answered: another one may not know yet."""
        pin = {"DomainController": self.domain_controller} if self.domain_controller else {}
        return {"Identity": self.identity, **more, **pin}


@dataclass(frozen=True)
class Change:
    """One thing that has to change, as people read it. ``after`` is ``None`` for what is taken away."""

    section: str
    key: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Converged:
    """What it takes to bring one section to what policy says of it."""

    changes: tuple[Change, ...] = ()
    commands: tuple[Command, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    """``section.setting`` to the reason why its value is not known."""
    findings: tuple[str, ...] = ()
    """What policy only wants told."""
    warnings: tuple[str, ...] = ()
    """What the cmdlets will do beyond their purpose."""


@dataclass(frozen=True)
class Section(ABC):
    """One section of a policy. ``key`` is its name there."""

    key: str
    meaning: str
    settings: tuple[Setting, ...]

    def __getitem__(self, key: str) -> Setting:
        """The row named ``key``. Raises ``KeyError``."""
        return self._rows[key]

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    @cached_property
    def _rows(self) -> dict[str, Setting]:
        return {setting.key: setting for setting in self.settings}

    @property
    @abstractmethod
    def read_by(self) -> str:
        """The cmdlet that tells what it is, for the documentation."""

    @property
    @abstractmethod
    def written_by(self) -> tuple[str, ...]:
        """The cmdlets that change it."""

    @abstractmethod
    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        """The cmdlets and parameters that :meth:`converge` may come to for what is ``wanted``."""

    def born(self) -> dict[str, Any]:
        """The observation of an object that has just been created."""
        return {setting.key: setting.born for setting in self.settings}

    def unreadable(self, reason: str) -> dict[str, Any]:
        """The observation of an object that could not be read at all."""
        return dict.fromkeys(self.born(), Unknown(reason))

    def shown(self, observed: Observation) -> dict[str, Any]:
        """What is known of ``observed``, as people write it."""
        return {
            key: self[key].kind.shown(value) if value is not None else None
            for key, value in observed.items()
            if not isinstance(value, Unknown)
        }

    @abstractmethod
    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        """What it takes to make ``observed`` what is ``wanted``, both in normal form; unsaid is not managed."""

    def _unknown(self, keys: Iterable[str], observed: Observation) -> dict[str, str]:
        values = {key: observed.get(key) for key in keys}
        return {f"{self.key}.{key}": value.reason for key, value in values.items() if isinstance(value, Unknown)}
