"""The keeper's process: a private socket, a thread for each task that asks, and an end tied to its owner's."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import resource
import select
import signal
import socket
import socketserver
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bma.errors import BmaError
from bma.exchange.connection import connection
from bma.exchange.keeper.protocol import KeeperError, fault_message, receive, send
from bma.exchange.keeper.service import Service


def serve(configuration: dict[str, Any], ready: Any) -> None:
    """Answer requests until the owner process ends.

    ``configuration``: ``socket`` (path), ``owner`` (process id), ``options`` and ``read_only`` as
    :func:`bma.exchange.connection.connection` takes them. ``ready`` is called once the socket can be used.
    """
    # The password is in this process's memory: no core file may take it to disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    service = Service(connection(configuration["options"], read_only=configuration["read_only"]))
    path = Path(configuration["socket"])
    previous = os.umask(0o077)
    server = _Server(str(path), service)
    os.umask(previous)
    signal.signal(signal.SIGTERM, lambda *_: server.end())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ready()
    try:
        _await_end(configuration["owner"], server.ended)
    finally:
        for left in (path, path.with_suffix(".lock"), path.with_suffix(".log")):
            left.unlink(missing_ok=True)
        service.pool.close()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, path: str, service: Service) -> None:
        super().__init__(path, _Handler)
        self.service = service
        self.ended, self._end = os.pipe()

    def end(self) -> None:
        """Let the process end as it does when its owner has."""
        os.write(self._end, b".")

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002  the base class's form
        """Only the user who started the keeper may use its sessions, whatever the modes on the way say."""
        if not hasattr(socket, "SO_PEERCRED"):
            return True
        credentials = request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return bool(struct.unpack("3i", credentials)[1] == os.getuid())

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  the base class's form
        """Log what broke an answer off, but for a task that went away while it was answered."""
        if not isinstance(sys.exc_info()[1], BrokenPipeError | ConnectionResetError):
            traceback.print_exc()


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while (request := receive(self.rfile)) is not None:
            if request.get("operation") == "end":
                self.server.service.pool.close()
                self.server.end()
            send(self.wfile, _answered(self.server.service, request, self._tell))

    def _tell(self, warning: str) -> None:
        send(self.wfile, {"tell": warning})


def _answered(service: Service, request: dict[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    try:
        return {"result": service.answer(request, tell)}
    except BmaError as fault:
        return fault_message(fault)
    except Exception as error:  # a defect of ours must fail one box, not hang it
        traceback.print_exc()
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        return fault_message(KeeperError(f"internal error: {type(error).__name__} at {place}"))


def _await_end(owner: int, ended: int) -> None:
    """Return when the process ``owner`` has ended, at once if it is gone already, or something comes from ``ended``."""
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(owner)
            select.select([descriptor, ended], [], [])
            os.close(descriptor)
        return
    with contextlib.suppress(ProcessLookupError):
        while not select.select([ended], [], [], 1)[0]:
            os.kill(owner, 0)


def main() -> None:
    """Read the configuration from standard input, where no process list shows it, and serve."""

    def ready() -> None:
        sys.stdout.write('{"result": "ready"}\n')
        sys.stdout.flush()
        # From here on nobody reads what is printed; what a crash has to say goes to a log that a good end removes.
        nowhere = os.open(os.devnull, os.O_RDWR)
        log = Path(configuration["socket"]).with_suffix(".log")
        written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for descriptor, target in ((0, nowhere), (1, nowhere), (2, written)):
            os.dup2(target, descriptor)
        faulthandler.enable()

    try:
        configuration = json.loads(sys.stdin.readline())
        serve(configuration, ready)
    except BmaError as fault:
        sys.stdout.write(json.dumps(fault_message(fault)) + "\n")
        sys.stdout.flush()
    # Threads may still wait for a dead endpoint; nothing that they could bring is of use now.
    os._exit(0)
