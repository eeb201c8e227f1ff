"""Secrets in mails: they are put in when the bytes go out, and are kept nowhere."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

PASSWORD = "password"  # noqa: S105 - the name of a secret
HIDDEN = "••••••••"


class SecretText:
    """A secret on its way. ``reference`` names it where it is kept and tells nothing about it.

    It cannot be printed, pickled or copied by accident: :meth:`reveal` is the one way to read it.
    """

    __slots__ = ("_text", "reference")

    def __init__(self, text: str, reference: str) -> None:
        self._text = text
        self.reference = reference

    def reveal(self) -> str:
        """The secret in clear."""
        return self._text

    def __repr__(self) -> str:
        return f"SecretText({self.reference!r})"

    def __str__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be written anywhere")

    def __deepcopy__(self, memo: Any) -> NoReturn:
        raise TypeError("a secret is not to be copied")


class Secrets(Protocol):
    """Where secrets come from. A secret that has been replaced has another reference."""

    def reference(self, box: str, step: str) -> str | None:
        """The reference of the secret that this mail is to carry now; None when there is none."""

    def secret(self, reference: str) -> SecretText | None:
        """The secret itself, asked for just before it is sent; None when it is gone or has been replaced."""


class NoSecrets:
    """No secret is held anywhere: mails that need one wait."""

    def reference(self, box: str, step: str) -> str | None:  # noqa: ARG002 - the protocol's form
        """None."""
        return None

    def secret(self, reference: str) -> SecretText | None:  # noqa: ARG002 - the protocol's form
        """None."""
        return None


def placeholder(name: str = PASSWORD) -> str:
    """What stands for a secret in everything that is kept."""
    return f"[[secret:{name}]]"


def masked(text: str, secret: SecretText | None) -> str:
    """``text`` without the secret, in case somebody outside has repeated it."""
    return text.replace(secret.reveal(), HIDDEN) if secret is not None and secret.reveal() else text
