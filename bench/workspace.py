"""A throw-away inventory: the boxes of one referential, the shipped policy, and a lab beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.process import ROOT
from bma.policy import BoxFacts, load_policy
from bma.referential import Box, Settings, read_referential
from bma.resources.box import AUTOMATIC_REPLIES, CLIENT_ACCESS, MAILBOX, REGIONAL
from bma.resources.desired import DesiredBox, desired_box
from bma.resources.plan import plan
from bma.resources.resource import Resource
from lab.referential import generate

REAL = ROOT.parent / "shared" / "data" / "fase" / "signaletique-fase-2023-10.csv"
REAL_BOXES = 4064
SESSIONS = 8


@dataclass(frozen=True)
class Workspace:
    """``folder`` holds everything; ``boxes`` are the hosts of ``inventory`` in its order."""

    folder: Path
    referential: Path
    boxes: tuple[Box, ...]

    @property
    def inventory(self) -> Path:
        """What ``ansible-playbook -i`` takes."""
        return self.folder / "inventory" / "fase.yml"

    @property
    def lab(self) -> Path:
        """Where the shipped variables look for the lab's passwords and its CA."""
        return self.folder / ".lab"

    def log(self, name: str) -> Path:
        """A file for what a process prints."""
        return self.folder / f"{name}.log"

    def point_to(self, uri: str) -> None:
        """Make the inventory's ``exchange_uri`` that of the lab; ports differ each time."""
        said = f"exchange_uri: {uri}\nexchange_sessions: {SESSIONS}\n"
        (self.inventory.parent / "group_vars" / "all" / "zz_bench.yml").write_text(said)

    def desired(self) -> Iterator[tuple[Box, DesiredBox]]:
        """Every box with what the policy wants of it."""
        policy = load_policy(self.inventory.parent / "group_vars" / "all" / "policy.yml")
        for box in self.boxes:
            facts = BoxFacts(box.address, box.unit.title, box.aliases, wave=box.wave or "")
            yield box, desired_box(box.address, policy.settings(facts))

    def conform(self) -> list[dict[str, Any]]:
        """All boxes as the lab seeds them when they already are what the policy says."""
        return [_seeded(box, desired) for box, desired in self.desired()]

    def opened(self) -> list[dict[str, Any]]:
        """What makes the inside of all boxes what the policy says, as the lab plants it."""
        return [
            {
                "box": box.name,
                "opened": {"language": str(desired.wanted(REGIONAL)["language"])},
                "auto_reply": _wires(AUTOMATIC_REPLIES, desired),
            }
            for box, desired in self.desired()
        ]

    def creations(self, count: int) -> list[list[tuple[str, dict[str, Any]]]]:
        """For each of the first ``count`` boxes, the cmdlets that create it, with their parameters but no password."""
        wanted = [desired for _, desired in self.desired()][:count]
        return [
            [(command.cmdlet, _without_secrets(command.parameters)) for command in plan(box, None).commands]
            for box in wanted
        ]


def workspace(folder: Path, boxes: int) -> Workspace:
    """A workspace in ``folder`` with about ``boxes`` boxes: the real list when that many are in it, else a made one."""
    settings = folder / "inventory"
    shutil.copytree(ROOT / "inventory" / "group_vars", settings / "group_vars")
    referential = REAL if boxes == REAL_BOXES and REAL.exists() else settings / "fase.csv"
    if referential != REAL:
        referential.write_bytes(generate(boxes, seed=2024))
    (settings / "fase.yml").write_text(f"plugin: fase\nreferential: {referential}\n")
    read = read_referential(Settings(referential=(referential,), folder=settings), date.today())
    return Workspace(folder, referential, tuple(read.boxes.values()))


def _without_secrets(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "Password"}


def _wires(resource: Resource, desired: DesiredBox) -> dict[str, Any]:
    return {resource[key].wire: value for key, value in desired.wanted(resource).items() if value is not None}


def _seeded(box: Box, desired: DesiredBox) -> dict[str, Any]:
    regional = {**_wires(REGIONAL, desired)}
    # Exchange works it out from the names that the folders have.
    regional.pop(REGIONAL["localized_folders"].wire)
    attributes = _wires(MAILBOX, desired)
    # The lab keeps the primary address and the aliases in one list.
    del attributes["PrimarySmtpAddress"]
    attributes["EmailAddresses"] = [f"SMTP:{box.address}", *(f"smtp:{alias}" for alias in box.aliases)]
    return attributes | {
        "name": box.name,
        "address": box.address,
        "display_name": attributes["DisplayName"],
        "Regional": regional,
        "Cas": _wires(CLIENT_ACCESS, desired),
        "Languages": [regional["Language"]],
    }
