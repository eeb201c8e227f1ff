"""Get-Command (the capability probe) and Select-Object: the two cmdlets that are PowerShell's own."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lab.exchange.binding import COMMON, Parameter
from lab.exchange.clixml import ErrorText, scalar
from lab.exchange.cmdlets.base import Call, Cmdlet, cmdlet
from lab.exchange.shapes import Shape, Shaped, selection

COMMAND = Shape(
    (
        "System.Management.Automation.CmdletInfo", "System.Management.Automation.CommandInfo", "System.Object",
    ),
    "Name S; CommandType S Cmdlet; Verb S; Noun S; ModuleName S Microsoft.Exchange.Management.PowerShell.E2010; "
    "Definition S; Parameters N; ParameterSets L array:System.Management.Automation.CommandParameterSetInfo; "
    "Visibility S Public; HelpUri S; PSSnapIn S Microsoft.Exchange.Management.PowerShell.E2010; DefaultParameterSet S; "
    "OutputType L mv:String; Version N; RemotingCapability S PowerShell",
)  # fmt: skip
TEXT = Shape(("System.String", "System.Object"), "Length I 0")


_METADATA = "System.Management.Automation.ParameterMetadata"


def _syntax(parameter: Parameter) -> str:
    """A parameter as the syntax of a command shows it: `[-Identity] <Type>` positional, `[…]` optional."""
    name = f"-{parameter.name}" if parameter.position is None else f"[-{parameter.name}]"
    shown = name if parameter.kind == "SwitchParameter" else f"{name} <{parameter.kind.partition('<')[0]}>"
    return shown if parameter.mandatory else f"[{shown}]"


def _info(one: Cmdlet) -> Shaped:
    """A CmdletInfo at the depth of remoting: a dictionary of names to a type name, and each set as its syntax."""
    own = one.signature.parameters
    sets = one.signature.sets or ("",)
    syntaxes = [
        " ".join([*(_syntax(p) for p in own if not p.sets or name in p.sets), "[<CommonParameters>]"]) for name in sets
    ]
    values = {
        "Name": one.name, "Verb": one.verb, "Noun": one.name.partition("-")[2],
        "Parameters": {parameter.name: _METADATA for parameter in (*own, *COMMON)}, "ParameterSets": syntaxes,
        "Definition": "\n".join(f"{one.name} {syntax}" for syntax in syntaxes),
        "DefaultParameterSet": one.signature.sets[0] if one.signature.sets else "",
    }  # fmt: skip
    return Shaped(COMMAND, values, one.name)


def get_command(call: Call) -> Iterable[Shaped]:
    """Get-Command: only what the account may run; a name without wildcard that it may not is an error."""
    visible = call.visible()
    asked = call.given("Name", [])
    if not asked:
        return tuple(_info(one) for one in visible)
    found: list[Shaped] = []
    for name in asked:
        hits = [one for one in visible if fnmatchcase(one.name.lower(), name.lower())]
        if not hits and not any(mark in name for mark in "*?["):
            call.errors.append(unknown_command(name, "Get-Command"))
        found += [_info(one) for one in hits]
    return found


def unknown_command(name: str, activity: str = "") -> ErrorText:
    """CommandNotFoundException."""
    return ErrorText(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again.",
        "System.Management.Automation.CommandNotFoundException",
        "CommandNotFoundException",
        13,
        activity,
        name,
        "String",
    )


def select_object(call: Call) -> Iterable[Shaped]:
    """Select-Object -Property, -ExpandProperty, -First, -Skip; wildcards in names are honoured."""
    start = int(call.given("Skip", 0))
    stop = None if call["First"] is None else start + int(call["First"])
    for item in list(call.inputs)[start:stop]:
        expand = call["ExpandProperty"]
        if expand:
            value = item.value(str(expand))
            for one in value if isinstance(value, (list, tuple)) else [value]:
                yield Shaped(TEXT, {}, "" if one is None else str(one), raw=scalar("", one))
        elif call["Property"]:
            yield Shaped(item.shape, item.values, "", _names(item, call["Property"]))
        else:
            yield item


def _names(item: Shaped, asked: Iterable[str]) -> tuple[str, ...]:
    names: list[str] = []
    for name in asked:
        if "*" in name:
            names += [n for n in item.shape.by_name if fnmatchcase(n.lower(), name.lower()) and n not in names]
        elif name not in names:
            names.append(name)
    return selection(item.shape, tuple(names)).names


CMDLETS = (
    cmdlet("Get-Command", "Name:String[]@1|; CommandType:Any; Module:String[]", get_command, area="PowerShell"),
    cmdlet(
        "Select-Object",
        "Property:Object[]@0; ExpandProperty:String; First:Int32; Skip:Int32",
        select_object,
        area="PowerShell",
        collects=True,
    ),
)
