"""Documentation of the ``undelivered_report`` module; the action plugin of the same name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: undelivered_report
short_description: Tell who has not been reached by a day
description:
  - Lists the boxes that lack a mail that was due by a day, because it came back, was refused, may or may not have
    arrived, is still under way, or was not sent. With the organisation's name and whom to call.
  - Writes the list as text, as CSV for those who call, and as JSON. In the CSV no cell can be taken for a formula.
  - Runs on the controller, once, and changes nothing but its files. The lists are explained in C(docs/undelivered.md).
options:
  ledger:
    description: Path or URL of the ledger.
    type: str
    required: true
  day:
    description: The day by the end of which mails should have arrived. By default, today.
    type: str
  campaign:
    description: Campaign file, or its name in C(campaigns/) beside the inventory file. By default, the one in force.
    type: str
  mails:
    description: Mails of the campaign to ask about, by C(id). By default, all of them.
    type: list
    elements: str
    default: []
  contacts:
    description: CSV file with the columns C(box), C(phone) and C(contact), for boxes whose holder has not answered the
      form.
    type: path
  inventory:
    description:
      - Inventory file with C(plugin=fase), or directories to look for the one such file in.
      - By default, the inventory sources of the run.
    type: list
    elements: path
  timezone:
    description: Time zone in which days begin and end.
    type: str
    default: Europe/Brussels
  folder:
    description: Where the lists are written, for their owner alone. It is made when absent.
    type: path
    default: reports/undelivered
  show:
    description: Show the list on the screen.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: In check mode the list is shown, and nothing is written.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Who has received nothing by 24 May
  undelivered_report:
    ledger: inventory/.ledger.sqlite
    day: "2024-05-24"
    contacts: phones.csv
"""

RETURN = r"""
counts:
  description: How many boxes were missed, reached, go without, have nothing due yet, or are in no wave.
  returned: success
  type: dict
causes:
  description: Cause (V(bounced), V(refused), V(ambiguous), V(delayed), V(not_sent), V(later)) to its boxes.
  returned: success
  type: dict
gone:
  description: Boxes of the plan that are in the referential no more.
  returned: success
  type: list
  elements: str
files:
  description: The lists written, or that would be in check mode.
  returned: success
  type: list
  elements: path
"""
