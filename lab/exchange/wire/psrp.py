"""PSRP on the server: psrpcore reads the client's messages, this module writes the server's.

psrpcore keeps the state of the pool and the session key; its serializer is too slow for thousands of
mailboxes, so pipeline messages are packed here from ready CLIXML.
"""

from __future__ import annotations

import itertools
import re
import struct
import threading
import uuid
from collections.abc import Iterator
from typing import Any

from psrpcore import PSRPEvent, PSRPPayload, ServerRunspacePool, StreamType
from psrpcore._payload import PSRPMessage
from psrpcore.types import RunspacePoolState

PIPELINE_OUTPUT = 0x00041004
ERROR_RECORD = 0x00041005
PIPELINE_STATE = 0x00041006
WARNING_RECORD = 0x00041009
PIPELINE_HOST_CALL = 0x00041100

FRAGMENT = 32_768 - 21
_BOM = b"\xef\xbb\xbf"
Event = PSRPEvent[Any, Any]

_INT32 = re.compile(rb"<I32(?: [^>]*)?>\s*([+-]?\d+)\s*</I32>")


class ClixmlError(ValueError):
    """The client's CLIXML cannot be read; the text is what the CLIXML reader says."""


class _Pool(ServerRunspacePool):
    """psrpcore's pool, made as tolerant and as strict as PowerShell's own reader."""

    def _process_message(self, message: PSRPMessage) -> Event:
        data = message.data
        for number in _INT32.findall(data):
            if not -(2**31) <= int(number) < 2**31:
                raise ClixmlError(
                    "There is an error deserializing the data: the value "
                    f"'{int(number)}' of element 'I32' was either too large or too small for an Int32."
                )
        if b'N="CI"' in data:  # pypsrp writes CI in Set*Runspaces, PowerShell reads it in any case
            message._data = bytearray(data.replace(b'N="CI"', b'N="ci"'))
        return super()._process_message(message)


class PoolWire:
    """One runspace pool. psrpcore is not thread-safe: every method takes the lock."""

    def __init__(self, runspaces: int) -> None:
        self.lock = threading.RLock()
        self.pool = _Pool(application_private_data={"ImplicitRemoting": {"Hash": "lab"}})
        self.runspaces = runspaces
        self._ids = itertools.count(1 << 20)

    def receive(self, data: bytes, pipeline: Any = None) -> list[Event]:
        """Feed a payload; the events in it. ClixmlError when psrpcore cannot make sense of it."""
        with self.lock:
            events: list[Event] = []
            try:
                self.pool.receive_data(PSRPPayload(data, StreamType.default, pipeline))
                while (event := self.pool.next_event()) is not None:
                    events.append(event)
            except ClixmlError:
                raise
            except Exception as error:  # psrpcore raises whatever the damaged part leads to
                raise ClixmlError(f"The data received is not valid: {type(error).__name__}: {error}") from error
            return events

    def drain(self) -> list[bytes]:
        """What psrpcore itself has to say, one fragment an item."""
        with self.lock:
            out: list[bytes] = []
            while (payload := self.pool.data_to_send(FRAGMENT + 21)) is not None:
                out.append(bytes(payload.data))
            return out

    def respond(self, ci: int, granted: bool | int) -> None:
        """Answer a question about the number of runspaces."""
        with self.lock:
            self.pool.runspace_availability_response(ci, granted)

    @property
    def opened(self) -> bool:
        """Whether the client finished opening the pool."""
        return bool(self.pool.state == RunspacePoolState.Opened)

    def message(self, kind: int, clixml: str, pipeline_id: uuid.UUID) -> Iterator[bytes]:
        """A pipeline message as fragments."""
        data = b"".join(
            (
                struct.pack("<iI", 1, kind),
                self.pool.runspace_pool_id.bytes_le,
                pipeline_id.bytes_le,
                _BOM,
                clixml.encode("utf-8", "surrogatepass"),
            )
        )
        object_id = next(self._ids)
        last = (len(data) - 1) // FRAGMENT
        for number in range(last + 1):
            part = data[number * FRAGMENT : (number + 1) * FRAGMENT]
            flags = (1 if number == 0 else 0) | (2 if number == last else 0)
            yield struct.pack(">QQBI", object_id, number, flags, len(part)) + part
