"""The options of the module ``exchange_mailbox``, judged and made into a request to the keeper.

Ansible's own validation copies every option, the whole policy too, for each of thousands of boxes; what it would check
is checked here, without copying.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bma.errors import BmaError

_KINDS: dict[str, type | tuple[type, ...]] = {
    "address": str,
    "name": str,
    "policy": Mapping,
    "settings": Mapping,
    "creation": Mapping,
    "aliases": list,
    "campaign": str,
    "wave": str,
    "state": str,
}
_CREATION = {"organizational_unit": str, "database": str, "change_password_at_next_logon": bool}
_WORDS = {str: "text", bool: "true or false", list: "a list"}
_WITH_POLICY = ("aliases", "campaign", "wave")


OF_HOST = {
    "address": "bma_address",
    "name": "bma_display_name",
    "aliases": "bma_aliases",
    "campaign": "bma_campaign",
    "wave": "bma_wave",
}
"""Options of a box, each with the variable that tells it of a host whose own box is meant."""


def box_request(options: Mapping[str, Any], variable: Callable[[str], Any]) -> dict[str, Any]:
    """The request that the options make.

    ``variable`` gives the value of a variable of the host, or ``None``: without an address the host's own box is meant,
    and without settings the policy ``bma_policy``. Raises :class:`~bma.errors.BmaError` telling every option at fault.
    """
    said = {name: value for name, value in options.items() if value is not None}
    if "address" not in said:
        said = _of_host(said, variable)
    faults = [*_misspelt(said), *_missing(said), *_contradicting(said)]
    if faults:
        raise BmaError("; ".join(faults))
    return {name: value for name, value in said.items() if name != "state"}


def _of_host(said: Mapping[str, Any], variable: Callable[[str], Any]) -> dict[str, Any]:
    policy = "policy" in said or "settings" not in said
    names = list(OF_HOST) if policy else ["address"]
    found = {name: variable(OF_HOST[name]) for name in names if name not in said}
    if policy and "policy" not in said:
        found["policy"] = variable("bma_policy")
    return {**{name: value for name, value in found.items() if value is not None}, **said}


def _misspelt(said: Mapping[str, Any]) -> list[str]:
    creation = said.get("creation")
    inside = _wrong(creation, _CREATION, "creation.") if isinstance(creation, Mapping) else []
    return [*_wrong(said, _KINDS, ""), *inside]


def _wrong(said: Mapping[str, Any], kinds: Mapping[str, Any], prefix: str) -> list[str]:
    unknown = [f"unknown option {prefix}{name}; known: {', '.join(kinds)}" for name in said if name not in kinds]
    return unknown + [
        f"{prefix}{name} must be {_WORDS.get(kind, 'a dictionary')}, not {value!r:.60}"
        for name, kind in kinds.items()
        if (value := said.get(name)) is not None and not isinstance(value, kind)
    ]


def _missing(said: Mapping[str, Any]) -> list[str]:
    if "address" not in said:
        return ["missing option: address, and the host has no bma_address"]
    if isinstance(said["address"], str) and "@" not in said["address"]:
        return [f"{said['address']!r} is not the address of a box"]
    return [] if "policy" in said or "settings" in said else ["one of policy and settings is needed"]


def _contradicting(said: Mapping[str, Any]) -> list[str]:
    if "policy" in said and ("settings" in said or "creation" in said):
        return ["policy excludes settings and creation: it says both itself"]
    besides = [name for name in _WITH_POLICY if name in said and "policy" not in said]
    if besides:
        return [f"{', '.join(besides)}: said to a policy only"]
    state = said.get("state", "present")
    if state == "absent":
        return ["state absent is refused: deleting a mailbox deletes its account and mail"]
    return [] if state == "present" else [f"state must be present, not {state!r}"]
