#!/usr/bin/python
"""Documentation of ``exchange_forwarding_info``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_forwarding_info
short_description: Everything that forwards mail out of the organisation by itself
description:
  - Finds, in a few questions to Exchange, every mailbox that forwards, every contact outside that one forwards to, and
    every remote domain that automatic forwarding may go to.
  - Reads through a session that can only read. What could not be asked fails; it is not told as nothing.
  - Inbox rules are read box by box, by M(exchange_mailbox_info).
options:
  domain:
    description: Only mailboxes with an address in this domain; those of the whole organisation when it is left out.
    type: str
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
  - module: exchange_remote_domain
"""

EXAMPLES = r"""
- name: What forwards?
  exchange_forwarding_info:
    domain: adm.cfwb.be
  register: found
"""

RETURN = r"""
mailboxes:
  description: Mailboxes that forward, by address.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: Primary address.
      type: str
    identity:
      description: Canonical name.
      type: str
    forwarding_address:
      description: The recipient of the directory that it forwards to, or null.
      type: str
    forwarding_smtp_address:
      description: The address that it forwards to, or null.
      type: str
    keeps_a_copy:
      description: Whether what is forwarded stays in the box as well.
      type: bool
contacts:
  description: Contacts outside that mailboxes forward to. Remote domains and transport rules do not stop that.
  returned: success
  type: list
  elements: dict
  contains:
    identity:
      description: Canonical name.
      type: str
    address:
      description: The address outside.
      type: str
    used_by:
      description: Addresses of the mailboxes that forward to it.
      type: list
      elements: str
remote_domains:
  description: Remote domains that automatic forwarding may go to, or of which that is not known.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    domain_name:
      description: The domain.
      type: str
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(
        msg="exchange_forwarding_info runs as an action plugin: set action_plugins"
    )
