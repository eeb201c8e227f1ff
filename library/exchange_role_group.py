#!/usr/bin/python
"""Documentation of ``exchange_role_group``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_role_group
short_description: Role group of on-premises Exchange
description:
- Accounts that may run what the group's roles allow.
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
      members:
        description:
        - The accounts, all of them, by name, alias, logon name or address. In Exchange C(Members),
          list of names.
        type: list
        elements: str
      roles:
        description:
        - The management roles, limited to C(organizational_unit) in what they may change. In Exchange
          C(Roles), list of names.
        type: list
        elements: str
      unlimited_roles:
        description:
        - Roles without that limit, such as only read. With C(roles) they are all that the group has.
          In Exchange C(Roles), list of names.
        type: list
        elements: str
      organizational_unit:
        description:
        - The unit that holds the boxes, as Exchange names it (C(example.be/BMA)); null for no limit.
          In Exchange C(CustomRecipientWriteScope), canonical name or null.
        type: str
  state:
    description:
    - V(present) creates the role group where it is missing, and changes what differs.
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
- module: exchange_role_group_info
"""

EXAMPLES = r"""
- name: The role group is as it must be
  exchange_role_group:
    name: BMA Migration
    settings:
      roles:
      - BMA Migration Mail Recipients
      members:
      - migration
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
