"""HTTP/1.1 on loopback: one thread a connection, a hand-written reader, one `sendall` an answer.

The handler object is the connection, so authentication and the sealing context live in it, and dropping
the connection is an exception. Head and body go out in one write with TCP_NODELAY: two writes would cost
45 ms each through Nagle and delayed acknowledgement.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import logging
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from lab.exchange.wire.auth import AuthError, ConnectionAuth
from lab.exchange.wire.deeds import DropConnectionError, HtmlStatusError, SilenceError
from lab.exchange.wire.sealing import SealError
from lab.exchange.wire.service import Service

IDLE_TIMEOUT = 120.0
_ALERT_SECONDS = 2.0
MAX_HEAD = 64 << 10
MAX_BODY = 8 << 20
PATH = "/powershell"
SOAP_TYPE = "application/soap+xml;charset=UTF-8"


class LoopbackError(ValueError):
    """The endpoint serves only this machine."""


class HttpError(ValueError):
    """The connection does not speak HTTP this server can read."""


@dataclass(frozen=True)
class HttpRequest:
    """One request; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def loopback(host: str) -> str:
    """The address to bind; LoopbackError for any that others could reach."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise LoopbackError(f"the lab serves loopback only, not {host}")


class Connection(socketserver.BaseRequestHandler):
    """One TCP connection, from handshake to close."""

    server: HttpServer
    request: socket.socket

    def handle(self) -> None:
        """Answer requests until the client leaves or stays silent for too long."""
        self._buffer = bytearray()
        self.auth = self.server.new_auth()
        with contextlib.suppress(OSError, HttpError, DropConnectionError):
            self.request.settimeout(IDLE_TIMEOUT)
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.server.tls is not None:
                self._begin_tls(self.server.tls)
            while (request := self._read()) is not None:
                self.server.count()
                self._answer(request)
                if request.headers.get("connection", "").lower() == "close":
                    return

    def finish(self) -> None:
        """Close the socket; TLS wrapping took it away from the server's own closing."""
        self.server.forget(self.request)
        with contextlib.suppress(OSError):
            self.request.close()

    def _begin_tls(self, context: ssl.SSLContext) -> None:
        plain = self.request
        connection = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.request = connection
        self.server.replace(plain, connection)
        try:
            connection.do_handshake()
        except ssl.SSLError:
            # In TLS 1.3 the client already sends its request; closing on unread data would reset the connection, and
            # the client would never see the alert that says what is wrong with its certificate.
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(_ALERT_SECONDS)
            while self._fill():
                self._buffer.clear()
            raise
        self.auth.over_tls(connection.getpeercert(binary_form=True))

    # -- reading

    def _fill(self) -> bool:
        data = self.request.recv(65536)
        self._buffer += data
        return bool(data)

    def _read(self) -> HttpRequest | None:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_HEAD:
                raise HttpError("head too long")
            if not self._fill():
                return None
            if not chr(self._buffer[0]).isalpha():
                # A TLS greeting on the plain port: HTTP.sys answers like this too.
                self._send(HTTPStatus.BAD_REQUEST, b"")
                raise HttpError("not HTTP")
        head = self._buffer[:end].decode("latin-1")
        del self._buffer[: end + 4]
        line, *rest = head.split("\r\n")
        parts = line.split(" ")
        if len(parts) != 3:
            raise HttpError(line)
        headers = {name.strip().lower(): value.strip() for name, _, value in (item.partition(":") for item in rest)}
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY or "transfer-encoding" in headers:
            self._send(HTTPStatus.BAD_REQUEST, b"")
            raise HttpError("body")
        while len(self._buffer) < int(length):
            if not self._fill():
                return None
        body = bytes(self._buffer[: int(length)])
        del self._buffer[: int(length)]
        return HttpRequest(parts[0], parts[1], headers, body)

    # -- answering

    def _answer(self, request: HttpRequest) -> None:
        if request.path.partition("?")[0].rstrip("/").lower() != PATH:
            self._html(HTTPStatus.NOT_FOUND)
            return
        if request.method != "POST":
            self._html(HTTPStatus.METHOD_NOT_ALLOWED)
            return
        sealed = request.headers.get("content-type", "").lower().startswith("multipart/encrypted")
        header = request.headers.get("authorization", "")
        if sealed and not header and not self.auth.sealing:
            self._send(HTTPStatus.BAD_REQUEST, b"")
            return
        try:
            token = self.auth.authenticate(header)
        except AuthError as failed:
            self._unauthorized(failed.token)
            return
        extra = [f"WWW-Authenticate: {token}"] if token else []
        if not request.body:
            self._send(HTTPStatus.OK, b"", extra=extra)
            return
        self._serve(request, extra, sealed=sealed)

    def _serve(self, request: HttpRequest, extra: list[str], *, sealed: bool) -> None:
        if not sealed and self.server.tls is None and self.auth.sealing:
            self._send(HTTPStatus.BAD_REQUEST, b"")  # AllowUnencrypted is false
            return
        account = self.auth.account
        assert account is not None
        try:
            body = self.auth.open(request.body) if sealed else request.body
            status, answer = self.server.service.handle(body, account)
        except SealError:
            self._send(HTTPStatus.BAD_REQUEST, b"")
            return
        except HtmlStatusError as html:
            self._html(HTTPStatus(html.status))
            return
        except SilenceError:
            while self._fill():  # until the client gives up
                self._buffer.clear()
            raise DropConnectionError from None
        except DropConnectionError as drop:
            if drop.body:
                self._send(200, self._seal(drop.body, sealed), self._type(sealed), extra, half=True)
            raise
        self._send(status, self._seal(answer, sealed), self._type(sealed), extra)

    def _seal(self, body: bytes, sealed: bool) -> bytes:
        return self.auth.seal(body) if sealed else body

    def _type(self, sealed: bool) -> str:
        return self.auth.sealed_type if sealed else SOAP_TYPE

    def _unauthorized(self, token: str) -> None:
        offers = [token] if token else self.auth.offers
        self._send(HTTPStatus.UNAUTHORIZED, b"", extra=[f"WWW-Authenticate: {offer}" for offer in offers])

    def _html(self, status: HTTPStatus) -> None:
        page = (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
            '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
            f"<html><head><title>{status.value} - {status.phrase}</title></head>"
            f"<body><h2>{status.value} - {status.phrase}</h2></body></html>"
        )
        self._send(status, page.encode(), "text/html")

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str = "",
        extra: list[str] | None = None,
        *,
        half: bool = False,
    ) -> None:
        lines = [f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}", "Server: Microsoft-HTTPAPI/2.0"]
        lines.append(f"Date: {formatdate(usegmt=True)}")
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [*(extra or []), f"Content-Length: {len(body)}", "", ""]
        data = "\r\n".join(lines).encode("latin-1") + body
        self.request.sendall(data[: len(data) - len(body) // 2 - 1] if half else data)


class HttpServer(socketserver.ThreadingTCPServer):
    """A listener, in plain HTTP or (with `tls`) HTTPS."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, host: str, port: int, service: Service, auth: Callable[[], ConnectionAuth], tls: ssl.SSLContext | None
    ) -> None:
        address = loopback(host)
        if ":" in address:
            self.address_family = socket.AF_INET6
        self.service, self.new_auth, self.tls = service, auth, tls
        self._requests = itertools.count(1)
        self.requests = 0
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((address, port), Connection)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="lab-http", daemon=True)

    @property
    def port(self) -> int:
        """The port bound."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting and cut every connection."""
        self.shutdown()
        self.server_close()
        self.kill_connections()
        self._thread.join(5)

    def count(self) -> None:
        """Note a request."""
        self.requests = next(self._requests)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the socket, then serve it in a thread of its own."""
        assert isinstance(request, socket.socket)
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def handle_error(self, _request: object, client_address: object) -> None:
        """A connection that failed is closed; the handler already dealt with what is foreseen."""
        logging.getLogger("lab").exception("connection from %s failed", client_address)

    def replace(self, plain: socket.socket, wrapped: socket.socket) -> None:
        """TLS took over a socket."""
        with self._guard:
            self._open.discard(plain)
            self._open.add(wrapped)

    def forget(self, connection: socket.socket) -> None:
        """A connection is over."""
        with self._guard:
            self._open.discard(connection)

    def kill_connections(self) -> None:
        """Cut every open connection; shells live on."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
