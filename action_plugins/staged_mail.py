"""Action of ``staged_mail``: the mails of one box. Documentation: library/."""

from __future__ import annotations

from datetime import date
from typing import Any

from ansible.plugins.action import ActionBase

from bma.errors import BmaError
from bma.mail import Addressee, Outcome, Plan, Report, Wishes
from bma.mail.faults import MailError
from bma.mail.office import office
from bma.mail.telling import as_data, differences
from bma.password.desk import equip, tidy
from bma.store import open_ledger

ARGUMENTS = {
    "box": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "organisation": {"type": "str", "required": True},
    "kind": {"type": "str", "choices": ["ec", "po"]},
    "wave": {"type": "str", "default": ""},
    "cut_over": {"type": "str", "required": True},
    "rescue": {"type": "str"},
    "campaign": {"type": "str"},
    "steps": {"type": "list", "elements": "str", "default": []},
    "again": {"type": "list", "elements": "str", "default": []},
    "waive": {"type": "list", "elements": "str", "default": []},
    "ambiguous": {"type": "str", "choices": ["tell", "repeat", "arrived"], "default": "tell"},
    "today": {"type": "str"},
}


class ActionModule(ActionBase):
    """Runs on the controller; transfers nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send, or in check mode predict, the mails of one box that are due."""
        super().run(tmp, task_vars)
        _, options = self.validate_argument_spec(ARGUMENTS)
        variables = task_vars or {}
        try:
            report = self._report(options, variables)
        except BmaError as fault:
            return {"failed": True, "msg": str(fault)}
        told = _told(report, options["steps"])
        if self._task.diff:
            told["diff"] = differences(report)
        return told

    def _report(self, options: dict[str, Any], variables: dict[str, Any]) -> Report:
        made = office(
            variables.get("ansible_inventory_sources") or (),
            lambda name: self._templar.template(variables.get(name)),
            campaign=options["campaign"],
        )
        name = options["box"]
        box = Addressee(
            name, options["address"], options["organisation"], options["kind"] or name[:2], options["wave"],
            options["rescue"] or None,
        )  # fmt: skip
        plan = Plan({name: _day(options["cut_over"])})
        wishes = Wishes(options["steps"], options["again"], options["waive"], options["ambiguous"])
        check = self._task.check_mode
        with open_ledger(made.ledger, read_only=check) as ledger:
            post = made.post(ledger, plan, equip(made, ledger, {name: box}), options["today"])
            if check:
                return post.predict(wishes)
            report = post.run(wishes)
            tidy(made, ledger, options["today"], [name])
            return report


def _told(report: Report, steps: list[str]) -> dict[str, Any]:
    """A box fails for what is left undone of its mails; a step that was named also when it may not be sent."""
    wrong = report.of(Outcome.DEFERRED, Outcome.NOT_TRIED, Outcome.REFUSED, Outcome.AMBIGUOUS)
    wrong += [told for told in report.of(Outcome.LATE, Outcome.HELD) if not steps or told.step in steps]
    result = as_data(report) | {"changed": report.changed, "failed": bool(wrong)}
    if wrong:
        result["msg"] = "; ".join(f"mail {told.step} {told.outcome}: {told.why}" for told in wrong)
    return result


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise MailError(f"cut_over: {said!r} is no day; allowed: a day such as 2027-01-05") from error
