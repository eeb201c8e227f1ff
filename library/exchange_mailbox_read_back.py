#!/usr/bin/python
"""Documentation of ``exchange_mailbox_read_back``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_mailbox_read_back
short_description: Reads again every mailbox that this run has changed
description:
  - The proof after an apply. Every box that M(exchange_mailbox) has changed in this playbook run is read from
    Exchange anew, in bulk, and compared with what was wanted of it.
  - Fails, naming the boxes and what differs, when one of them is not as wanted. What could not be read again is warned
    of and returned in RV(unknown).
  - In check mode nothing was changed, and nothing is read.
options: {}
attributes:
  check_mode:
    support: full
    description: Does nothing.
  diff_mode:
    support: none
    description: Never changes anything.
seealso:
  - module: exchange_mailbox
"""

EXAMPLES = r"""
- name: What was written can be read
  exchange_mailbox_read_back:
  run_once: true
"""

RETURN = r"""
read:
  description: How many boxes were read again.
  returned: success
  type: int
not_conform:
  description: The boxes that are not as wanted, by address, each with C(before), C(after) and C(unknown).
  returned: always
  type: dict
unknown:
  description: The boxes of which something could not be read again, by address, each setting with the reason.
  returned: always
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(
        msg="exchange_mailbox_read_back runs as an action plugin: set action_plugins"
    )
