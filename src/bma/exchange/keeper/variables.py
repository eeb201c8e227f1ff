"""From the ``exchange_…`` variables of a playbook to its keeper."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from bma.exchange.keeper.client import Keeper
from bma.exchange.keeper.protocol import KeeperError

_LOADED_IN = os.getpid()
"""The process that has loaded this module: that of the playbook, whose workers inherit it, or a worker."""

SITE_OPTIONS = ("uri", "ca_file", "sessions", "kerberos_service", "kerberos_host")
"""What is said of the endpoint, each in the variable ``exchange_<option>``."""

ACCOUNT_OPTIONS = ("auth", "username", "password", "certificate_file", "certificate_key_file", "keytab_file")
"""What is said of the account, in ``exchange_<option>``, or ``exchange_audit_<option>`` for the one that only looks."""


def playbook_process() -> int:
    """The process of the playbook run, for the worker that asks: its parent.

    Raises :class:`~bma.exchange.keeper.protocol.KeeperError` in a worker that has outlived its playbook: a keeper
    that it starts would never end.
    """
    parent = os.getppid()
    if _LOADED_IN not in (parent, os.getpid()):
        raise KeeperError("the playbook has ended")
    return parent


def keeper_for(variable: Callable[[str], Any], *, read_only: bool) -> Keeper:
    """The keeper of the playbook run that this worker belongs to.

    ``variable`` gives the value of a playbook variable, or ``None``. A read-only keeper uses the audit account where
    the site has declared one (``exchange_audit_username`` or ``exchange_audit_auth``); nothing of the migration
    account is looked up then but its method of authentication. Only the endpoint and the account tell keepers apart;
    the rest, the password above all, is looked up by the one task that starts the keeper: a lookup into a vault runs
    once a run, not once a box.
    """
    audit = read_only and bool(variable("exchange_audit_username") or variable("exchange_audit_auth"))
    account = "exchange_audit_" if audit else "exchange_"

    def options() -> dict[str, Any]:
        said = {name: variable(f"exchange_{name}") for name in SITE_OPTIONS}
        said |= {name: variable(f"{account}{name}") for name in ACCOUNT_OPTIONS}
        said["auth"] = said["auth"] or variable("exchange_auth")
        return {name: value for name, value in said.items() if value is not None} | {"account": account}

    identity = (variable("exchange_uri"), variable(f"{account}username"), read_only)
    return Keeper(identity, options, owner=playbook_process(), read_only=read_only)
