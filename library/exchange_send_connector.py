#!/usr/bin/python
"""Documentation of ``exchange_send_connector``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_send_connector
short_description: Send connector of on-premises Exchange
description:
- 'A way out: which mail goes to which server.'
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
      address_spaces:
        description:
        - Which domains' mail it takes, each with a cost (C(SMTP:example.be;1)); without one it is
          1. In Exchange C(AddressSpaces), list of domains.
        type: list
        elements: str
      smart_hosts:
        description:
        - The servers that it hands the mail to. In Exchange C(SmartHosts), list of hosts.
        type: list
        elements: str
      dns_routing_enabled:
        description:
        - Whether it looks up in DNS where the mail goes; false with smart hosts. In Exchange C(DNSRoutingEnabled),
          boolean.
        type: bool
      source_transport_servers:
        description:
        - The Exchange servers that may use it. In Exchange C(SourceTransportServers), list of names.
        type: list
        elements: str
      enabled:
        description:
        - Whether it is in use. In Exchange C(Enabled), boolean.
        type: bool
      require_tls:
        description:
        - Whether mail leaves encrypted only. The old server must have a certificate for that. In
          Exchange C(RequireTLS), boolean.
        type: bool
      max_message_size:
        description:
        - The largest message that it takes. In Exchange C(MaxMessageSize), size.
        type: str
      comment:
        description:
        - What people should know of it. In Exchange C(Comment), text.
        type: str
  state:
    description:
    - V(present) creates the send connector where it is missing, and changes what differs.
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
- module: exchange_send_connector_info
"""

EXAMPLES = r"""
- name: The send connector is as it must be
  exchange_send_connector:
    name: BMA to the old server
    settings:
      address_spaces:
      - adm.cfwb.be
      smart_hosts:
      - legacy.example
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
