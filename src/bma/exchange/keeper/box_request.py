"""The options of the module ``exchange_mailbox``, judged and made into a request to the keeper.

Ansible's own validation copies every option, the whole policy too, for each of thousands of boxes; what it would check
is checked here, without copying.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.errors import BmaError

_KINDS: dict[str, type | tuple[type, ...]] = {
    "address": str,
    "name": str,
    "policy": Mapping,
    "settings": Mapping,
    "placement": Mapping,
    "state": str,
}
_PLACEMENT = ("organizational_unit", "database")


def box_request(options: Mapping[str, Any]) -> dict[str, Any]:
    """The request that the options make. Raises :class:`~bma.errors.BmaError` telling every option at fault."""
    said = {name: value for name, value in options.items() if value is not None}
    faults = [*_misspelt(said), *_missing(said), *_contradicting(said)]
    if faults:
        raise BmaError("; ".join(faults))
    return {name: value for name, value in said.items() if name != "state"}


def _misspelt(said: Mapping[str, Any]) -> list[str]:
    unknown = [f"unknown option {name}; known: {', '.join(_KINDS)}" for name in said if name not in _KINDS]
    wrong = [
        f"{name} must be {'text' if kind is str else 'a dictionary'}, not {value!r:.60}"
        for name, kind in _KINDS.items()
        if (value := said.get(name)) is not None and not isinstance(value, kind)
    ]
    placement = said.get("placement")
    inside = [name for name in placement if name not in _PLACEMENT] if isinstance(placement, Mapping) else []
    return unknown + wrong + [f"unknown option placement.{name}; known: {', '.join(_PLACEMENT)}" for name in inside]


def _missing(said: Mapping[str, Any]) -> list[str]:
    if "address" not in said:
        return ["missing option: address"]
    if isinstance(said["address"], str) and "@" not in said["address"]:
        return [f"{said['address']!r} is not the address of a box"]
    return [] if "policy" in said or "settings" in said else ["one of policy and settings is needed"]


def _contradicting(said: Mapping[str, Any]) -> list[str]:
    if "policy" in said and ("settings" in said or "placement" in said):
        return ["policy excludes settings and placement: it says both itself"]
    state = said.get("state", "present")
    if state == "absent":
        return ["state absent is refused: deleting a mailbox deletes its account and mail"]
    return [] if state == "present" else [f"state must be present, not {state!r}"]
