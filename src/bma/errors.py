"""Faults an operator can act on.

Every foreseeable fault of the toolkit is a :class:`BmaError`: its text says what is wrong, where, and what to
do about it, and never needs a traceback beside it. Anything else that escapes is a defect of ours.
"""

from __future__ import annotations


class BmaError(Exception):
    """A foreseeable fault, told to the operator.

    ``what`` is one sentence without a final full stop, ``where`` a file and line, a box or a cmdlet, ``hint``
    what to do next. ``str()`` gives the three on one line.
    """

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f". {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class DocumentError(BmaError):
    """A file that the operator maintains is missing, unreadable, or says something that is not allowed."""


def printable(text: object) -> str:
    """``text`` with control characters written out: what comes from outside must not steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(text))
