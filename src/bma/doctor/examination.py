"""Every check made, one after the other, whatever becomes of each."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bma.doctor.check import CannotTellError, Check, Result, Theme, unknown
from bma.doctor.registry import THEMES
from bma.doctor.site import Site
from bma.errors import BmaError

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """A check and what it came to."""

    theme: str
    check: Check
    result: Result

    @property
    def advice(self) -> str | None:
        """What to do; nothing where all is well, or where only the reason is to be mended."""
        if self.result.status == "good":
            return None
        return self.result.advice or (self.check.advice if self.result.status != "unknown" else None)


@dataclass(frozen=True)
class Examination:
    """All findings about one site, in the order of the checks."""

    site: Site
    began: datetime
    ended: datetime
    findings: tuple[Finding, ...]

    @property
    def reached(self) -> bool:
        """Whether anything answered at all."""
        return all(item.result.status != "bad" for item in self.findings if item.check.id in ("DOC-NAME", "DOC-PORT"))


def examine(site: Site, themes: Sequence[Theme] = THEMES, tell: Tell = lambda _text: None) -> Examination:
    """Make every check; none ends the examination. The session is given back, and ``tell`` hears what is looked at."""
    began = datetime.now(UTC)
    findings: list[Finding] = []
    try:
        for theme in themes:
            tell(theme.title)
            findings += [Finding(theme.title, check, _made(check, site)) for check in theme.checks]
    finally:
        site.close()
    return Examination(site, began, datetime.now(UTC), tuple(findings))


def _made(check: Check, site: Site) -> Result:
    try:
        return check.run(site)
    except CannotTellError as reason:
        return unknown(reason.what if reason.where is None else f"{reason.where}: {reason.what}", reason.hint)
    except BmaError as fault:
        return unknown(str(fault))
    except Exception as error:
        # A defect of ours, or an answer stranger than any that was thought of: this check does not know, others may.
        last = traceback.extract_tb(error.__traceback__)[-1]
        return unknown(
            f"the check itself failed: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}",
            "Report it, with this page",
        )
