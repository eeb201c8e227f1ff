"""On what the figures were measured."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path


def describe() -> dict[str, str]:
    """The machine in words that say what may be compared with what, and nothing that names it."""
    return {
        "date": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _memory(),
        "load": f"{os.getloadavg()[0]:.1f} at the start",
        "python": platform.python_version(),
        "ansible-core": version("ansible-core"),
        "pypsrp": version("pypsrp"),
    }


def _memory() -> str:
    try:
        kibibytes = int(Path("/proc/meminfo").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return "unknown"
    return f"{kibibytes / 2**20:.0f} GiB"
