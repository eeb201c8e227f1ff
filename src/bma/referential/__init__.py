"""The FASE referential: every organisation that has a box, read from the list the ministry publishes."""

from bma.referential.box import VARIABLES, Box
from bma.referential.build import FileTotals, Referential, read_referential
from bma.referential.differences import Differences, differences
from bma.referential.fase_number import Key, Kind, NotAFaseNumber, box_key, fase_number, local_part
from bma.referential.findings import CODES, Finding
from bma.referential.groups import Group
from bma.referential.report import Report
from bma.referential.settings import Settings, find_inventory, is_inventory, read_settings
from bma.referential.unit import Implantation, Unit

__all__ = [
    "CODES",
    "VARIABLES",
    "Box",
    "Differences",
    "FileTotals",
    "Finding",
    "Group",
    "Implantation",
    "Key",
    "Kind",
    "NotAFaseNumber",
    "Referential",
    "Report",
    "Settings",
    "Unit",
    "box_key",
    "differences",
    "fase_number",
    "find_inventory",
    "is_inventory",
    "local_part",
    "read_referential",
    "read_settings",
]
