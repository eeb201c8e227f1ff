"""Kinds of several values, whose order means nothing."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from bma.resources.kinds.address import Address
from bma.resources.kinds.kind import Kind, NotUnderstoodError, scalar_text


class Names(Kind):
    """Names of objects, in any order; letter case does not count. The normal form is a sorted tuple, as written."""

    word = "list of names"
    schema: ClassVar[dict[str, Any]] = {"type": "array", "items": {"type": "string", "minLength": 1}}

    def normal(self, written: Any) -> tuple[str, ...]:
        if not isinstance(written, list | tuple) or not all(isinstance(item, str) and item for item in written):
            raise NotUnderstoodError(f"{written!r:.60} is not a list of names")
        return tuple(sorted(dict.fromkeys(written), key=str.casefold))

    def read(self, answered: Any) -> tuple[str, ...]:
        if answered is None or answered == "":
            return ()
        items = answered if isinstance(answered, list) else [answered]
        return self.normal([text for text in map(scalar_text, items) if text])

    def met(self, wanted: Any, observed: Any) -> bool:
        return bool({name.casefold() for name in wanted} == {name.casefold() for name in observed})

    def parameter(self, wanted: Any, observed: Any = None) -> list[str]:  # noqa: ARG002  as the base class
        return list(wanted)

    def shown(self, value: Any) -> list[str]:
        return list(value)


class Destinations(Names):
    """Where mail may go: addresses, and whole domains written ``@example.be``. The normal form is in small letters."""

    word = "list of addresses and @domains"
    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "items": {
            "type": "string",
            "pattern": r"^[^@\s,;<>\"]*@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$",
            "x-allowed": "an address such as name@example.be, or a domain such as @example.be",
        },
    }

    _WRITTEN: ClassVar[re.Pattern[str]] = re.compile(r"[^@\s,;<>\"]*@[^@\s,;<>\"]+\.[^@\s,;<>\"]+", re.ASCII)

    def normal(self, written: Any) -> tuple[str, ...]:
        names = super().normal(written)
        wrong = [name for name in names if not name.isascii() or not self._WRITTEN.fullmatch(name)]
        if wrong:
            raise NotUnderstoodError(f"{wrong[0]!r:.80} is neither an address nor a domain such as @example.be")
        return tuple(sorted({name.lower() for name in names}))


class Aliases(Kind):
    """Further SMTP addresses that a mailbox must have. Others that it has, of any type, are left to it.

    Exchange keeps all addresses of a mailbox in one collection, with X500 and SIP entries that must survive: what is
    missing is added to it, and the collection is never written as a whole.
    """

    word = "list of SMTP addresses"
    schema: ClassVar[dict[str, Any]] = {"type": "array", "items": Address.schema}

    def normal(self, written: Any) -> tuple[str, ...]:
        if not isinstance(written, list | tuple):
            raise NotUnderstoodError(f"{written!r:.60} is not a list of addresses")
        return tuple(sorted({str(Address().normal(item)) for item in written}))

    def read(self, answered: Any) -> tuple[str, ...]:
        if not isinstance(answered, list):
            raise NotUnderstoodError("no list of addresses")
        entries = [(scalar_text(item) or "").partition(":") for item in answered]
        return tuple(sorted(address.lower() for prefix, _, address in entries if prefix.lower() == "smtp"))

    def met(self, wanted: Any, observed: Any) -> bool:
        return set(wanted) <= set(observed or ())

    def parameter(self, wanted: Any, observed: Any = None) -> dict[str, list[str]]:
        return {"Add": [f"smtp:{address}" for address in wanted if address not in (observed or ())]}

    def shown(self, value: Any) -> list[str]:
        return list(value)
