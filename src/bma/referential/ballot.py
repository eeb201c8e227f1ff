"""Rows that should agree on one value, and what is kept when they do not."""

from __future__ import annotations

from bma.referential.text import shown


class Ballot:
    """Counts the values that rows give to the attributes of one unit; empty values do not vote."""

    __slots__ = ("_votes",)

    def __init__(self) -> None:
        self._votes: dict[str, dict[str, list[int]]] = {}

    def cast(self, attribute: str, value: str, line: int) -> None:
        """One row, at ``line``, gives ``value`` to ``attribute``."""
        if not value:
            return
        values = self._votes.setdefault(attribute, {})
        vote = values.get(value)
        if vote is None:
            values[value] = [1, line]
        else:
            vote[0] += 1
            if line < vote[1]:
                vote[1] = line

    def kept(self, attribute: str) -> str:
        """The value most rows give; when as many rows give another, the one of the earliest line."""
        values = self._votes.get(attribute)
        if not values:
            return ""
        if len(values) == 1:
            return next(iter(values))
        return self._ranked(attribute)[0][0]

    def every(self, attribute: str) -> tuple[str, ...]:
        """All values of an attribute that may have several, sorted."""
        return tuple(sorted(self._votes.get(attribute, ())))

    def contested(self) -> list[str]:
        """The attributes that rows disagree on."""
        return [attribute for attribute, values in self._votes.items() if len(values) > 1]

    def account(self, attribute: str) -> tuple[int, str]:
        """(line of the value kept, every value with its rows and first line, and why one is kept)."""
        ranked = self._ranked(attribute)
        told = [_told(value, count, line) for value, (count, line) in ranked]
        tied = ranked[0][1][0] == ranked[1][1][0]
        why = "the first of as many rows" if tied else "in most rows"
        return ranked[0][1][1], f"{' / '.join(told)}; kept: {shown(ranked[0][0])}, {why}"

    def _ranked(self, attribute: str) -> list[tuple[str, list[int]]]:
        return sorted(self._votes[attribute].items(), key=lambda item: (-item[1][0], item[1][1], item[0]))


def _told(value: str, count: int, line: int) -> str:
    rows = f"{count} rows, first at line {line}" if count > 1 else f"line {line}"
    return f"{shown(value)} ({rows})"
