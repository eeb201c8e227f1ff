"""CLIXML straight to text: scalars, lists, error records, warnings, pipeline states.

psrpcore's serializer needs 5 to 20 ms for a full mailbox; this one builds strings. Shapes are those of a
default ("partial") serialization level session: Exchange scalar types flattened to text, collections as
objects with an LST, no `Deserialized.` prefix.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape as _xml_escape

_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_MARKUP = re.compile('[&<>"]')

STRING_LIST = (
    "Microsoft.Exchange.Data.MultiValuedProperty`1[[System.String, mscorlib, Version=4.0.0.0, "
    "Culture=neutral, PublicKeyToken=b77a5c561934e089]]",
    "Microsoft.Exchange.Data.MultiValuedPropertyBase",
    "System.Object",
)


class DT(str):
    """A date and time, already in the ISO form of CLIXML."""

    __slots__ = ()


class U64(int):
    """An unsigned number of 64 bits."""


class G(str):
    """A GUID in its hyphenated form."""

    __slots__ = ()


@dataclass(frozen=True)
class Culture:
    """A System.Globalization.CultureInfo: stays an object even at the partial level."""

    name: str
    lcid: int
    display: str


Value = str | bool | int | DT | G | None | Sequence[object]


def _code(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) > 1:  # a literal _xHHHH_ must not be read as an escape
        return "_x005F_" + text[1:]
    return f"_x{ord(text):04X}_"


def escape(text: str) -> str:
    """Text as CLIXML writes it: control characters as _xHHHH_, then XML markup."""
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(_code, text)
    if _MARKUP.search(text):
        text = _xml_escape(text, {'"': "&quot;"})
    return text


def scalar(name: str, value: object) -> str:
    """One element of a primitive type; `name` empty for an item of a list."""
    n = f' N="{name}"' if name else ""
    if value is None:
        return f"<Nil{n} />"
    if value is True:
        return f"<B{n}>true</B>"
    if value is False:
        return f"<B{n}>false</B>"
    if isinstance(value, U64):
        return f"<U64{n}>{int(value)}</U64>"
    if isinstance(value, int):
        kind = "I32" if -(2**31) <= value < 2**31 else "I64"
        return f"<{kind}{n}>{value}</{kind}>"
    if isinstance(value, DT):
        return f"<DT{n}>{value}</DT>"
    if isinstance(value, G):
        return f"<G{n}>{value}</G>"
    return f"<S{n}>{escape(str(value))}</S>"


def type_names(names: Sequence[str], ref: int) -> str:
    """A TN element that defines table entry `ref`."""
    return f'<TN RefId="{ref}">' + "".join(f"<T>{escape(name)}</T>" for name in names) + "</TN>"


def plain_object(names: Sequence[str], text: str, properties: dict[str, object], section: str = "Props") -> str:
    """A whole object with scalar and string-list properties; for the small objects nobody reads by thousands."""
    out = ['<Obj RefId="0">', type_names(names, 0), f"<ToString>{escape(text)}</ToString><{section}>"]
    seen_list = False
    for number, (name, value) in enumerate(properties.items(), 1):
        if isinstance(value, (list, tuple)):
            kind = '<TNRef RefId="1" />' if seen_list else type_names(STRING_LIST, 1)
            seen_list = True
            items = "".join(scalar("", item) for item in value)
            out.append(f'<Obj N="{name}" RefId="{number}">{kind}<LST>{items}</LST></Obj>')
        else:
            out.append(scalar(name, value))
    out.append(f"</{section}></Obj>")
    return "".join(out)


CATEGORIES = {
    0: "NotSpecified", 5: "InvalidArgument", 6: "InvalidData", 7: "InvalidOperation", 13: "ObjectNotFound",
    14: "OperationStopped", 17: "ParserError", 18: "PermissionDenied",
}  # fmt: skip


@dataclass(frozen=True)
class ErrorText:
    """One ErrorRecord. `category` may lie outside PowerShell's enumeration, as Exchange's own do (>= 1000)."""

    message: str
    exception: str
    error_id: str
    category: int = 0
    activity: str = ""
    target: str = ""
    target_type: str = ""

    @property
    def reason(self) -> str:
        """The short class name, which is what a client should test."""
        return self.exception.rsplit(".", 1)[-1]


def error_record(error: ErrorText, name: str = "", ref: int = 0) -> str:
    """An ErrorRecord in the [MS-PSRP] 2.2.3.15 shape; with `name` as a property of another object."""
    n = f' N="{name}"' if name else ""
    bases = [error.exception, "System.Exception", "System.Object"]
    if error.exception.startswith("System.Management.Automation."):
        bases[1:1] = ["System.Management.Automation.RuntimeException", "System.SystemException"]
    category = CATEGORIES.get(error.category, "NotSpecified")
    where = f" [{error.activity}]" if error.activity else ""
    message = f"{category}: ({error.target}:{error.target_type}){where}, {error.reason}"
    text = escape(error.message)
    record = ("System.Management.Automation.ErrorRecord", "System.Object")
    return (
        f'<Obj{n} RefId="{ref}">{type_names(record, ref)}<ToString>{text}</ToString><MS>'
        f'<Obj N="Exception" RefId="{ref + 1}">{type_names(bases, ref + 1)}<ToString>'
        f'{escape(error.exception)}: {text}</ToString><Props><S N="Message">{text}</S>'
        '<Nil N="InnerException" /><Nil N="HelpLink" /><S N="Source"></S></Props></Obj>'
        f"{scalar('TargetObject', error.target or None)}{scalar('FullyQualifiedErrorId', error.error_id)}"
        f'<Nil N="InvocationInfo" /><I32 N="ErrorCategory_Category">{error.category}</I32>'
        f"{scalar('ErrorCategory_Activity', error.activity)}{scalar('ErrorCategory_Reason', error.reason)}"
        f"{scalar('ErrorCategory_TargetName', error.target)}{scalar('ErrorCategory_TargetType', error.target_type)}"
        f"{scalar('ErrorCategory_Message', message)}"
        '<B N="SerializeExtendedInfo">false</B></MS></Obj>'
    )


def warning_record(text: str) -> str:
    """A WarningRecord, with the ToString that Windows writes and psrpcore leaves out."""
    names = (
        "System.Management.Automation.WarningRecord",
        "System.Management.Automation.InformationalRecord",
        "System.Object",
    )
    return (
        f'<Obj RefId="0">{type_names(names, 0)}<ToString>{escape(text)}</ToString><MS>'
        f"{scalar('InformationalRecord_Message', text)}"
        '<B N="InformationalRecord_SerializeInvocationInfo">false</B></MS></Obj>'
    )


def pipeline_state(state: int, error: ErrorText | None = None) -> str:
    """A PIPELINE_STATE message: 3 stopped, 4 completed, 5 failed."""
    record = error_record(error, "ExceptionAsErrorRecord", 1) if error else ""
    return f'<Obj RefId="0"><MS><I32 N="PipelineState">{state}</I32>{record}</MS></Obj>'
