"""What the reading of a referential has to say: findings with stable codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Code:
    """One kind of finding. ``strict``: with ``strict: true`` a finding of this kind refuses the inventory."""

    severity: Severity
    meaning: str
    strict: bool = False


CODES: dict[str, Code] = {
    "row-width": Code("error", "The row has more or fewer cells than the header; it is set aside."),
    "row-shape": Code("error", "The record is not a flat object, or a cell holds no text; it is set aside."),
    "row-number": Code("error", "The row has no usable FASE number at all; it is set aside."),
    "fiche-type": Code("error", "The Fiche is neither PO, ETAB nor IMPL; it is set aside."),
    "fiche-orphan": Code("error", "The IMPL Fiche is under no establishment; it is set aside."),
    "etab-number": Code("error", "The establishment number is unusable; the row gives its PO only."),
    "po-number": Code("error", "The PO number is unusable; the row gives its establishment only."),
    "implantation-number": Code("warning", "The implantation number is unusable; the rest of the row counts."),
    "name-missing": Code("warning", "No row names the organisation; its box name stands in for the name."),
    "name-conflict": Code("warning", "Rows give the organisation several names; the finding says which is kept."),
    "po-conflict": Code("warning", "Rows give the establishment several PO; the finding says which is kept."),
    "reseau-conflict": Code("warning", "Rows give the establishment several réseaux; one is kept."),
    "detail-conflict": Code("warning", "Rows disagree on another single value (address, bassin …); one is kept."),
    "unit-redefined": Code("warning", "A later file says something else about the organisation; it wins."),
    "po-unknown": Code("warning", "Establishments name a PO that no file describes; it has no box here."),
    "address-differs": Code("warning", "The FASE record holds another BMA address than the number gives."),
    "column-missing": Code("warning", "A known column is not in the file; its variable stays empty."),
    "column-unknown": Code("info", "A column is not known here and is not read."),
    "encoding-legacy": Code("info", "The file is not UTF-8; it was read as Windows-1252."),
    "supplement-collision": Code("warning", "The supplement describes an organisation of the open data; it wins."),
    "alias-unknown-box": Code("warning", "The supplement gives an alias to a box that is not there.", strict=True),
    "exclude-unknown-box": Code("warning", "The exclude file names a box that is not there.", strict=True),
    "exclude-expired": Code("warning", "The exclusion has ended; the box is in the inventory again."),
    "excluded": Code("info", "The box is left out of the inventory, for the reason given."),
    "wave-unknown-box": Code("warning", "The wave file names a box that is not there.", strict=True),
    "wave-excluded-box": Code("warning", "The wave file names a box that is excluded.", strict=True),
    "group-suffix": Code("warning", "Two labels give the same group name; both groups carry a suffix."),
}
"""Every code there is; the codes are stable, their texts are not."""


@dataclass(frozen=True)
class Finding:
    """One thing seen. ``where`` is ``file:line``; ``box`` the host it is about, when there is one."""

    code: str
    where: str
    message: str
    box: str | None = None

    @property
    def severity(self) -> Severity:
        """How much it matters: ``error`` loses data, ``warning`` asks for a look, ``info`` only tells."""
        return CODES[self.code].severity

    def to_dict(self) -> dict[str, str | None]:
        """The finding as plain values, for JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "where": self.where,
            "box": self.box,
            "message": self.message,
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]"
