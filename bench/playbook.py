"""``ansible-playbook`` run and timed, and its recap read: a run that did something else has no time worth telling."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from bench.process import ROOT, BenchError, Cost, run
from bench.workspace import Workspace

WAVE = ROOT / "playbooks" / "wave.yml"
FLOOR = ROOT / "bench" / "floor" / "floor.yml"
NAIVE = ROOT / "bench" / "naive" / "naive.yml"

_RECAP = re.compile(r"^\S+\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


def play(playbook: Path, workspace: Workspace, *arguments: str, expect: dict[str, int]) -> Cost:
    """Run ``playbook`` with the shipped ansible.cfg on the workspace's inventory.

    ``expect`` maps ``unchanged``, ``changed`` or ``failed`` to how many boxes the recap must tell so. Raises
    :class:`~bench.process.BenchError` when it tells others.
    """
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(workspace.inventory), str(playbook)]
    environment = {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_RETRY_FILES_SAVE_PATH": str(workspace.folder),
        "ANSIBLE_LOCAL_TEMP": str(workspace.folder / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
    }
    cost = run([*command, *arguments], workspace.log(playbook.stem), environment)
    counted = recap(cost.output)
    if counted != expect:
        raise BenchError(f"{playbook.name}: {counted} instead of {expect}:\n{cost.output[-2000:]}")
    return cost


def recap(output: str) -> dict[str, int]:
    """How many boxes the play recap tells unchanged, changed and failed; those with none are left out."""
    counted: Counter[str] = Counter()
    for _, changed, unreachable, failed in _RECAP.findall(output):
        counted["failed" if int(unreachable) or int(failed) else "changed" if int(changed) else "unchanged"] += 1
    return dict(counted)
