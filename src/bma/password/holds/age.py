"""Passwords in files encrypted with age: to the toolkit's own key, and to those of others if wanted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bma.password.faults import HoldError
from bma.password.holds.files import PrivateFolder
from bma.resources.commands import Secret

_HINT = "Say identity_file in bma_password_hold: a file with an AGE-SECRET-KEY-1… line that only you can read"


class AgeFolder:
    """One ``.age`` file a password. What it holds is also readable to ``recipients``, such as the key of a safe."""

    def __init__(self, folder: Path, identity_file: Path, recipients: Sequence[str] = ()) -> None:
        self._files = PrivateFolder(folder, ".age")
        self._identity_file = identity_file.expanduser()
        self._recipients = tuple(recipients)
        self._keys: tuple[list[Any], list[Any]] | None = None

    @property
    def name(self) -> str:
        return f"{self._files.path} (age)"

    def require_ready(self) -> None:
        self._files.prepare()
        if not self._identity_file.exists() and not self._files.references():
            self._first_identity()
        self._loaded()

    def put(self, reference: str, password: Secret) -> None:
        import pyrage  # type: ignore[import-untyped]

        _, recipients = self._loaded()
        try:
            content = pyrage.encrypt(password.clear.encode(), recipients)
        except pyrage.EncryptError as error:
            raise HoldError(f"{self.name}: a password cannot be encrypted: {error}") from None
        self._files.write(reference, content)

    def get(self, reference: str) -> Secret | None:
        import pyrage

        content = self._files.read(reference)
        if content is None:
            return None
        identities, _ = self._loaded()
        try:
            return Secret(pyrage.decrypt(content, identities).decode())
        except (pyrage.DecryptError, UnicodeDecodeError):
            raise HoldError(
                f"{self._files.file(reference)} cannot be decrypted with {self._identity_file}",
                hint="Put the right identity file back; or remove that file, and a new password is made",
            ) from None

    def erase(self, reference: str) -> None:
        self._files.remove(reference)

    def references(self) -> set[str]:
        return self._files.references()

    def _first_identity(self) -> None:
        import pyrage

        identity = pyrage.x25519.Identity.generate()
        try:
            self._identity_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._identity_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"# public key: {identity.to_public()}\n{identity}\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            return
        except OSError as error:
            raise HoldError(f"{self._identity_file} cannot be written: {error.strerror}", hint=_HINT) from error

    def _loaded(self) -> tuple[list[Any], list[Any]]:
        """Identities and recipients, read once."""
        if self._keys is None:
            identities = _identities(self._identity_file)
            own = [identity.to_public() for identity in identities]
            self._keys = identities, own + [_recipient(text) for text in self._recipients]
        return self._keys


def decrypted(path: Path, identity_file: Path) -> bytes:
    """What a file holds that was encrypted for an identity. Raises :class:`~bma.password.faults.HoldError`."""
    import pyrage

    identities = _identities(identity_file.expanduser())
    try:
        return bytes(pyrage.decrypt(path.expanduser().read_bytes(), identities))
    except OSError as error:
        raise HoldError(f"{path} cannot be read: {error.strerror}") from error
    except pyrage.DecryptError:
        raise HoldError(f"{path} cannot be decrypted with {identity_file}") from None


def _identities(path: Path) -> list[Any]:
    import pyrage

    try:
        if path.stat().st_mode & 0o077:
            raise HoldError(f"{path} is open to others", hint=f"chmod 600 {path}")
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise HoldError(f"{path} cannot be read: {reason}", hint=_HINT) from None
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        # The text of that error may hold a part of the key.
        raise HoldError(f"{path} is not an age identity file", hint=_HINT) from None
    if not found:
        raise HoldError(f"{path} has no identity in it", hint=_HINT)
    return found


def _recipient(text: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise HoldError(
            f"bma_password_hold.recipients: {text!r:.80} is not an age recipient", hint="They begin with age1"
        ) from None
