"""From the ``exchange_…`` variables of a playbook to its keeper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bma.exchange.keeper.client import Keeper

OPTIONS = ("uri", "auth", "username", "ca_file", "certificate_file", "certificate_key_file", "sessions")
"""The options of a connection, each read from the variable ``exchange_<option>``; the password is apart."""

AUDIT_OPTIONS = ("auth", "username", "certificate_file", "certificate_key_file")
"""What ``exchange_audit_<option>`` may say differently for the account that only looks."""


def keeper_for(variable: Callable[[str], Any], *, owner: int, read_only: bool) -> Keeper:
    """The keeper for the playbook run of process ``owner``.

    ``variable`` gives the value of a playbook variable, or ``None``. A read-only keeper uses the audit account
    where the site has declared one (``exchange_audit_username`` or ``exchange_audit_auth``). The password is
    looked up only by the task that starts the keeper: a lookup into a vault runs once a run, not once a box.
    """
    audit = read_only and bool(variable("exchange_audit_username") or variable("exchange_audit_auth"))
    options = {name: variable(f"exchange_{name}") for name in OPTIONS}
    if audit:
        options.update({name: variable(f"exchange_audit_{name}") or options[name] for name in AUDIT_OPTIONS})
    password = "exchange_audit_password" if audit else "exchange_password"
    said = {name: value for name, value in options.items() if value is not None}
    return Keeper(said, lambda: variable(password), owner=owner, read_only=read_only)
