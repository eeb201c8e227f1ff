"""Passwords made of French words, with the operating system's randomness and no other."""

from __future__ import annotations

import secrets
import string
from collections.abc import Collection

from bma.password.faults import PasswordError
from bma.password.rules import Rules
from bma.resources.commands import Secret

_TRIES = 20
"""More rejections than this in a row do not happen while :meth:`~bma.password.rules.Rules.bits` is right to a bit."""

_MOST_LENGTHS = 100_000


def generate(rules: Rules, avoided: Collection[str] = (), where: str | None = None) -> Secret:
    """A password that fits the rules and holds nothing of ``avoided``.

    Raises :class:`~bma.password.faults.PasswordError` naming ``where`` when what must be avoided leaves too few words
    for the bits that the rules ask for, or nothing that fits.
    """
    usable = rules.usable(avoided)
    if rules.bits(usable) < rules.minimum_bits:
        raise PasswordError(
            f"only {len(usable)} words hold nothing of the name of the box: passwords of them are too easy to guess",
            where=where,
        )
    wrong_lengths = 0
    rejected = 0
    while rejected < _TRIES and wrong_lengths < _MOST_LENGTHS:
        password = _one(rules, usable)
        if not rules.minimum_length <= len(password) <= rules.maximum_length:
            wrong_lengths += 1
        elif rules.objections(password, avoided):
            rejected += 1
        else:
            return Secret(password)
    raise PasswordError("hardly any password fits the rules", where=where, hint="Look at forbidden and the lengths")


def _one(rules: Rules, usable: tuple[str, ...]) -> str:
    chosen = [secrets.choice(usable) for _ in range(rules.words)]
    if rules.capital:
        place = secrets.randbelow(rules.words)
        chosen[place] = chosen[place].capitalize()
    if rules.digits:
        chosen.append("".join(secrets.choice(string.digits) for _ in range(rules.digits)))
    return rules.separator.join(chosen)
