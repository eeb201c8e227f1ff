"""The directory: recipients and configuration objects on two domain controllers.

An `Entry` is never changed in place: a write replaces it. Reads may therefore work on a snapshot while
other sessions write, and the old version is what the other domain controller still shows while a
replication delay lasts.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lab.exchange.model.store import Row, Store

AD_DOMAIN = "lab.example"
DOMAIN_CONTROLLERS = ("dc01.lab.example", "dc02.lab.example")
ORGANIZATION = "Lab"
LEGACY_GROUP = f"/o={ORGANIZATION}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"

RECIPIENTS = frozenset({"mailbox", "contact", "mailuser", "group", "user"})
MAIL_ENABLED = RECIPIENTS - {"user"}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One object: attributes under their Exchange property names, times in seconds since 1970 (UTC)."""

    guid: str
    kind: str
    attrs: Mapping[str, Any]
    created: float
    changed: float

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute as stored."""
        return self.attrs.get(name, default)

    @property
    def name(self) -> str:
        """The common name."""
        return str(self.attrs["Name"])

    @property
    def container(self) -> str:
        """The organizational unit in canonical form."""
        return str(self.attrs.get("OrganizationalUnit", f"{AD_DOMAIN}/Users"))

    @property
    def canonical(self) -> str:
        """`lab.example/Users/name`."""
        return f"{self.container}/{self.name}"

    @property
    def dn(self) -> str:
        """The distinguished name."""
        domain, *units = self.container.split("/")
        parts = [f"CN={self.name}"]
        parts += [("CN=" if unit == "Users" else "OU=") + unit for unit in reversed(units)]
        parts += [f"DC={label}" for label in domain.split(".")]
        return ",".join(parts)

    @property
    def addresses(self) -> list[str]:
        """The proxy addresses, each with its prefix; upper-case SMTP: is the primary one."""
        return list(self.attrs.get("EmailAddresses", ()))

    @property
    def primary(self) -> str:
        """The primary SMTP address, empty when there is none."""
        return next((a[5:] for a in self.attrs.get("EmailAddresses", ()) if a.startswith("SMTP:")), "")


def keys_of(entry: Entry) -> Iterator[Key]:
    """Everything an object can be found by."""
    yield "guid", entry.guid
    yield "name", entry.name.lower()
    if entry.kind not in RECIPIENTS:
        return
    yield "path", entry.canonical.lower()
    yield "path", entry.dn.lower()
    for field, attribute in (
        ("alias", "Alias"), ("upn", "UserPrincipalName"), ("sam", "SamAccountName"),
        ("path", "LegacyExchangeDN"), ("guid", "ExchangeGuid"),
    ):  # fmt: skip
        value = entry.get(attribute)
        if value:
            yield field, str(value).lower()
    for address in entry.get("EmailAddresses", ()):
        yield "proxy", address.lower()


def identity_keys(identity: str) -> list[Key]:
    """The keys an -Identity value may stand for."""
    text = identity.strip().lower()
    if len(text) in (36, 38):
        try:
            return [("guid", str(uuid.UUID(text)))]
        except ValueError:
            pass
    if "/" in text or ("=" in text and "," in text):
        return [("path", text)]
    if "\\" in text:
        text = text.rpartition("\\")[2]
        return [("sam", text)]
    keys: list[Key] = [("name", text), ("alias", text), ("upn", text), ("sam", text)]
    if "@" in text:
        keys.append(("proxy", text if ":" in text else f"smtp:{text}"))
    return keys


@dataclass(frozen=True, slots=True)
class _Recent:
    """A write the other domain controllers do not show before `visible`."""

    visible: float
    dc: str
    before: Entry | None


class Directory:
    """All objects, their index and their store. Take `lock` around a read-check-write."""

    def __init__(
        self,
        path: Path,
        *,
        delay: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.time,
        culture: Callable[[], str] = lambda: "en-US",
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._delay = delay
        self.settling: Callable[[], float] = lambda: 0.0
        """Seconds before some new configuration objects can be written."""
        self.culture = culture
        self._store = Store(path)
        self._entries: dict[str, Entry] = {}
        self._index: dict[Key, set[str]] = {}
        self._recent: dict[str, list[_Recent]] = {}
        for guid, kind, data in self._store.rows():
            self._remember(_from_row(guid, kind, data))

    @property
    def replication_delay(self) -> float:
        """Seconds before another domain controller shows a write."""
        return self._delay()

    def __len__(self) -> int:
        return len(self._entries)

    def close(self) -> None:
        """Close the store."""
        with self.lock:
            self._store.close()

    def clear(self) -> None:
        """Forget every object."""
        with self.lock:
            self._store.clear()
            self._entries.clear()
            self._index.clear()
            self._recent.clear()

    def entry(self, guid: str) -> Entry | None:
        """The newest version of an object."""
        return self._entries.get(guid)

    def holders(self, field: str, value: str, kinds: Iterable[str] = RECIPIENTS) -> list[Entry]:
        """The objects with this name, alias, upn, sam, path or proxy address, newest versions."""
        wanted = frozenset(kinds)
        found = (self._entries[guid] for guid in self._index.get((field, value.lower()), ()))
        return [entry for entry in found if entry.kind in wanted]

    def find(self, identity: str, kinds: Iterable[str], dc: str = "") -> list[Entry]:
        """The objects an -Identity value means, as `dc` shows them; a path or GUID is never ambiguous."""
        wanted, keys = frozenset(kinds), identity_keys(identity)
        with self.lock:
            hidden = self._hidden(dc)
            found: dict[str, Entry] = {}
            for key in keys:
                for guid in self._index.get(key, ()):
                    if guid not in hidden:
                        found[guid] = self._entries[guid]
            wanted_keys = set(keys)
            found |= {
                guid: before
                for guid, before in hidden.items()
                if before is not None and not wanted_keys.isdisjoint(keys_of(before))
            }
            return [entry for entry in found.values() if entry.kind in wanted]

    def scan(self, kinds: Iterable[str], dc: str = "") -> list[Entry]:
        """Every object of these kinds, as `dc` shows them, in the order of creation."""
        wanted = frozenset(kinds)
        with self.lock:
            hidden = self._hidden(dc)
            if not hidden:
                return [entry for entry in self._entries.values() if entry.kind in wanted]
            shown = [hidden.get(entry.guid, entry) for entry in self._entries.values()]
            shown += [before for guid, before in hidden.items() if guid not in self._entries]
            return [entry for entry in shown if entry is not None and entry.kind in wanted]

    def kinds(self) -> frozenset[str]:
        """The kinds of object there are."""
        with self.lock:
            return frozenset(entry.kind for entry in self._entries.values())

    def _hidden(self, dc: str) -> dict[str, Entry | None]:
        """What `dc` does not show yet: guid to the version it still has (None: not created there)."""
        if not self._recent:
            return {}
        now = self.clock()
        hidden: dict[str, Entry | None] = {}
        for guid, writes in list(self._recent.items()):
            pending = [write for write in writes if write.visible > now]
            if not pending:
                del self._recent[guid]
                continue
            self._recent[guid] = pending
            foreign = next((write for write in pending if dc and write.dc != dc), None)
            if foreign is not None:
                hidden[guid] = foreign.before
        return hidden

    def create(self, kind: str, attrs: Mapping[str, Any], dc: str = "", guid: str = "") -> Entry:
        """Add an object."""
        now = self.clock()
        entry = Entry(guid or str(uuid.uuid4()), kind, dict(attrs), now, now)
        self.put([entry], dc)
        return entry

    def update(self, guid: str, changes: Mapping[str, Any], dc: str = "", kind: str = "") -> Entry:
        """Write attributes of the newest version, as multi-master replication would merge them."""
        with self.lock:
            old = self._entries[guid]
            entry = replace(old, kind=kind or old.kind, attrs={**old.attrs, **changes}, changed=self.clock())
            self.put([entry], dc)
            return entry

    def put(self, entries: list[Entry], dc: str = "") -> None:
        """Write objects as they are, in one transaction."""
        with self.lock:
            self._store.put([_to_row(entry) for entry in entries])
            for entry in entries:
                before = self._entries.get(entry.guid)
                self._note(entry.guid, before, dc)
                if before is not None:
                    self._forget(before)
                self._remember(entry)

    def remove(self, guid: str, dc: str = "") -> None:
        """Delete an object; the other domain controller shows it until the delay is over."""
        with self.lock:
            before = self._entries.pop(guid)
            self._store.remove(guid)
            self._note(guid, before, dc)
            self._forget(before)

    def _note(self, guid: str, before: Entry | None, dc: str) -> None:
        if self.replication_delay > 0 and dc:
            write = _Recent(self.clock() + self.replication_delay, dc, before)
            self._recent.setdefault(guid, []).append(write)

    def _remember(self, entry: Entry) -> None:
        self._entries[entry.guid] = entry
        for key in keys_of(entry):
            self._index.setdefault(key, set()).add(entry.guid)

    def _forget(self, entry: Entry) -> None:
        for key in keys_of(entry):
            guids = self._index.get(key)
            if guids is not None:
                guids.discard(entry.guid)
                if not guids:
                    del self._index[key]


def _to_row(entry: Entry) -> Row:
    data = {"attrs": entry.attrs, "created": entry.created, "changed": entry.changed}
    return entry.guid, entry.kind, json.dumps(data, ensure_ascii=False)


def _from_row(guid: str, kind: str, data: Mapping[str, Any]) -> Entry:
    return Entry(guid, kind, data["attrs"], data["created"], data["changed"])
