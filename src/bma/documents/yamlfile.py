"""YAML that remembers where each of its values stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bma.errors import DocumentError

MAX_BYTES = 16 * 1024 * 1024
"""No file kept by hand is larger; a larger one is a mistake, and is refused before it is read."""

MAX_REPEATED = 10_000
"""How often collections may be repeated by alias: without a limit a file of ten lines fills all memory."""


@dataclass(frozen=True)
class Document:
    """One YAML file: ``value`` is plain Python (dict, list, str, int, float, bool, None)."""

    path: Path
    value: Any
    _lines: dict[tuple[str | int, ...], int]

    def line(self, location: Sequence[str | int] = ()) -> int:
        """1-based line of the value at ``location``, or of its nearest parent when it is not in the file."""
        place = tuple(location)
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def where(self, location: Sequence[str | int] = ()) -> str:
        """``file:line``, the form every editor and every operator understands."""
        return f"{self.path}:{self.line(location)}"


def load_yaml(path: Path) -> Document:
    """Read one YAML file, at most :data:`MAX_BYTES` long.

    Raises :class:`~bma.errors.DocumentError` for a file that is missing, not readable, too large, not UTF-8,
    not YAML, or that uses a key twice.
    """
    text = _read(path)
    try:
        plain = _Plain()
        value = plain.of(_parser().load(text), ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = " ".join(str(error.problem or error.context).split())
        raise DocumentError(f"not valid YAML: {problem}", where=where) from error
    except _NotTextError as error:
        raise DocumentError(str(error), where=f"{path}:{error.line}") from error
    except RecursionError as error:
        raise DocumentError(
            "not valid YAML: nested too deep, or a value that refers to itself", where=str(path)
        ) from error
    except (YAMLError, ValueError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DocumentError(f"not valid YAML: {reason}", where=str(path)) from error
    return Document(path, value, plain.lines)


def _parser() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.version = "1.2"
    yaml.allow_duplicate_keys = False
    return yaml


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MB", where=str(path))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DocumentError("there is no such file", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DocumentError("not UTF-8 text", where=str(path), hint="Save the file as UTF-8") from error
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path)) from error


class _NotTextError(ValueError):
    def __init__(self, line: int) -> None:
        super().__init__("a key that is no text: put it in quotes")
        self.line = line


class _Plain:
    """A tree without ruamel's types; ``lines`` gathers the line of each value on the way."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str | int, ...], int] = {(): 1}
        self._seen: set[int] = set()
        self._repeated = 0

    def of(self, node: Any, place: tuple[str | int, ...]) -> Any:
        if isinstance(node, CommentedMap | CommentedSeq):
            self._count(node)
        if isinstance(node, CommentedMap):
            self._require_text(node)
            return {str(key): self._at((*place, str(key)), _line(node, key), value) for key, value in node.items()}
        if isinstance(node, CommentedSeq):
            return [self._at((*place, index), node.lc.item(index)[0], value) for index, value in enumerate(node)]
        return _scalar(node)

    @staticmethod
    def _require_text(node: CommentedMap) -> None:
        """``01:`` is the number 1 to YAML: a name that looks like a number is refused, not renamed."""
        for key in node:
            if not isinstance(key, str):
                raise _NotTextError(_line(node, key) + 1)

    def _count(self, node: Any) -> None:
        self._repeated += id(node) in self._seen
        self._seen.add(id(node))
        if self._repeated > MAX_REPEATED:
            raise ValueError(f"aliases repeat collections more than {MAX_REPEATED} times")

    def _at(self, place: tuple[str | int, ...], line: int, node: Any) -> Any:
        self.lines[place] = line + 1
        return self.of(node, place)


def _line(node: CommentedMap, key: Any) -> int:
    """0-based line of a key; of the mapping itself for a key that was merged in from elsewhere."""
    try:
        return int(node.lc.key(key)[0])
    except (KeyError, TypeError):
        return int(node.lc.line)


def _scalar(node: Any) -> Any:
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node if node is None else str(node)
