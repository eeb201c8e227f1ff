"""What travels over the keeper's socket: one JSON object a line, a request, what must be told first, its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bma.errors import BmaError, printable

MOST_BYTES = 64 * 1024 * 1024
"""No request or answer is longer; more is a fault of the peer."""


class KeeperError(BmaError):
    """The keeper could not be started or reached, or it ended before it answered."""


class RefusedError(BmaError):
    """A fault that the keeper told: a fault of Exchange, of the account, or of one box. ``kind`` names its class."""

    def __init__(self, what: str, *, kind: str, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.kind = kind


def send(stream: Any, message: Mapping[str, Any]) -> None:
    """Write one message to a binary stream and flush it."""
    stream.write(json.dumps(message, separators=(",", ":"), default=str).encode() + b"\n")
    stream.flush()


def receive(stream: Any) -> dict[str, Any] | None:
    """The next message, or ``None`` at the end of the stream. Raises :class:`KeeperError` for anything else."""
    line = stream.readline(MOST_BYTES)
    if not line:
        return None
    try:
        message = json.loads(line)
    except ValueError as error:
        raise KeeperError("a message on the keeper's socket is not JSON") from error
    if not isinstance(message, dict):
        raise KeeperError("a message on the keeper's socket is not an object")
    return message


def fault_message(fault: BmaError) -> dict[str, Any]:
    """An answer that tells a fault."""
    kind = fault.kind if isinstance(fault, RefusedError) else type(fault).__name__
    return {"fault": {"what": _lines(fault.what), "where": fault.where, "hint": fault.hint, "kind": kind}}


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def result_of(answer: Mapping[str, Any]) -> Any:
    """The result in an answer. Raises :class:`RefusedError` where it tells a fault."""
    fault = answer.get("fault")
    if fault:
        raise RefusedError(fault["what"], kind=fault["kind"], where=fault["where"], hint=fault["hint"])
    return answer.get("result")
