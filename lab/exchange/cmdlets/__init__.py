"""Every cmdlet of the endpoint, by lower-case name."""

from __future__ import annotations

from lab.exchange.cmdlets import cas, config, mailbox, provision, recipient, regional, shell
from lab.exchange.cmdlets.base import Cmdlet

CMDLETS: dict[str, Cmdlet] = {
    one.name.lower(): one
    for module in (mailbox, recipient, provision, regional, cas, config, shell)
    for one in module.CMDLETS
}
