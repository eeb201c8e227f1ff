"""The policy: read, judged, and applied to one box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bma.documents import Document, Violation, load_yaml, require_valid, violations
from bma.policy.naming import BoxFacts, display_name, filled
from bma.policy.schema import UNMANAGED, VARIABLE, policy_schema
from bma.resources.box import BOX, MAILBOX
from bma.resources.kinds import Name, NotUnderstoodError, Size
from bma.resources.table import UNSAID, Section, Setting


@dataclass(frozen=True)
class Policy:
    """A policy that has passed its checks. ``stated`` is what it says, section by section."""

    stated: Mapping[str, Mapping[str, Any]]

    @property
    def creation(self) -> dict[str, Any]:
        """What new mailboxes are created with, each key only where policy says it."""
        return dict(self.stated.get("creation") or {})

    def settings(self, box: BoxFacts) -> dict[str, dict[str, Any]]:
        """Every setting wanted of that box, by section, as policy writes values; what is not managed is left out."""
        return {section.key: dict(self._wanted(section, box)) for section in BOX}

    def named(self) -> Iterator[tuple[str, Setting, str]]:
        """The objects of the organisation that boxes are given: ``section.setting``, its row, the name."""
        for section in BOX:
            for setting in section.settings:
                value = self._stated(section, setting)
                if isinstance(setting.kind, Name) and isinstance(value, str):
                    yield f"{section.key}.{setting.key}", setting, value

    def _wanted(self, section: Section, box: BoxFacts) -> Iterator[tuple[str, Any]]:
        unmanaged = (self.stated.get(section.key) or {}).get(UNMANAGED) or ()
        for setting in section.settings:
            value = self._stated(section, setting)
            if value is not UNSAID and setting.key not in unmanaged:
                yield setting.key, _own(section, setting, value, box)

    def _stated(self, section: Section, setting: Setting) -> Any:
        return (self.stated.get(section.key) or {}).get(setting.key, setting.default)


def _own(section: Section, setting: Setting, value: Any, box: BoxFacts) -> Any:
    """What a setting is for one box."""
    if section is MAILBOX and setting.key in ("primary_smtp_address", "aliases"):
        return box.address if setting.key == "primary_smtp_address" else list(box.aliases)
    if not setting.filled:
        return value
    return display_name(value, box) if setting.key == "display_name" else filled(value, box)


def load_policy(path: Path) -> Policy:
    """The policy in the file ``path``.

    Raises :class:`~bma.errors.DocumentError` telling every violation with its line.
    """
    return _checked(load_yaml(path))


def policy_files(inventory: Path) -> list[Path]:
    """The policy files beside an inventory: of all boxes, and of the groups that have one of their own."""
    return sorted(inventory.glob("group_vars/*/policy.yml"))


OTHER_FILES = ("organization.yml", "rights.yml")
"""What else beside an inventory is judged with its lines."""


def require_readable(inventory: Path) -> None:
    """Require that the policy files beside an inventory are YAML.

    Raises :class:`~bma.errors.DocumentError` with file and line. Ansible loads them before any task runs, and tells
    neither of a slip in them.
    """
    others = [path for name in OTHER_FILES for path in inventory.glob(f"group_vars/*/{name}")]
    for path in policy_files(inventory) + sorted(others):
        load_yaml(path)


def policy_from(value: Any) -> Policy:
    """The policy in the value of the playbook variable, wherever it was set.

    Raises :class:`~bma.errors.DocumentError`; the line of a violation is known only to :func:`load_policy`.
    """
    return _checked(Document(Path(f"variable {VARIABLE}"), {VARIABLE: value}, {}))


def _checked(document: Document) -> Policy:
    found = violations(document, policy_schema())
    if not found:
        found = _contradictions(document)
    require_valid(document, found)
    return Policy(document.value[VARIABLE])


def _contradictions(document: Document) -> list[Violation]:
    """What each setting allows alone but Exchange refuses, or makes void, together."""
    found = [*_not_understood(document), *_stated_and_not_managed(document)]
    return found or list(_quotas(document))


def _stated_and_not_managed(document: Document) -> Iterator[Violation]:
    for section in BOX:
        stated = document.value[VARIABLE].get(section.key) or {}
        for key in stated.get(UNMANAGED) or ():
            if key in stated:
                yield _violation(document, section, key, f"is stated, and listed as {UNMANAGED} as well")


def _not_understood(document: Document) -> Iterator[Violation]:
    """What the schema lets through and the setting's kind does not: a size beyond what Exchange takes."""
    for section in BOX:
        stated = document.value[VARIABLE].get(section.key) or {}
        for setting in section.settings:
            if setting.key in stated and not setting.promised:
                try:
                    setting.kind.normal(stated[setting.key])
                except NotUnderstoodError as error:
                    yield _violation(document, section, setting.key, str(error))


def _quotas(document: Document) -> Iterator[Violation]:
    stated = document.value[VARIABLE].get(MAILBOX.key) or {}
    keys = ("issue_warning_quota", "prohibit_send_quota", "prohibit_send_receive_quota")
    if set(keys) & set(stated.get(UNMANAGED) or ()):
        return
    warning, send, receive = (_comparable(Size().normal(stated.get(key, MAILBOX[key].default))) for key in keys)
    if send > receive:
        yield _violation(document, MAILBOX, "prohibit_send_quota", "must not be above prohibit_send_receive_quota")
    if warning > send:
        yield _violation(document, MAILBOX, "issue_warning_quota", "must not be above prohibit_send_quota")
    elif warning * 2 <= send and send != float("inf"):
        message = "must be above half of prohibit_send_quota, or Exchange never sends the warning"
        yield _violation(document, MAILBOX, "issue_warning_quota", message)


def _comparable(size: int | str) -> float:
    return float("inf") if size == Size.UNLIMITED else float(size)


def _violation(document: Document, section: Section, key: str, message: str) -> Violation:
    location = (VARIABLE, section.key, key)
    return Violation(".".join(location), document.line(location), message)
