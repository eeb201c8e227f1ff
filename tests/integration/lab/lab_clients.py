"""Clients for the tests of the endpoint: plain pypsrp, nothing of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from lab import ExchangeLab


@dataclass
class Answer:
    """What one pipeline gave back."""

    output: list[Any]
    errors: list[Any]
    warnings: list[str]
    failed: bool
    shell: PowerShell = field(repr=False)

    @property
    def first(self) -> dict[str, Any]:
        """The properties of the first object."""
        return self.output[0].adapted_properties or self.output[0].extended_properties


def finish(shell: PowerShell) -> Answer:
    """Invoke and collect."""
    shell.invoke()
    return Answer(
        shell.output, shell.streams.error, [w.message for w in shell.streams.warning], shell.had_errors, shell
    )


def call(pool: RunspacePool, cmdlet: str, **parameters: Any) -> Answer:
    """Run one cmdlet."""
    return finish(PowerShell(pool).add_cmdlet(cmdlet).add_parameters(parameters))


def client(lab: ExchangeLab, how: str = "basic", user: str = "migration@lab.example", **options: Any) -> WSMan:
    """A WSMan client: how = basic or negotiate (HTTPS), sealed or ntlm (HTTP)."""
    password = options.pop("password", None) or lab.account(user).password()
    tls = how in {"basic", "negotiate"}
    return WSMan(
        "localhost",
        port=lab.https_port if tls else lab.http_port,
        username=user,
        password=password,
        ssl=tls,
        path=options.pop("path", "PowerShell"),
        auth={"sealed": "negotiate"}.get(how, how),
        encryption="auto" if tls else "always",
        cert_validation=str(lab.ca_file) if tls else True,
        **options,
    )


@contextmanager
def session(
    lab: ExchangeLab, how: str = "basic", user: str = "migration@lab.example", **options: Any
) -> Iterator[RunspacePool]:
    """An open pool; a shell that is gone when it closes does not matter."""
    with client(lab, how, user, **options) as wsman:
        pool = RunspacePool(wsman, configuration_name="Microsoft.Exchange")
        pool.open()
        try:
            yield pool
        finally:
            with suppress(Exception):  # whatever the test broke
                pool.close()
