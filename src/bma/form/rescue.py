"""Rescue addresses: whether mail to one can arrive, as far as that can be told without asking anybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher

from bma.mail.addresses import address
from bma.mail.faults import MailError

_RESERVED = frozenset(
    {"test", "example", "invalid", "localhost", "local", "internal", "lan", "home", "corp", "localdomain", "onion"}
)
"""Top-level domains that no mail server on the internet has (RFC 2606, 6761, 6762, 7686, 8375, and habits)."""

_RESERVED_DOMAINS = ("example.com", "example.org", "example.net", "home.arpa")

_PROVIDERS = (
    "gmail.com",
    "hotmail.com",
    "hotmail.be",
    "outlook.com",
    "outlook.be",
    "live.be",
    "live.com",
    "yahoo.com",
    "yahoo.fr",
    "icloud.com",
    "skynet.be",
    "proximus.be",
    "telenet.be",
    "voo.be",
    "scarlet.be",
    "proton.me",
    "protonmail.com",
    "msn.com",
    "belgacom.net",
)
_REAL = frozenset(
    {
        "mail.com", "mail.be", "ymail.com", "email.com", "live.fr", "live.nl", "hotmail.fr", "outlook.fr", "yahoo.be",
        "yahoo.co.uk", "msn.be", "mac.com", "me.com",
    }
)  # fmt: skip
"""Real ones that are a letter away from one of those."""

_ALMOST = 0.93
_ENDS = {"con": "com", "cmo": "com", "comm": "com", "cm": "com", "vom": "com", "coom": "com", "bee": "be", "eb": "be"}


@dataclass(frozen=True)
class RescueRules:
    """``domain``: that of the boxes. ``allowed_domains``: reserved ones that are let through, for rehearsals."""

    domain: str
    allowed_domains: Collection[str] = ()


def rescue_address(said: str, own: str, rules: RescueRules, where: str) -> tuple[str, tuple[str, ...]]:
    """The address, its domain in small letters, and doubts about it.

    Raises :class:`~bma.mail.faults.MailError` for what is no address, is in the domain of the boxes, or is in a domain
    that no mail can be sent to. The text does not repeat the address: it is personal.
    """
    text = said.strip().removeprefix("mailto:").strip()
    try:
        address(text, where)
    except MailError:
        hint = None if text.isascii() else "Letters with accents are not understood by every relay"
        raise MailError("the rescue address is not an address that mail can be sent to", hint=hint) from None
    local, _, domain = text.rpartition("@")
    domain = domain.lower()
    if domain == rules.domain.lower() or domain.endswith(f".{rules.domain.lower()}"):
        own_box = f"{local}@{domain}".lower() == own.lower()
        which = "the box itself" if own_box else f"in {rules.domain}, the domain of the boxes"
        raise MailError(f"the rescue address is {which}: it must be one that can be read when the box cannot")
    if not _allowed(domain, rules.allowed_domains):
        _require_plausible(domain)
    return f"{local}@{domain}", _doubts(domain)


def _allowed(domain: str, allowed: Collection[str]) -> bool:
    return any(domain == other.lower() or domain.endswith(f".{other.lower()}") for other in allowed)


def _require_plausible(domain: str) -> None:
    last = domain.rpartition(".")[2]
    if not last.isalpha() and not last.startswith("xn--"):
        raise MailError("the rescue address is at a bare number, which has no mail server")
    if len(last) < len("be"):
        raise MailError(f"the rescue address ends with .{last}, which is no top-level domain")
    if (
        last in _RESERVED
        or domain in _RESERVED_DOMAINS
        or domain.endswith(tuple(f".{name}" for name in _RESERVED_DOMAINS))
    ):
        raise MailError(f"the rescue address is in {domain}, to which no mail can be sent")


def _doubts(domain: str) -> tuple[str, ...]:
    """What is probably a slip of the keyboard: told, not refused."""
    if domain in _PROVIDERS or domain in _REAL:
        return ()
    name, _, last = domain.rpartition(".")
    if last in _ENDS:
        return (f"its domain {domain} may be meant to be {name}.{_ENDS[last]}",)
    for provider in _PROVIDERS:
        if _one_slip(domain, provider) or SequenceMatcher(None, domain, provider).ratio() >= _ALMOST:
            return (f"its domain {domain} may be meant to be {provider}",)
    return ()


def _one_slip(said: str, meant: str) -> bool:
    """Whether one letter was left out, added, changed, or two were swapped, in a domain of some length."""
    if abs(len(said) - len(meant)) > 1 or len(meant) < len("voo.be") + 2:
        return False
    start = next((place for place, (a, b) in enumerate(zip(said, meant, strict=False)) if a != b), None)
    if start is None:
        return len(said) != len(meant)
    a, b = said[start:], meant[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]
