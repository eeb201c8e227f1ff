"""The campaign: who moves when, what is told to whom, and the plan that follows from it."""

from bma.campaign.asked import Asked
from bma.campaign.boxes import Candidate, candidates_of
from bma.campaign.ics import ics
from bma.campaign.lock import Lock, lock_of, lock_text, read_lock
from bma.campaign.model import Campaign, Desk, Mail, Sender
from bma.campaign.page import page
from bma.campaign.plan import Correction, Move, Plan, PlanError, PlannedWave
from bma.campaign.planning import plan
from bma.campaign.promises import FilePromises, NoPromises, Promises
from bma.campaign.reading import read_campaign
from bma.campaign.service import Planned, Request, make_plan
from bma.campaign.sizes import read_sizes
from bma.campaign.table import table

__all__ = [
    "Asked",
    "Campaign",
    "Candidate",
    "Correction",
    "Desk",
    "FilePromises",
    "Lock",
    "Mail",
    "Move",
    "NoPromises",
    "Plan",
    "PlanError",
    "Planned",
    "PlannedWave",
    "Promises",
    "Request",
    "Sender",
    "candidates_of",
    "ics",
    "lock_of",
    "lock_text",
    "make_plan",
    "page",
    "plan",
    "read_campaign",
    "read_lock",
    "read_sizes",
    "table",
]
