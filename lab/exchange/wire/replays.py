"""Answers kept by MessageID: a request sent again gets its answer again and is not executed again.

pypsrp resends the same envelope up to five times after a read timeout; without this the first answer would
be lost with the dead connection.
"""

from __future__ import annotations

import threading
from collections import OrderedDict


class Replays:
    """Answers by MessageID, so that a request sent again is not executed again."""

    def __init__(self, entries: int = 512, size: int = 48 << 20) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._entries, self._limit, self._size = entries, size, 0

    def get(self, message_id: str) -> bytes | None:
        """The answer this message already got."""
        with self._lock:
            return self._answers.get(message_id)

    def put(self, message_id: str, answer: bytes) -> None:
        """Keep an answer; the oldest make room."""
        with self._lock:
            self._answers[message_id] = answer
            self._size += len(answer)
            while len(self._answers) > self._entries or (self._size > self._limit and len(self._answers) > 1):
                _, old = self._answers.popitem(last=False)
                self._size -= len(old)
