"""What the inventory file says: where the list is, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bma.referential.judged import load_judged

DEFAULT_DOMAIN = "adm.cfwb.be"
DEFAULT_WAVES = "waves.lock.yml"
DEFAULT_MAX_BAD_ROWS = 0.05


@dataclass(frozen=True)
class Settings:
    """The files of a referential and how they are read. ``waves`` is None when there is no wave file."""

    referential: tuple[Path, ...]
    supplement: tuple[Path, ...] = ()
    exclude: tuple[Path, ...] = ()
    waves: Path | None = None
    domain: str = DEFAULT_DOMAIN
    max_bad_rows: float = DEFAULT_MAX_BAD_ROWS
    strict: bool = False

    def of_list(self, paths: tuple[Path, ...]) -> Settings:
        """The same settings for another edition of the list; waves are left out, they name today's boxes."""
        return replace(self, referential=paths, waves=None, strict=False)


def read_settings(path: Path) -> Settings:
    """The settings of an inventory file (``plugin: fase``), its paths taken relative to it.

    Raises :class:`~bma.errors.DocumentError` telling every key that is unknown, missing or wrong.
    """
    document = load_judged(path, "inventory")
    said: dict[str, Any] = document.value
    folder = path.parent
    return Settings(
        referential=_paths(folder, said["referential"]),
        supplement=_paths(folder, said.get("supplement", ())),
        exclude=_paths(folder, said.get("exclude", ())),
        waves=_waves(folder, said.get("waves")),
        domain=said.get("domain", DEFAULT_DOMAIN),
        max_bad_rows=said.get("max_bad_rows", DEFAULT_MAX_BAD_ROWS),
        strict=said.get("strict", False),
    )


def _paths(folder: Path, said: str | list[str] | tuple[()]) -> tuple[Path, ...]:
    names = [said] if isinstance(said, str) else said
    return tuple(folder / Path(name).expanduser() for name in names)


def _waves(folder: Path, said: str | None) -> Path | None:
    """A wave file that is named must exist; the default one may not have been planned yet."""
    if said is not None:
        return folder / Path(said).expanduser()
    default = folder / DEFAULT_WAVES
    return default if default.exists() else None
