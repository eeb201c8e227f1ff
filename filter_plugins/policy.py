"""Filters from an inventory to its policy files, and over names of Exchange's objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleFilterError

from bma.errors import BmaError
from bma.policy import policy_files
from bma.policy.names import cloned_roles, reject_named


class FilterModule:
    """``inventory_dir | policy_files``: the policy of all boxes, and those of groups that have one of their own.

    ``objects | reject_named(names)``: those that have none of the names, in any letters. ``roles |
    cloned_roles(replacing)``: the roles with some replaced, all of which must be there.
    """

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "policy_files": lambda folder: [str(path) for path in policy_files(Path(folder))],
            "reject_named": _reject_named,
            "cloned_roles": _cloned_roles,
        }


def _reject_named(objects: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[Mapping[str, Any]]:
    return reject_named(objects, names)


def _cloned_roles(roles: Sequence[str], replacing: Mapping[str, str]) -> list[str]:
    try:
        return cloned_roles(roles, replacing)
    except BmaError as fault:
        raise AnsibleFilterError(str(fault)) from fault
