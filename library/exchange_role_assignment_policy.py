#!/usr/bin/python
"""Documentation of ``exchange_role_assignment_policy``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_role_assignment_policy
short_description: Role assignment policy of on-premises Exchange
description:
- What the holders of boxes may change by themselves.
- One that is missing is created, where Exchange allows it. What differs is changed in as few cmdlets
  as possible and read back. What could not be read is returned in RV(unknown), and neither changed
  nor called drift.
options:
  name:
    description:
    - 'Its name in Exchange, whole: wildcards are refused.'
    type: str
    required: true
  settings:
    description:
    - What it must be. A setting that is left out is not managed.
    type: dict
    default: {}
    suboptions:
      description:
        description:
        - What people should know of it. In Exchange C(Description), text.
        type: str
      is_default:
        description:
        - Whether new mailboxes get it. In Exchange C(IsDefault), boolean.
        type: bool
      roles:
        description:
        - The management roles, all of them. In Exchange C(AssignedRoles), list of names.
        type: list
        elements: str
  state:
    description:
    - V(present) creates the role assignment policy where it is missing, and changes what differs.
    - V(absent) removes it.
    type: str
    choices:
    - present
    - absent
    default: present
attributes:
  check_mode:
    support: full
    description: Predicts exactly what a run would do. The session is read-only and refuses every
      other cmdlet.
  diff_mode:
    support: full
    description: Shows the settings that differ, before and after.
  idempotent:
    support: full
    description: A second run changes nothing.
notes:
- The connection is given as for M(exchange_mailbox), in variables. C(docs/connection.md) explains
  each.
seealso:
- module: exchange_role_assignment_policy_info
"""

EXAMPLES = r"""
- name: The role assignment policy is as it must be
  exchange_role_assignment_policy:
    name: BMA Role Assignment Policy
    settings:
      roles:
      - BMA MyBaseOptions
      - MyContactInformation
"""

RETURN = r"""
created:
  description: Whether it was missing and has been created, or in check mode would be.
  returned: success
  type: bool
removed:
  description: Whether it has been removed, or in check mode would be.
  returned: success
  type: bool
commands:
  description: The cmdlets that were run, or in check mode would be.
  returned: success
  type: list
  elements: str
before:
  description: The settings that differed, as they were. Empty for an object that was missing.
  returned: success
  type: dict
after:
  description: The same settings as they are now, or in check mode would be.
  returned: success
  type: dict
unknown:
  description: Settings that could not be read, each with the reason. They were not changed.
  returned: success
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="this module runs as an action plugin: set action_plugins")
