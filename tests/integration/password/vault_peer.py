"""A key-value engine of version 2 as HashiCorp Vault's HTTP API documents it, on loopback, over HTTP or HTTPS."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "hvs.a-token-of-the-tests"


class VaultPeer(ThreadingHTTPServer):
    """``secrets``: path below the mount → its versions. ``sealed``, ``status``: what goes wrong."""

    daemon_threads = True

    def __init__(self, mount: str = "secret", namespace: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mount = mount
        self.namespace = namespace
        self.secrets: dict[str, list[dict[str, Any] | None]] = {}
        self.sealed = False
        self.asked: list[tuple[str, str]] = []
        self.lock = threading.Lock()
        self.tls = False

    @property
    def url(self) -> str:
        return (
            f"{'https' if self.tls else 'http'}://{'localhost' if self.tls else '127.0.0.1'}:{self.server_address[1]}"
        )


class _Handler(BaseHTTPRequestHandler):
    server: VaultPeer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""

    def _answer(self, status: int, content: Any = None) -> None:
        raw = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        peer = self.server
        with peer.lock:
            peer.asked.append((self.command, self.path))
            if peer.sealed:
                return self._answer(503, {"errors": ["Vault is sealed"]})
            if self.headers.get("X-Vault-Token") != TOKEN or self.headers.get("X-Vault-Namespace") != peer.namespace:
                return self._answer(403, {"errors": ["permission denied"]})
            kind, _, path = self.path.removeprefix(f"/v1/{peer.mount}/").partition("/")
            if not self.path.startswith(f"/v1/{peer.mount}/"):
                return self._answer(404, {"errors": [f'no handler for route "{self.path[4:]}"']})
            return getattr(self, f"_{self.command.lower()}_{kind}", self._unsupported)(path, body)

    def __getattr__(self, name: str) -> Any:
        if name in {"do_GET", "do_POST", "do_DELETE", "do_LIST"}:
            return self._handle
        raise AttributeError(name)

    def _unsupported(self, _path: str, _body: bytes) -> None:
        self._answer(405, {"errors": ["unsupported operation"]})

    def _post_data(self, path: str, body: bytes) -> None:
        said = json.loads(body)
        versions = self.server.secrets.setdefault(path, [])
        wanted = said.get("options", {}).get("cas")
        if wanted is not None and wanted != len(versions):
            return self._answer(400, {"errors": ["check-and-set parameter did not match the current version"]})
        versions.append(said["data"])
        return self._answer(200, {"data": {"version": len(versions), "destroyed": False, "deletion_time": ""}})

    def _get_data(self, path: str, _body: bytes) -> None:
        versions = self.server.secrets.get(path)
        if not versions:
            return self._answer(404, {"errors": []})
        return self._answer(200, {"data": {"data": versions[-1], "metadata": {"version": len(versions)}}})

    def _delete_metadata(self, path: str, _body: bytes) -> None:
        self.server.secrets.pop(path, None)
        self._answer(204)

    def _list_metadata(self, path: str, _body: bytes) -> None:
        inside = path.rstrip("/") + "/"
        keys = sorted({name.removeprefix(inside) for name in self.server.secrets if name.startswith(inside)})
        if not keys:
            return self._answer(404, {"errors": []})
        return self._answer(200, {"data": {"keys": keys}})


@contextmanager
def vault(certificates: Path | None = None, **options: Any) -> Iterator[VaultPeer]:
    """A running peer; over HTTPS with the lab's certificate in ``certificates``."""
    peer = VaultPeer(**options)
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "server.pem")
        peer.socket = context.wrap_socket(peer.socket, server_side=True)
        peer.tls = True
    thread = threading.Thread(target=peer.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.shutdown()
        peer.server_close()
        thread.join(10)
