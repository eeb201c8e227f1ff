"""``python -m bench.bulk_read``: the fleet's bulk reading, without Ansible; prints its seconds and CPU seconds as JSON.

The session is open before the clock starts: opening is not reading.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from bench.endpoint import Endpoint
from bench.process import run_module
from bma.exchange.connection import connection
from bma.exchange.fleet import BULK_FROM, Fleet
from bma.exchange.pool import SessionPool
from bma.resources.commands import Command


def bulk_read(endpoint: Endpoint, address: str, log: Path) -> dict[str, float]:
    """``seconds`` and ``cpu`` seconds of reading every box of the domain of ``address``, in a process of its own."""
    return run_module(
        "bench.bulk_read", log, "--uri", endpoint.uri, "--ca-file", str(endpoint.ca_file),
        "--password-file", str(endpoint.password_file("audit")), "--address", address,
    )  # fmt: skip


def main() -> None:
    """Read as a check would, and tell what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk_read", description=__doc__)
    for name in ("--uri", "--ca-file", "--password-file", "--address"):
        parser.add_argument(name, required=True)
    said = parser.parse_args()
    options = {
        "uri": said.uri,
        "auth": "negotiate",
        "username": "audit@lab.example",
        "password": Path(said.password_file).read_text().strip(),
        "ca_file": said.ca_file,
    }
    pool = SessionPool(connection(options, read_only=True))
    pool.run(Command("Get-ExchangeServer")).or_raise()
    wall, cpu = time.monotonic(), time.process_time()
    found = Fleet(pool).actual(said.address, scope=BULK_FROM)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    pool.close()
    if found is None:
        raise SystemExit(f"{said.address} was not read")
    print(json.dumps({"seconds": wall, "cpu": cpu}))


if __name__ == "__main__":
    main()
