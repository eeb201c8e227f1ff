#!/usr/bin/python
"""Documentation of ``exchange_doctor``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_doctor
short_description: Looks at an Exchange site before anything is done to it
description:
  - Looks at name, port, TLS, certificate, clock, account, language mode, rights, throttling, sessions, latency,
    versions, databases, the form of answers, the meaning of cmdlets, policies and coexistence, and writes a page with
    what was found. Every check comes to C(good), C(warning), C(bad) or C(unknown); none ends the others.
  - Only reads. The connection refuses, before anything is sent, every cmdlet that does not begin with C(Get-) or
    C(Test-). Sessions that it opens are closed again.
  - Runs in a process of its own, which ends with the task. It does not use the session keeper, which hides what is
    looked at here, for it opens sessions ahead, repeats what failed and remembers faults.
options:
  boxes:
    description: Addresses of the boxes that are to move. What depends on their domain or number is unknown without.
    type: list
    elements: str
    default: []
  label:
    description: What people call these boxes, such as a wave.
    type: str
    default: ""
  policy:
    description: The policy that will be applied; rights, formats, quotas and objects are held against it.
    type: dict
  expected_size:
    description: What a box will hold on average, such as C(80 MB). Without, space is judged by quotas alone.
    type: str
  account:
    description: As whom to look. With C(audit) nothing of the migration account is looked up.
    type: str
    choices: [migration, audit]
    default: migration
  folder:
    description: Where C(doctor.html), C(doctor.md) and C(doctor.json) are written, in check mode too.
    type: path
    default: reports/doctor
  strict:
    description: Whether anything C(bad) fails the task. It fails in any case when nothing could be reached.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    description: Does the same, since nothing of the site is ever changed.
  diff_mode:
    support: none
    description: Never changes anything.
notes:
  - The connection is given as for M(exchange_mailbox).
seealso:
  - module: exchange_session_info
"""

EXAMPLES = r"""
- name: Look at the site
  exchange_doctor:
    boxes: [ec001394@adm.cfwb.be]
    policy: "{{ bma_policy }}"
    expected_size: 80 MB
"""

RETURN = r"""
reached:
  description: Whether anything answered at the endpoint.
  returned: always
  type: bool
counts:
  description: How many checks came to each result.
  returned: always
  type: dict
safe_sessions:
  description: How many sessions a run can hold; null where nobody can tell.
  returned: always
  type: int
results:
  description: Result of each check by its id.
  returned: always
  type: dict
files:
  description: The files that were written.
  returned: always
  type: list
  elements: str
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_doctor runs as an action plugin: set action_plugins")
