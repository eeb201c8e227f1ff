"""A rehearsal Exchange endpoint on loopback: real WSMan and PSRP, a modelled directory behind it.

It shares no code with the client it is used to test.
"""

from lab.exchange.lab import ExchangeLab, LabError

__all__ = ["ExchangeLab", "LabError"]
