"""Addresses that a mail may be sent to."""

from __future__ import annotations

import re

from bma.errors import printable
from bma.mail.faults import MailError

_LONGEST, _LONGEST_LOCAL = 254, 64
_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def address(text: str, where: str) -> str:
    """``text``, when it is an address of ASCII letters that every relay on the way understands.

    Raises :class:`~bma.mail.faults.MailError` naming ``where`` otherwise: quoted local parts, comments, blanks, line
    breaks and letters beyond ASCII are refused.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or len(text) > _LONGEST or len(found["local"]) > _LONGEST_LOCAL:
        hint = None if text.isascii() else "Addresses beyond ASCII are not understood by every relay: ask for another"
        raise MailError(f"{printable(text)!r:.100} is not an address that mail can be sent to", where=where, hint=hint)
    return text


def domain_of(text: str) -> str:
    """The part after the @."""
    return text.rpartition("@")[2]
