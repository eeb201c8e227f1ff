"""What the inventory file says: where the list is, and how it is read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bma.errors import DocumentError
from bma.referential.judged import load_judged

DEFAULT_DOMAIN = "adm.cfwb.be"
DEFAULT_WAVES = "waves.lock.yml"
DEFAULT_MAX_BAD_ROWS = 0.05

_HEAD_BYTES = 64 * 1024
_PLUGIN = re.compile(rb"(?m)^[\"']?plugin[\"']?\s*:\s*[\"']?fase[\"']?\s*(#.*)?$")


@dataclass(frozen=True)
class Settings:
    """The files of a referential and how they are read.

    ``folder`` holds the inventory file, and what the host variables call their source is relative to it;
    ``waves`` is None when there is no wave file.
    """

    referential: tuple[Path, ...]
    folder: Path = Path()
    supplement: tuple[Path, ...] = ()
    exclude: tuple[Path, ...] = ()
    waves: Path | None = None
    domain: str = DEFAULT_DOMAIN
    max_bad_rows: float = DEFAULT_MAX_BAD_ROWS
    strict: bool = False

    def of_list(self, paths: tuple[Path, ...]) -> Settings:
        """The same settings for another edition of the list; waves are left out, they name today's boxes."""
        return replace(self, referential=paths, waves=None, strict=False)


def is_inventory(path: Path) -> bool:
    """Whether ``path`` is a YAML file that says ``plugin: fase``; False for what cannot be read."""
    if path.suffix not in {".yml", ".yaml"}:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return _PLUGIN.search(head.removeprefix(codecs.BOM_UTF8)) is not None


def find_inventory(sources: Iterable[Path]) -> Path:
    """The one inventory file of the FASE list among ``sources``: files, or directories that hold some.

    Raises :class:`~bma.errors.DocumentError` when there is none, or more than one.
    """
    given = list(sources)
    found: list[Path] = []
    for source in given:
        found += [path for path in _inside(source) if is_inventory(path)]
    if len(found) == 1:
        return found[0]
    seen = ", ".join(map(str, found or given)) or "nothing"
    what = "several inventory files say" if found else "no inventory file says"
    raise DocumentError(f"{what} plugin: fase; looked at: {seen}", hint="Name the one to use with -i")


def _inside(source: Path) -> list[Path]:
    try:
        return sorted(path for path in source.iterdir() if path.is_file()) if source.is_dir() else [source]
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(source)) from error


def read_settings(path: Path) -> Settings:
    """The settings of an inventory file (``plugin: fase``), its paths taken relative to it.

    Raises :class:`~bma.errors.DocumentError` telling every key that is unknown, missing or wrong.
    """
    document = load_judged(path, "inventory")
    said: dict[str, Any] = document.value
    folder = path.parent
    return Settings(
        referential=_paths(folder, said["referential"]),
        folder=folder,
        supplement=_paths(folder, said.get("supplement", ())),
        exclude=_paths(folder, said.get("exclude", ())),
        waves=_waves(folder, said.get("waves")),
        domain=said.get("domain", DEFAULT_DOMAIN),
        max_bad_rows=said.get("max_bad_rows", DEFAULT_MAX_BAD_ROWS),
        strict=said.get("strict", False),
    )


def _paths(folder: Path, said: str | list[str] | tuple[()]) -> tuple[Path, ...]:
    names = [said] if isinstance(said, str) else said
    return tuple(_path(folder, name) for name in names)


def _path(folder: Path, name: str) -> Path:
    # ~ stands for the operator's own home; a home that is not there is told as a missing file.
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:
        return folder / name


def _waves(folder: Path, said: str | None) -> Path | None:
    """A wave file that is named must exist; the default one may not have been planned yet."""
    if said is not None:
        return _path(folder, said)
    default = folder / DEFAULT_WAVES
    return default if default.exists() else None
