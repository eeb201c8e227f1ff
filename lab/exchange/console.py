"""The administrator's console: one line as typed in the Exchange Management Shell.

Understood: cmdlets with parameters, quotes, $true/$false/$null, numbers with KB/MB/GB/TB, lists, `@{Add=…}`,
`-Switch:$false`, `|`, `;`, and `(ConvertTo-SecureString 'x' -AsPlainText -Force)`. No variables, no scripts.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from lab.exchange.binding import TerminatingError
from lab.exchange.clixml import ErrorText
from lab.exchange.invoke import Invocation, Invoker, Session
from lab.exchange.model.sizes import UNITS
from lab.exchange.values import Secure

_TOKEN = re.compile(
    r"\s+|(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<open>@\{|\()|(?P<mark>[|;,=)}])"
    r"|(?P<parameter>-[A-Za-z]\w*:?)|(?P<word>[^\s|;,=(){}'\"]+)"
)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)([KMGT]B)?$", re.IGNORECASE)


class ConsoleError(ValueError):
    """The line cannot be read."""


@dataclass
class ConsoleResult:
    """What a line answered: objects as {property: text}, errors and warnings as text."""

    output: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    host: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The result for the control channel."""
        return {"output": self.output, "errors": self.errors, "warnings": self.warnings, "host": self.host}


class _Collector:
    def __init__(self, result: ConsoleResult) -> None:
        self._result = result

    def output(self, text: str) -> None:
        self._result.output.append(_read_object(text))

    def error(self, error: ErrorText) -> None:
        self._result.errors.append(error.message)

    def warning(self, text: str) -> None:
        self._result.warnings.append(text)

    def host_line(self, text: str) -> None:
        self._result.host.append(text)


def run_line(invoker: Invoker, session: Session, line: str) -> ConsoleResult:
    """Run a line; ConsoleError when it cannot be read. Errors of cmdlets are in the result."""
    result = ConsoleResult()
    for commands in parse(line):
        try:
            invoker.statement(session, commands, _Collector(result), threading.Event())
        except TerminatingError as failed:
            result.errors.append(failed.error.message)
    return result


def parse(line: str) -> list[list[Invocation]]:
    """Statements of commands."""
    tokens = _tokens(line)
    reader = _Reader(tokens)
    statements: list[list[Invocation]] = []
    while not reader.done:
        statements.append(reader.statement())
        if not reader.done:
            reader.expect(";")
    return statements


def _tokens(line: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(line):
        match = _TOKEN.match(line, at)
        if not match:
            raise ConsoleError(f"cannot read {line[at:]!r}")
        if match.lastgroup:
            tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def _peek(self) -> tuple[str, str]:
        return ("", "") if self.done else self._tokens[self._at]

    def _next(self) -> tuple[str, str]:
        if self.done:
            raise ConsoleError("the line ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def expect(self, mark: str) -> None:
        found = self._next()[1]
        if found != mark:
            raise ConsoleError(f"{mark!r} expected, not {found!r}")

    def statement(self) -> list[Invocation]:
        commands = [self._command()]
        while self._peek() == ("mark", "|"):
            self._next()
            commands.append(self._command())
        return commands

    def _command(self) -> Invocation:
        kind, name = self._next()
        if kind != "word":
            raise ConsoleError(f"a cmdlet expected, not {name!r}")
        arguments: list[tuple[str | None, Any]] = []
        while not self.done and self._peek() not in {("mark", "|"), ("mark", ";"), ("mark", ")")}:
            kind, text = self._peek()
            if kind == "parameter":
                self._next()
                arguments.append((text.strip("-:"), self._argument(text)))
            else:
                arguments.append((None, self._value()))
        return Invocation(name, tuple(arguments))

    def _argument(self, parameter: str) -> Any:
        kind, text = self._peek()
        if not parameter.endswith(":") and (kind in {"parameter", ""} or text in {"|", ";", ")"}):
            return True
        return self._value()

    def _value(self) -> Any:
        values = [self._one()]
        while self._peek() == ("mark", ","):
            self._next()
            values.append(self._one())
        return values[0] if len(values) == 1 else values

    def _one(self) -> Any:
        kind, text = self._next()
        if kind == "text":
            return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
        if text == "@{":
            return self._table()
        if text == "(":
            command = self._command()
            self.expect(")")
            return _secure(command)
        if kind == "parameter":
            return text
        if kind != "word":
            raise ConsoleError(f"a value expected, not {text!r}")
        return _word(text)

    def _table(self) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while self._peek() != ("mark", "}"):
            key = str(self._next()[1])
            self.expect("=")
            table[key] = self._value()
            if self._peek() == ("mark", ";"):
                self._next()
        self._next()
        return table


def _word(text: str) -> Any:
    bare: dict[str, Any] = {"$true": True, "$false": False, "$null": None}
    if text.lower() in bare:
        return bare[text.lower()]
    if text.startswith("$"):
        raise ConsoleError(f"no variables here: {text}")
    number = _NUMBER.match(text)
    if number and (number[2] or "." not in number[1]):
        return int(float(number[1]) * UNITS[(number[2] or "").upper()]) if number[2] else int(number[1])
    return text


def _secure(command: Invocation) -> Secure:
    text = next((v for n, v in command.arguments if n is None or n.lower() == "string"), None)
    if command.name.lower() != "convertto-securestring" or not isinstance(text, str):
        raise ConsoleError("only (ConvertTo-SecureString 'text' -AsPlainText -Force) may stand in parentheses")
    return Secure(text)


def _read_object(text: str) -> dict[str, Any]:
    root = ET.fromstring(text)
    section = root.find("Props") if root.find("Props") is not None else root.find("MS")
    if section is None:
        return {"": root.text or ""}
    return {str(item.get("N")): _read_value(item) for item in section}


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str | None) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text or "")


def _read_value(item: ET.Element) -> Any:
    if item.tag == "Nil":
        return None
    if item.tag == "B":
        return item.text == "true"
    if item.tag == "Obj":
        items = item.find("LST")
        return [_unescaped(one.findtext("ToString") or one.text) for one in items] if items is not None else None
    return int(item.text or 0) if item.tag in {"I32", "I64"} else _unescaped(item.text)
