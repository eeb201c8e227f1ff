"""Names of Exchange's objects, whose letter case means nothing, in lists that playbooks hand around."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bma.errors import BmaError


def reject_named(objects: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[Mapping[str, Any]]:
    """The objects that have none of the names."""
    known = {name.casefold() for name in names}
    return [one for one in objects if str(one["name"]).casefold() not in known]


def cloned_roles(roles: Sequence[str], replacing: Mapping[str, str]) -> list[str]:
    """The roles of a policy's clone, some of them replaced.

    Raises :class:`~bma.errors.BmaError` for a role to be replaced that is not among them: it would stay, unseen, under
    the name that it really has.
    """
    new = {name.casefold(): other for name, other in replacing.items()}
    missing = [name for name in replacing if name.casefold() not in {role.casefold() for role in roles}]
    # A model that was made to have the replacements already is as good as one that has the originals.
    missing = [name for name in missing if replacing[name].casefold() not in {role.casefold() for role in roles}]
    if missing:
        raise BmaError(f"{', '.join(missing)} cannot be replaced: the policy to clone has {', '.join(roles)}")
    return [new.get(role.casefold(), role) for role in roles]
