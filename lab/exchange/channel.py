"""The client's end of the control channel; imports nothing heavy, so that the command answers quickly."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOCKET = "control.sock"


class LabError(Exception):
    """A foreseeable fault, told in one line."""


class LabDownError(Exception):
    """Nobody answers on the control channel."""


@contextmanager
def short_path(directory: Path) -> Iterator[str]:
    """The socket under a name short enough for sun_path, however deep the directory is."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def ask(directory: Path, op: str, *, timeout: float = 120.0, **arguments: Any) -> dict[str, Any]:
    """Send one request; LabDownError when nobody answers, LabError with the endpoint's words when it refuses."""
    try:
        with short_path(directory) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            channel.settimeout(timeout)
            channel.connect(path)
            channel.sendall(json.dumps({"op": op, **arguments}).encode() + b"\n")
            with channel.makefile("rb") as lines:
                line = lines.readline()
    except OSError as error:
        raise LabDownError(str(error)) from None
    if not line:
        raise LabDownError("no answer")
    answer: dict[str, Any] = json.loads(line)
    if not answer.get("ok"):
        raise LabError(str(answer.get("error")))
    return answer
