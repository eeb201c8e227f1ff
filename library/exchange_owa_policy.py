#!/usr/bin/python
"""Documentation of ``exchange_owa_policy``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_owa_policy
short_description: OWA policy of on-premises Exchange
description:
- What the web interface offers.
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
      rules_enabled:
        description:
        - Rules. What they may do is for the role assignment policy. In Exchange C(RulesEnabled),
          boolean.
        type: bool
      change_password_enabled:
        description:
        - Changing one's password. In Exchange C(ChangePasswordEnabled), boolean.
        type: bool
      delegate_access_enabled:
        description:
        - Opening other people's folders. In Exchange C(DelegateAccessEnabled), boolean.
        type: bool
      instant_messaging_enabled:
        description:
        - Chat. In Exchange C(InstantMessagingEnabled), boolean.
        type: bool
      text_messaging_enabled:
        description:
        - Text messages to telephones. In Exchange C(TextMessagingEnabled), boolean.
        type: bool
      set_photo_enabled:
        description:
        - Changing one's picture. In Exchange C(SetPhotoEnabled), boolean.
        type: bool
      report_junk_enabled:
        description:
        - Reporting junk mail to Microsoft. In Exchange C(ReportJunkEmailEnabled), boolean.
        type: bool
      save_attachments_to_cloud_enabled:
        description:
        - Saving attachments to storage outside. In Exchange C(SaveAttachmentsToCloudEnabled), boolean.
        type: bool
      direct_file_access_on_public_computers:
        description:
        - Opening attachments on computers that others use too. In Exchange C(DirectFileAccessOnPublicComputersEnabled),
          boolean.
        type: bool
      default_client_language:
        description:
        - 'Language before the holder has one: an LCID such as 2060 for French (Belgium); 0 lets the
          holder choose. In Exchange C(DefaultClientLanguage), number, 0 to 2147483647.'
        type: int
      logon_and_error_language:
        description:
        - 'Language of the logon page and of errors: an LCID such as 2060 for French (Belgium); 0
          lets the holder choose. In Exchange C(LogonAndErrorLanguage), number, 0 to 2147483647.'
        type: int
  state:
    description:
    - V(present) creates the OWA policy where it is missing, and changes what differs.
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
- module: exchange_owa_policy_info
"""

EXAMPLES = r"""
- name: The OWA policy is as it must be
  exchange_owa_policy:
    name: BMA OWA Policy
    settings:
      instant_messaging_enabled: false
      default_client_language: 2060
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
