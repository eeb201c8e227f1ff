"""A rehearsal Exchange endpoint on loopback: real WSMan and PSRP, a modelled directory behind it.

It shares no code with the client it is used to test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.exchange.channel import LabError

if TYPE_CHECKING:
    from lab.exchange.lab import ExchangeLab

__all__ = ["ExchangeLab", "LabError"]


def __getattr__(name: str) -> Any:
    """Load the endpoint only for those who use it: the command needs a tenth of a second, not half of one."""
    if name == "ExchangeLab":
        from lab.exchange.lab import ExchangeLab

        return ExchangeLab
    raise AttributeError(name)
