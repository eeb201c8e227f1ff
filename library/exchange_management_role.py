#!/usr/bin/python
"""Documentation of ``exchange_management_role``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_management_role
short_description: Management role of on-premises Exchange
description:
- 'Which cmdlets and parameters those may run who are assigned the role: a clone of another one, cut
  down.'
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
      parent:
        description:
        - The role that it is a clone of. Exchange cannot change it later. In Exchange C(Parent),
          name or null.
        type: str
      description:
        description:
        - What people should know of it. Exchange cannot change it later, and neither does this. In
          Exchange C(Description), text.
        type: str
      entries:
        description:
        - The cmdlets, and the parameters of each, that it is cut down to, with the parameters that
          every cmdlet has. In Exchange C(RoleEntries), cmdlets with lists of parameters.
        type: dict
      without:
        description:
        - 'Instead: the parameters that are taken out of it, cmdlet by cmdlet. All else is left to
          it. In Exchange C(RoleEntries), cmdlets with lists of parameters.'
        type: dict
  state:
    description:
    - V(present) creates the management role where it is missing, and changes what differs.
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
- module: exchange_management_role_info
"""

EXAMPLES = r"""
- name: The management role is as it must be
  exchange_management_role:
    name: BMA MyBaseOptions
    settings:
      parent: MyBaseOptions
      without:
        Set-Mailbox:
        - ForwardingAddress
        - ForwardingSmtpAddress
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
