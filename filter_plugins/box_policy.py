"""Filters from the policy and the facts of a box to what is wanted of it. The rules are in :mod:`bma.policy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bma.policy import Policy


class FilterModule:
    """``policy | box_settings(address=…, name=…, kind=…, number=…, commune=…)`` and ``policy | box_placement``."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"box_settings": box_settings, "box_placement": box_placement}


def box_settings(policy: Mapping[str, Any], **box: Any) -> dict[str, dict[str, Any]]:
    return Policy(policy).settings(box)


def box_placement(policy: Mapping[str, Any]) -> dict[str, str]:
    return Policy(policy).placement
