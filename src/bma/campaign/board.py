"""The lots while they are being filled: what each holds, and what else fits."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bma.campaign.boxes import Candidate
from bma.campaign.lots import Lot

Stratum = tuple[str, ...]


@dataclass(slots=True)
class Item:
    """What moves as one: a box, or the boxes of a PO that stay together.

    ``open`` are the lots it may be put into, ``legal`` those where it may stay, ``previous`` the one it was in.
    ``fixed``: a day that was promised, pinned or is over; it is never moved. ``lot`` is where it is now,
    ``why`` what has made it leave the one before.
    """

    members: tuple[Candidate, ...]
    open: tuple[int, ...]
    legal: frozenset[int]
    calls: int
    rank: int
    previous: int | None = None
    fixed: bool = False
    lot: int | None = None
    why: str = ""
    boxes: int = field(init=False)
    bytes: int = field(init=False)
    stratum: Stratum = field(init=False)

    def __post_init__(self) -> None:
        self.boxes = len(self.members)
        self.bytes = sum(member.bytes for member in self.members)
        first = self.members[0]
        # A band holds sizes of which none is twice another: dealing each band evenly deals the bytes evenly.
        band = f"{self.bytes.bit_length():02d}"
        self.stratum = (band, str(self.boxes.bit_length()), first.kind, first.reseau, first.niveau, first.bassin)

    @property
    def po(self) -> int | None:
        return self.members[0].po

    @property
    def name(self) -> str:
        return self.members[0].name


def rank_of(salt: str, name: str) -> int:
    """The place of a box among its equals: always the same, whatever the interpreter and the order of the input."""
    return int.from_bytes(hashlib.sha256(f"{salt}\0{name}".encode()).digest()[:8], "big")


class Board:
    """Loads of all lots. ``at_most``: boxes of one PO in a lot, None for no limit."""

    def __init__(self, lots: Sequence[Lot], at_most: int | None) -> None:
        self.lots = lots
        self.at_most = at_most
        self.boxes = [0] * len(lots)
        self.bytes = [0] * len(lots)
        self.calls = [0] * len(lots)
        self.of_po: dict[tuple[int, int | None], int] = defaultdict(int)
        self.of_stratum: dict[tuple[int, Stratum], int] = defaultdict(int)
        self.of_label: dict[tuple[int, str, str], int] = defaultdict(int)
        self.held: list[dict[int, Item]] = [{} for _ in lots]

    def put(self, item: Item, lot: int) -> None:
        """Put an item into a lot, whether it fits or not."""
        self._count(item, lot, 1)
        item.lot = lot
        self.held[lot][id(item)] = item

    def take(self, item: Item) -> None:
        """Take an item out of its lot."""
        assert item.lot is not None
        self._count(item, item.lot, -1)
        del self.held[item.lot][id(item)]
        item.lot = None

    def _count(self, item: Item, lot: int, sign: int) -> None:
        self.boxes[lot] += sign * item.boxes
        self.bytes[lot] += sign * item.bytes
        self.calls[lot] += sign * item.calls
        self.of_stratum[lot, item.stratum] += sign * item.boxes
        for member in item.members:
            self.of_po[lot, member.po] += sign
            self.of_label[lot, "reseau", member.reseau] += sign
            self.of_label[lot, "bassin", member.bassin] += sign

    def fits(self, item: Item, lot: int) -> bool:
        """Whether the lot has room for the item, by every limit that there is."""
        return not self.lacks(item, lot)

    def lacks(self, item: Item, lot: int) -> str:
        """The first limit that keeps the item out of the lot: ``boxes``, ``bytes``, ``calls``, ``po``, or nothing."""
        limit = self.lots[lot]
        if self.boxes[lot] + item.boxes > limit.boxes:
            return "boxes"
        if limit.bytes is not None and self.bytes[lot] + item.bytes > limit.bytes:
            return "bytes"
        if limit.calls is not None and self.calls[lot] + item.calls > limit.calls:
            return "calls"
        if self.at_most is not None and item.po is not None and self.of_po[lot, item.po] + item.boxes > self.at_most:
            return "po"
        return ""

    def over(self, lot: int) -> str:
        """The limit that the lot exceeds, as :meth:`lacks` names them, or nothing."""
        limit = self.lots[lot]
        if limit.bytes is not None and self.bytes[lot] > limit.bytes:
            return "bytes"
        if limit.calls is not None and self.calls[lot] > limit.calls:
            return "calls"
        return "boxes" if self.boxes[lot] > limit.boxes else ""

    def crowded(self, lot: int) -> list[int]:
        """The PO that have more boxes in the lot than ``at_most``."""
        if self.at_most is None:
            return []
        counts = Counter(member.po for item in self.held[lot].values() for member in item.members)
        return sorted(po for po, count in counts.items() if po is not None and count > self.at_most)


class Totals:
    """How many boxes of each réseau and bassin there are at all, and how many bytes: what shares are measured by."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.boxes = self.bytes = 0
        self.of_label: Counter[tuple[str, str]] = Counter()
        for item in items:
            self.boxes += item.boxes
            self.bytes += item.bytes
            for member in item.members:
                self.of_label["reseau", member.reseau] += 1
                self.of_label["bassin", member.bassin] += 1
