"""Passwords in files encrypted by the command ``ansible-vault``, with the site's own vault password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bma.password.faults import HoldError
from bma.password.holds.files import PrivateFolder
from bma.resources.commands import Secret

_SECONDS = 60


class AnsibleVaultFolder:
    """One ``.vault`` file a password. The command takes half a second each time: for a few boxes, not for thousands."""

    def __init__(self, folder: Path, password_file: Path) -> None:
        self._files = PrivateFolder(folder, ".vault")
        self._password_file = password_file.expanduser()

    @property
    def name(self) -> str:
        return f"{self._files.path} (ansible-vault)"

    def require_ready(self) -> None:
        self._files.prepare()
        if not self._password_file.is_file():
            raise HoldError(
                f"{self._password_file}: there is no such file",
                hint="Say password_file in bma_password_hold: the file with the vault password",
            )

    def put(self, reference: str, password: Secret) -> None:
        self._files.write(reference, self._run("encrypt", password.clear.encode()))

    def get(self, reference: str) -> Secret | None:
        content = self._files.read(reference)
        return None if content is None else Secret(self._run("decrypt", content).decode().rstrip("\n"))

    def erase(self, reference: str) -> None:
        self._files.remove(reference)

    def references(self) -> set[str]:
        return self._files.references()

    def _run(self, verb: str, content: bytes) -> bytes:
        """What the command makes of ``content``: both go through pipes, no argument and no file has the password."""
        command: Sequence[str] = (
            str(Path(sys.executable).parent / "ansible-vault"),
            verb,
            "--vault-password-file",
            str(self._password_file),
            "--output",
            "-",
            "-",
        )
        try:
            done = subprocess.run(command, input=content, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HoldError(f"{self.name}: ansible-vault cannot be run: {type(error).__name__}") from None
        if done.returncode:
            raise HoldError(
                f"{self.name}: ansible-vault {verb} ended with {done.returncode}",
                hint=f"Is {self._password_file} the password that it was encrypted with?",
            )
        return done.stdout
