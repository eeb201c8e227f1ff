#!/usr/bin/python
"""Documentation of ``exchange_accepted_domain``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_accepted_domain
short_description: Accepted domain of on-premises Exchange
description:
- A mail domain whose mail Exchange takes in.
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
      domain_name:
        description:
        - The domain. Exchange cannot change it later. In Exchange C(DomainName), domain.
        type: str
      domain_type:
        description:
        - 'C(InternalRelay) while another server has boxes in the domain: what Exchange does not know
          goes on through a send connector. C(Authoritative) when all boxes are here: what is not
          known is refused. In Exchange C(DomainType), C(Authoritative) or C(InternalRelay) or C(ExternalRelay).'
        type: str
      match_subdomains:
        description:
        - Whether the domains below it are accepted too; Exchange allows it for relay domains. In
          Exchange C(MatchSubDomains), boolean.
        type: bool
      address_book_enabled:
        description:
        - Whether recipients that Exchange does not know are refused at once. While another server
          has boxes in the domain it must be false, or they are not reached. In Exchange C(AddressBookEnabled),
          boolean.
        type: bool
      make_default:
        description:
        - Whether it is the organisation's default domain. Another becomes it by being made it. In
          Exchange C(Default), boolean.
        type: bool
  state:
    description:
    - V(present) creates the accepted domain where it is missing, and changes what differs.
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
- module: exchange_accepted_domain_info
"""

EXAMPLES = r"""
- name: The accepted domain is as it must be
  exchange_accepted_domain:
    name: adm.cfwb.be
    settings:
      domain_name: adm.cfwb.be
      domain_type: InternalRelay
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
