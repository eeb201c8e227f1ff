"""The policy: read, judged, and applied to one box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bma.documents import Document, Violation, load_yaml, require_valid, violations
from bma.policy.naming import display_name
from bma.policy.schema import VARIABLE, policy_schema
from bma.resources.mailbox import BOX, MAILBOX
from bma.resources.values import NotUnderstoodError, Size


@dataclass(frozen=True)
class Policy:
    """A policy that has passed its checks. ``stated`` is what it says, section by section."""

    stated: Mapping[str, Mapping[str, Any]]

    @property
    def placement(self) -> dict[str, str]:
        """Where new mailboxes go: ``organizational_unit`` and ``database``, each only where policy says it."""
        return dict(self.stated.get("placement") or {})

    def settings(self, address: str, name: str) -> dict[str, dict[str, Any]]:
        """Every setting wanted of the box with that address, by section, as policy writes values.

        ``name`` is the official name of the organisation.
        """
        wanted = {
            resource.key: {
                setting.key: self._stated(resource.key, setting.key, setting.default) for setting in resource.settings
            }
            for resource in BOX
        }
        mailbox = wanted[MAILBOX.key]
        mailbox["primary_smtp_address"] = address
        mailbox["display_name"] = display_name(mailbox["display_name"], address, name)
        return wanted

    def _stated(self, section: str, key: str, default: Any) -> Any:
        return (self.stated.get(section) or {}).get(key, default)


def load_policy(path: Path) -> Policy:
    """The policy in the file ``path``.

    Raises :class:`~bma.errors.DocumentError` telling every violation with its line.
    """
    return _checked(load_yaml(path))


def policy_files(inventory: Path) -> list[Path]:
    """The policy files beside an inventory: of all boxes, and of the groups that have one of their own."""
    return sorted(inventory.glob("group_vars/*/policy.yml"))


def require_readable(inventory: Path) -> None:
    """Require that the policy files beside an inventory are YAML.

    Raises :class:`~bma.errors.DocumentError` with file and line. Ansible loads them before any task runs, and tells
    neither of a slip in them.
    """
    for path in policy_files(inventory):
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
    stated = document.value[VARIABLE].get(MAILBOX.key) or {}
    sizes: dict[str, int | str] = {}
    found: list[Violation] = []
    for key in ("issue_warning_quota", "prohibit_send_quota", "prohibit_send_receive_quota"):
        try:
            sizes[key] = Size().normal(stated.get(key, MAILBOX[key].default))
        except NotUnderstoodError as error:
            found.append(_violation(document, key, str(error)))
    if found:
        return found
    warning, send, receive = (_comparable(size) for size in sizes.values())
    if send > receive:
        found.append(_violation(document, "prohibit_send_quota", "must not be above prohibit_send_receive_quota"))
    if warning > send:
        found.append(_violation(document, "issue_warning_quota", "must not be above prohibit_send_quota"))
    elif warning * 2 <= send and send != float("inf"):
        found.append(
            _violation(
                document,
                "issue_warning_quota",
                "must be above half of prohibit_send_quota, or Exchange never sends the warning",
            )
        )
    return found


def _comparable(size: int | str) -> float:
    return float("inf") if size == Size.UNLIMITED else float(size)


def _violation(document: Document, key: str, message: str) -> Violation:
    location = (VARIABLE, MAILBOX.key, key)
    return Violation(".".join(location), document.line(location), message)
