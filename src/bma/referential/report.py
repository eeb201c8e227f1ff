"""The report on a referential: totals that add up, findings, exclusions, supplement, differences."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from bma.referential.build import Referential
from bma.referential.differences import Differences
from bma.referential.fase_number import KINDS
from bma.referential.findings import SEVERITIES, Finding

VERSION = 1
"""Version of the JSON: raised when a key changes its meaning or goes."""


@dataclass(frozen=True)
class Report:
    """A pure view of one referential; ``differences`` from a previous one when there is one."""

    referential: Referential
    differences: Differences | None = None

    @property
    def findings(self) -> list[Finding]:
        """Every finding, the gravest first, in the order of the files within a severity."""
        return sorted(self.referential.findings, key=lambda finding: SEVERITIES.index(finding.severity))

    def by_severity(self) -> dict[str, int]:
        """How many findings of each severity."""
        counts = Counter(finding.severity for finding in self.referential.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    def by_code(self) -> dict[str, int]:
        """How many findings of each code that occurs."""
        return dict(sorted(Counter(finding.code for finding in self.referential.findings).items()))

    def totals(self) -> dict[str, Any]:
        """``organisations`` = ``list`` + ``supplement`` = ``hosts.total`` + ``excluded``."""
        found = self.referential
        listed = len(found.units) - found.added
        hosts = {kind: found.hosts(kind) for kind in KINDS}
        return {
            "organisations": len(found.units),
            "list": listed,
            "supplement": found.added,
            "hosts": {**hosts, "total": len(found.boxes)},
            "excluded": len(found.excluded),
            "groups": len(found.groups),
        }

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON. Two runs over the same files give the same value."""
        found = self.referential
        return {
            "version": VERSION,
            "domain": found.settings.domain,
            "totals": self.totals(),
            "files": [asdict(file) for file in found.files],
            "findings": {
                "by_severity": self.by_severity(),
                "by_code": self.by_code(),
                "all": [finding.to_dict() for finding in self.findings],
            },
            "excluded": [exclusion.to_dict() for exclusion in found.excluded],
            "supplement": [{"box": unit.box, "name": unit.title, "where": unit.source} for unit in found.supplemented],
            "differences": self.differences.to_dict() if self.differences else None,
        }
