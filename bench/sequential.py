"""``python -m bench.sequential``: boxes made one after the other by plain pypsrp; prints what it took as JSON."""

from __future__ import annotations

import argparse
import json
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import TaggedValue
from pypsrp.wsman import WSMan

from bench.endpoint import Endpoint
from bench.process import run_module

Creation = list[tuple[str, dict[str, Any]]]


def sequential(endpoint: Endpoint, creations: list[Creation], log: Path) -> dict[str, float]:
    """Seconds of ``opening`` the one session, and of all ``boxes``, in a process of its own."""
    file = log.with_suffix(".json")
    file.write_text(json.dumps(creations))
    return run_module(
        "bench.sequential", log, "--uri", endpoint.uri, "--ca-file", str(endpoint.ca_file),
        "--password-file", str(endpoint.password_file("migration")), "--creations", str(file),
    )  # fmt: skip


def open_pool(uri: str, ca_file: str, username: str, password_file: str) -> Any:
    """An open runspace pool of plain pypsrp."""
    parts = urlsplit(uri)
    options: dict[str, Any] = {"cert_validation": ca_file, "negotiate_service": "HTTP"}
    wsman = WSMan(
        str(parts.hostname), port=parts.port or 443, path=parts.path.strip("/"), ssl=True, auth="negotiate",
        username=username, password=Path(password_file).read_text().strip(), **options,
    )  # fmt: skip
    pool = RunspacePool(wsman, configuration_name="Microsoft.Exchange")
    pool.open()
    return pool


def main() -> None:
    """Create the boxes and tell what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.sequential", description=__doc__)
    for name in ("--uri", "--ca-file", "--password-file", "--creations"):
        parser.add_argument(name, required=True)
    said = parser.parse_args()
    creations: list[Creation] = json.loads(Path(said.creations).read_text())
    began = time.monotonic()
    pool = open_pool(said.uri, said.ca_file, "migration@lab.example", said.password_file)
    pool.exchange_keys()
    opened = time.monotonic()
    for creation in creations:
        for cmdlet, parameters in creation:
            _run(pool, cmdlet, parameters)
    ended = time.monotonic()
    pool.close()
    print(json.dumps({"opening": opened - began, "boxes": ended - opened}))


def _run(pool: Any, cmdlet: str, parameters: dict[str, Any]) -> None:
    if cmdlet == "New-Mailbox":
        parameters = parameters | {"Password": TaggedValue("SS", secrets.token_urlsafe(24) + "aA1-")}
    shell = PowerShell(pool).add_cmdlet(cmdlet).add_parameters(parameters)
    shell.invoke()
    if shell.streams.error:
        raise SystemExit(f"{cmdlet}: {shell.streams.error[0]}")


if __name__ == "__main__":
    main()
