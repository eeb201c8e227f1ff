"""Parameter binding as PowerShell does it: names, prefixes, positions, sets, types, mandatory ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from lab.exchange.clixml import ErrorText
from lab.exchange.values import ConversionError, Secure, convert

_AUTOMATION = "System.Management.Automation"
_PARAMETER = re.compile(
    r"(?P<name>\w+):(?P<type>[\w+\[\]<>]+)(?P<null>\?)?(?P<must>!)?(?:@(?P<at>\d+))?(?P<pipe>\|)?"
    r"(?:=(?P<alias>\w+))?(?:\{(?P<sets>[\w,]+)\})?$"
)


class TerminatingError(Exception):
    """An error that ends the statement; the pipeline fails with it."""

    def __init__(self, error: ErrorText) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True)
class Parameter:
    """One parameter. `sets` empty: in every set; `nullable`: $null is kept as None instead of converted."""

    name: str
    kind: str
    mandatory: bool = False
    position: int | None = None
    pipeline: bool = False
    alias: str = ""
    nullable: bool = False
    sets: frozenset[str] = frozenset()


def parameters(table: str) -> tuple[Parameter, ...]:
    """Read `Name:Type[?][!][@position][|][=alias][{Set,Set}]; …`: ? nullable, ! mandatory, | from the pipeline."""
    found: list[Parameter] = []
    for text in filter(None, (entry.strip() for entry in table.split(";"))):
        match = _PARAMETER.match(text)
        if match is None:
            raise ValueError(f"not a parameter: {text}")
        sets = frozenset((match["sets"] or "").split(",")) - {""}
        position = int(match["at"]) if match["at"] else None
        found.append(
            Parameter(
                match["name"],
                match["type"],
                bool(match["must"]),
                position,
                bool(match["pipe"]),
                match["alias"] or "",
                bool(match["null"]),
                sets,
            )
        )
    return tuple(found)


COMMON = parameters(
    "Verbose:SwitchParameter=vb; Debug:SwitchParameter=db; ErrorAction:ActionPreference=ea; "
    "WarningAction:ActionPreference=wa; InformationAction:ActionPreference=infa; ErrorVariable:String=ev; "
    "WarningVariable:String=wv; InformationVariable:String=iv; OutVariable:String=ov; OutBuffer:Int32=ob; "
    "PipelineVariable:String=pv"
)


@dataclass(frozen=True)
class Signature:
    """The parameters of a cmdlet and the names of its sets, the default one first."""

    cmdlet: str
    parameters: tuple[Parameter, ...]
    sets: tuple[str, ...] = ()
    by_lower: Mapping[str, Parameter] = field(default_factory=dict)

    @classmethod
    def of(cls, cmdlet: str, own: tuple[Parameter, ...], sets: Sequence[str] = ()) -> Signature:
        """A signature with its look-up table, common parameters included."""
        table: dict[str, Parameter] = {}
        for parameter in (*own, *COMMON):
            table[parameter.name.lower()] = parameter
            if parameter.alias:
                table[parameter.alias.lower()] = parameter
        return cls(cmdlet, own, tuple(sets), table)

    def without(self, names: Set[str]) -> Signature:
        """The signature as an account sees it that was not granted some parameters (lower-case names)."""
        return Signature.of(self.cmdlet, tuple(p for p in self.parameters if p.name.lower() not in names), self.sets)

    def named(self, name: str) -> Parameter:
        """The parameter a name, an alias or an unambiguous prefix of either means."""
        wanted = name.lstrip("-").rstrip(":").lower()
        exact = self.by_lower.get(wanted)
        if exact is not None:
            return exact
        hits = {p.name: p for key, p in self.by_lower.items() if key.startswith(wanted)}
        own = [p for p in hits.values() if p in self.parameters]
        if wanted and len(hits) == 1:
            return next(iter(hits.values()))
        if wanted and len(own) == 1:  # the cmdlet's own before the common ones
            return own[0]
        if wanted and hits:
            among = " ".join(f"-{hit}" for hit in hits)
            raise self.fail(
                f"Parameter cannot be processed because the parameter name '{name.lstrip('-')}' is ambiguous. "
                f"Possible matches include: {among}.",
                "AmbiguousParameter",
            )
        raise self.fail(
            f"A parameter cannot be found that matches parameter name '{name.lstrip('-')}'.", "NamedParameterNotFound"
        )

    def fail(self, text: str, error_id: str, category: int = 5, exception: str = "") -> TerminatingError:
        """A binding error."""
        kind = f"{_AUTOMATION}.{exception or 'ParameterBindingException'}"
        return TerminatingError(ErrorText(text, kind, f"{error_id},{self.cmdlet}", category, self.cmdlet))

    def bind(self, arguments: Iterable[tuple[str | None, Any]], piped: str | None = None) -> dict[str, Any]:
        """Values by parameter name; TerminatingError when something does not bind. `piped`: an identity by pipeline."""
        bound: dict[str, Any] = {}
        loose: list[Any] = []
        for name, value in arguments:
            if name:
                self._put(bound, self.named(name), value)
            else:
                loose.append(value)
        self._positions(bound, loose)
        if piped is not None:
            target = next((p for p in self.parameters if p.pipeline and p.name not in bound), None)
            if target is None:
                raise self.fail(
                    "The input object cannot be bound to any parameters for the command either because the command "
                    "does not take pipeline input or the input and its properties do not match any of the parameters "
                    "that take pipeline input.",
                    "InputObjectNotBound",
                )
            self._put(bound, target, piped)
        self._complete(bound)
        return bound

    def _positions(self, bound: dict[str, Any], loose: list[Any]) -> None:
        free = sorted(
            (p for p in self.parameters if p.position is not None and p.name not in bound),
            key=lambda p: p.position or 0,
        )
        for parameter, value in zip(free, loose, strict=False):
            self._put(bound, parameter, value)
        if len(loose) > len(free):
            extra = loose[len(free)]
            raise self.fail(
                f"A positional parameter cannot be found that accepts argument '{extra}'.",
                "PositionalParameterNotFound",
            )

    def _put(self, bound: dict[str, Any], parameter: Parameter, value: Any) -> None:
        if parameter.name in bound:
            raise self.fail(
                f"Cannot bind parameter because parameter '{parameter.name}' is specified more than once. To provide "
                "multiple values to parameters that can accept multiple values, use the array syntax. For example, "
                '"-parameter value1,value2,value3".',
                "ParameterAlreadyBound",
            )
        if value is None and parameter.kind == "SwitchParameter":
            value = True  # a bare token, as hosts send it
        if value is None and parameter.nullable:
            bound[parameter.name] = None
            return
        try:
            bound[parameter.name] = convert(parameter.kind, value)
        except ConversionError as error:
            raise self.fail(
                f"Cannot process argument transformation on parameter '{parameter.name}'. {error}",
                "ParameterArgumentTransformationError", 6, "ParameterBindingArgumentTransformationException",
            ) from None  # fmt: skip
        if parameter.mandatory and _blank(bound[parameter.name]):
            null = value is None
            raise self.fail(
                f"Cannot bind argument to parameter '{parameter.name}' because it is "
                f"{'null' if null else 'an empty string'}.",
                f"ParameterArgumentValidationError{'Null' if null else 'EmptyString'}NotAllowed",
                6, "ParameterBindingValidationException",
            )  # fmt: skip

    def _complete(self, bound: dict[str, Any]) -> None:
        candidates = [
            name
            for name in self.sets or ("",)
            if all(not p.sets or name in p.sets for p in self.parameters if p.name in bound)
        ]
        if not candidates:
            raise self.fail(
                "Parameter set cannot be resolved using the specified named parameters.", "AmbiguousParameterSet"
            )
        missing = [self._missing(name, bound) for name in candidates]
        if all(missing):
            raise self.fail(
                f"Cannot process command because of one or more missing mandatory parameters: {' '.join(missing[0])}.",
                "MissingMandatoryParameter",
            )

    def _missing(self, name: str, bound: Mapping[str, Any]) -> list[str]:
        return [
            p.name for p in self.parameters if p.mandatory and p.name not in bound and (not p.sets or name in p.sets)
        ]


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value) or (isinstance(value, Secure) and not value.reveal())
