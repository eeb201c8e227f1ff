#!/usr/bin/python
"""Documentation of ``box_password_reset``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: box_password_reset
short_description: Give one box a new password
description:
  - A new password is made, held encrypted, set in Exchange, told by a mail to whom it was asked for, then destroyed. It
    takes the place of any password of the box that was under way.
  - Where the site wants it (C(bma_password_life.approval)), a second person must have approved it by a file in the
    folder C(bma_password_life.approvals). Each approval is good for one reset.
  - What breaks off is finished by the same call, with the same password and the same approval.
  - No password and no rescue address is an argument, a variable or a part of the result.
options:
  box:
    description: The box, by name.
    type: str
    required: true
  requester:
    description: Account of who asks for it; it is written down.
    type: str
    required: true
  deliver:
    description:
      - To whom it is told. V(rescue), the rescue address that the holder has given in the form; V(box), the box itself,
        which the holder must be able to read in another way; V(nobody), when the box is only to be closed.
    type: str
    choices: [rescue, box, nobody]
    default: rescue
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
notes:
  - Reads the variables of M(box_passwords) and M(staged_mails). C(docs/passwords.md) explains them.
attributes:
  check_mode:
    support: full
    description: Whether it is approved and possible is told; nothing is made, held, set, sent or written down.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: The holder has lost the password, and has given a rescue address
  box_password_reset:
    box: ec001394
    requester: desk1
"""

RETURN = r"""
approver:
  description: Who has approved it; none where no approval is asked for.
  returned: success
  type: str
msg:
  description: What was done, or what is in the way.
  returned: always
  type: str
"""
