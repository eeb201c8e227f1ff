"""From the variable ``bma_password_hold`` to the place that it names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bma.password.faults import HoldError
from bma.password.holds.age import AgeFolder
from bma.password.holds.ansible_vault import AnsibleVaultFolder
from bma.password.holds.hold import Hold
from bma.password.holds.vault import Server, VaultKeys
from bma.password.options import judged

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}

_KINDS: dict[str, tuple[str, ...]] = {
    "age": ("folder", "identity_file"),
    "vault": ("url", "token"),
    "ansible_vault": ("folder", "password_file"),
}

HOLD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {"enum": list(_KINDS), "description": "`age`, `vault` (HashiCorp Vault, KV v2) or `ansible_vault`."},
        "folder": _TEXT | {"description": "Of `age` and `ansible_vault`: a folder that only you may enter."},
        "identity_file": _TEXT
        | {"description": "Of `age`: the secret key. Made when there is none and nothing is held yet."},
        "recipients": {
            "type": "array",
            "items": _TEXT,
            "description": "Of `age`: public keys of others who may read what is held, such as that of a safe.",
        },
        "password_file": _TEXT | {"description": "Of `ansible_vault`: the file with the vault password."},
        "url": _TEXT | {"description": "Of `vault`: `https://host:8200`. Plain `http` to loopback only."},
        "token": _TEXT | {"description": "Of `vault`: the token; take it from a lookup."},
        "namespace": _TEXT | {"description": "Of `vault`: the namespace, where there are any."},
        "mount": _TEXT | {"description": "Of `vault`: where the engine is; `secret` when left out."},
        "path": _TEXT | {"description": "Of `vault`: under which path; `bma/passwords` when left out."},
        "ca_file": _TEXT | {"description": "Of `vault`: its certificate authority; the system's when left out."},
    },
}


def open_hold(said: Mapping[str, Any] | None) -> Hold:
    """The place that ``bma_password_hold`` names; nothing is read or written yet.

    Raises :class:`~bma.password.faults.PasswordError` with all that is wrong with the variable.
    """
    judged("bma_password_hold", said, HOLD_SCHEMA)
    given = dict(said or {})
    kind = given["kind"]
    lacking = [name for name in _KINDS[kind] if name not in given]
    if lacking:
        raise HoldError(f"bma_password_hold: kind {kind} needs {', '.join(lacking)}")
    if kind == "age":
        return AgeFolder(Path(given["folder"]), Path(given["identity_file"]), given.get("recipients", ()))
    if kind == "ansible_vault":
        return AnsibleVaultFolder(Path(given["folder"]), Path(given["password_file"]))
    token = str(given["token"])
    server = Server(given["url"], lambda: token, given.get("namespace"), given.get("ca_file"))
    return VaultKeys(server, given.get("mount", "secret"), given.get("path", "bma/passwords"))
