#!/usr/bin/python
"""Documentation of ``exchange_send_connector_info``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_send_connector_info
short_description: Send connector of on-premises Exchange as it is
description:
- 'A way out: which mail goes to which server.'
- Reads through a session that can only read.
options:
  name:
    description:
    - Which one; all of them when it is left out.
    type: str
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
notes:
- The connection is given as for M(exchange_mailbox), in variables. C(docs/connection.md) explains
  each.
seealso:
- module: exchange_send_connector
"""

EXAMPLES = r"""
- name: Read
  exchange_send_connector_info: {}
  register: found
"""

RETURN = r"""
objects:
  description: What was found; nothing where Exchange has none of that name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    settings:
      description: Its settings, named as those of M(exchange_send_connector).
      type: dict
    unknown:
      description: Settings that could not be read, each with the reason.
      type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="this module runs as an action plugin: set action_plugins")
