"""``python -m bench.bulk_read``: the reading of a check, without Ansible; prints its seconds and CPU seconds as JSON.

The session is open before the clock starts: opening is not reading.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from bench.endpoint import Endpoint
from bench.process import run_module
from bench.workspace import SESSIONS
from bma.exchange.connection import connection
from bma.exchange.keeper.service import Service


def bulk_read(endpoint: Endpoint, addresses: Sequence[str], log: Path) -> dict[str, float]:
    """``seconds`` and ``cpu`` seconds of reading every section of these boxes, in a process of its own."""
    listed = log.with_suffix(".addresses")
    listed.write_text("\n".join(addresses))
    return run_module(
        "bench.bulk_read", log, "--uri", endpoint.uri, "--ca-file", str(endpoint.ca_file),
        "--password-file", str(endpoint.password_file("audit")), "--addresses", str(listed),
    )  # fmt: skip


def main() -> None:
    """Read as a check would, and tell what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk_read", description=__doc__)
    for name in ("--uri", "--ca-file", "--password-file", "--addresses"):
        parser.add_argument(name, required=True)
    said = parser.parse_args()
    options = {
        "uri": said.uri,
        "auth": "negotiate",
        "username": "audit@lab.example",
        "password": Path(said.password_file).read_text().strip(),
        "ca_file": said.ca_file,
    }
    addresses = Path(said.addresses).read_text().split()
    service = Service(connection({**options, "sessions": SESSIONS}, read_only=True))
    service.answer({"operation": "hello"})
    wall, cpu = time.monotonic(), time.process_time()
    boxes = service.answer({"operation": "read", "addresses": addresses})
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    service.pool.close()
    if not all(box["exists"] and not box["unknown"] for box in boxes):
        raise SystemExit("a box was not read whole")
    print(json.dumps({"seconds": wall, "cpu": cpu}))


if __name__ == "__main__":
    main()
