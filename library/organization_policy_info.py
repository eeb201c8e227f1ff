#!/usr/bin/python
"""Documentation of ``organization_policy_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: organization_policy_info
short_description: Checks the policy for the organisation and the rights, and returns them
description:
  - Validates against the schemas and for consistency. A violation names the file, the line, the path and what is
    allowed, all of them at once.
  - C(docs/organization.md) and C(docs/rights.md) describe both.
options:
  path:
    description: Files that set C(bma_organization), one or several. Violations are told with their lines.
    type: list
    elements: path
  rights_path:
    description: Files that set C(bma_rights), one or several.
    type: list
    elements: path
  value:
    description: A policy as the variable C(bma_organization) holds it, wherever it was set.
    type: dict
  rights:
    description: Rights as the variable C(bma_rights) holds them.
    type: dict
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
seealso:
  - module: policy_info
"""

EXAMPLES = r"""
- name: The policy is one
  organization_policy_info:
    path: "{{ inventory_dir }}/group_vars/all/organization.yml"
"""

RETURN = r"""
organization:
  description:
    - The policy of O(value), object by object, each with name, state and settings; what the phase decides is filled in.
  returned: when O(value) is given
  type: dict
rights:
  description: The rights of O(rights), defaults filled in.
  returned: when O(rights) is given
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(
        msg="organization_policy_info runs as an action plugin: set action_plugins"
    )
