"""The MIME form in which WinRM seals a message: multipart/encrypted, once for SPNEGO and once for bare Kerberos."""

from __future__ import annotations

import re
import struct
from typing import Protocol

import spnego

_BOUNDARY = b"--Encrypted Boundary"
_PROTOCOLS = {
    "negotiate": "application/HTTP-SPNEGO-session-encrypted",
    "kerberos": "application/HTTP-Kerberos-session-encrypted",
}


class SealError(ValueError):
    """The sealed body cannot be opened on this connection: HTTP 400 with an empty body, as Windows does."""


class Sealer(Protocol):
    """What is used of a security context to seal and open messages."""

    def wrap_winrm(self, data: bytes) -> tuple[bytes, bytes, int]:
        """Seal a message."""

    def unwrap_winrm(self, header: bytes, data: bytes) -> bytes:
        """Open a message."""


def sealed_type(scheme: str) -> str:
    """The Content-Type of a body sealed with the context of an HTTP scheme."""
    return f'multipart/encrypted;protocol="{_PROTOCOLS[scheme]}";boundary="Encrypted Boundary"'


def opened(context: Sealer, body: bytes) -> bytes:
    """The SOAP of a multipart/encrypted body. SealError when it cannot be opened."""
    parts = re.split(rb"--\s*Encrypted Boundary(?:--)?\r\n", body)
    try:
        payload = next(part for part in parts if part.lstrip().startswith(b"Content-Type: application/octet"))
        data = payload.split(b"\r\n", 1)[1]
        (length,) = struct.unpack("<i", data[:4])
        return context.unwrap_winrm(data[4 : 4 + length], data[4 + length :])
    except (StopIteration, IndexError, struct.error, spnego.exceptions.SpnegoError) as error:
        raise SealError from error


def sealed(context: Sealer, scheme: str, body: bytes) -> bytes:
    """A multipart/encrypted body, to go with `sealed_type`."""
    header, data, padding = context.wrap_winrm(body)
    length = str(len(body) + padding).encode()
    return b"".join(
        (
            _BOUNDARY, b"\r\n\tContent-Type: ", _PROTOCOLS[scheme].encode(),
            b"\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=", length, b"\r\n",
            _BOUNDARY, b"\r\n\tContent-Type: application/octet-stream\r\n",
            struct.pack("<i", len(header)), header, data, _BOUNDARY, b"--\r\n",
        )
    )  # fmt: skip
