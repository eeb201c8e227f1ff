#!/usr/bin/python
"""Documentation of ``exchange_imap_settings_info``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_imap_settings_info
short_description: IMAP settings of on-premises Exchange as it is
description:
- The IMAP service of one server, through which the old content is copied. A change has effect once
  the service has been restarted there.
- Reads through a session that can only read.
options:
  name:
    description:
    - Name of the server; the one that answers when it is left out.
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
- module: exchange_imap_settings
"""

EXAMPLES = r"""
- name: Read
  exchange_imap_settings_info: {}
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
      description: Its settings, named as those of M(exchange_imap_settings).
      type: dict
    unknown:
      description: Settings that could not be read, each with the reason.
      type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="this module runs as an action plugin: set action_plugins")
