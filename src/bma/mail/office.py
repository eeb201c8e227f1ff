"""From files and variables to a :class:`~bma.mail.post.Post`: everything that a playbook's task must know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bma.campaign import Campaign, read_campaign, read_lock
from bma.errors import DocumentError
from bma.mail.facts import Addressee
from bma.mail.faults import MailError
from bma.mail.known import Plan
from bma.mail.moment import Clock, clock
from bma.mail.post import Post
from bma.mail.secret import NoSecrets, Secrets
from bma.mail.settings import Settings, settings
from bma.mail.templates import Templates
from bma.mail.writing import Writer
from bma.referential import find_inventory, read_referential, read_settings
from bma.referential.settings import DEFAULT_WAVES
from bma.referential.settings import Settings as Inventory
from bma.store import Ledger

SETTINGS = ("relays", "links", "texts", "attachments", "timezone")
"""What is said of mails, each in the variable ``mail_<name>``."""

LEDGER, TEMPLATES, PASSWORDS = "bma_ledger", "mail_templates", "mail_passwords"
FOLDER = "campaigns"

Variable = Callable[[str], Any]
"""Gives the value of a variable of the playbook, or None."""


@dataclass(frozen=True)
class Office:
    """What mails of one campaign are made with. ``inventory`` and ``waves`` say where the boxes are."""

    campaign: Campaign
    writer: Writer
    inventory: Inventory
    waves: Path
    variable: Variable

    @property
    def settings(self) -> Settings:
        return self.writer.settings

    @property
    def ledger(self) -> str:
        """Path or URL of the ledger; :class:`~bma.mail.faults.MailError` when none is named."""
        said = self.variable(LEDGER)
        if not said:
            raise MailError(f"{LEDGER} is not set: say the path or the URL of the ledger")
        return str(said)

    def clock(self, today: str | None) -> Clock:
        """The clock of the campaign; ``today`` makes it stand still."""
        return clock(today, self.settings.zone)

    def boxes(self, names: Collection[str] | None, today: date) -> dict[str, Addressee]:
        """The boxes of the inventory, all of them unless some are named."""
        referential = read_referential(self.inventory, today)
        found = {
            name: Addressee(name, box.address, box.unit.title, box.unit.kind, box.wave or "")
            for name, box in sorted(referential.boxes.items())
            if names is None or name in names
        }
        unknown = sorted(set(names or ()) - found.keys())
        if unknown:
            raise MailError(f"the inventory has no box {', '.join(unknown[:8])}")
        return found

    def plan(self) -> Plan:
        """Who moves when, as the wave file says."""
        lock = read_lock(self.waves)
        return Plan(lock.days, lock.promises)

    def post(self, ledger: Ledger, plan: Plan, boxes: Mapping[str, Addressee], today: str | None) -> Post:
        """What sends the mails; the passwords of relays are looked up when they are needed, and not before."""

        def password(sender: str) -> str | None:
            found = (self.variable(PASSWORDS) or {}).get(sender)
            return None if found is None else str(found)

        return Post(ledger, self.writer, plan, boxes, self.clock(today), password)


def office(
    sources: Collection[str],
    variable: Variable,
    *,
    campaign: str | None = None,
    start: date | None = None,
    secrets: Secrets | None = None,
) -> Office:
    """Read inventory settings, campaign and variables.

    The campaign is that of the waves in force, moved as they were, unless another is named. Raises
    :class:`~bma.errors.BmaError` telling what is wrong with any of it.
    """
    inventory = read_settings(find_inventory([Path(source) for source in sources]))
    waves = inventory.waves or inventory.folder / DEFAULT_WAVES
    named, moved = head_of(waves)
    name = campaign or named
    if name is None:
        raise MailError(f"{waves} names no campaign", hint="Plan the waves first: playbooks/plan.yml")
    path = _file(name, inventory.folder / FOLDER)
    same = path.stem == named
    read = read_campaign(path, start, moved if same else None)
    said = settings({key: variable(f"mail_{key}") for key in SETTINGS})
    folder = variable(TEMPLATES) or inventory.folder / FOLDER / "templates"
    return Office(read, Writer(read, said, Templates(Path(folder)), secrets or NoSecrets()), inventory, waves, variable)


def head_of(waves: Path) -> tuple[str | None, date | None]:
    """The campaign of a wave file and the day it was moved to, without reading its thousands of boxes."""
    try:
        head = waves.read_text(encoding="utf-8").partition("\nwaves:")[0]
        said = YAML(typ="safe", pure=True).load(head) or {}
    except FileNotFoundError:
        return None, None
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise DocumentError(f"cannot be read: {str(error).splitlines()[0]}", where=str(waves)) from error
    if not isinstance(said, dict):
        return None, None
    start = said.get("start")
    return said.get("campaign"), start if isinstance(start, date) else None


def _file(name: str, folder: Path) -> Path:
    if "/" in name or name.endswith((".yml", ".yaml")):
        return Path(name)
    path = folder / f"{name}.yml"
    if not path.exists():
        known = ", ".join(sorted(other.stem for other in folder.glob("*.yml"))) or "none"
        raise DocumentError(f"there is no campaign {name}; known: {known}", where=str(folder))
    return path
