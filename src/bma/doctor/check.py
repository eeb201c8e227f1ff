"""What a check of the doctor is, and what it can come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bma.errors import BmaError

if TYPE_CHECKING:
    from bma.doctor.site import Site

Status = Literal["good", "warning", "bad", "unknown"]
STATUSES: tuple[Status, ...] = ("bad", "warning", "unknown", "good")
"""Every status, the gravest first."""


class CannotTellError(BmaError):
    """What a check looks at could not be looked at. Its text is the reason that the report gives."""


@dataclass(frozen=True)
class Result:
    """What a check has found. ``observed`` is one sentence or a value, ``evidence`` plain JSON values.

    ``advice``: what to do, where it depends on what was found; else the check's own.
    """

    status: Status
    observed: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    advice: str | None = None


@dataclass(frozen=True)
class Check:
    """One thing to know of a site. ``id`` is stable: reports and the list of assumptions name it.

    ``assumption``: the product relies on it without proof, so ``docs/assumptions.md`` has a row for it.
    """

    id: str
    title: str
    looks_at: str
    advice: str
    run: Callable[[Site], Result]
    assumption: bool = False


@dataclass(frozen=True)
class Theme:
    """Checks that belong together, in the order in which they are made."""

    title: str
    checks: tuple[Check, ...]


def good(observed: str, **evidence: Any) -> Result:
    """As it should be."""
    return Result("good", observed, evidence)


def warning(observed: str, advice: str | None = None, **evidence: Any) -> Result:
    """It works, but something will be missing, slow, or wrong later."""
    return Result("warning", observed, evidence, advice)


def bad(observed: str, advice: str | None = None, **evidence: Any) -> Result:
    """A run would fail here, or do what nobody wants."""
    return Result("bad", observed, evidence, advice)


def unknown(observed: str, advice: str | None = None, **evidence: Any) -> Result:
    """Nobody can tell; ``observed`` is why."""
    return Result("unknown", observed, evidence, advice)
