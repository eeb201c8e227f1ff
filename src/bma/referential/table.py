"""What every reader gives: rows of fields with their lines, whatever the form of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bma.referential.findings import Finding


@dataclass(frozen=True)
class Row:
    """One usable row: its 1-based first line, and clean text by field (:data:`bma.referential.columns.COLUMNS`).

    A field that the form does not have is absent; an empty cell is ``""``.
    """

    line: int
    values: dict[str, str]


@dataclass
class Table:
    """One file of the list. ``rows_read`` = usable ``rows`` + the rows ``set_aside`` by the reader."""

    path: Path
    form: str
    encoding: str
    rows: list[Row] = field(default_factory=list)
    set_aside: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """Every row of the file, usable or not."""
        return len(self.rows) + self.set_aside

    def refuse_row(self, code: str, line: int, message: str) -> None:
        """Set one row aside by name."""
        self.set_aside += 1
        self.tell(code, line, message)

    def tell(self, code: str, line: int, message: str, box: str | None = None) -> None:
        """Add one finding about a line of this file."""
        self.findings.append(Finding(code, f"{self.path}:{line}", message, box))
