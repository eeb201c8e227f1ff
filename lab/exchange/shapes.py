"""Shapes: which properties an object has on the wire, in which order, and how it is written fast.

A `Shape` is a table of properties with the wire form each has when nothing was ever set. A `Layout` is a
shape prepared for one list of property names (all of them, or those named to Select-Object): every opening
tag and every default is a ready string, so writing an object replaces the few dozen values it really has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from lab.exchange.clixml import STRING_LIST, Culture, G, escape, scalar, type_names

_MSCORLIB = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
_SIGNED = "Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
_BASE = "Microsoft.Exchange.Data.MultiValuedPropertyBase"
_EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_CULTURE = ("System.Globalization.CultureInfo", "System.Object")


def list_types(key: str) -> tuple[str, ...]:
    """The type names of a collection written `mv:String`, `ex:SmartHost`, `ad:ADObjectId`, `list:X` or `proxies`."""
    if key == "proxies":
        item = f"[[Microsoft.Exchange.Data.ProxyAddress, Microsoft.Exchange.Data, {_SIGNED}]]"
        return (
            "Microsoft.Exchange.Data.ProxyAddressCollection",
            f"Microsoft.Exchange.Data.ProxyAddressBaseCollection`1{item}",
            f"Microsoft.Exchange.Data.MultiValuedProperty`1{item}",
            _BASE,
            "System.Object",
        )
    form, _, item = key.partition(":")
    if form == "array":
        return (f"{item}[]", "System.Array", "System.Object")
    if form == "mv":
        namespace = "System.Globalization" if item == "CultureInfo" else "System"
        generic = f"Microsoft.Exchange.Data.MultiValuedProperty`1[[{namespace}.{item}, {_MSCORLIB}]]"
        return (generic, _BASE, "System.Object")
    if form == "ex":
        generic = f"Microsoft.Exchange.Data.MultiValuedProperty`1[[Microsoft.Exchange.Data.{item}, "
        return (f"{generic}Microsoft.Exchange.Data, {_SIGNED}]]", _BASE, "System.Object")
    directory = "Microsoft.Exchange.Data.Directory"
    inner = f"[[{directory}.{item}, {directory}, {_SIGNED}]]"
    if form == "list":
        return (f"System.Collections.Generic.List`1{inner}", "System.Object")
    return (
        f"{directory}.ADMultiValuedProperty`1{inner}",
        f"Microsoft.Exchange.Data.MultiValuedProperty`1{inner}",
        _BASE,
        "System.Object",
    )


@dataclass(frozen=True)
class Property:
    """One property: wire tag S, B, G, DT, I, N, L or A; `kind` is the collection type of an L or A.

    An L is empty until set, an A (an array) is Nil.
    """

    name: str
    tag: str
    kind: str = ""
    default: object = None


def _property(text: str) -> Property:
    name, tag, *rest = text.split(None, 2)
    value = rest[0] if rest else ""
    if tag == "L":
        kind, _, items = " ".join(value.split()).partition(" ") if value else ("mv:String", "", "")
        return Property(name, tag, kind, tuple(items.split(",")) if items else ())
    if tag == "A":
        return Property(name, tag, f"array:{value}")
    if tag == "B":
        return Property(name, tag, default=value == "true")
    if tag == "I":
        return Property(name, tag, default=int(value or 0))
    if tag in {"N", "DT"}:
        return Property(name, tag)
    return Property(name, tag, default=value or (_EMPTY_GUID if tag == "G" else ""))


class Shape:
    """The properties of one kind of object, from a table of `Name Tag [type] [default];` entries."""

    def __init__(self, types: Sequence[str], table: str) -> None:
        self.types = tuple(types)
        entries = (" ".join(entry.split()) for entry in table.split(";"))
        self.properties = tuple(_property(entry) for entry in entries if entry)
        self.by_name = {prop.name: prop for prop in self.properties}
        self.by_lower = {prop.name.lower(): prop for prop in self.properties}

    @cached_property
    def layout(self) -> Layout:
        """The layout with every property, as a cmdlet writes it."""
        return Layout(self, tuple(prop.name for prop in self.properties), selected=False)

    def defaults(self) -> dict[str, object]:
        """Every property at its default."""
        return {prop.name: prop.default for prop in self.properties}


class Layout:
    """A shape prepared for writing; `selected` writes note properties as Select-Object does."""

    def __init__(self, shape: Shape, names: tuple[str, ...], *, selected: bool) -> None:
        self.shape, self.names = shape, names
        self._position = {name: at for at, name in enumerate(names)}
        self._open: list[tuple[str, int]] = []
        self._tables: dict[tuple[str, ...], int] = {}
        types: tuple[str, ...] = shape.types
        if selected:
            types = (f"Selected.{types[0]}", "System.Management.Automation.PSCustomObject", "System.Object")
        self._head = f'<Obj RefId="0">{self._type(types)}'
        self._section = "MS" if selected else "Props"
        self._culture_table = 0
        self._defaults = [self._prepare(at, name) for at, name in enumerate(names)]

    def _type(self, types: tuple[str, ...]) -> str:
        """A TN the first time a list of types occurs, a TNRef afterwards."""
        if types in self._tables:
            return f'<TNRef RefId="{self._tables[types]}" />'
        ref = len(self._tables)
        self._tables[types] = ref
        return type_names(types, ref)

    def _prepare(self, at: int, name: str) -> str:
        prop = self.shape.by_name.get(name)
        if prop is not None and prop.tag == "A":
            reference = (at + 1) * 1000
            # Nil defines no type, so that no other property may refer to this one's.
            own = type_names(list_types(prop.kind), 2000 + at)
            self._open.append((f'<Obj N="{name}" RefId="{reference}">{own}<LST>', reference))
            return scalar(name, None)
        if prop is None or prop.tag != "L":
            self._open.append(("", 0))
            return scalar(name, self._typed(prop))
        types = list_types(prop.kind)
        reference = (at + 1) * 1000
        self._open.append((f'<Obj N="{name}" RefId="{reference}">{self._type(types)}<LST>', reference))
        if prop.kind == "mv:CultureInfo":
            self._culture_table = 900
        return self._list(at, prop.default)

    @staticmethod
    def _typed(prop: Property | None) -> object:
        if prop is None:
            return None
        if prop.tag == "G":
            return G(prop.default)
        return prop.default

    def _list(self, at: int, values: object) -> str:
        opening, reference = self._open[at]
        items: list[str] = []
        for number, value in enumerate(values if isinstance(values, (list, tuple)) else [values], 1):
            if isinstance(value, Culture):
                items.append(_culture(value, reference + number, self._culture_table, first=number == 1))
            else:
                items.append(f"<S>{escape(str(value))}</S>")
        return f"{opening}{''.join(items)}</LST></Obj>"

    def write(self, values: Mapping[str, object], text: str) -> str:
        """One object: `values` over the defaults; `text` is its ToString (none for a selection)."""
        parts = self._defaults.copy()
        position, opened = self._position, self._open
        for name, value in values.items():
            at = position.get(name)
            if at is None:
                continue
            if opened[at][0] and value is not None:
                parts[at] = self._list(at, value)
            elif isinstance(value, Mapping):
                parts[at] = _dictionary(name, value, (at + 1) * 1000)
            elif isinstance(value, (list, tuple)):
                parts[at] = _loose_list(name, value, (at + 1) * 1000)
            else:
                parts[at] = scalar(name, value)
        shown = f"<ToString>{escape(text)}</ToString>" if text else ""
        return f"{self._head}{shown}<{self._section}>{''.join(parts)}</{self._section}></Obj>"


def _loose_list(name: str, values: Sequence[object], reference: int) -> str:
    """A list under a name that is no list in the shape: its own type table, far from the others'."""
    items = "".join(scalar("", item) for item in values)
    return f'<Obj N="{name}" RefId="{reference}">{type_names(STRING_LIST, reference)}<LST>{items}</LST></Obj>'


def _dictionary(name: str, values: Mapping[object, object], reference: int) -> str:
    """A Dictionary of texts, as of the parameters of a command: what they are called, and that they are metadata."""
    pair = f"[[System.String, {_MSCORLIB}],[System.Management.Automation.ParameterMetadata, "
    types = (
        f"System.Collections.Generic.Dictionary`2{pair}System.Management.Automation, Version=3.0.0.0, Culture=neutral, "
        "PublicKeyToken=31bf3856ad364e35]]",
        "System.Object",
    )
    entries = "".join(
        f"<En>{scalar('Key', str(key))}{scalar('Value', str(value))}</En>" for key, value in values.items()
    )
    return f'<Obj N="{name}" RefId="{reference}">{type_names(types, reference)}<DCT>{entries}</DCT></Obj>'


def _culture(culture: Culture, reference: int, table: int, *, first: bool) -> str:
    kind = type_names(_CULTURE, table) if first else f'<TNRef RefId="{table}" />'
    name = escape(culture.name)
    return (
        f'<Obj RefId="{reference}">{kind}<ToString>{name}</ToString><Props><I32 N="LCID">{culture.lcid}</I32>'
        f'<I32 N="KeyboardLayoutId">{culture.lcid}</I32><S N="Name">{name}</S>'
        f'<S N="IetfLanguageTag">{name}</S><S N="DisplayName">{escape(culture.display)}</S>'
        f'<S N="TwoLetterISOLanguageName">{name[:2]}</S><B N="IsNeutralCulture">false</B></Props></Obj>'
    )


@lru_cache(maxsize=64)
def selection(shape: Shape, names: tuple[str, ...]) -> Layout:
    """The layout of Select-Object -Property `names`; a name the shape lacks is written as Nil."""
    proper = tuple(shape.by_lower[name.lower()].name if name.lower() in shape.by_lower else name for name in names)
    return Layout(shape, proper, selected=True)


@lru_cache(maxsize=64)
def lesser(shape: Shape, names: frozenset[str]) -> Shape:
    """A shape without some properties (lower-case), as of an object not all of which could be read."""
    smaller = Shape(shape.types, "")
    smaller.properties = tuple(prop for prop in shape.properties if prop.name.lower() not in names)
    smaller.by_name = {prop.name: prop for prop in smaller.properties}
    smaller.by_lower = {prop.name.lower(): prop for prop in smaller.properties}
    return smaller


@dataclass(frozen=True)
class Shaped:
    """One object on the pipeline: its shape, the values that differ from the defaults, and its ToString."""

    shape: Shape
    values: Mapping[str, object]
    text: str
    selected: tuple[str, ...] = ()
    raw: str = ""
    """Ready CLIXML of a value that is no object, such as an expanded property."""

    def without(self, names: frozenset[str]) -> Shaped:
        """The object as if some properties (lower-case) had not been readable: they are not there at all."""
        kept = {name: value for name, value in self.values.items() if name.lower() not in names}
        return replace(self, shape=lesser(self.shape, names), values=kept)

    def value(self, name: str) -> object:
        """A property by its name in any case; None when the object has none of that name."""
        prop = self.shape.by_lower.get(name.lower())
        if prop is None:
            return self.values.get(name)
        return self.values.get(prop.name, prop.default)

    def clixml(self) -> str:
        """The object as CLIXML."""
        if self.raw:
            return self.raw
        if self.selected:
            return selection(self.shape, self.selected).write(self.values, "")
        return self.shape.layout.write(self.values, self.text)
