"""Action of ``staged_mail_preview``: mails as files to look at. Documentation: library/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.mail.office import office
from bma.mail.preview import Page, index, pages

ARGUMENTS = {
    "inventory": {"type": "list", "elements": "path"},
    "boxes": {"type": "list", "elements": "str"},
    "campaign": {"type": "str"},
    "folder": {"type": "path", "default": "reports/preview"},
}


class ActionModule(ActionBase):
    """Runs on the controller, once for all boxes; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Render every mail of the campaign for these boxes; in check mode, render and write nothing."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        variables = task_vars or {}
        try:
            made = office(
                options["inventory"] or variables.get("ansible_inventory_sources") or (),
                lambda name: self._templar.template(variables.get(name)),
                campaign=options["campaign"],
            )
            plan = made.plan()
            first = min(plan.days.values(), default=made.campaign.first_day)
            shown = list(pages(made.writer, made.boxes(options["boxes"], first), plan.days))
            folder = Path(options["folder"])
            if not self._task.check_mode:
                _write(folder, shown, made.campaign.title)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        except OSError as error:
            return {"failed": True, "msg": f"the preview cannot be written: {error}"}
        odd = [page for page in shown if page.oddities]
        for page in odd[:8]:
            self._display.warning(f"{page.box}, mail {page.step}: {page.oddities[0]}")
        self._display.display(
            f"{len(shown)} mails of {len({page.box for page in shown})} boxes: {folder / 'index.html'}"
        )
        return {"changed": False, "mails": len(shown), "odd": len(odd), "index": str(folder / "index.html")}


def _write(folder: Path, shown: list[Page], title: str) -> None:
    for page in shown:
        place = folder / page.box
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{page.step}.eml").write_bytes(page.eml)
        (place / f"{page.step}.txt").write_text(page.text, encoding="utf-8")
        (place / f"{page.step}.html").write_text(page.html, encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index(title, shown), encoding="utf-8")
