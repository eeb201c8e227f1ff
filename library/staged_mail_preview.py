#!/usr/bin/python
"""Documentation of ``staged_mail_preview``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: staged_mail_preview
short_description: Mails of a campaign as files to look at
description:
  - Writes every mail of the campaign for each box that has a day, as message, page and text, and a page that leads
    to all of them. Mails that wait for an event are among them. Nothing is sent, and the ledger is not asked.
  - Where a password would stand there are dots.
  - Warns of French typography that is not as it should be.
options:
  inventory:
    description: Inventory file with C(plugin=fase). By default, the inventory sources of the run.
    type: list
    elements: path
  boxes:
    description: Boxes, by name. By default, all of the inventory.
    type: list
    elements: str
  campaign:
    description:
      - Campaign file, or its name in C(campaigns/) beside the inventory file.
      - By default, the campaign of the waves in force.
    type: str
  folder:
    description: Where the files are written. It is made when absent.
    type: path
    default: reports/preview
notes:
  - Reads the variables C(mail_relays), C(mail_links), C(mail_texts), C(mail_attachments), C(mail_timezone),
    C(mail_templates) and C(bma_ledger). C(mail_passwords) is looked up when a relay asks for it, and not before.
    C(docs/mails.md) explains them.
attributes:
  check_mode:
    support: full
    description: Everything is rendered, and nothing is written.
  diff_mode:
    support: none
    description: There is nothing to compare with.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: The mails of two boxes
  staged_mail_preview:
    boxes: [ec000004, po000153]
"""

RETURN = r"""
mails:
  description: How many there are.
  returned: success
  type: int
odd:
  description: How many of them have typography to look at.
  returned: success
  type: int
index:
  description: The page that leads to them.
  returned: success
  type: path
"""
