"""What the relay has accepted: a file a mail, and a line with its envelope."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "smtp"
"""Where the relay keeps everything, in the directory of the lab."""


@dataclass(frozen=True)
class Accepted:
    """One mail. ``sender`` and ``recipients`` are the envelope's; options as they were said (``NOTIFY=FAILURE``)."""

    number: int
    sender: str
    recipients: list[str]
    mail_options: list[str]
    recipient_options: list[str]
    encrypted: bool
    login: str | None
    connection: int
    content: bytes = field(default=b"", repr=False)


class MailStore:
    """A folder: ``new/000001.eml`` and so on, and ``mails.jsonl``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "new").mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._number = len(read_mails(folder, contents=False))

    def keep(self, mail: Accepted) -> Accepted:
        """Keep a mail under the next number; it is on the disk when this returns."""
        with self._lock:
            self._number += 1
            kept = Accepted(**asdict(mail) | {"number": self._number})
            path = _file(self.folder, self._number)
            descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(mail.content)
            line = {key: value for key, value in asdict(kept).items() if key != "content"}
            with (self.folder / "mails.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            return kept

    def clear(self) -> None:
        """Forget all mails."""
        with self._lock:
            for path in (self.folder / "new").iterdir():
                path.unlink()
            (self.folder / "mails.jsonl").unlink(missing_ok=True)
            self._number = 0


def read_mails(folder: Path, *, contents: bool = True) -> list[Accepted]:
    """The mails of a folder in the order in which they came."""
    path = folder / "mails.jsonl"
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        content = _file(folder, said["number"]).read_bytes() if contents else b""
        found.append(Accepted(**said, content=content))
    return found


def _file(folder: Path, number: int) -> Path:
    return folder / "new" / f"{number:06d}.eml"


def relay_of(state_dir: Path) -> dict[str, Any] | None:
    """Where the relay of a lab listens; None when there is none."""
    try:
        found: dict[str, Any] = json.loads((state_dir / FOLDER / "endpoint.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
