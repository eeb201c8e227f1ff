#!/usr/bin/python
"""Documentation of ``box_passwords``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: box_passwords
short_description: Give the boxes of a campaign their new passwords
description:
  - Every box that is to get a new password, as the campaign says (C(password) in its file), is given one. It is made or
    taken from a provider, held encrypted, set in Exchange, and carried by the mail of the campaign that tells it.
  - Passwords whose mails were accepted are written down as delivered, and erased once no mail can come back any more.
  - A password is made once. What breaks off is finished by the next run with the same password; one that was set is not
    set again.
  - No password is an argument, a variable or a part of the result.
options:
  inventory:
    description: Inventory file with C(plugin=fase). By default, the inventory sources of the run.
    type: list
    elements: path
  boxes:
    description: Boxes, by name. By default, all of the inventory.
    type: list
    elements: str
  ahead:
    description: Only boxes that move within so many days, or have moved. Nothing is held for longer than needed.
    type: int
    default: 14
  campaign:
    description:
      - Campaign file, or its name in C(campaigns/) beside the inventory file.
      - By default, the campaign of the waves in force.
    type: str
  today:
    description: The day, such as V(2027-01-05), in rehearsals. By default, the real one.
    type: str
notes:
  - Reads the variables C(bma_password), C(bma_password_life), C(bma_password_hold), C(bma_password_source) and
    C(bma_ledger), and those of the connection. C(docs/passwords.md) explains them.
attributes:
  check_mode:
    support: full
    description: Which boxes would get a password is told; nothing is made, held or written down, Exchange is only read.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Boxes that move within a week have their passwords
  box_passwords:
    ahead: 7
"""

RETURN = r"""
boxes:
  description: >
    What became of each box that has, or is to get, a password: C(outcome) is V(set), V(there), V(missing) (no mailbox
    yet), V(busy) (another run has it in hand) or V(failed), C(why) says more.
  returned: success
  type: dict
states:
  description: State of passwords, and how many passwords of the campaign are in it.
  returned: success
  type: dict
erased:
  description: How many passwords are held no longer.
  returned: success
  type: int
"""
