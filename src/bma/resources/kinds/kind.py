"""What a kind of value is, and the one way of reading a scalar that all kinds share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar


class NotUnderstoodError(ValueError):
    """A value that the kind cannot put into its normal form; the text says what would be understood."""


class Kind(ABC):
    """One kind of value. The normal form is a JSON scalar or a tuple of them, so that plans can show it."""

    word: ClassVar[str]
    """What the documentation calls it."""
    schema: ClassVar[dict[str, Any]]
    """What policy may write, as JSON Schema."""

    @abstractmethod
    def normal(self, written: Any) -> Any:
        """The normal form of what policy says. Raises :class:`NotUnderstoodError`."""

    @abstractmethod
    def read(self, answered: Any) -> Any:
        """The normal form of what Exchange answered. Raises :class:`NotUnderstoodError`."""

    def met(self, wanted: Any, observed: Any) -> bool:
        """Whether the normal form ``observed`` is what the normal form ``wanted`` asks for."""
        return bool(wanted == observed)

    def parameter(self, wanted: Any, observed: Any = None) -> Any:  # noqa: ARG002  a set of values needs both sides
        """What to send to a cmdlet that makes ``observed`` into ``wanted``, both in normal form."""
        return wanted

    def shown(self, value: Any) -> Any:
        """``value`` as people write it, for diffs and reports."""
        return value


def scalar_text(answered: Any) -> str | None:
    """The text of a scalar in either serialization level: flattened, or an object with a ToString."""
    if answered is None or isinstance(answered, str):
        return answered
    if hasattr(answered, "properties"):
        if answered.text is None:
            raise NotUnderstoodError("an object without text where a value is expected")
        return str(answered.text)
    if isinstance(answered, bool | list | dict):
        # Not shown: a hostile answer can be small on the wire and endless when written out.
        raise NotUnderstoodError(f"a {type(answered).__name__} where text is expected")
    return str(answered)
