#!/usr/bin/python
"""Documentation of ``staged_mails``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: staged_mails
short_description: The mails of a campaign that are due, for many boxes
description:
  - Sends every box the mails of the campaign that are due, each once, over one connection a relay. The boxes and
    their days come from the inventory and its wave file.
  - What M(staged_mail) says of order, days and promises holds here as well. A refused recipient concerns its box only.
  - Fails when a mail was refused, deferred or may have arrived, or a relay could not be used. What is late or held is
    told.
options:
  inventory:
    description: Inventory file with C(plugin=fase). By default, the inventory sources of the run.
    type: list
    elements: path
  boxes:
    description: Boxes, by name. By default, all of the inventory.
    type: list
    elements: str
  steps:
    description:
      - Only these mails of the campaign, by their ids.
      - By default, all that are due.
    type: list
    elements: str
    default: []
  again:
    description:
      - Mails that are sent once more although they were sent, as a new attempt with a Message-ID of its own.
      - The box gets them every time that this is asked for.
    type: list
    elements: str
    default: []
  waive:
    description: Mails that the box goes without. This is written down, and the mails after them are sent.
    type: list
    elements: str
    default: []
  ambiguous:
    description:
      - What becomes of a mail that may have arrived, because the line or the process broke before the relay's answer.
      - V(tell) names it and sends nothing. V(repeat) sends the same mail again, with the same Message-ID and Date;
        Exchange drops the second. V(arrived) writes down that somebody has looked and found it.
    type: str
    choices: [tell, repeat, arrived]
    default: tell
  today:
    description:
      - The day, such as V(2027-01-05), whose hours are all open; or day and hour, such as V(2027-01-05T09:30).
      - By default, the real day and hour.
    type: str
  campaign:
    description:
      - Campaign file, or its name in C(campaigns/) beside the inventory file.
      - By default, the campaign of the waves in force.
    type: str
  folder:
    description: Where the report is written, as text and as JSON.
    type: path
    default: reports/mails
  show:
    description: Show the report on the screen.
    type: bool
    default: true
notes:
  - Reads the variables C(mail_relays), C(mail_links), C(mail_texts), C(mail_attachments), C(mail_timezone),
    C(mail_templates) and C(bma_ledger). C(mail_passwords) is looked up when a relay asks for it, and not before.
    C(docs/mails.md) explains them.
attributes:
  check_mode:
    support: full
    description: Who would get what is told and written into the report; the ledger is not touched.
  diff_mode:
    support: full
    description: The text of each mail against what was sent before; of more than twenty mails, one of each kind.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: What is due today is sent
  staged_mails:

- name: Who would get what on a given morning
  staged_mails:
    today: "2027-01-05T09:00"
  check_mode: true
  diff: true
"""

RETURN = r"""
counts:
  description: Outcome, and how many mails had it. V(sent), V(done), V(waiting), V(deferred), V(not_tried), V(refused),
    V(ambiguous), V(late), V(held). In check mode V(sent) is what would be.
  returned: success
  type: dict
steps:
  description: The same for each mail of the campaign.
  returned: success
  type: dict
faults:
  description: Relays that could not be used.
  returned: success
  type: list
  elements: str
moment:
  description: The day, and the hour, that it was taken to be.
  returned: success
  type: str
files:
  description: The report.
  returned: success
  type: list
  elements: path
"""
