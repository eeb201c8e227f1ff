#!/usr/bin/python
"""Documentation of ``exchange_session_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_session_info
short_description: Opens the Exchange sessions of a run and says what answers
description:
  - Starts the session keeper of the playbook run and opens its first session, so that a wrong password, address,
    port or certificate is told once, before any box, in one line.
  - Uses the session that the next tasks will use, read-only in check mode.
options:
  boxes:
    description:
      - Which boxes the run is about, by inventory name, in its order. Sessions are opened for that many, side by side,
        and what Exchange tells of one box at a time is read ahead for them.
    type: list
    elements: str
  policy:
    description:
      - A policy whose needs are looked at before any box. Objects of the organisation that it names must exist, and
        the account must have every cmdlet and parameter that making boxes conform may take; what is missing is named.
      - A cmdlet that only reads and is missing is warned of. What it would tell is unknown then.
    type: dict
attributes:
  check_mode:
    support: full
    description: Opens the read-only session.
  diff_mode:
    support: none
    description: Never changes anything.
notes:
  - The connection is given as for M(exchange_mailbox).
seealso:
  - module: exchange_mailbox
"""

EXAMPLES = r"""
- name: Exchange can be reached
  exchange_session_info:
    boxes: "{{ ansible_play_hosts_all }}"
  run_once: true
"""

RETURN = r"""
session:
  description: What answered. C(uri), C(username), C(read_only) and C(servers) with their C(name) and C(version).
  returned: success
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_session_info runs as an action plugin: set action_plugins")
