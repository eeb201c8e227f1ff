"""Reports in files: a directory with a message a file, or a Maildir."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bma.dsn.faults import MailboxError
from bma.dsn.mime import LARGEST
from bma.dsn.source import Item

_AT_A_TIME = 20
_OTHERS_FOLDERS = ("new", "cur")


class Directory:
    """Messages in files, in the order of their names. Those that are done are moved to ``done_folder``, or left."""

    def __init__(self, path: Path, done_folder: str | None) -> None:
        self.name = str(path)
        self._path = path
        self._done = path / done_folder if done_folder else None

    def batches(self) -> Iterator[Sequence[Item]]:
        """The files, twenty at a time; raises :class:`~bma.dsn.faults.MailboxError` when there is no directory."""
        names = sorted(self._names())
        for start in range(0, len(names), _AT_A_TIME):
            read = (self._item(name) for name in names[start : start + _AT_A_TIME])
            yield [item for item in read if item is not None]

    def _names(self) -> Iterator[str]:
        maildir = all((self._path / part).is_dir() for part in _OTHERS_FOLDERS)
        for part in _OTHERS_FOLDERS if maildir else (".",):
            try:
                with os.scandir(self._path / part) as entries:
                    found = [entry.name for entry in entries if _is_message(entry)]
            except OSError as error:
                raise MailboxError(
                    f"the directory {self._path / part} cannot be read: {error.strerror}",
                    hint="Look at bounces_sources",
                ) from error
            yield from (name if part == "." else f"{part}/{name}" for name in found)

    def _item(self, name: str) -> Item | None:
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:  # noqa: PTH123 - Path.open follows links
                return Item(name, file.read(LARGEST + 1))
        except FileNotFoundError:
            return None
        except OSError as error:
            return Item(name, b"", f"it cannot be read: {error.strerror}")

    def done(self, items: Sequence[Item]) -> None:
        """Move the files to the folder of those that are done."""
        if self._done is None or not items:
            return
        try:
            self._done.mkdir(mode=0o700, exist_ok=True)
            for item in items:
                _put_away(self._path / item.name, self._done)
        except OSError as error:
            raise MailboxError(
                f"what has been read cannot be moved to {self._done}: {error.strerror}",
                hint="The ledger has it; give this user the right to write there, then run again",
            ) from error

    def close(self) -> None:
        """Nothing is held."""


def _is_message(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _put_away(path: Path, folder: Path) -> None:
    for number in range(1000):
        target = folder / (path.name if not number else f"{path.name}.{number}")
        try:
            # A link fails where the name is taken; renaming would replace what is there.
            os.link(path, target)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return
        path.unlink(missing_ok=True)
        return
