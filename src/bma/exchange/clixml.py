"""CLIXML as Exchange sends it, read into plain Python values.

pypsrp's own deserializer renders every element back to text, returns collections as raw XML and fails on type
references that it skipped (pypsrp issue 155). This one walks the tree once:

==========================  ======================================================
on the wire                 here
==========================  ======================================================
``S`` ``C`` ``URI`` ``XD``  ``str``, ``_xHHHH_`` escapes decoded
``B``                       ``bool``
integers                    ``int``
``Sg`` ``Db``               ``float``
``DT`` ``TS`` ``D``         ``str``, as sent (dates keep their offset)
``G``                       :class:`uuid.UUID`
``BA``                      ``bytes``
``Nil``                     ``None``
``LST`` ``IE`` ``QUE`` …    ``list``
``DCT``                     ``dict``
enumeration                 its name (``ToString``), as the partial level flattens it
any other ``Obj``           :class:`WireObject`
==========================  ======================================================

Source of the format: MS-PSRP 2.2.5; of the shapes: captured Exchange 2016/2019 answers.
"""

from __future__ import annotations

import base64
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

from bma.errors import BmaError


class WireError(BmaError):
    """What the endpoint sent is not CLIXML."""


class WireObject:
    """An object with properties. ``text`` is its ToString, ``types`` its type names, most derived first."""

    __slots__ = ("properties", "text", "types")

    def __init__(self, types: tuple[str, ...], text: str | None, properties: dict[str, Any]) -> None:
        self.types = types
        self.text = text
        self.properties = properties

    def get(self, name: str, default: Any = None) -> Any:
        """The property ``name``, or ``default`` where the object has none."""
        return self.properties.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.properties

    def __repr__(self) -> str:
        kind = self.types[0].rpartition(".")[2] if self.types else "object"
        return f"<{kind} {self.text!r}, {len(self.properties)} properties>"


def deserialize(text: str | bytes, keep: frozenset[str] | None = None) -> Any:
    """The value of one CLIXML element. ``keep``: the only properties wanted of it, where it is an object.

    Raises :class:`WireError` for text that is not XML, or XML that is not CLIXML.
    """
    try:
        return _Reader(keep).value(ET.fromstring(text))  # noqa: S314  expat refuses amplification; no entity is resolved
    except (ET.ParseError, LookupError, ValueError, TypeError, RecursionError) as error:
        raise WireError(f"the endpoint sent something that is not CLIXML ({error})") from error


def text_of(value: Any) -> str | None:
    """The text of a scalar, whichever serialization level it came in: flattened, or with ToString."""
    if isinstance(value, WireObject):
        return value.text
    return None if value is None else str(value)


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LISTS = frozenset({"LST", "IE", "QUE", "STK"})
_PROPERTY_BAGS = frozenset({"Props", "MS"})


def _unescaped(text: str | None) -> str:
    """Undo ``_xHHHH_``; a surrogate pair arrives as two escapes, each one UTF-16 unit."""
    if not text:
        return ""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_PRIMITIVES: dict[str, Callable[[str | None], Any]] = {
    "S": _unescaped,
    "C": lambda text: chr(int(text or "0")),
    "B": lambda text: text == "true",
    "Nil": lambda _: None,
    "G": lambda text: uuid.UUID(text or ""),
    "BA": lambda text: base64.b64decode(text or ""),
    **dict.fromkeys(("DT", "TS", "D", "Version"), lambda text: text or ""),
    **dict.fromkeys(("URI", "XD", "SBK"), _unescaped),
    **dict.fromkeys(("By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"), lambda text: int(text or "")),
    **dict.fromkeys(("Sg", "Db"), lambda text: float(text or "")),
    # A secure string is for the server's ears: this client never reads one back.
    "SS": lambda _: None,
}


class _Reader:
    """One document: the type names and objects that later elements of it refer to by number."""

    def __init__(self, keep: frozenset[str] | None) -> None:
        self._keep = keep
        self._types: dict[str, tuple[str, ...]] = {}
        self._objects: dict[str, Any] = {}

    def value(self, element: ET.Element) -> Any:
        primitive = _PRIMITIVES.get(element.tag)
        if primitive is not None:
            return primitive(element.text)
        if element.tag == "Obj":
            return self._object(element)
        if element.tag == "Ref":
            return self._objects[element.attrib["RefId"]]
        if element.tag in _LISTS:
            return [self.value(item) for item in element]
        if element.tag == "DCT":
            return dict(self._entries(element))
        raise ValueError(f"unknown element {element.tag}")

    def _object(self, element: ET.Element) -> Any:
        shell = WireObject((), None, {})
        keep, self._keep = self._keep, None
        reference = element.attrib.get("RefId", "")
        self._objects[reference] = shell
        content: Any = shell
        for child in element:
            tag = child.tag
            if tag in _PROPERTY_BAGS:
                self._properties(child, shell.properties, keep)
            elif tag == "TN":
                shell.types = self._types[child.attrib["RefId"]] = tuple(name.text or "" for name in child)
            elif tag == "TNRef":
                shell.types = self._types[child.attrib["RefId"]]
            elif tag == "ToString":
                shell.text = _unescaped(child.text)
            else:
                content = self.value(child)
        if content is shell:
            return shell
        if shell.text is not None and not isinstance(content, list | dict):
            content = shell.text
        self._objects[reference] = content
        return content

    def _properties(self, bag: ET.Element, into: dict[str, Any], keep: frozenset[str] | None) -> None:
        """The properties of an object. This loop runs a million times for a fleet: the common kinds are inlined."""
        for child in bag:
            name, tag, text = child.attrib["N"], child.tag, child.text
            if keep is not None and name not in keep:
                if tag == "Obj":
                    # Read all the same: what follows may refer to a type that is named in here.
                    self._object(child)
                continue
            if tag == "S":
                value: Any = text if text is not None and "_x" not in text else _unescaped(text)
            elif tag == "Nil":
                value = None
            elif tag == "B":
                value = text == "true"
            else:
                value = self.value(child)
            into[name if "_x" not in name else _unescaped(name)] = value

    def _entries(self, element: ET.Element) -> Iterator[tuple[Any, Any]]:
        for entry in element:
            pair = {child.attrib["N"]: self.value(child) for child in entry}
            yield pair["Key"], pair["Value"]
