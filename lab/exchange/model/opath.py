"""OPATH, the language of -Filter: `EmailAddresses -like 'smtp:ec0*' -and Office -ne $null`.

Grammar: -eq -ne -like -notlike -gt -ge -lt -le, -and -or -not, parentheses, values in single quotes with
doubled quotes inside, bare $true, $false, $null and numbers; `*` is the only wildcard, and one for -like only.
As documented: PrimarySmtpAddress also matches secondary addresses; a whole address may be given without
`smtp:`, but a pattern is held against the address with its prefix; sizes can only be told from Unlimited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container

Getter = Callable[[str], object]
"""A property of the object under test, by its lower-case name."""
Test = Callable[[Getter], bool]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<word>[^\s()'\"]+)|(?P<mark>[()]))")
_OPERATORS = {"-eq", "-ne", "-like", "-notlike", "-gt", "-ge", "-lt", "-le"}
_ADDRESSES = {"emailaddresses", "forwardingsmtpaddress", "externalemailaddress"}
_BARE = {"$true": True, "$false": False, "$null": None}


class FilterError(ValueError):
    """The filter cannot be read; the message names the place."""


def compile_filter(text: str, known: Callable[[str], bool], sizes: Container[str] = ()) -> Test:
    """A test for objects; FilterError when `text` is no filter or names a property `known` refuses.

    `sizes`: the properties (lower-case) that can only be compared with Unlimited.
    """
    return _Parser(text, known, sizes).parse()


class _Parser:
    def __init__(self, text: str, known: Callable[[str], bool], sizes: Container[str]) -> None:
        self._text, self._known, self._sizes = text, known, sizes
        self._tokens = self._split(text)
        self._at = 0

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if not found:
                raise FilterError(self._where(at))
            tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            at = found.end()
        return tokens

    def _where(self, at: int) -> str:
        return (
            f"Invalid filter syntax. For a description of the filter parameter syntax see the command help. "
            f'"{self._text}" at position {at + 1}.'
        )

    def parse(self) -> Test:
        if not self._tokens:
            raise FilterError(self._where(0))
        test = self._or()
        if self._at < len(self._tokens):
            raise FilterError(self._where(self._text.find(self._tokens[self._at][1])))
        return test

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            return ""
        kind, token = self._tokens[self._at]
        return token.lower() if kind != "text" else "'"

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise FilterError(self._where(len(self._text)))
        self._at += 1
        return self._tokens[self._at - 1]

    def _or(self) -> Test:
        tests = [self._and()]
        while self._peek() == "-or":
            self._next()
            tests.append(self._and())
        return tests[0] if len(tests) == 1 else lambda get: any(test(get) for test in tests)

    def _and(self) -> Test:
        tests = [self._not()]
        while self._peek() == "-and":
            self._next()
            tests.append(self._not())
        return tests[0] if len(tests) == 1 else lambda get: all(test(get) for test in tests)

    def _not(self) -> Test:
        if self._peek() in {"-not", "!"}:
            self._next()
            inner = self._not()
            return lambda get: not inner(get)
        if self._peek() == "(":
            self._next()
            inner = self._or()
            if self._next()[1] != ")":
                raise FilterError(self._where(len(self._text)))
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        kind, name = self._next()
        if kind != "word" or name.startswith("-"):
            raise FilterError(self._where(self._text.find(name)))
        if not self._known(name.lower()):
            raise FilterError(f'"{name}" is not a recognized filterable property. "{self._text}"')
        operator = self._next()[1].lower()
        if operator not in _OPERATORS:
            raise FilterError(self._where(self._text.find(operator)))
        value = self._value()
        if name.lower() in self._sizes and (operator not in {"-eq", "-ne"} or str(value).lower() != "unlimited"):
            raise FilterError(
                f'The value "{value}" can\'t be compared with "{name}": only -eq and -ne with Unlimited can be. '
                f'"{self._text}"'
            )
        return comparison(name.lower(), operator, value)

    def _value(self) -> object:
        kind, token = self._next()
        if kind == "text":
            return token[1:-1].replace("''", "'")
        if token.lower() in _BARE:
            return _BARE[token.lower()]
        if re.fullmatch(r"-?\d+", token):
            return token
        raise FilterError(self._where(self._text.find(token)))


def comparison(name: str, operator: str, value: object) -> Test:
    """One comparison; text is compared without regard to case."""
    prop = "emailaddresses" if name == "primarysmtpaddress" else name
    if operator in {"-ne", "-notlike"}:
        positive = comparison(name, "-eq" if operator == "-ne" else "-like", value)
        return lambda get: not positive(get)
    if value is None or isinstance(value, bool):
        return _identical(prop, value) if operator == "-eq" else _never
    text = str(value).lower()
    if operator in {"-gt", "-ge", "-lt", "-le"}:
        return _ordered(prop, operator, text)
    if operator == "-like" and "*" in text:
        pattern = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
        return _matching(prop, lambda item: pattern.fullmatch(item) is not None, bare=False)
    return _matching(prop, text.__eq__, bare=":" not in text)


def _never(_: Getter) -> bool:
    return False


def _identical(prop: str, value: bool | None) -> Test:
    if value is None:
        return lambda get: get(prop) in (None, "", [], ())
    return lambda get: get(prop) is value or str(get(prop)).lower() == str(value).lower()


def _ordered(prop: str, operator: str, text: str) -> Test:
    def test(get: Getter) -> bool:
        found = get(prop)
        if found is None:
            return False
        left: float | str = str(found).lower()
        right: float | str = text
        if isinstance(found, (int, float)) and re.fullmatch(r"-?\d+", text):
            left, right = float(found), float(text)
        less, same = left < right, left == right  # type: ignore[operator]  # both are of one type
        return {"-lt": less, "-le": less or same, "-gt": not (less or same), "-ge": not less}[operator]

    return test


def _matching(prop: str, match: Callable[[str], bool], *, bare: bool) -> Test:
    """A test of text; `bare`: an address also fits without its prefix."""

    def test(get: Getter) -> bool:
        found = get(prop)
        for item in found if isinstance(found, (list, tuple)) else [found]:
            if item is None:
                continue
            text = str(item).lower()
            if match(text) or (bare and prop in _ADDRESSES and match(text.partition(":")[2])):
                return True
        return False

    return test
