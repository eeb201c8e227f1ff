"""The process that examines a site: what to look at comes from standard input, the report goes to standard output.

Lines of JSON. In: one object with ``options`` and ``audit`` (as :func:`bma.exchange.connection.connection` takes
them, passwords included, so neither arguments nor environment have them) and ``scope`` (as
:func:`bma.doctor.scope.scope_from`). Out: ``{"tell": text}`` for each theme, then ``{"report": …}`` or
``{"fault": text}``. It ends when its standard input does: nobody waits for the report any more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from typing import Any

from bma.doctor.examination import examine
from bma.doctor.report import report
from bma.doctor.scope import scope_from
from bma.doctor.site import Site
from bma.errors import BmaError
from bma.exchange.connection import connection


def main() -> None:
    """Examine what standard input says."""
    # Passwords are in this process's memory: no core file may take them to disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = json.loads(sys.stdin.readline())
    try:
        site = _site(wanted)
        _end_with_owner(site)
        _say(report=report(examine(site, tell=lambda text: _say(tell=text))))
    except BmaError as fault:
        _say(fault=str(fault))
    # Threads may still wait for a dead endpoint; nothing that they could bring is of use now.
    sys.stdout.flush()
    os._exit(0)


def _site(wanted: dict[str, Any]) -> Site:
    audit = wanted.get("audit")
    return Site(
        connection(wanted["options"], read_only=True),
        scope_from(wanted.get("scope") or {}),
        audit=connection(audit, read_only=True) if audit else None,
    )


def _end_with_owner(site: Site) -> None:
    def wait() -> None:
        sys.stdin.read()
        site.close()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
