"""Filter from an inventory to its policy files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bma.policy import policy_files


class FilterModule:
    """``inventory_dir | policy_files``: the policy of all boxes, and those of groups that have one of their own."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"policy_files": lambda folder: [str(path) for path in policy_files(Path(folder))]}
