#!/usr/bin/python
"""Documentation of ``policy_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: policy_info
short_description: Checks policies, and returns them
description:
  - Validates policies against its schema and its own consistency. A violation names the file, the line, the path
    and what is allowed, all of them at once.
  - The settings, their defaults and what each allows are described in C(docs/policy.md).
options:
  path:
    description: Policy files, one or several. Violations are told with their lines.
    type: list
    elements: path
  value:
    description: A policy as the variable C(bma_policy) holds it, wherever it was set.
    type: dict
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
"""

EXAMPLES = r"""
- name: The policy is one
  policy_info:
    path: "{{ inventory_dir }}/group_vars/all/policy.yml"
  run_once: true
"""

RETURN = r"""
policies:
  description: The policies as stated, in the order asked.
  returned: success
  type: list
  elements: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="policy_info runs as an action plugin: set action_plugins")
