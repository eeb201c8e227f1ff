"""Files are replaced whole, and only when their content changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_changed(files: Mapping[Path, str], *, dry: bool) -> bool:
    """Write the files whose content changes, unless ``dry``; whether any does.

    Each is written beside its place and then renamed: whoever reads sees the old file or the new one. A link is
    followed, so that it stays one. Raises OSError.
    """
    stale = {path: text.encode() for path, text in files.items() if _content(path) != text.encode()}
    if not dry:
        for path, content in stale.items():
            _replace(Path(os.path.realpath(path)), content)
    return bool(stale)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
