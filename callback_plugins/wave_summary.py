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
  - Failures are grouped by cause, each with the boxes it has hit.
  - The boxes that have failed or were not reached are written to a retry file for C(--limit), which a run that leaves
    none removes. A prediction writes none, and neither does a run that has failed before its first box.
  - An interrupted run is summed up as well.
  - Prints nothing for a playbook that has no C(exchange_mailbox) task.
"""

_WEIGHTS = ("unchanged", "changed", "created", "failed")
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
        self._warned: list[str] = []
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
            outcome = result.result
            word = "created" if outcome.get("created") else "changed" if outcome.get("changed") else "unchanged"
            self._note(result.host.name, word)
            if outcome.get("unknown"):
                self._warned.append(result.host.name)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002  ditto
        if result.task.action != "exchange_mailbox":
            return
        box = result.host.name
        self._note(box, "failed")
        self._causes[_cause(box, str(result.result.get("msg", "")))].append(box)

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
        missed = sorted(self._wanted - set(self._done))
        told = [f"{count} {_word(word, self._check)}" for word, count in counts.items()]
        told += [f"{len(missed)} not reached"] if missed else []
        self._display.banner("BOXES")
        self._display.display(", ".join(told), color=_color(counts, missed))
        for cause, boxes in sorted(self._causes.items(), key=lambda item: -len(item[1])):
            self._display.display(f"  {len(boxes)} × {cause}: {_names(boxes)}", color="red")
        if missed:
            self._display.display(f"  not reached: {_names(missed)}", color="red")
        if self._warned:
            self._display.display(f"  settings not readable, left alone: {_names(self._warned)}", color="yellow")
        if not self._check:
            self._retry([box for box, word in self._done.items() if word == "failed"] + missed)

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
