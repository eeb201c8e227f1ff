#!/usr/bin/python
"""Documentation of ``box_support_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: box_support_info
short_description: What the service desk needs to know of one box
description:
  - The stage of the box, which mails went out when and to whom, what comes next and when, what has become of its
    password, whether the form was answered, and whom its holder must call now, which depends on the stage.
  - Shown in French; nothing is changed.
options:
  box:
    description:
      - The box by name (V(ec001394)) or address, its FASE number, or a part of the official name.
      - When several boxes fit, they are listed.
    type: str
    required: true
  personal:
    description:
      - Show contact person, phone number and rescue address. They are never part of the result.
      - What is shown is also in Ansible's own log, where there is one.
    type: bool
    default: false
  folder:
    description: Also write the view there, as text and as JSON, for this user alone. By default, it is only shown.
    type: path
  show:
    description: Show the view on the screen.
    type: bool
    default: true
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
  - Reads the variables of M(staged_mails). C(docs/support.md) explains the page.
attributes:
  check_mode:
    support: full
    description: Nothing is written.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: A holder is on the phone
  box_support_info:
    box: Ondine
"""

RETURN = r"""
view:
  description: The view of the box without what is personal; none when several boxes fit.
  returned: success
  type: dict
choices:
  description: The boxes that fit, when there are several.
  returned: success
  type: list
  elements: str
files:
  description: The files written, or that would be in check mode.
  returned: success
  type: list
  elements: path
"""
