#!/usr/bin/python
"""Documentation of ``exchange_remote_domain``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_remote_domain
short_description: Remote domain of on-premises Exchange
description:
- What mail to a domain outside may be.
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
      auto_forward_enabled:
        description:
        - Whether what rules and programs forward may go there. New remote domains are created with
          true. In Exchange C(AutoForwardEnabled), boolean.
        type: bool
      auto_reply_enabled:
        description:
        - Whether automatic replies of programs may go there. In Exchange C(AutoReplyEnabled), boolean.
        type: bool
      allowed_oof_type:
        description:
        - Which absence notes may go there. C(InternalLegacy) makes C(is_internal) true. In Exchange
          C(AllowedOOFType), C(External) or C(ExternalLegacy) or C(InternalLegacy) or C(None).
        type: str
      is_internal:
        description:
        - Whether transport rules take the domain for a part of the organisation. When it becomes
          false, C(allowed_oof_type) becomes C(ExternalLegacy) unless it is said too. In Exchange
          C(IsInternal), boolean.
        type: bool
  state:
    description:
    - V(present) creates the remote domain where it is missing, and changes what differs.
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
- module: exchange_remote_domain_info
"""

EXAMPLES = r"""
- name: The remote domain is as it must be
  exchange_remote_domain:
    name: School platform
    settings:
      domain_name: example.org
      auto_forward_enabled: false
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
