"""Every check, in the order in which they are made: the way in first, then what needs a session."""

from __future__ import annotations

from bma.doctor.access import ACCESS
from bma.doctor.check import Check, Theme
from bma.doctor.inside import INSIDE
from bma.doctor.limits import LIMITS
from bma.doctor.organization import ORGANIZATION
from bma.doctor.rights import RIGHTS
from bma.doctor.semantics import SEMANTICS
from bma.doctor.servers import SERVERS
from bma.doctor.shapes import SHAPES
from bma.doctor.way_in import WAY_IN

THEMES: tuple[Theme, ...] = (WAY_IN, ACCESS, RIGHTS, LIMITS, SERVERS, SHAPES, SEMANTICS, INSIDE, ORGANIZATION)

CHECKS: tuple[Check, ...] = tuple(check for theme in THEMES for check in theme.checks)
