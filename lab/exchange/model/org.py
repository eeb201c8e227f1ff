"""Configuration objects of the organization: what a class of them is, how one is found, how values are kept.

A class is a table. Its objects are directory entries whose attributes are kept in the form in which the
property is written on the wire (sizes as `2 GB (2,147,483,648 bytes)`, enumerations by name, lists as lists),
so that showing one needs no translation and a write that changes nothing is recognised by equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from lab.exchange.model.directory import ORGANIZATION, Directory, Entry
from lab.exchange.model.sizes import format_size
from lab.exchange.shapes import Property, Shape

CONFIGURATION = "Microsoft.Exchange.Data.Directory.SystemConfiguration"
MANAGEMENT = "Microsoft.Exchange.Data.Directory.Management"
ROOT_DN = f"CN={ORGANIZATION},CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=lab,DC=example"
ADMINISTRATIVE_GROUP = "CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups"

_ADOBJECT = (
    "Microsoft.Exchange.Data.Directory.ADObject", "Microsoft.Exchange.Data.Directory.ADRawEntry",
    "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
)  # fmt: skip
CONFIGURATION_BASES = (f"{CONFIGURATION}.ADConfigurationObject", *_ADOBJECT)
PRESENTATION_BASES = (f"{MANAGEMENT}.ADPresentationObject", *_ADOBJECT)

OBJECT = (
    "AdminDisplayName S; ExchangeVersion S 0.20 (15.0.0.0); Name S; DistinguishedName S; Identity S; Guid G; "
    "ObjectCategory S; ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; "
    "OrganizationId S; Id S; OriginatingServer S; IsValid B true; ObjectState S Unchanged"
)
"""What every directory object of the configuration has, in the order of the recorded ones."""

Form = Callable[[Any], Any]


def name_of(entry: Entry) -> str:
    """The identity of most configuration objects: their name."""
    return entry.name


@dataclass(frozen=True)
class ConfigClass:
    """A class of configuration objects.

    `table` has its own properties in the notation of `Shape`, each with the type of the parameter that sets it
    after a colon (`AutoForwardEnabled:Boolean B true`) if there is one; `keys` are those besides name, GUID and
    distinguished name that -Identity finds one by; `forms` make the normal form of a value (of each item of
    a list); `renamed` says where a parameter has another name than its property.
    """

    kind: str
    types: tuple[str, ...]
    table: str
    container: str = ""
    schema: str = ""
    classes: tuple[str, ...] = ("top",)
    keys: tuple[str, ...] = ()
    identity: Callable[[Entry], str] = name_of
    forms: Mapping[str, Form] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def shape(self) -> Shape:
        """Every property with its wire form and its default."""
        split = (row.split(None, 1) for row in rows(self.table))
        own = "; ".join(f"{name.partition(':')[0]} {rest}" for name, rest in split)
        return Shape(self.types, own if "ObjectState" in own else f"{own}; {OBJECT}")

    @cached_property
    def settable(self) -> dict[str, str]:
        """The parameters that set properties: `Name:Type` by name."""
        found = (row.split()[0] for row in rows(self.table))
        return {text.partition(":")[0]: text for text in found if ":" in text}

    def takes(self, *names: str, but: tuple[str, ...] = ()) -> str:
        """The parameter table of some settable properties (of all of them), less some."""
        chosen = names or tuple(self.settable)
        return "; ".join(self.settable[name] for name in chosen if name not in but)

    def dn(self, entry: Entry) -> str:
        """The distinguished name."""
        parts = [f"CN={entry.name}", self.container, ROOT_DN]
        return ",".join(part for part in parts if part)

    def property_of(self, parameter: str) -> Property | None:
        """The property a parameter sets; None for one that sets none, such as -Identity."""
        return self.shape.by_name.get(self.renamed.get(parameter, parameter))

    def current(self, entry: Entry, name: str) -> Any:
        """A property as it stands: what was set, else the default."""
        if name in entry.attrs:
            return entry.attrs[name]
        prop = self.shape.by_name.get(name)
        default = prop.default if prop else None
        return list(default) if isinstance(default, tuple) else default

    def names(self, entry: Entry) -> list[str]:
        """Everything -Identity may call an object, in lower case."""
        texts = [entry.name, entry.guid, self.identity(entry), self.dn(entry)]
        return [text.lower() for text in (*texts, *(str(entry.get(key) or "") for key in self.keys)) if text]

    def find(self, model: Directory, identity: str, dc: str) -> list[Entry]:
        """The objects an identity means: one that is called so, else those its `*` fit."""
        wanted = identity.strip().strip("{}").lower()
        entries = model.scan({self.kind}, dc)
        exact = [entry for entry in entries if wanted in self.names(entry)]
        if exact or "*" not in wanted:
            return exact
        pattern = wanted.replace("[", "[[]")
        return [entry for entry in entries if any(fnmatchcase(name, pattern) for name in self.names(entry))]


def rows(table: str) -> list[str]:
    """The rows of a table, each on one line."""
    return [text for text in (" ".join(row.split()) for row in table.split(";")) if text]


def normal(prop: Property, kind: str, value: Any, form: Form | None, old: Any) -> Any:
    """A bound parameter value in the form its property is kept in.

    `kind` is the parameter's type, `old` what the property has now, for a hashtable with Add and Remove.
    """
    if prop.tag == "L" or kind == "MultiValuedProperty":
        listed = _list(value, form or str, list(old or ()))
        return listed if listed or prop.tag == "L" else None
    if value is None:
        return "" if prop.tag == "S" else prop.default if prop.tag in {"B", "I"} else None
    if form is not None:
        return form(value)
    if kind in {"Unlimited<Size>", "ByteQuantifiedSize"}:
        return format_size(value)
    if prop.tag == "S" and not isinstance(value, str):
        return str(value)
    return value


def _list(value: Any, form: Form, old: list[Any]) -> list[Any]:
    if isinstance(value, dict):
        gone = {str(form(item)).lower() for item in value.get("remove", ())}
        kept = [item for item in old if str(item).lower() not in gone]
        return _distinct([*kept, *map(form, value.get("add", ()))])
    items = value if isinstance(value, list) else [] if value is None else [value]
    return _distinct(map(form, items))


def _distinct(items: Iterable[Any]) -> list[Any]:
    seen: dict[str, Any] = {}
    for item in items:
        seen.setdefault(str(item).lower(), item)
    return list(seen.values())
