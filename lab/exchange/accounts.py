"""The accounts of the endpoint: names, roles, and passwords in files only their owner can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

DEFAULT_ACCOUNTS: Mapping[str, str] = {"migration@lab.example": "full", "audit@lab.example": "view"}
"""UPN to role: `full` may run everything, `view` only Get-* and Test-*, `none` has no management role."""

NTLM_DOMAIN = "LAB"
EVERYBODY = frozenset({"get-command", "select-object"})
"""PowerShell's own cmdlets, which need no management role."""


@dataclass(frozen=True)
class Account:
    """One account; `password_file` has mode 0600.

    `rights`, where there are any, are the parameters by cmdlet (both lower-case) that a session of it has, instead of
    what the role allows.
    """

    name: str
    role: str
    password_file: Path
    rights: Mapping[str, Set[str]] | None = None

    @property
    def short(self) -> str:
        """The part before the @, which is also the NTLM user name."""
        return self.name.partition("@")[0]

    @property
    def ntlm_name(self) -> str:
        r"""`LAB\migration`."""
        return f"{NTLM_DOMAIN}\\{self.short}"

    def password(self) -> str:
        """The password, read when it is needed."""
        return self.password_file.read_text(encoding="utf-8").strip()

    def may(self, cmdlet: str) -> bool:
        """Whether a cmdlet exists for this account."""
        if self.rights is not None:
            return cmdlet.lower() in self.rights or cmdlet.lower() in EVERYBODY
        if self.role == "full":
            return True
        verb = cmdlet.partition("-")[0].lower()
        return self.role == "view" and (verb in {"get", "test"} or cmdlet.lower() == "select-object")

    def lacks(self, cmdlet: str, parameters: Iterable[str]) -> frozenset[str]:
        """Those of a cmdlet's parameters (lower-case) that do not exist for this account."""
        if self.rights is None or cmdlet.lower() in EVERYBODY:
            return frozenset()
        granted = self.rights.get(cmdlet.lower(), frozenset())
        return frozenset(name.lower() for name in parameters) - granted


class Accounts:
    """All accounts of a state directory; missing passwords are made at once."""

    def __init__(self, directory: Path, roles: Mapping[str, str] = DEFAULT_ACCOUNTS) -> None:
        self._accounts = {
            name: Account(name, role, directory / f"{name.partition('@')[0]}.password") for name, role in roles.items()
        }
        for account in self._accounts.values():
            if not account.password_file.exists():
                write_private(account.password_file, secrets.token_urlsafe(18) + "\n")
        self.ntlm_file = directory / "ntlm.users"
        lines = [
            line
            for account in self._accounts.values()
            for line in (
                f"{NTLM_DOMAIN}:{account.short}:{account.password()}",
                f":{account.name}:{account.password()}",
                f":{account.short}:{account.password()}",
            )
        ]
        write_private(self.ntlm_file, "\n".join(lines) + "\n")

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def __getitem__(self, name: str) -> Account:
        """An account by its UPN or the part before the @."""
        found = self.by_login(name)
        if found is None:
            raise KeyError(name)
        return found

    def names(self) -> list[str]:
        """The UPNs."""
        return list(self._accounts)

    def by_login(self, login: str) -> Account | None:
        r"""The account a login name stands for: UPN, `LAB\name` or the bare name, in any case."""
        text = login.lower().rpartition("\\")[2]
        for account in self._accounts.values():
            if text in (account.name.lower(), account.short.lower()):
                return account
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, replacing an older one at once."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
