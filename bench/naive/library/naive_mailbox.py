#!/usr/bin/python
"""A mailbox made by an ordinary module: it opens a session, runs three cmdlets, and closes it. For comparison only."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import TaggedValue
from pypsrp.wsman import WSMan


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **{name: {"type": "str", "required": True} for name in ("uri", "ca_file", "username")},
            **{name: {"type": "str", "required": True} for name in ("name", "address", "display_name")},
            "password": {"type": "str", "required": True, "no_log": True},
            "mailbox": {"type": "dict", "required": True},
            "regional": {"type": "dict", "required": True},
        }
    )
    try:
        create(module.params)
    except Exception as error:
        module.fail_json(msg=f"{type(error).__name__}: {error}")
    module.exit_json(changed=True)


def create(said: dict[str, Any]) -> None:
    parts = urlsplit(said["uri"])
    wsman = WSMan(
        parts.hostname, port=parts.port, path=parts.path.strip("/"), ssl=True, auth="negotiate",
        username=said["username"], password=said["password"], cert_validation=said["ca_file"],
        negotiate_service="HTTP",
    )  # fmt: skip
    with wsman, RunspacePool(wsman, configuration_name="Microsoft.Exchange") as pool:
        pool.exchange_keys()
        new = {
            "Name": said["name"],
            "Alias": said["name"],
            "UserPrincipalName": said["address"],
            "PrimarySmtpAddress": said["address"],
            "DisplayName": said["display_name"],
            "Password": TaggedValue("SS", secrets.token_urlsafe(24) + "aA1-"),
        }
        run(pool, "New-Mailbox", new)
        run(pool, "Set-Mailbox", {"Identity": said["address"], **said["mailbox"]})
        run(pool, "Set-MailboxRegionalConfiguration", {"Identity": said["address"], **said["regional"]})


def run(pool: Any, cmdlet: str, parameters: dict[str, Any]) -> None:
    shell = PowerShell(pool).add_cmdlet(cmdlet).add_parameters(parameters)
    shell.invoke()
    if shell.streams.error:
        raise RuntimeError(f"{cmdlet}: {shell.streams.error[0]}")


if __name__ == "__main__":
    main()
