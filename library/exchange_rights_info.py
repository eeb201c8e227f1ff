#!/usr/bin/python
"""Documentation of ``exchange_rights_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_rights_info
short_description: The management roles that the toolkit's accounts need
description:
  - Works out from the policies which cmdlets and parameters an account needs, and from which built-in roles of this
    Exchange they can be taken.
  - Reads through a session that can only read. What no role has fails by name.
options:
  policy:
    description: The policy for boxes, as the variable C(bma_policy) holds it.
    type: dict
    required: true
  rights:
    description: The rights, as the variable C(bma_rights) holds them. C(docs/rights.md) describes them.
    type: dict
    required: true
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
notes:
  - The connection is given as for M(exchange_mailbox), in variables. C(docs/connection.md) explains each.
seealso:
  - module: exchange_management_role
  - module: exchange_role_group
"""

EXAMPLES = r"""
- name: What do the accounts need?
  exchange_rights_info:
    policy: "{{ bma_policy }}"
    rights: "{{ bma_rights }}"
  register: needed
"""

RETURN = r"""
rights:
  description: By who is said in O(rights), V(migration) and V(audit).
  returned: success
  type: dict
  contains:
    role_group:
      description: Name of the role group.
      type: str
    accounts:
      description: Its members.
      type: list
      elements: str
    roles:
      description: The management roles, each with name, parent, entries, and whether any of them changes something.
      type: list
      elements: dict
    organizational_unit:
      description: The unit that roles which change something are limited to, or null.
      type: str
throttling_policies:
  description: The throttling policy of each account whose policy is managed, null for none.
  returned: success
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_rights_info runs as an action plugin: set action_plugins")
