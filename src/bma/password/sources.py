"""Where new passwords come from: made here, or taken from a provider that the site has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bma.password.faults import PasswordError
from bma.password.generate import generate
from bma.password.holds.age import decrypted
from bma.password.holds.vault import Server, VaultKeys
from bma.password.options import judged
from bma.password.rules import Rules, parts_of_name
from bma.resources.commands import Secret

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
_KINDS: dict[str, tuple[str, ...]] = {"generate": (), "vault": ("url", "token"), "age": ("file", "identity_file")}

SOURCE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {
            "enum": list(_KINDS),
            "description": "`generate`: made here; `vault`: HashiCorp Vault; `age`: an encrypted file.",
        },
        "url": _TEXT | {"description": "Of `vault`: `https://host:8200`."},
        "token": _TEXT | {"description": "Of `vault`: the token; take it from a lookup."},
        "namespace": _TEXT | {"description": "Of `vault`: the namespace, where there are any."},
        "mount": _TEXT | {"description": "Of `vault`: where the engine is; `secret` when left out."},
        "path": _TEXT | {"description": "Of `vault`: under which path each box has a secret with a field `password`."},
        "ca_file": _TEXT | {"description": "Of `vault`: its certificate authority; the system's when left out."},
        "file": _TEXT | {"description": 'Of `age`: a file with `{"ec001394": "…"}` in JSON, encrypted.'},
        "identity_file": _TEXT | {"description": "Of `age`: the secret key that reads it."},
    },
}


@dataclass(frozen=True)
class Named:
    """A box and what it is called, which may not occur in its password. ``address``: where it is set."""

    name: str
    address: str
    display_name: str


class Source(Protocol):
    """Gives a box its new password."""

    def password(self, box: Named) -> Secret:
        """A password for it. Raises :class:`~bma.password.faults.PasswordError` naming the box."""


@dataclass(frozen=True)
class Generated:
    """Passwords made of French words."""

    rules: Rules

    def password(self, box: Named) -> Secret:
        return generate(self.rules, parts_of_name(box.name, box.display_name), box.name)


@dataclass(frozen=True)
class Provided:
    """Passwords of a provider, held against the same rules."""

    rules: Rules
    read: Callable[[str], Secret | None]
    place: str

    def password(self, box: Named) -> Secret:
        found = self.read(box.name)
        if found is None:
            raise PasswordError(f"{self.place} has no password for it", where=box.name)
        wrong = self.rules.objections(found.clear, parts_of_name(box.name, box.display_name))
        if wrong:
            raise PasswordError(
                f"{self.place}: its password does not fit the rules: {'; '.join(wrong)}", where=box.name
            )
        return found


def source_from(said: Mapping[str, Any] | None, rules: Rules) -> Source:
    """The source that ``bma_password_source`` names. Raises PasswordError with all that is wrong with it."""
    given = dict(said or {"kind": "generate"})
    judged("bma_password_source", given, SOURCE_SCHEMA)
    kind = given["kind"]
    lacking = [name for name in _KINDS[kind] if name not in given]
    if lacking:
        raise PasswordError(f"bma_password_source: kind {kind} needs {', '.join(lacking)}")
    if kind == "generate":
        return Generated(rules)
    if kind == "vault":
        token, path = str(given["token"]), given.get("path", "bma/provided").strip("/")
        server = Server(given["url"], lambda: token, given.get("namespace"), given.get("ca_file"))
        keys = VaultKeys(server, given.get("mount", "secret"), path)
        return Provided(rules, lambda box: keys.read(f"{path}/{box}"), keys.name)
    passwords = _mapping(Path(given["file"]), Path(given["identity_file"]))
    return Provided(rules, passwords.get, str(given["file"]))


def _mapping(path: Path, identity_file: Path) -> dict[str, Secret]:
    try:
        found = json.loads(decrypted(path, identity_file))
    except ValueError:
        # The text of that error would quote the file.
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) and value for value in found.values()):
        raise PasswordError('what is encrypted is not {"ec001394": "…"} in JSON', where=str(path))
    return {str(box): Secret(password) for box, password in found.items()}
