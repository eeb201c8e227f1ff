"""A balancer in front of the lab's endpoint: a certificate, a clock and cookies of its own."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab import ExchangeLab


def certificate(lab: ExchangeLab, folder: Path, *names: str, days: float = 90, trusted: bool = True) -> Path:
    """A server certificate with its key, signed by the lab's authority or by nobody that is known.

    Valid from 100 days ago until ``days`` from now.
    """
    state = lab.state_dir
    ca = x509.load_pem_x509_certificate((state / "ca.pem").read_bytes())
    ca_key = serialization.load_pem_private_key((state / "ca.key").read_bytes(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    hosts = [x509.DNSName(name) for name in names]
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=100))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([*hosts, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.public_key()), critical=False)
        .sign(ca_key if trusted else ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())  # type: ignore[arg-type]
    )
    path = folder / "front.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@dataclass
class Front:
    """Serves TLS with ``pem`` and passes every request on to the lab, one connection for one connection.

    ``skew``: seconds that its Date is ahead, ``None`` for no Date. ``cookie``: what it sets with every answer.
    """

    lab: ExchangeLab
    pem: Path
    skew: float | None = 0.0
    cookie: str | None = None

    def __enter__(self) -> Front:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.pem)
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def uri(self) -> str:
        return f"https://localhost:{self._listener.getsockname()[1]}/PowerShell"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        upwards = ssl.create_default_context(cafile=str(self.lab.ca_file))
        with contextlib.suppress(OSError, ValueError):
            below = self._context.wrap_socket(client, server_side=True)
            above = upwards.wrap_socket(
                socket.create_connection(("127.0.0.1", self.lab.https_port)), server_hostname="localhost"
            )
            with below, above:
                while (request := _message(below)) is not None:
                    above.sendall(b"\r\n\r\n".join(request))
                    answer = _message(above)
                    if answer is None:
                        return
                    below.sendall(_undated(answer[0]) + self._more() + b"\r\n\r\n" + answer[1])

    def _more(self) -> bytes:
        lines = []
        if self.skew is not None:
            now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.skew)
            lines.append(f"Date: {format_datetime(now, usegmt=True)}")
        if self.cookie:
            lines.append(f"Set-Cookie: {self.cookie}")
        return "".join(f"\r\n{line}" for line in lines).encode()


def _undated(head: bytes) -> bytes:
    """The head of an answer without the time that the lab tells."""
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"date:"))


def _message(peer: ssl.SSLSocket) -> tuple[bytes, bytes] | None:
    """Head and body of one HTTP message with a Content-Length; ``None`` at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    named = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    length = next((int(value) for name, _, value in named if name.strip().lower() == b"content-length"), 0)
    while len(body) < length:
        more = peer.recv(65536)
        if not more:
            return None
        body += more
    return head, body
