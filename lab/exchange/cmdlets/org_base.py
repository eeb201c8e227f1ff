"""Get, New, Set and Remove of any class of configuration objects, from tables.

Adding a class: a `ConfigClass` with its properties, a `Noun` with the parameters of its cmdlets, and functions
only for what is special: `check` sees every write before it is done, `removing` every removal, `done` and `gone`
act after them, `shown` adds properties that are computed, `narrow` answers the parameters of Get that are no
identity.

The texts of not found, of an object that exists and of a write without effect are those of real servers
(see `base`); those of the rules of one class are modelled, unless their file says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.exchange.clixml import G
from lab.exchange.cmdlets.base import Call, Cmdlet, CmdletError, cmdlet, not_found
from lab.exchange.cmdlets.org_types import TYPES
from lab.exchange.cmdlets.views import local_time, size_text, utc_time
from lab.exchange.model.directory import AD_DOMAIN, Entry
from lab.exchange.model.org import ConfigClass, normal
from lab.exchange.model.sizes import parse_size
from lab.exchange.shapes import Shaped
from lab.exchange.values import CONVERTERS

CONVERTERS.update(TYPES)
CHANGE = "Confirm:SwitchParameter=cf; DomainController:Fqdn; WhatIf:SwitchParameter=wi"
"""The parameters every cmdlet that changes something has."""
CONTROL = frozenset({"Identity", "Confirm", "DomainController", "WhatIf", "Force", "IgnoreDefaultScope"})
TASKS = "SystemConfigurationTasks"
_LONGEST_NAME = 64

Check = Callable[[Call, Entry | None, dict[str, Any]], None]
"""Sees a write: the call, the object as it is (None: a new one), and the changes, which it may amend."""


def _no_check(_call: Call, _entry: Entry | None, _changes: dict[str, Any]) -> None:
    return


def _no_objection(_call: Call, _entry: Entry) -> None:
    return


def _nothing_more(_call: Call, _entry: Entry) -> dict[str, Any]:
    return {}


def _all(_call: Call, entries: list[Entry]) -> list[Entry]:
    return entries


@dataclass(frozen=True)
class Noun:
    """The noun of a class of objects; a verb whose table is None does not exist, "" has only the common parameters."""

    name: str
    cls: ConfigClass
    get: str | None = None
    new: str | None = None
    set: str | None = None
    remove: str | None = None
    id_type: str = ""
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: str = TASKS
    check: Check = _no_check
    removing: Callable[[Call, Entry], None] = _no_objection
    done: Callable[[Call, Entry], None] = _no_objection
    gone: Callable[[Call, Entry], None] = _no_objection
    shown: Callable[[Call, Entry], dict[str, Any]] = _nothing_more
    narrow: Callable[[Call, list[Entry]], list[Entry]] = _all
    named: bool = True
    """Whether New- must be given a name."""
    settles: bool = False
    """Whether a new object is not found by Set- and Remove- for the seconds of the knob `settling`."""

    # -- finding

    def find(self, call: Call, identity: str) -> list[Entry]:
        """The objects an identity means; none is an error unless it has wildcards."""
        found = self.cls.find(call.model, identity, call.dc)
        if not found and "*" not in identity:
            raise not_found(identity, call.dc)
        return found

    def one(self, call: Call, identity: object) -> Entry:
        """The one object an identity means; CmdletError when there is none, or more than one."""
        found = self.cls.find(call.model, str(identity), call.dc)
        if self.settles:
            seen = call.model.clock() - call.model.settling()
            found = [entry for entry in found if entry.created <= seen or entry.get("BuiltIn")]
        if not found:
            raise not_found(str(identity), call.dc)
        if len(found) > 1:
            raise CmdletError(
                "ManagementObjectAmbiguousException",
                f"The operation couldn't be performed because '{identity}' matches multiple entries.",
            )
        return found[0]

    # -- showing

    def view(self, call: Call, entry: Entry) -> Shaped:
        """The object as a cmdlet writes it."""
        cls = self.cls
        identity = cls.identity(entry)
        values = {
            **entry.attrs, "Identity": identity, "Id": identity, "Guid": G(entry.guid),
            "DistinguishedName": cls.dn(entry),
            "ObjectCategory": f"{AD_DOMAIN}/Configuration/Schema/{cls.schema}", "ObjectClass": list(cls.classes),
            "OriginatingServer": call.dc, "WhenChanged": local_time(entry.changed),
            "WhenCreated": local_time(entry.created), "WhenChangedUTC": utc_time(entry.changed),
            "WhenCreatedUTC": utc_time(entry.created),
        }  # fmt: skip
        values |= self.shown(call, entry)
        if call.model.culture() != "en-US":
            values = {name: _in_culture(call, value) for name, value in (cls.shape.defaults() | values).items()}
        return Shaped(cls.shape, values, identity)

    # -- the verbs

    def run_get(self, call: Call) -> Iterable[Shaped]:
        """Get-: one, those that wildcards fit, or all."""
        asked = call["Identity"]
        found = call.model.scan({self.cls.kind}, call.dc) if asked is None else self.find(call, str(asked))
        return [self.view(call, entry) for entry in self.narrow(call, found)]

    def changes(self, call: Call, entry: Entry | None) -> dict[str, Any]:
        """What the bound parameters set, in normal form."""
        found: dict[str, Any] = {}
        for name, value in call.values.items():
            prop = None if name in CONTROL else self.cls.property_of(name)
            if prop is None:
                continue
            kind = call.cmdlet.signature.by_lower[name.lower()].kind
            old = self.cls.current(entry, prop.name) if entry else prop.default
            found[prop.name] = normal(prop, kind, value, self.cls.forms.get(prop.name), old)
        return found

    def run_new(self, call: Call) -> Iterable[Shaped]:
        """New-: checked, created, shown."""
        changes = self.changes(call, None)
        changes.setdefault("Name", str(call["Name"]))
        self.check(call, None, changes)
        self.check_name(call, str(changes["Name"]))
        if not call.should_process(f'Creating {self.name} "{changes["Name"]}".'):
            return ()
        entry = call.model.create(self.cls.kind, changes, call.dc)
        self.done(call, entry)
        return (self.view(call, call.model.entry(entry.guid) or entry),)

    def run_set(self, call: Call) -> Iterable[Shaped]:
        """Set-: all checks on the whole command, one write, and a warning when nothing changes."""
        return self.write(call, self.one(call, call["Identity"]))

    def write(self, call: Call, entry: Entry) -> Iterable[Shaped]:
        """Write what the call changes of an object."""
        changes = self.changes(call, entry)
        self.check(call, entry, changes)
        if changes.get("Name", entry.name).lower() != entry.name.lower():
            self.check_name(call, changes["Name"])
        identity = self.cls.identity(entry)
        if not call.should_process(f'Setting {self.name} "{identity}".'):
            return ()
        real = {name: value for name, value in changes.items() if self.cls.current(entry, name) != value}
        if not real:
            call.warn(f"The command completed successfully but no settings of '{identity}' have been modified.")
            return ()
        self.done(call, call.model.update(entry.guid, real, call.dc))
        return ()

    def run_remove(self, call: Call) -> Iterable[Shaped]:
        """Remove-."""
        entry = self.one(call, call["Identity"])
        self.removing(call, entry)
        if call.should_process(f'Removing {self.name} "{self.cls.identity(entry)}".'):
            call.model.remove(entry.guid, call.dc)
            self.gone(call, entry)
        return ()

    def check_name(self, call: Call, name: str) -> None:
        """CmdletError when a name is too long or taken."""
        if len(name) > _LONGEST_NAME:
            raise too_long("Name", name, _LONGEST_NAME)
        taken = next((e for e in call.model.scan({self.cls.kind}) if e.name.lower() == name.lower()), None)
        if taken is not None:
            raise CmdletError(
                "ADObjectAlreadyExistsException",
                f"Active Directory operation failed on {call.dc}. The object '{self.cls.dn(taken)}' already exists.",
            )

    def cmdlets(self) -> tuple[Cmdlet, ...]:
        """The cmdlets of the verbs that have a table."""
        kind = self.id_type or f"{self.name}IdParameter"
        named = f"Identity:{kind}"
        verbs = (
            ("Get", f"{named}@1|; DomainController:Fqdn", self.get, self.run_get),
            ("New", f"Name:String{'!' if self.named else ''}@1; {CHANGE}", self.new, self.run_new),
            ("Set", f"{named}!@1|; {CHANGE}", self.set, self.run_set),
            ("Remove", f"{named}!@1|; {CHANGE}", self.remove, self.run_remove),
        )
        return tuple(
            cmdlet(
                f"{verb}-{self.name}",
                f"{common}; {own}",
                run,
                area=self.area,
                sets=self.sets.get(verb, ()),
                confirms=verb == "Remove",
            )
            for verb, common, own, run in verbs
            if own is not None
        )


def _in_culture(call: Call, value: object) -> object:
    """A size as the server's culture writes it; anything else as it is."""
    return size_text(call.model, parse_size(value)) if isinstance(value, str) and value.endswith(" bytes)") else value


def too_long(prop: str, value: str, longest: int) -> CmdletError:
    """The error of a text that its property does not hold."""
    return CmdletError(
        "DataValidationException",
        f"The length of the property is too long. The maximum length is {longest} and the length of the value "
        f"provided is {len(value)}. Property Name: {prop}",
    )


def refused(text: str) -> CmdletError:
    """The error of a rule of Exchange that a command breaks."""
    return CmdletError("InvalidOperationException", text)


def checks(*parts: Check) -> Check:
    """Several checks, in their order."""

    def all_of(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
        for part in parts:
            part(call, entry, changes)

    return all_of


def numbers(**bounds: tuple[int, int]) -> Check:
    """A check of numbers against their bounds."""

    def within(_call: Call, _entry: Entry | None, changes: dict[str, Any]) -> None:
        for name, (lowest, highest) in bounds.items():
            value = changes.get(name)
            if isinstance(value, int) and not lowest <= value <= highest:
                raise CmdletError(
                    "DataValidationException",
                    f"The property value is out of range. Valid values are {lowest} to {highest}. The value you "
                    f"entered is {value}. Property Name: {name}",
                )

    return within
