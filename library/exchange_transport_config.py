#!/usr/bin/python
"""Documentation of ``exchange_transport_config``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_transport_config
short_description: Transport configuration of on-premises Exchange
description:
- The limits of the whole organisation.
- What differs is changed in one cmdlet and read back. What could not be read is returned in RV(unknown),
  and neither changed nor called drift.
options:
  settings:
    description:
    - What it must be. A setting that is left out is not managed.
    type: dict
    default: {}
    suboptions:
      max_send_size:
        description:
        - The largest message that may be sent. What is attached grows by a third on the way. In Exchange
          C(MaxSendSize), size.
        type: str
      max_receive_size:
        description:
        - The largest message that may be received. In Exchange C(MaxReceiveSize), size.
        type: str
      max_recipients:
        description:
        - How many recipients a message may have. In Exchange C(MaxRecipientEnvelopeLimit), number.
        type: str
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
- module: exchange_transport_config_info
"""

EXAMPLES = r"""
- name: The transport configuration is as it must be
  exchange_transport_config:
    settings:
      max_send_size: 35 MB
      max_receive_size: 35 MB
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
