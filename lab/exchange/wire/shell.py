"""Shells and the commands in them: output queues, long polls, the end of a pipeline."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable

from lab.exchange import clixml
from lab.exchange.wire import faults, psrp

COMPLETED, STOPPED, FAILED = 4, 3, 5
STREAM_OVERHEAD = 96
"""Bytes of one Stream element round its base64 text."""


class OutputQueue:
    """Fragments on their way to the client of one stream.

    A newer Receive pushes out an older one that still waits, since the older one's client may be gone.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._fragments: deque[bytes] = deque()
        self._ended = False
        self._delivered = False
        self._waiter = 0

    def put(self, fragments: Iterable[bytes]) -> None:
        """Append fragments."""
        encoded = [base64.b64encode(fragment) for fragment in fragments]
        with self._changed:
            self._fragments.extend(encoded)
            self._changed.notify_all()

    def end(self) -> None:
        """No more will come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether `end` was called."""
        return self._ended

    @property
    def exhausted(self) -> bool:
        """Whether the end was delivered, after which nothing may be asked any more."""
        return self._delivered

    def wait_end(self, timeout: float) -> bool:
        """Wait until `end` was called."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended, timeout)

    def take(self, timeout: float, size: int, closed: Callable[[], bool]) -> tuple[list[bytes], bool] | None:
        """Up to `size` bytes of Stream elements (at least one) and whether this was the end.

        None: nothing came in time, or a newer call took over.
        """
        with self._changed:
            self._waiter += 1
            mine = self._waiter
            self._changed.notify_all()
            deadline = time.monotonic() + timeout
            while not self._fragments and not self._ended:
                rest = deadline - time.monotonic()
                if rest <= 0 or self._waiter != mine or closed():
                    return None
                self._changed.wait(min(rest, 1.0))
            if self._waiter != mine:
                return None
            taken: list[bytes] = []
            room = size
            while self._fragments and (not taken or len(self._fragments[0]) + STREAM_OVERHEAD <= room):
                fragment = self._fragments.popleft()
                room -= len(fragment) + STREAM_OVERHEAD
                taken.append(fragment)
            done = self._ended and not self._fragments
            self._delivered = done
            return taken, done


class Command:
    """One pipeline on the wire; the sink its execution writes to."""

    def __init__(self, command_id: str, wire: psrp.PoolWire) -> None:
        self.id = command_id
        self.pipeline_id = uuid.UUID(command_id)
        self.queue = OutputQueue()
        self.stop = threading.Event()
        self.muted = False
        self.cmdlets: tuple[tuple[str, str], ...] = ()
        self.inputs: list[object] = []
        self.input_ended = threading.Event()
        self._wire = wire

    def _write(self, kind: int, text: str) -> None:
        self.queue.put(self._wire.message(kind, text, self.pipeline_id))

    def output(self, text: str) -> None:
        """An object, as CLIXML."""
        self._write(psrp.PIPELINE_OUTPUT, text)

    def error(self, error: clixml.ErrorText) -> None:
        """A non-terminating error."""
        self._write(psrp.ERROR_RECORD, clixml.error_record(error))

    def warning(self, text: str) -> None:
        """A warning."""
        self._write(psrp.WARNING_RECORD, clixml.warning_record(text))

    def host_line(self, text: str) -> None:
        """A line for the client's host (Write-Host); a void call, nothing is waited for."""
        self._write(
            psrp.PIPELINE_HOST_CALL,
            '<Obj RefId="0"><MS><I64 N="ci">-100</I64><Obj N="mi" RefId="1"><TN RefId="0">'
            "<T>System.Management.Automation.Remoting.RemoteHostMethodId</T><T>System.Enum</T></TN>"
            '<ToString>WriteLine2</ToString><I32>16</I32></Obj><Obj N="mp" RefId="2"><TN RefId="1">'
            "<T>System.Collections.ArrayList</T><T>System.Object</T></TN>"
            f"<LST><S>{clixml.escape(text)}</S></LST></Obj></MS></Obj>",
        )

    def finish(self, state: int, error: clixml.ErrorText | None = None) -> None:
        """The final state of the pipeline; nothing may be written afterwards."""
        if self.queue.ended:
            return
        self._write(psrp.PIPELINE_STATE, clixml.pipeline_state(state, error))
        self.queue.end()


class Shell:
    """A shell (one session): its pool, its commands, its owner."""

    LIMIT = 1000

    def __init__(self, shell_id: str, owner: str, idle_timeout: float, runspaces: int) -> None:
        self.id, self.owner, self.idle_timeout = shell_id, owner, idle_timeout
        self.wire = psrp.PoolWire(runspaces)
        self.queue = OutputQueue()
        self.commands: dict[str, Command] = {}
        self.lock = threading.RLock()
        self.closed = False
        self.session: object = None
        self._touched = time.monotonic()

    def touch(self) -> None:
        """The client was here."""
        self._touched = time.monotonic()

    def idle(self) -> bool:
        """Whether the idle timeout passed with nothing running."""
        running = any(not command.queue.ended for command in list(self.commands.values()))
        return not running and time.monotonic() - self._touched > self.idle_timeout

    def command(self, command_id: str) -> Command:
        """A command by its id in any case; the fault 2150858843 when there is none."""
        found = self.commands.get(command_id.upper())
        if found is None:
            raise faults.shell_not_found(self.id)
        return found

    def close(self) -> None:
        """Stop everything in the shell and wake whoever waits."""
        with self.lock:
            self.closed = True
            commands = list(self.commands.values())
            self.commands.clear()
        for command in commands:
            command.stop.set()
            command.input_ended.set()
            command.queue.end()
        self.queue.end()
