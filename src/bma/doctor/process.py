"""How somebody has a site examined by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bma.errors import BmaError, printable


def examined(wanted: Mapping[str, Any], tell: Callable[[str], None] = lambda _text: None) -> dict[str, Any]:
    """The report on the site that ``wanted`` describes, as :mod:`bma.doctor.__main__` takes it.

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
        process.stdin.write(json.dumps(dict(wanted)) + "\n")
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
