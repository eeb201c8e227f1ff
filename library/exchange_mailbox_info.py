#!/usr/bin/python
"""Documentation of ``exchange_mailbox_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_mailbox_info
short_description: Mailboxes of on-premises Exchange as they are
description:
  - Reads mailboxes by address, through a session that can only read.
  - Forty addresses or more are read in a handful of queries, but for rules, which Exchange tells of one box at a time.
options:
  address:
    description: The addresses to read, one or several.
    type: list
    elements: str
    required: true
  sections:
    description: What to read of each, by section of the policy; all of them when it is left out.
    type: list
    elements: str
    choices: [mailbox, client_access, regional, automatic_replies, inbox_rules, sweep_rules, grants]
attributes:
  check_mode:
    support: full
    description: Never changes anything.
  diff_mode:
    support: none
    description: Never changes anything.
notes:
  - The connection is given as for M(exchange_mailbox); the audit account is used where it is set.
seealso:
  - module: exchange_mailbox
"""

EXAMPLES = r"""
- name: What is the quota of this box?
  exchange_mailbox_info:
    address: ec001394@adm.cfwb.be
  register: box

- name: Show it
  ansible.builtin.debug:
    var: box.mailboxes[0].settings.mailbox.prohibit_send_quota
"""

RETURN = r"""
mailboxes:
  description:
    - One entry per address, in the order asked. An address without a mailbox has V(exists=false) and nothing else.
    - RV(mailboxes[].settings) holds the values by section, named as in the O(exchange_mailbox#module:settings) of
      M(exchange_mailbox); RV(mailboxes[].unknown) the reason for each value that could not be read.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: The address asked for.
      type: str
    exists:
      description: Whether Exchange has a mailbox with it.
      type: bool
    guid:
      description: Identity of the mailbox object.
      type: str
    settings:
      description: The settings by section.
      type: dict
    unknown:
      description: Settings that could not be read, each with the reason.
      type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_mailbox_info runs as an action plugin: set action_plugins")
