"""The campaign in force: its file, its plan, and the boxes it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bma.campaign import Campaign, Lock, read_campaign, read_lock
from bma.campaign.service import DEFAULT_CAMPAIGN, FOLDER, campaign_names
from bma.errors import DocumentError
from bma.mail import Addressee, Plan
from bma.referential import Box, find_inventory, read_referential, read_settings
from bma.referential.settings import DEFAULT_WAVES, Settings


@dataclass(frozen=True)
class Site:
    """``boxes``: every box there is, by name. ``waves``: box → its wave. ``folder``: that of the inventory file."""

    folder: Path
    domain: str
    campaign: Campaign
    lock: Lock
    boxes: Mapping[str, Box]

    @property
    def days(self) -> dict[str, date]:
        """Box → the day of its cut-over, for the boxes of the plan."""
        return self.lock.days

    @property
    def waves(self) -> dict[str, str]:
        """Box → its wave."""
        return {box: wave.name for wave in self.lock.waves for box in wave.boxes}

    @property
    def expected(self) -> list[str]:
        """The boxes of the plan that there are; all there are while there is no plan."""
        planned = self.days
        return [name for name in self.boxes if name in planned] if planned else list(self.boxes)

    def plan(self) -> Plan:
        """The plan as mails want it."""
        return Plan(self.days, self.lock.promises)

    def addressee(self, name: str, rescue: str | None) -> Addressee:
        """A box as mails want it."""
        box = self.boxes[name]
        return Addressee(name, box.address, box.unit.title, box.unit.kind, self.waves.get(name, ""), rescue)


def read_site(sources: Sequence[Path], campaign: str | None, start: date | None, today: date) -> Site:
    """Read inventory, plan and campaign. ``campaign``: a file, or a name in ``campaigns/`` beside the inventory file;
    left out, that of the plan.

    Raises :class:`~bma.errors.DocumentError` with file and line for whatever is wrong with one of them.
    """
    settings = read_settings(find_inventory(tuple(sources)))
    lock = read_lock(settings.waves or settings.folder / DEFAULT_WAVES)
    path = _file(campaign or lock.campaign or DEFAULT_CAMPAIGN, settings)
    remembered = lock.start if path.stem == lock.campaign else None
    found = read_campaign(path, start, remembered)
    if lock.campaign is not None and found.name != lock.campaign:
        lock = Lock()
    boxes = read_referential(replace(settings, waves=None), today).boxes
    return Site(settings.folder, settings.domain, found, lock, boxes)


def _file(name: str, settings: Settings) -> Path:
    if "/" in name or name.endswith((".yml", ".yaml")):
        return Path(name)
    path = settings.folder / FOLDER / f"{name}.yml"
    if not path.exists():
        known = ", ".join(campaign_names(settings.folder / FOLDER)) or "none"
        raise DocumentError(f"there is no campaign {name}; known: {known}", where=str(settings.folder / FOLDER))
    return path
