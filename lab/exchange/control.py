"""The control channel: JSON lines over a Unix socket in the state directory, mode 0600.

A request is one line `{"op": …}`, the answer one line `{"ok": true, …}` or `{"ok": false, "error": text}`.
"""

from __future__ import annotations

import json
import os
import socketserver
import threading
from collections.abc import Callable
from typing import Any

from lab.exchange.channel import SOCKET, short_path
from lab.exchange.console import ConsoleError
from lab.exchange.faultplan import RuleError
from lab.exchange.journal import verbs
from lab.exchange.knobs import KnobError
from lab.exchange.lab import ExchangeLab
from lab.exchange.seed import BoxError

Request = dict[str, Any]


class _Handler(socketserver.StreamRequestHandler):
    server: ControlServer

    def handle(self) -> None:
        line = self.rfile.readline()
        try:
            answer = {"ok": True, **self.server.answer(json.loads(line))}
        except (RuleError, KnobError, BoxError, ConsoleError, KeyError, TypeError, ValueError) as error:
            answer = {"ok": False, "error": str(error)}
        self.wfile.write(json.dumps(answer, ensure_ascii=True, default=str).encode() + b"\n")


class ControlServer(socketserver.ThreadingUnixStreamServer):
    """Serves one lab; `down` is called when somebody asks it to end."""

    daemon_threads = True

    def __init__(self, lab: ExchangeLab, down: Callable[[], None]) -> None:
        self._lab, self._down = lab, down
        self._operations: dict[str, Callable[[Request], dict[str, Any]]] = {
            "status": self._status, "reset": self._reset, "journal": self._journal, "knob": self._knob,
            "faults": self._faults, "console": self._console, "seed": self._seed, "plant": self._plant,
            "kept": self._kept, "down": self._end,
            "restart": self._restart, "kill_connections": self._kill_connections,
        }  # fmt: skip
        (lab.state_dir / SOCKET).unlink(missing_ok=True)
        old = os.umask(0o177)
        try:
            with short_path(lab.state_dir) as path:
                super().__init__(path, _Handler)
        finally:
            os.umask(old)

    def start(self) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.05,), name="lab-control", daemon=True).start()

    def stop(self) -> None:
        """Stop answering and remove the socket."""
        self.shutdown()
        self.server_close()
        (self._lab.state_dir / SOCKET).unlink(missing_ok=True)

    def answer(self, request: Request) -> dict[str, Any]:
        """Carry out one request."""
        operation = self._operations.get(str(request.get("op")))
        if operation is None:
            raise ValueError(f"no operation {request.get('op')!r}")
        return operation(request)

    def _status(self, _: Request) -> dict[str, Any]:
        return {
            **self._lab.describe(),
            "counters": self._lab.counters(),
            "knobs": self._lab.knobs.to_json(),
            "faults": self._lab.faults.to_json(),
        }

    def _reset(self, _: Request) -> dict[str, Any]:
        self._lab.reset()
        return {}

    def _journal(self, request: Request) -> dict[str, Any]:
        records = [record for record in self._lab.journal() if record["seq"] > int(request.get("since", 0))]
        if request.get("clear"):
            self._lab.clear_journal()
        return {"verbs": verbs(records)} if request.get("verbs") else {"records": records}

    def _knob(self, request: Request) -> dict[str, Any]:
        if request.get("name"):
            self._lab.set_knob(str(request["name"]), *request.get("value", []))
        return {"knobs": self._lab.knobs.to_json()}

    def _faults(self, request: Request) -> dict[str, Any]:
        if "rules" in request:
            self._lab.faults.set(request["rules"])
        return {"faults": self._lab.faults.to_json()}

    def _console(self, request: Request) -> dict[str, Any]:
        return self._lab.console(str(request["line"])).to_json()

    def _seed(self, request: Request) -> dict[str, Any]:
        return {"added": self._lab.seed(request["boxes"])}

    def _plant(self, request: Request) -> dict[str, Any]:
        return {"planted": self._lab.plant(*request["plants"])}

    def _kept(self, request: Request) -> dict[str, Any]:
        return {"kept": self._lab.kept(str(request["box"]))}

    def _restart(self, _: Request) -> dict[str, Any]:
        self._lab.restart()
        return {}

    def _kill_connections(self, _: Request) -> dict[str, Any]:
        self._lab.kill_connections()
        return {}

    def _end(self, _: Request) -> dict[str, Any]:
        self._down()
        return {}
