"""The common part of Get-Mailbox, Get-Recipient, Get-User and Get-CASMailbox: identity, filter, ANR, sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lab.exchange.cmdlets.base import Call, CmdletError, limited, not_found
from lab.exchange.cmdlets.views import SIZES, getter
from lab.exchange.model.directory import Entry
from lab.exchange.model.opath import FilterError, compile_filter
from lab.exchange.shapes import Shape, Shaped

View = Callable[[Entry], Shaped]
_SIZES = frozenset(name.lower() for name in SIZES)
_NOT_FILTERABLE = frozenset({
    "retentionholdenabled", "isvalid", "objectstate", "originatingserver", "admindisplayversion",
    "exchangesecuritydescriptor", "auditadmin", "auditdelegate", "auditowner", "mailboxlocations",
})  # fmt: skip
"""Properties that Exchange works out or keeps in a form no filter reaches (lower-case); not the complete list."""


def search(call: Call, kinds: Iterable[str], shape: Shape, view: View) -> Iterator[Shaped]:
    """The objects a Get cmdlet shows; not found is an error only for -Identity."""
    identity = call["Identity"]
    if identity is not None:
        found = call.find(str(identity), kinds)
        if not found:
            raise not_found(str(identity), call.dc)
        return iter([view(entry) for entry in found])
    entries: Iterable[Entry] = call.model.scan(kinds, call.dc)
    return limited(call, map(view, _narrow(call, entries, shape, view)))


def _narrow(call: Call, entries: Iterable[Entry], shape: Shape, view: View) -> Iterable[Entry]:
    text = call.given("Filter") or call.given("RecipientPreviewFilter")
    if text:
        try:
            test = compile_filter(
                str(text), lambda name: name in shape.by_lower and name not in _NOT_FILTERABLE, _SIZES
            )
        except FilterError as error:
            raise CmdletError(
                "InvalidFilterException",
                f'Cannot bind parameter \'Filter\' to the target. Exception setting "Filter": "{error}"',
            ) from None
        entries = [entry for entry in entries if test(getter(entry, call.model, view))]
    resolved = call.given("Anr") or call.given("ANR")
    if resolved:
        text = str(resolved).lower()
        names = ("Name", "DisplayName", "Alias", "SamAccountName")
        entries = [
            entry
            for entry in entries
            if any(str(entry.get(name) or "").lower().startswith(text) for name in names)
            or any(address.lower().partition(":")[2].startswith(text) for address in entry.addresses)
        ]
    if call.given("OrganizationalUnit"):
        unit = str(call["OrganizationalUnit"]).lower()
        entries = [e for e in entries if unit in (e.container.lower(), e.container.lower().rpartition("/")[2])]
    if call.given("Database"):
        database = str(call["Database"]).lower()
        entries = [e for e in entries if str(e.get("Database", "")).lower() == database]
    for name in ("RecipientTypeDetails", "RecipientType"):
        if call.given(name):
            wanted = {item.lower() for item in call[name]}
            entries = [e for e in entries if str(view(e).value(name)).lower() in wanted]
    if call.given("SortBy"):
        key = str(call["SortBy"])
        entries = sorted(entries, key=lambda e: str(view(e).value(key) or "").lower())
    return entries
