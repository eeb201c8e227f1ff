"""How somebody has a site examined by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bma.errors import BmaError, printable
from bma.exchange.keeper.variables import ACCOUNT_OPTIONS, SITE_OPTIONS

MIGRATION, AUDIT = "exchange_", "exchange_audit_"
"""How the variables of the two accounts begin."""


def wanted(variable: Callable[[str], Any], scope: Mapping[str, Any], *, audit: bool) -> dict[str, Any]:
    """What to examine, from playbook variables, each by its name, or ``None``.

    ``audit``: as the account that only looks; nothing of the other is looked up then.
    """
    declared = audit or variable(f"{AUDIT}username") or variable(f"{AUDIT}auth")
    second = _options(variable, AUDIT) if declared else None
    first = second if audit else _options(variable, MIGRATION)
    return {"options": first, "audit": second, "scope": dict(scope)}


def _options(variable: Callable[[str], Any], account: str) -> dict[str, Any]:
    said = {name: variable(f"exchange_{name}") for name in SITE_OPTIONS}
    said |= {name: variable(f"{account}{name}") for name in ACCOUNT_OPTIONS}
    said["auth"] = said["auth"] or variable("exchange_auth")
    return {name: value for name, value in said.items() if value is not None} | {"account": account}


def examined(site: Mapping[str, Any], tell: Callable[[str], None] = lambda _text: None) -> dict[str, Any]:
    """The report on the site that ``site`` describes, as :mod:`bma.doctor.__main__` takes it.

    ``tell`` hears what is looked at. Raises :class:`~bma.errors.BmaError` for a connection that cannot be right, and
    when the process dies.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bma.doctor"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdin.write(json.dumps(dict(site)) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            message = json.loads(line)
            if "report" in message:
                return dict(message["report"])
            if "fault" in message:
                raise BmaError(message["fault"])
            tell(printable(str(message["tell"])))
        reason = process.stderr.read().strip().rpartition("\n")[2]
        raise BmaError(f"the examination ended before it had a report ({printable(reason) or 'without a word'})")
