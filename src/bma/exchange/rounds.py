"""Reading, ahead of the tasks that will ask, what Exchange tells of one box at a time.

Several boxes share a round trip, and all sessions read side by side. What such a round does not prove of a box is
asked for by itself when its turn comes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

from bma.exchange.inquiry import Inquiry
from bma.exchange.reading import Properties, Source

AT_A_TIME = 20
"""Boxes in one round: enough that the round trip costs little, few enough that the first need not wait long."""

Reading = dict[str, list[Properties]]


class Rounds:
    """The rounds of one mail domain. Safe to use from many threads."""

    def __init__(self, inquiry: Inquiry, boxes: Iterable[tuple[str, str]]) -> None:
        """``boxes``: identity and GUID of those that the run is about, in its order."""
        self._inquiry = inquiry
        self._boxes = tuple(boxes)
        self._lock = threading.Lock()
        self._begun: dict[str, dict[str, Future[Reading]]] = {}
        self._readers: ThreadPoolExecutor | None = None

    def __len__(self) -> int:
        return len(self._boxes)

    def rows(self, source: Source, identity: str) -> list[Properties] | None:
        """What ``source`` told of the box; ``None`` where it has to be asked for by itself."""
        with self._lock:
            if source.cmdlet not in self._begun:
                self._begun[source.cmdlet] = self._begin(source)
            reading = self._begun[source.cmdlet].get(identity)
        try:
            return reading.result().get(identity) if reading else None
        except CancelledError:
            return None

    def end(self) -> None:
        """Begin no further round."""
        if self._readers is not None:
            self._readers.shutdown(wait=False, cancel_futures=True)

    def _begin(self, source: Source) -> dict[str, Future[Reading]]:
        if self._readers is None:
            self._readers = ThreadPoolExecutor(self._inquiry.pool.connection.sessions)
        begun: dict[str, Future[Reading]] = {}
        for first in range(0, len(self._boxes), AT_A_TIME):
            boxes = dict(self._boxes[first : first + AT_A_TIME])
            reading = self._readers.submit(self._inquiry.of_several, source, boxes)
            begun.update(dict.fromkeys(boxes, reading))
        return begun
