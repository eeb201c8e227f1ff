"""Documentation of the ``wave_plan`` module; the action plugin of the same name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wave_plan
short_description: Plan the waves of a campaign
description:
  - Puts every box of an inventory of the C(fase) plugin into a wave, as a campaign file asks for, and writes the wave
    file (C(waves.lock.yml)), a table, a page with the calendar, and an iCalendar file.
  - Boxes stay where they were planned as long as that is possible. A day that was told to a holder moves by
    O(force) only.
  - Runs on the controller, once. It fails when the campaign is wrong or cannot be planned, telling all that is in
    the way.
  - The keys of a campaign file are explained in C(docs/campaign.md), the planner in C(docs/planning.md).
options:
  inventory:
    description:
      - Inventory file with C(plugin=fase), or directories to look for the one such file in.
      - By default, the inventory sources of the run.
    type: list
    elements: path
  campaign:
    description:
      - Campaign file, or its name in C(campaigns/) beside the inventory file.
      - By default, the campaign of the waves in force, or V(circular-2024-autumn) when there are none.
    type: str
  start:
    description:
      - Day to which the campaign is moved, such as V(2027-01-05). Every date of its file moves by as many days as its
        earliest one; what comes every year, holidays among it, does not.
      - By default, what the campaign file says, or what was said for the waves in force.
    type: str
  sizes:
    description: List of the boxes with their sizes as the old server exports it, CSV or JSON.
    type: path
  promises:
    description: YAML or JSON file with the days that were told to holders, C(box=day).
    type: path
  ledger:
    description:
      - The ledger of mails, a path or URL. The days that it knows to have been mailed to boxes of the campaign are
        promises. O(promises) goes before it.
    type: str
  today:
    description:
      - Waves before this day are over, and boxes are put on no day that is too near to be announced.
      - V(none) plans as if no day had passed. By default, the day of the run.
    type: str
  force:
    description: Move days that were told to holders when they cannot be kept, and plan corrective mails.
    type: bool
    default: false
  afresh:
    description: Plan all boxes anew, but those whose day was told to their holder or is over.
    type: bool
    default: false
  folder:
    description: Where the reports are written. It is made when absent.
    type: path
    default: reports/plan
  show:
    description: Show the table on the screen.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: In check mode the plan is made and shown, and nothing is written.
  diff_mode:
    support: full
    description: The difference of the wave file.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Plan the waves of the campaign in force
  wave_plan:

- name: Rehearse the circular from a given day on
  wave_plan:
    campaign: circular-2024-autumn
    start: "2027-01-05"
    sizes: sizes.csv
"""

RETURN = r"""
campaign:
  description: Name of the campaign.
  returned: success
  type: str
waves:
  description: Day and number of boxes of each wave.
  returned: success
  type: dict
moves:
  description: Boxes whose day has changed, with C(before), C(after) and the C(reason).
  returned: success
  type: list
  elements: dict
corrections:
  description: Boxes whose holder must be told that the announced day has changed.
  returned: success
  type: list
  elements: str
path:
  description: The wave file.
  returned: success
  type: path
files:
  description: The reports written, or that would be in check mode.
  returned: success
  type: list
  elements: path
"""
