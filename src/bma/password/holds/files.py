"""A private folder with one file a password, each written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bma.password.faults import HoldError
from bma.password.holds.hold import required


class PrivateFolder:
    """Files that only this user can read. ``ending``: with its dot."""

    def __init__(self, path: Path, ending: str) -> None:
        self.path = path.expanduser()
        self.ending = ending

    def prepare(self) -> None:
        """Make the folder, mode 0700; refuse one that others may enter or that is somebody else's."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            found = self.path.stat()
        except OSError as error:
            raise HoldError(f"the folder {self.path} for passwords cannot be used: {error.strerror}") from error
        if found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise HoldError(
                f"the folder {self.path} for passwords is open to others",
                hint=f"chmod 700 {self.path}, as the user who runs the playbooks",
            )

    def file(self, reference: str) -> Path:
        """Where a reference is."""
        return self.path / f"{required(reference)}{self.ending}"

    def write(self, reference: str, content: bytes) -> None:
        """Write one file whole: with its folder it is on the disk when this returns."""
        self.prepare()
        try:
            handle, name = tempfile.mkstemp(dir=self.path, prefix=f".new-{required(reference)}-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self.file(reference))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._sync()
        except OSError as error:
            raise HoldError(f"{self.path}: a password cannot be held: {error.strerror}") from error

    def read(self, reference: str) -> bytes | None:
        """The content of a reference; None when there is none."""
        try:
            return self.file(reference).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HoldError(f"{self.path}: a held password cannot be read: {error.strerror}") from error

    def remove(self, reference: str) -> None:
        """Remove the file of a reference, and what a process that was killed while it wrote has left of it."""
        try:
            for path in (self.file(reference), *self.path.glob(f".new-{required(reference)}-*")):
                path.unlink(missing_ok=True)
            if self.path.is_dir():
                self._sync()
        except OSError as error:
            raise HoldError(f"{self.path}: a held password cannot be erased: {error.strerror}") from error

    def references(self) -> set[str]:
        """The references that have a file."""
        return {path.name.removesuffix(self.ending) for path in self.path.glob(f"[a-z0-9]*{self.ending}")}

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
