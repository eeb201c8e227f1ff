"""The policy for the organisation and the rights: read, judged, and told object by object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bma.documents import Document, Violation, load_yaml, require_valid, violations
from bma.errors import BmaError
from bma.policy.organization_schema import (
    COEXISTENCE,
    DECOMMISSIONED,
    LISTS,
    ORGANIZATION_VARIABLE,
    RIGHTS_VARIABLE,
    SHARED,
    SINGLES,
    TO_OLD_SERVER,
    organization_schema,
    rights_schema,
)
from bma.resources.organization import TABLES
from bma.resources.organization.wish import ABSENT, PRESENT, wish

_NO_SETTINGS = {"name", "state", "clone_of", "replacing", SHARED, TO_OLD_SERVER}

MIGRATION_PARENTS = (
    "Mail Recipients",
    "Mail Recipient Creation",
    "User Options",
    "Active Directory Permissions",
    "View-Only Recipients",
    "View-Only Configuration",
    "Recipient Policies",
)
AUDIT_PARENTS = (
    "View-Only Recipients",
    "View-Only Configuration",
    "Mail Recipients",
    "User Options",
    "Active Directory Permissions",
    "Recipient Policies",
    "POP3 and IMAP4 Protocols",
)
"""Where cmdlets are taken from unless policy says otherwise; the narrowest roles first."""


@dataclass(frozen=True)
class Organization:
    """A policy for the organisation that has passed its checks."""

    stated: Mapping[str, Any]

    @property
    def phase(self) -> str:
        return str(self.stated.get("phase", COEXISTENCE))

    @property
    def allowed_remote_domains(self) -> list[str]:
        """The remote domains that automatic forwarding may go to, by name."""
        return list((self.stated.get("automatic_forwarding") or {}).get("allowed_remote_domains") or ())

    def objects(self, section: str) -> list[dict[str, Any]]:
        """What a section lists: each with ``name``, ``state``, ``settings``, and what only a role looks at."""
        return [self._object(section, said) for said in self.stated.get(section) or ()]

    def settings(self, section: str) -> dict[str, Any]:
        """What a section that is one object says."""
        return dict(self.stated.get(section) or {})

    def told(self) -> dict[str, Any]:
        """All of it, as the playbooks take it."""
        return {
            "phase": self.phase,
            "allowed_remote_domains": self.allowed_remote_domains,
            **{section: self.objects(section) for section in LISTS},
            **{section: self.settings(section) for section in SINGLES},
        }

    def _object(self, section: str, said: Mapping[str, Any]) -> dict[str, Any]:
        settings = {key: value for key, value in said.items() if key not in _NO_SETTINGS}
        state = said.get("state", PRESENT)
        if section == "remote_domains" and said["name"].casefold() not in map(
            str.casefold, self.allowed_remote_domains
        ):
            # A new one allows it, until it is turned off.
            settings.setdefault("auto_forward_enabled", False)
        if said.get(SHARED):
            alone = self.phase == DECOMMISSIONED
            settings |= {"domain_type": "Authoritative" if alone else "InternalRelay", "address_book_enabled": alone}
        if said.get(TO_OLD_SERVER) and self.phase == DECOMMISSIONED:
            state = ABSENT
        one = {"name": said["name"], "state": state, "settings": {} if state == ABSENT else settings}
        if section == "role_assignment_policies":
            one |= {"clone_of": said.get("clone_of"), "replacing": dict(said.get("replacing") or {})}
        return one


def load_organization(path: Path) -> Organization:
    """The policy in the file ``path``. Raises :class:`~bma.errors.DocumentError` telling each violation's line."""
    return _organization(load_yaml(path))


def organization_from(value: Any) -> Organization:
    """The policy in the value of the playbook variable. Raises :class:`~bma.errors.DocumentError`."""
    return _organization(Document(Path(f"variable {ORGANIZATION_VARIABLE}"), {ORGANIZATION_VARIABLE: value}, {}))


def load_rights(path: Path) -> dict[str, dict[str, Any]]:
    """The rights in the file ``path``, who by who, defaults filled in. Raises as :func:`load_organization`."""
    return _rights(load_yaml(path))


def rights_from(value: Any) -> dict[str, dict[str, Any]]:
    """The rights in the value of the playbook variable. Raises :class:`~bma.errors.DocumentError`."""
    return _rights(Document(Path(f"variable {RIGHTS_VARIABLE}"), {RIGHTS_VARIABLE: value}, {}))


def _organization(document: Document) -> Organization:
    found = violations(document, organization_schema())
    if not found:
        found = [*_twice(document), *_contradicting(document), *_never_settling(document)]
    require_valid(document, found)
    if not found:
        found = list(_misunderstood(document))
    require_valid(document, found)
    return Organization(document.value[ORGANIZATION_VARIABLE])


def _rights(document: Document) -> dict[str, dict[str, Any]]:
    require_valid(document, violations(document, rights_schema()))
    require_valid(document, _too_much(document))
    parents = {"migration": MIGRATION_PARENTS, "audit": AUDIT_PARENTS}
    stated: Mapping[str, Mapping[str, Any]] = document.value[RIGHTS_VARIABLE]
    default: dict[str, Any] = {"organizational_unit": None, "also": {}}
    return {who: {**default, "parents": list(parents[who]), **said} for who, said in stated.items()}


BUILT_IN_GROUPS = (
    "Compliance Management",
    "Delegated Setup",
    "Discovery Management",
    "Help Desk",
    "Hygiene Management",
    "Organization Management",
    "Public Folder Management",
    "Recipient Management",
    "Records Management",
    "Security Administrator",
    "Security Reader",
    "Server Management",
    "UM Management",
    "View-Only Organization Management",
)
"""Role groups that Exchange comes with: to make one of them anything else locks people out of the site."""


def _too_much(document: Document) -> Iterator[Violation]:
    """Rights that would take somebody's away, or give to the account that only looks."""
    seen: dict[str, str] = {}
    for who, said in document.value[RIGHTS_VARIABLE].items():
        group = said["role_group"]
        if group.casefold() in map(str.casefold, BUILT_IN_GROUPS):
            yield _of_rights(document, who, "role_group", f"{group} comes with Exchange: name one of the toolkit's own")
        if (other := seen.setdefault(group.casefold(), who)) != who:
            yield _of_rights(document, who, "role_group", f"{group} is the group of {other}")
        writing = [name for name in said.get("also") or {} if not name.startswith(("Get-", "Test-"))]
        if who == "audit" and writing:
            yield _of_rights(document, who, "also", f"{', '.join(writing)} is more than to look")


def _of_rights(document: Document, who: str, key: str, message: str) -> Violation:
    location = (RIGHTS_VARIABLE, who, key)
    return Violation(".".join(location), document.line(location), message)


def _items(document: Document) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    stated = document.value[ORGANIZATION_VARIABLE]
    for section in LISTS:
        for number, said in enumerate(stated.get(section) or ()):
            yield section, number, said


def _twice(document: Document) -> Iterator[Violation]:
    seen: dict[tuple[str, str], int] = {}
    for section, number, said in _items(document):
        key = (section, said["name"].casefold())
        if key in seen:
            first = document.line((ORGANIZATION_VARIABLE, section, seen[key], "name"))
            yield _violation(
                document, section, number, "name", f"{said['name']!r} is said twice, first in line {first}"
            )
        seen.setdefault(key, number)


def _contradicting(document: Document) -> Iterator[Violation]:
    for section, number, said in _items(document):
        for switch, keys in ((SHARED, ("domain_type", "address_book_enabled")), (TO_OLD_SERVER, ("state",))):
            for key in keys:
                if said.get(switch) and key in said:
                    yield _violation(document, section, number, key, f"the phase says it, because of {switch}")
        if "clone_of" in said and "roles" in said:
            yield _violation(document, section, number, "roles", "clone_of says them")
        if "replacing" in said and "clone_of" not in said:
            yield _violation(document, section, number, "replacing", "said with clone_of only")


def _never_settling(document: Document) -> Iterator[Violation]:
    """What one run would set and the next take back."""
    allowed = {name.casefold() for name in Organization(document.value[ORGANIZATION_VARIABLE]).allowed_remote_domains}
    taken: dict[tuple[str, Any], int] = {}
    for section, number, said in _items(document):
        if section == "remote_domains" and said.get("auto_forward_enabled") and said["name"].casefold() not in allowed:
            message = (
                "automatic forwarding is turned off again unless automatic_forwarding.allowed_remote_domains has it"
            )
            yield _violation(document, section, number, "auto_forward_enabled", message)
        for key in ("is_default", "priority"):
            value = said.get(key)
            if value is None or value is False or said.get("state") == ABSENT:
                continue
            if (first := taken.setdefault((f"{section}.{key}", value), number)) != number:
                line = document.line((ORGANIZATION_VARIABLE, section, first, key))
                yield _violation(
                    document, section, number, key, f"only one can have it, and line {line} says it as well"
                )


def _misunderstood(document: Document) -> Iterator[Violation]:
    """What the schema lets through, but no object can be."""
    stated = Organization(document.value[ORGANIZATION_VARIABLE])
    for section, table in LISTS.items():
        for number, one in enumerate(stated.objects(section)):
            try:
                wish(TABLES[table], one["name"], one["settings"], one["state"])
            except BmaError as fault:
                yield _violation(document, section, number, "name", fault.what)
    for section, table in SINGLES.items():
        try:
            name = None if TABLES[table].named.value is None else "-"
            wish(TABLES[table], name, stated.settings(section))
        except BmaError as fault:
            location = (ORGANIZATION_VARIABLE, section)
            yield Violation(".".join(location), document.line(location), fault.what)


def _violation(document: Document, section: str, number: int, key: str, message: str) -> Violation:
    location = (ORGANIZATION_VARIABLE, section, number, key)
    return Violation(f"{ORGANIZATION_VARIABLE}.{section}[{number}].{key}", document.line(location), message)
