"""How a task reaches the keeper of its playbook run, starting it where there is none yet."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import select
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bma.errors import printable
from bma.exchange.keeper.protocol import KeeperError, receive, result_of, send

START_SECONDS = 60
END_SECONDS = 40


class Keeper:
    """The keeper of one playbook run and one connection."""

    def __init__(
        self,
        identity: tuple[Any, ...],
        options: Callable[[], Mapping[str, Any]],
        *,
        owner: int,
        read_only: bool,
    ) -> None:
        """``identity`` tells keepers of one run apart and holds nothing secret. ``options``, as
        :func:`bma.exchange.connection.connection` takes them, password included, are asked for only by the task
        that has to start the keeper. ``owner`` is the process whose end ends the keeper."""
        self._options = options
        self._owner = owner
        self._read_only = read_only
        name = hashlib.sha256(repr(tuple(map(str, identity))).encode()).hexdigest()[:16]
        self._path = _directory() / f"{owner}-{name}.sock"

    def ask(self, operation: str, *, tell: Callable[[str], None] | None = None, **request: Any) -> Any:
        """Send one request and wait for its result. ``tell`` is given, at once, what must be known before.

        Raises :class:`~bma.exchange.keeper.protocol.RefusedError` for what the keeper refuses and
        :class:`~bma.exchange.keeper.protocol.KeeperError` when it cannot be started or dies.
        """
        answer = self._asked(operation, request, tell)
        if answer is None and self._read_only:
            # Reading twice does no harm; a keeper that may write is left to the next run, which looks first.
            answer = self._asked(operation, request, tell)
        if answer is None:
            raise self._died()
        return result_of(answer)

    def _asked(
        self, operation: str, request: Mapping[str, Any], tell: Callable[[str], None] | None
    ) -> dict[str, Any] | None:
        with self._connected() as stream:
            try:
                send(stream, {"operation": operation, **request})
                while (answer := receive(stream)) is not None and "tell" in answer:
                    if tell is not None:
                        tell(printable(str(answer["tell"])))
            except OSError:
                return None
        return answer

    def _died(self) -> KeeperError:
        log = self._path.with_suffix(".log")
        told = f"; see {log}" if log.is_file() and log.stat().st_size else " without a word: it may have been killed"
        return KeeperError(
            f"the session keeper ended before it answered{told}",
            hint="Run again: what was done is found, the rest is finished",
        )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        peer = self._connect() or self._start_and_connect()
        with peer, peer.makefile("rwb") as stream:
            yield stream

    def _connect(self) -> socket.socket | None:
        peer = socket.socket(socket.AF_UNIX)
        try:
            peer.connect(str(self._path))
        except (FileNotFoundError, ConnectionRefusedError):
            peer.close()
            return None
        return peer

    def _start_and_connect(self) -> socket.socket:
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            peer = self._connect()
            if peer is None:
                _sweep(self._path.parent)
                self._path.unlink(missing_ok=True)
                self._start()
                peer = self._connect()
        if peer is None:
            raise KeeperError("the session keeper started, but cannot be reached", where=str(self._path))
        return peer

    def _start(self) -> None:
        configuration = {
            "socket": str(self._path),
            "owner": self._owner,
            "read_only": self._read_only,
            "options": dict(self._options()),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bma.exchange.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with process.stdin as stdin, process.stdout as stdout, process.stderr as stderr:
            with contextlib.suppress(BrokenPipeError):
                send(stdin, configuration)
            readable, _, _ = select.select([stdout], [], [], START_SECONDS)
            answer = receive(stdout) if readable else None
            if answer is None:
                process.kill()
                reason = stderr.read(4096).decode(errors="replace").strip().rpartition("\n")[2]
                raise KeeperError(f"the session keeper could not be started ({reason or 'it did not answer'})")
        result_of(answer)


def end_keepers(owner: int) -> None:
    """End the keepers of the playbook process ``owner`` and wait until their sessions are given back. Never raises.

    They would end with it by themselves; but in a container nobody waits for them once its first process is gone.
    """
    with contextlib.suppress(KeeperError, OSError):
        for path in _directory().glob(f"{owner}-*.sock"):
            with contextlib.suppress(KeeperError, OSError), socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(END_SECONDS)
                peer.connect(str(path))
                with peer.makefile("rwb") as stream:
                    send(stream, {"operation": "end"})
                    receive(stream)


def _sweep(directory: Path) -> None:
    """Remove what keepers that were killed have left: files whose owner is no more."""
    for path in directory.iterdir():
        owner = path.name.partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _directory() -> Path:
    """The private directory for sockets: this user's, mode 0700, refused when it is anything else."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(base if base and Path(base).is_dir() else tempfile.gettempdir()) / f"bma-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise KeeperError(
            f"{path} is not a private directory of this user", hint="Remove it: somebody else may have made it"
        )
    return path
