#!/usr/bin/python
"""Documentation of ``exchange_throttling_policy``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_throttling_policy
short_description: Throttling policy of on-premises Exchange
description:
- How much of the servers an account may use. What is not said is what the organisation says.
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
      scope:
        description:
        - 'C(Regular): for those who are given it. C(Organization): for everybody. In Exchange C(ThrottlingPolicyScope),
          C(Regular) or C(Organization).'
        type: str
      imap_max_concurrency:
        description:
        - IMAP connections at the same time. In Exchange C(ImapMaxConcurrency), number.
        type: str
      imap_max_burst:
        description:
        - Milliseconds that IMAP may use above its rate. In Exchange C(ImapMaxBurst), number.
        type: str
      imap_recharge_rate:
        description:
        - Milliseconds an hour that IMAP is given back. In Exchange C(ImapRechargeRate), number.
        type: str
      imap_cutoff_balance:
        description:
        - Debt in milliseconds at which IMAP is cut off. In Exchange C(ImapCutoffBalance), number.
        type: str
      powershell_max_concurrency:
        description:
        - Remote PowerShell sessions. In Exchange C(PowerShellMaxConcurrency), number.
        type: str
      powershell_max_cmdlets:
        description:
        - Cmdlets within the period below. In Exchange C(PowerShellMaxCmdlets), number.
        type: str
      powershell_max_cmdlets_period:
        description:
        - That period, in seconds. In Exchange C(PowerShellMaxCmdletsTimePeriod), number.
        type: str
      powershell_max_destructive_cmdlets:
        description:
        - Of them, destructive ones. In Exchange C(PowerShellMaxDestructiveCmdlets), number.
        type: str
      powershell_max_burst:
        description:
        - Milliseconds that PowerShell may use above its rate. In Exchange C(PowerShellMaxBurst),
          number.
        type: str
      powershell_recharge_rate:
        description:
        - Milliseconds an hour that it is given back. In Exchange C(PowerShellRechargeRate), number.
        type: str
      powershell_cutoff_balance:
        description:
        - Debt at which PowerShell is cut off. In Exchange C(PowerShellCutoffBalance), number.
        type: str
  state:
    description:
    - V(present) creates the throttling policy where it is missing, and changes what differs.
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
- module: exchange_throttling_policy_info
"""

EXAMPLES = r"""
- name: The throttling policy is as it must be
  exchange_throttling_policy:
    name: BMA Migration Throttling
    settings:
      imap_max_concurrency: Unlimited
      powershell_max_concurrency: 18
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
