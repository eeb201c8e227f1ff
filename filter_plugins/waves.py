"""Filters between the waves of a campaign and the groups that the inventory makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bma.referential.naming import slug

_PREFIX = "wave_"


class FilterModule:
    """``'01' | wave_group`` is the group ``wave_01``; ``groups | wave_names`` are the waves that there are."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"wave_group": wave_group, "wave_names": wave_names}


def wave_group(wave: object) -> str:
    return _PREFIX + slug(str(wave))


def wave_names(groups: Iterable[str]) -> list[str]:
    return sorted(name.removeprefix(_PREFIX) for name in groups if name.startswith(_PREFIX))
