#!/usr/bin/python
"""Documentation of ``form_answers``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: form_answers
short_description: Import the answers to the web form of a campaign
description:
  - Reads exports of the form, CSV or JSON. Columns are matched by what they mean, answers with the boxes there are.
  - All answers are kept in the ledger, the latest of a box counts. One that was imported before is not imported again.
  - An answer that cannot be used is set aside and told, with its file and line; nothing is dropped in silence.
  - Mails that wait for C(form_received) or C(password_unknown) are due from the day of the answer. What was sent is not
    changed by a later answer.
options:
  exports:
    description: The exports. Without one, only who has not answered is told.
    type: list
    elements: path
    default: []
  inventory:
    description: Inventory file with C(plugin=fase). By default, the inventory sources of the run.
    type: list
    elements: path
  campaign:
    description: Campaign file or name. By default, the campaign of the waves in force.
    type: str
  today:
    description: The day, such as V(2027-01-05), in rehearsals. By default, the real one.
    type: str
  folder:
    description: Where the report is written, as text and as JSON.
    type: path
    default: reports/form
  strict:
    description: Fail when an answer was set aside; the others are imported all the same.
    type: bool
    default: false
  show:
    description: Show the report on the screen.
    type: bool
    default: true
notes:
  - Reads the variables C(bma_form), C(bma_ledger) and C(mail_timezone). C(docs/form.md) explains them.
attributes:
  check_mode:
    support: full
    description: What would be imported is told; nothing is written.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: The answers of the week
  form_answers:
    exports: [answers.csv]
"""

RETURN = r"""
new:
  description: Boxes with new answers.
  returned: success
  type: list
  elements: str
known:
  description: How many answers were imported before.
  returned: success
  type: int
aside:
  description: Answers that were set aside, each with C(where), C(who), C(why) and C(code).
  returned: success
  type: list
  elements: dict
twice:
  description: Boxes with more than one answer in these exports.
  returned: success
  type: list
  elements: str
doubts:
  description: Answers that were imported and should be looked at, such as a domain that is almost a known one.
  returned: success
  type: list
  elements: str
password_unknown:
  description: Boxes whose holder does not know the password.
  returned: success
  type: list
  elements: str
unanswered:
  description: How many boxes of the campaign have not answered; the report names them, with the day they move on.
  returned: success
  type: int
files:
  description: The report.
  returned: success
  type: list
  elements: path
"""
