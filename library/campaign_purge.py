#!/usr/bin/python
"""Documentation of ``campaign_purge``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: campaign_purge
short_description: Erase what is known of people once a campaign's retention is over
description:
  - Contact persons, phone numbers and rescue addresses of the form, rescue addresses of mails and what relays have said
    of them, the texts of mails, which name their recipients, and passwords that are still held are erased.
  - What proves that mails were sent remains. Message-IDs, envelope ids, digests, days and hours, states, subjects, and
    the addresses of the boxes themselves, which are those of organisations.
  - The campaign says for how long (C(retention_days)), counted from its last day or its last wave.
options:
  now:
    description: Erase before that time as well.
    type: bool
    default: false
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
  - Reads the variables C(bma_retention_days), C(bma_password_hold) and C(bma_ledger). C(docs/purge.md) explains it.
  - Copies of the ledger, exports of the form and reports are files of the operator; they are not touched.
attributes:
  check_mode:
    support: full
    description: What would be erased is counted; nothing is.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: The campaign is over
  campaign_purge:
    campaign: circular-2024-autumn
"""

RETURN = r"""
erased:
  description: How many C(answers), C(mails), C(recipients), C(events) and C(held) passwords were, or would be, erased.
  returned: success
  type: dict
kept_until:
  description: The last day on which it is all kept.
  returned: success
  type: str
"""
