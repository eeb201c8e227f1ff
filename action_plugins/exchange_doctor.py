"""Action of ``exchange_doctor``: has the site examined, writes the page. Documentation: library/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from bma.doctor.page import html, markdown
from bma.doctor.process import examined, wanted
from bma.doctor.report import summary
from bma.errors import BmaError

ARGUMENTS = {
    "boxes": {"type": "list", "elements": "str", "default": []},
    "label": {"type": "str", "default": ""},
    "policy": {"type": "dict"},
    "expected_size": {"type": "str"},
    "account": {"type": "str", "choices": ["migration", "audit"], "default": "migration"},
    "folder": {"type": "path", "default": "reports/doctor"},
    "strict": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Runs on the controller; check mode is no different, since nothing but the page is ever written."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        _, options = self.validate_argument_spec(ARGUMENTS)
        scope = {name: options[name] for name in ("boxes", "label", "policy", "expected_size")}
        try:
            site = wanted(
                lambda name: self._templar.template(variables.get(name)), scope, audit=options["account"] == "audit"
            )
            report = examined(site, tell=lambda text: self._display.verbose(f"looking at: {text}", host="localhost"))
            files = _write(report, Path(options["folder"]))
        except BmaError as fault:
            raise AnsibleActionFail(str(fault)) from None
        except OSError as error:
            raise AnsibleActionFail(f"the page cannot be written: {error}") from None
        self._display.display(summary(report))
        self._display.display(f"the page: {files[0]}")
        return result | _told(report, files) | _failure(report, strict=options["strict"])


def _write(report: dict[str, Any], folder: Path) -> list[Path]:
    contents = {
        folder / "doctor.html": html(report),
        folder / "doctor.md": markdown(report),
        folder / "doctor.json": json.dumps(report, ensure_ascii=False, indent=2) + "\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        path.write_text(text, encoding="utf-8")
    return list(contents)


def _told(report: dict[str, Any], files: list[Path]) -> dict[str, Any]:
    return {
        "changed": False,
        "reached": report["reached"],
        "counts": report["counts"],
        "safe_sessions": report["safe_sessions"],
        "results": {check["id"]: check["result"] for check in report["checks"]},
        "files": [str(path) for path in files],
    }


def _failure(report: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    if not report["reached"]:
        first = next(check for check in report["checks"] if check["result"] == "bad")
        return {"failed": True, "msg": f"nothing could be reached: {first['observed']}. {first['advice']}"}
    if strict and report["counts"]["bad"]:
        found = ", ".join(check["id"] for check in report["checks"] if check["result"] == "bad")
        return {"failed": True, "msg": f"bad: {found}; see the page"}
    return {}
