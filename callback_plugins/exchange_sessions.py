"""Callback: at the end of a run, its Exchange sessions are given back before the playbook's process ends."""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.callback import CallbackBase

from bma.exchange.keeper.client import end_keepers

DOCUMENTATION = r"""
name: exchange_sessions
type: notification
short_description: Gives the Exchange sessions of a run back at its end
description:
  - Ends the session keepers of the run and waits for them. Without it they end by themselves as soon as the
    playbook's process has; in a container that may be too late, since everything in it ends with its first process.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "exchange_sessions"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002  the callback's form
        end_keepers(os.getpid())
