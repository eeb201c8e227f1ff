"""What a site is looked at for: the boxes that are to move, the policy, how large they may become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bma.errors import BmaError
from bma.policy import BoxFacts, Policy, policy_from
from bma.resources.kinds import NotUnderstoodError, Size

_ADDRESS = re.compile(r"[^@\s'\"]+@(?P<domain>[A-Za-z0-9.-]+)")


@dataclass(frozen=True)
class Scope:
    """``boxes``: the addresses that are to move. ``expected_size``: bytes that one of them will hold, on average."""

    boxes: tuple[str, ...] = ()
    label: str = ""
    """What people call these boxes: a wave, or nothing."""
    policy: Policy | None = None
    policy_fault: str = "no policy was given"
    """Why there is none, where there is none."""
    expected_size: int | None = None

    @property
    def domain(self) -> str | None:
        """The mail domain of the boxes; the first one, should there be several."""
        return self.boxes[0].rpartition("@")[2] if self.boxes else None

    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """What the policy says of a box, by section; nothing where there is no policy."""
        address = self.boxes[0] if self.boxes else "ec000000@example.be"
        return self.policy.settings(BoxFacts(address, "-")) if self.policy else {}

    def setting(self, section: str, key: str) -> Any:
        """One setting as policy writes it; ``None`` where it is not managed."""
        return self.settings().get(section, {}).get(key)


def scope_from(options: Mapping[str, Any]) -> Scope:
    """The scope in options ``boxes``, ``label``, ``policy`` (the value of the variable) and ``expected_size``.

    A policy that cannot be used is no fault here: what depends on it will not be known. Raises
    :class:`~bma.errors.BmaError` for an address or a size that is none.
    """
    boxes = tuple(str(address).lower() for address in options.get("boxes") or ())
    wrong = [address for address in boxes if not _ADDRESS.fullmatch(address)]
    if wrong:
        raise BmaError(f"{wrong[0]!r} is not the address of a box", where="boxes")
    policy, fault = _policy(options.get("policy"))
    label = str(options.get("label") or "")
    return Scope(boxes, label, policy, fault, _size(options.get("expected_size")))


def _policy(value: Any) -> tuple[Policy | None, str]:
    if value is None:
        return None, Scope.policy_fault
    try:
        return policy_from(value), ""
    except BmaError as fault:
        return None, f"the policy cannot be used: {fault}"


def _size(written: Any) -> int | None:
    if written in (None, ""):
        return None
    try:
        size = Size().normal(written)
    except NotUnderstoodError as error:
        raise BmaError(str(error), where="expected_size") from error
    if not isinstance(size, int):
        raise BmaError("must be a size, such as 80 MB", where="expected_size")
    return size
