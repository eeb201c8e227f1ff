"""Files → plan → files: what the playbook asks for, with every path in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bma.campaign.asked import Asked
from bma.campaign.boxes import candidates_of
from bma.campaign.ics import ics
from bma.campaign.known import require_known, unknown_sizes
from bma.campaign.lock import Lock, lock_text, read_lock
from bma.campaign.page import page
from bma.campaign.plan import Plan
from bma.campaign.planning import plan
from bma.campaign.promises import Promises, promises_from
from bma.campaign.reading import read_campaign
from bma.campaign.sizes import read_sizes
from bma.campaign.table import table
from bma.errors import DocumentError
from bma.referential import find_inventory, read_referential, read_settings
from bma.referential.settings import DEFAULT_WAVES, Settings

DEFAULT_CAMPAIGN = "circular-2024-autumn"
FOLDER = "campaigns"


@dataclass(frozen=True)
class Request:
    """What an operator asks for. ``campaign``: a file, or a name in ``campaigns/`` beside the inventory file; left
    out, the campaign of the waves in force. ``start``: left out, the file's own, or that of the waves in force."""

    sources: tuple[Path, ...]
    campaign: str | None = None
    start: date | None = None
    sizes: Path | None = None
    promises: Path | None = None
    today: date | None = None
    force: bool = False
    afresh: bool = False


@dataclass(frozen=True)
class Planned:
    """A plan with the text of its file; ``before`` is the text in force, empty when there is no file yet."""

    plan: Plan
    path: Path
    before: str
    after: str

    def reports(self) -> dict[str, str]:
        """File name → content."""
        return {"waves.txt": table(self.plan), "calendar.html": page(self.plan), "calendar.ics": ics(self.plan)}


def make_plan(request: Request, promises: Callable[[str], Promises] | None = None) -> Planned:
    """Read everything, plan, and give the files that should be. Writes nothing.

    ``promises`` gives those of a campaign by its name, where the request names no file of them.

    Raises :class:`~bma.errors.BmaError` with all that is wrong.
    """
    settings = read_settings(find_inventory(request.sources))
    path = settings.waves or settings.folder / DEFAULT_WAVES
    lock = read_lock(path)
    file, start, remembered = _campaign(request, settings, lock)
    campaign = read_campaign(file, start, remembered)
    if campaign.name != file.stem:
        raise DocumentError(
            f"the campaign is called {campaign.name}, its file {file.stem}",
            where=str(file),
            hint="Give both the same name: the wave file remembers the campaign by it",
        )
    # Without the waves in force: a box that they name and that is gone is what a new plan is for.
    referential = read_referential(replace(settings, waves=None), request.today or campaign.first_day)
    require_known(campaign, referential)
    sizes = read_sizes(request.sizes, settings.domain) if request.sizes else {}
    boxes = candidates_of(referential, campaign, sizes)
    unknown = unknown_sizes(sizes, referential.boxes)
    if unknown:
        campaign = replace(campaign, warnings=(*campaign.warnings, unknown))
    mailed = promises if promises and not request.promises else lambda _campaign: promises_from(request.promises)
    told = mailed(campaign.name).announced()
    asked = Asked(lock, told, request.today, request.force, request.afresh)
    made = plan(campaign, boxes, asked)
    return Planned(made, path, path.read_text(encoding="utf-8") if path.exists() else "", lock_text(made))


def _campaign(request: Request, settings: Settings, lock: Lock) -> tuple[Path, date | None, date | None]:
    """The file, the day it is moved to, and the day it was moved to last time."""
    name = request.campaign or lock.campaign or DEFAULT_CAMPAIGN
    path = _file(name, settings.folder / FOLDER)
    remembered = lock.start if path.stem == lock.campaign else None
    return path, request.start, remembered


def _file(name: str, folder: Path) -> Path:
    if "/" in name or name.endswith((".yml", ".yaml")):
        return Path(name)
    path = folder / f"{name}.yml"
    if not path.exists():
        known = ", ".join(campaign_names(folder)) or "none"
        raise DocumentError(f"there is no campaign {name}; known: {known}", where=str(folder))
    return path


def campaign_names(folder: Path) -> Iterable[str]:
    """The campaigns of a folder, by name."""
    return sorted(path.stem for path in folder.glob("*.yml"))
