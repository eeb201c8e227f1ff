"""Names in a campaign that the inventory does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from bma.campaign.model import Campaign
from bma.errors import DocumentError
from bma.referential import Referential, box_key

_SHOWN = 10


def require_known(campaign: Campaign, referential: Referential) -> None:
    """Raise one :class:`~bma.errors.DocumentError` telling every group and box that is not there, with its line."""
    groups = {group.name for group in referential.groups if not group.name.startswith("wave_")}
    told = [*_unknown_names(campaign, groups, referential), *_unknown_boxes(campaign, referential)]
    if told:
        raise DocumentError("\n".join(dict.fromkeys(told)))


def _unknown_names(campaign: Campaign, groups: set[str], referential: Referential) -> Iterator[str]:
    for what, selector in campaign.selectors():
        for name in sorted(selector.names - groups - referential.boxes.keys()):
            if box_key(name) is not None:
                yield f"{selector.where}: {what}: there is no box {name} in the inventory"
            elif name.startswith("wave_"):
                yield f"{selector.where}: {what}: {name}: waves are what is planned, they cannot be planned from"
            else:
                close = difflib.get_close_matches(name, groups, n=3, cutoff=0.7)
                hint = f"; close to it: {', '.join(close)}" if close else ""
                yield f"{selector.where}: {what}: there is no group {name} in the inventory{hint}"


def _unknown_boxes(campaign: Campaign, referential: Referential) -> Iterator[str]:
    for pin in campaign.pins:
        if pin.box not in referential.boxes:
            yield f"{pin.where}: pins: there is no box {pin.box} in the inventory"
    for new, old in campaign.renumbered.items():
        if new not in referential.boxes:
            yield f"{campaign.path}: renumbered: there is no box {new} in the inventory"
        if old in referential.boxes:
            yield f"{campaign.path}: renumbered: {old} is still in the inventory, so {new} cannot take its place"


def unknown_sizes(sizes: Mapping[str, int], boxes: Iterable[str]) -> str | None:
    """One sentence about the boxes of the list of sizes that are not in the inventory; None when all are."""
    unknown = sorted(sizes.keys() - set(boxes))
    if not unknown:
        return None
    more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
    return f"the list of sizes has {len(unknown)} boxes that are not planned: {', '.join(unknown[:_SHOWN])}{more}"
