"""Callback: at the end of a run, how many boxes were created, changed, left alone, failed or not reached, and why."""

from __future__ import annotations

import atexit
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from ansible import constants as C  # noqa: N812  Ansible's own name for it
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: wave_summary
type: notification
short_description: Counts boxes at the end of a run, and groups failures by cause
description:
  - After the play recap, one line says how many boxes were created, changed, left as they were, have failed, or
    were not reached because the wave was stopped.
  - Failures are grouped by cause, each with the boxes it has hit; so is what could not be read, and what the policy
    only wants told.
  - A box of which something could not be read, and nothing was to be changed, is counted as unknown, not as unchanged.
  - The boxes that have failed or were not reached are written to a retry file for C(--limit), which a run that leaves
    none removes. A prediction writes none, and neither does a run that has failed before its first box.
  - An interrupted run is summed up as well.
  - Prints nothing for a playbook that has no C(exchange_mailbox) task.
"""

_WEIGHTS = ("unchanged", "unknown", "changed", "created", "failed")
_NAMED = 8
"""Boxes named per cause; the retry file has them all."""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "wave_summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._check = False
        self._wanted: set[str] = set()
        self._done: dict[str, str] = {}
        self._causes: dict[str, list[str]] = defaultdict(list)
        self._unknown: dict[str, list[str]] = defaultdict(list)
        self._findings: dict[str, list[str]] = defaultdict(list)
        self._playbook = "playbook"
        self._told = False
        self._process = os.getpid()

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbook = Path(playbook._file_name).stem
        # Ansible says nothing more after an interruption: this does.
        atexit.register(self._sum_up)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._check = self._check or bool(play.check_mode)
        if any(self._converges(block) for block in play.compile()):
            # Whole, not the batch that `serial` has restricted it to.
            inventory = play.get_variable_manager()._inventory
            self._wanted.update(host.name for host in inventory.get_hosts(play.hosts, ignore_restrictions=True))

    def v2_runner_on_ok(self, result: Any) -> None:
        if result.task.action == "exchange_mailbox":
            self._note(result.host.name, _outcome(result.result))
            self._told_of(result.host.name, result.result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002  ditto
        if result.task.action != "exchange_mailbox":
            return
        box = result.host.name
        self._note(box, "failed")
        self._causes[_cause(box, str(result.result.get("msg", "")))].append(box)

    def _told_of(self, box: str, outcome: dict[str, Any]) -> None:
        """What a box's own line would say, which nobody reads for thousands of boxes."""
        for reason, keys in _by_reason(outcome.get("unknown") or {}).items():
            self._unknown[_cause(box, f"{keys}: {reason}")].append(box)
        for finding in outcome.get("findings") or ():
            self._findings[_cause(box, finding)].append(box)

    def _note(self, box: str, word: str) -> None:
        """Of several tasks on one box, what weighs most."""
        self._wanted.add(box)
        self._done[box] = max(word, self._done.get(box, word), key=_WEIGHTS.index)

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002  the callback's form
        self._sum_up()

    def _sum_up(self) -> None:
        if self._told or not self._wanted or os.getpid() != self._process:
            return
        self._told = True
        counts = {word: list(self._done.values()).count(word) for word in ("created", "changed", "unchanged", "failed")}
        unknown = list(self._done.values()).count("unknown")
        missed = sorted(self._wanted - set(self._done))
        told = [f"{count} {_word(word, self._check)}" for word, count in counts.items()]
        told += [f"{unknown} unknown"] if unknown else []
        told += [f"{len(missed)} not reached"] if missed else []
        self._display.banner("BOXES")
        self._display.display(", ".join(told), color=_color(counts, missed))
        self._by_cause("", self._causes, "red")
        if missed:
            self._display.display(f"  not reached: {_names(missed)}", color="red")
        self._by_cause("could not be read, left alone", self._unknown, "yellow")
        self._by_cause("found, only told as policy says", self._findings, "yellow")
        if not self._check:
            self._retry([box for box, word in self._done.items() if word == "failed"] + missed)

    def _by_cause(self, title: str, causes: dict[str, list[str]], color: str) -> None:
        if title and causes:
            self._display.display(f"  {title}:", color=color)
        indent = "    " if title else "  "
        for cause, boxes in sorted(causes.items(), key=lambda item: (-len(item[1]), item[0])):
            self._display.display(f"{indent}{len(boxes)} × {cause}: {_names(boxes)}", color=color)

    def _retry(self, boxes: list[str]) -> None:
        """Ansible's own retry file has every host of a batch that was stopped, and of a play that never began."""
        path = Path(C.RETRY_FILES_SAVE_PATH or ".") / f"{self._playbook}.retry"
        if not boxes:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{box}\n" for box in sorted(boxes)))
        self._display.display(f"  what is left to do: --limit @{path}", color="yellow")

    @staticmethod
    def _converges(block: Any) -> bool:
        return any(
            getattr(task, "action", None) == "exchange_mailbox"
            or (hasattr(task, "block") and CallbackModule._converges(task))
            for task in block.block
        )


def _outcome(outcome: dict[str, Any]) -> str:
    if outcome.get("changed"):
        return "created" if outcome.get("created") else "changed"
    return "unknown" if outcome.get("unknown") else "unchanged"


def _by_reason(unknown: dict[str, str]) -> dict[str, str]:
    """Reason to the settings that it is the reason of, told together."""
    keys: dict[str, list[str]] = defaultdict(list)
    for key, reason in unknown.items():
        keys[reason].append(key)
    return {reason: ", ".join(sorted(names)) for reason, names in keys.items()}


def _word(word: str, check: bool) -> str:
    return f"would be {word}" if check and word in ("created", "changed") else word


def _color(counts: dict[str, int], missed: list[str]) -> str:
    if counts["failed"] or missed:
        return "red"
    return "yellow" if counts["created"] or counts["changed"] else "green"


def _cause(box: str, message: str) -> str:
    """The message without what is particular to one box, so that the same cause counts as one."""
    general = re.sub(rf"\b{re.escape(box)}(@[\w.-]+)?\b", "the box", message.splitlines()[0] if message else "?")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", general)


def _names(boxes: list[str]) -> str:
    named = ", ".join(sorted(boxes)[:_NAMED])
    return named if len(boxes) <= _NAMED else f"{named} and {len(boxes) - _NAMED} more"
