"""Where the relay goes wrong: an ordered list of rules, kept in a file so that it can be changed while it runs."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

STAGES = {
    "connect": "before the greeting",
    "ehlo": "at EHLO",
    "mail": "at MAIL FROM",
    "rcpt": "at RCPT TO",
    "data": "at DATA, before its content",
    "content": "all of the content is there, nothing is kept yet",
    "stored": "the mail is kept, the answer is not given yet",
    "answered": "after the answer to a mail",
    "in": "`bytes` bytes of a connection have been read; the rest of it is not",
    "out": "`bytes` bytes have been written to a connection; nothing more is",
}
DEEDS = {
    "drop": "the line breaks",
    "reply": "`code` and `text` are answered instead",
    "delay": "nothing happens for `ms` milliseconds",
}


RULES = "rules.json"
"""Name of the file, in the folder of the relay."""


class RuleError(ValueError):
    """A rule that means nothing."""


@dataclass
class Rule:
    """One rule. ``match``: a pattern that the recipient must fit, at ``rcpt`` and after it. ``skip``: how often it is
    passed by first; ``times``: how often it is used then, 0 for ever; ``each``: counted for every recipient apart."""

    at: str
    do: str = "drop"
    code: int = 451
    text: str = "try again later"
    ms: int = 0
    bytes: int = 0
    match: str = "*"
    skip: int = 0
    times: int = 1
    each: bool = False

    def __post_init__(self) -> None:
        if self.at not in STAGES:
            raise RuleError(f"at: {self.at!r} is not one of {', '.join(STAGES)}")
        if self.do not in DEEDS:
            raise RuleError(f"do: {self.do!r} is not one of {', '.join(DEEDS)}")
        if self.at in {"in", "out"} and self.do != "drop":
            raise RuleError(f"at {self.at}: only drop")
        if not 200 <= self.code <= 599:
            raise RuleError(f"code: {self.code} is no reply code")


def rule_of(said: Mapping[str, Any]) -> Rule:
    """A rule out of JSON; RuleError for a key or value that there is not."""
    types = {field.name: field.type for field in fields(Rule)}
    for key, value in said.items():
        if key not in types:
            raise RuleError(f"{key!r} is not one of {', '.join(types)}")
        if type(value).__name__ != types[key]:
            raise RuleError(f"{key}: {value!r} is not of type {types[key]}")
    if "at" not in said:
        raise RuleError("at: missing")
    return Rule(**said)


class Rules:
    """The rules in force. Whoever writes the file anew starts all counts anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._rules: list[Rule] = []
        self._used: dict[tuple[int, str], int] = {}

    def set(self, rules: Iterable[Rule]) -> None:
        """Replace all rules."""
        write_rules(self.path, rules)
        with self._lock:
            self._read()

    def fires(self, stage: str, recipient: str = "") -> Rule | None:
        """The first rule for this stage and recipient that is not used up; it counts as used once."""
        with self._lock:
            self._read()
            for number, rule in enumerate(self._rules):
                if rule.at != stage or not fnmatch(recipient.casefold(), rule.match.casefold()):
                    continue
                key = number, recipient.casefold() if rule.each else ""
                used = self._used[key] = self._used.get(key, 0) + 1
                if used > rule.skip and (not rule.times or used <= rule.skip + rule.times):
                    return rule
        return None

    def limit(self, stage: str) -> Rule | None:
        """The rule ``in`` or ``out`` for a connection that begins."""
        return self.fires(stage)

    def _read(self) -> None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._seen, self._rules = None, []
            return
        seen = found.st_mtime_ns, found.st_ino
        if seen != self._seen:
            self._seen, self._rules, self._used = seen, read_rules(self.path), {}


def read_rules(path: Path) -> list[Rule]:
    """The rules of a file; none when there is no file."""
    if not path.exists():
        return []
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RuleError(f"{path}: {error}") from None
    if not isinstance(said, list) or not all(isinstance(item, dict) for item in said):
        raise RuleError(f"{path}: a JSON list of objects is needed")
    return [rule_of(item) for item in said]


def write_rules(path: Path, rules: Iterable[Rule]) -> None:
    """Replace the rules of a file, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_text(json.dumps([asdict(rule) for rule in rules], indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
