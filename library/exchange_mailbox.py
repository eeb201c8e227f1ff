#!/usr/bin/python
"""Documentation of ``exchange_mailbox``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_mailbox
short_description: Mailbox of on-premises Exchange, created and kept as said
description:
  - Makes one mailbox what a policy, or O(settings) said one by one, say. A mailbox that is missing is created
    with its address; one that exists is changed in the settings that differ, in as few cmdlets as possible; one
    that conforms is left alone.
  - Runs on the controller through remote PowerShell. All hosts of a run share the sessions of one session keeper,
    and thousands of boxes are read in a handful of queries.
  - What could not be read is returned in RV(unknown) and is neither changed nor called drift.
  - The endpoint and the account are given as variables, see the notes.
options:
  address:
    description: The address of the box, which is also the logon name of its account. It is never changed.
    type: str
    required: true
  policy:
    description:
      - The policy that the box must follow, as the variable C(bma_policy) holds it. C(docs/policy.md) describes it.
      - Every setting is managed. One that the policy leaves out has its default.
    type: dict
  name:
    description: Official name of the organisation, for the display name that the policy asks for.
    type: str
  settings:
    description:
      - Instead of O(policy), the settings that the mailbox must have. One that is left out is not managed.
      - Sizes are a number and B, KB, MB, GB or TB, or V(Unlimited).
    type: dict
    suboptions:
      # begin generated from the resource tables
      mailbox:
        description:
        - The mailbox object in the directory.
        type: dict
        suboptions:
          primary_smtp_address:
            description:
            - The address the box answers from. The address of a BMA never changes. In Exchange C(PrimarySmtpAddress).
            type: str
          email_address_policy_enabled:
            description:
            - Whether an address policy of the organisation may rewrite the addresses; it would change the
              primary address at the next write. In Exchange C(EmailAddressPolicyEnabled).
            type: bool
          display_name:
            description:
            - The name shown to correspondents. {name}, {address}, {local_part}, {kind} and {number} stand
              for the box's own; a name too long is shortened. In Exchange C(DisplayName).
            type: str
          issue_warning_quota:
            description:
            - Size from which Exchange warns the holder; it does so only above half of prohibit_send_quota.
              In Exchange C(IssueWarningQuota).
            type: str
          prohibit_send_quota:
            description:
            - Size from which the box cannot send any more. In Exchange C(ProhibitSendQuota).
            type: str
          prohibit_send_receive_quota:
            description:
            - Size from which the box cannot receive any more either. In Exchange C(ProhibitSendReceiveQuota).
            type: str
          use_database_quota_defaults:
            description:
            - Whether the quotas of the database hide those of the box. True makes the three above void.
              In Exchange C(UseDatabaseQuotaDefaults).
            type: bool
          forwarding_address:
            description:
            - A recipient of the directory that all mail is forwarded to. In Exchange C(ForwardingAddress).
            type: str
          forwarding_smtp_address:
            description:
            - An address, inside or outside, that all mail is forwarded to. In Exchange C(ForwardingSmtpAddress).
            type: str
          deliver_to_mailbox_and_forward:
            description:
            - Whether a forwarded message stays in the box as well; a leftover true is drift. In Exchange
              C(DeliverToMailboxAndForward).
            type: bool
      regional:
        description:
        - The language and clock of the box, kept inside the mailbox itself.
        type: dict
        suboptions:
          language:
            description:
            - Language of the web interface, as a culture name. In Exchange C(Language).
            type: str
          time_zone:
            description:
            - Time zone, by its Windows name. In Exchange C(TimeZone).
            type: str
      # end generated
  placement:
    description:
      - Where a mailbox that has to be created goes. What is left out is chosen by Exchange.
      - Goes with O(settings). A policy says it itself.
    type: dict
    suboptions:
      organizational_unit:
        description: Organisational unit for the account, as Exchange names it, such as V(example.be/BMA).
        type: str
      database:
        description: Mailbox database.
        type: str
  state:
    description:
      - V(present) creates and converges.
      - V(absent) is refused. Deleting a mailbox deletes its account and mail, and no policy asks for it.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
    description: Predicts exactly what a run would do. The session is read-only and refuses every other cmdlet.
  diff_mode:
    support: full
    description: Shows the settings that differ, before and after.
  idempotent:
    support: full
    description: A second run changes nothing.
notes:
  - The connection is read from the variables C(exchange_uri), C(exchange_auth), C(exchange_username),
    C(exchange_password), C(exchange_ca_file), C(exchange_certificate_file), C(exchange_certificate_key_file) and
    C(exchange_sessions). C(docs/connection.md) explains each.
  - In check mode the account of C(exchange_audit_username) and C(exchange_audit_password) is used where it is set.
seealso:
  - module: exchange_mailbox_info
"""

EXAMPLES = r"""
- name: The box is what the policy says
  exchange_mailbox:
    address: "{{ bma_address }}"
    policy: "{{ bma_policy }}"
    name: "{{ bma_display_name }}"

- name: The box has its quota and forwards nothing
  exchange_mailbox:
    address: ec001394@adm.cfwb.be
    settings:
      mailbox:
        display_name: Institut Saint-Exemple (ec001394)
        issue_warning_quota: 1.8 GB
        prohibit_send_quota: 2 GB
        prohibit_send_receive_quota: 2 GB
        use_database_quota_defaults: false
        forwarding_address: null
        forwarding_smtp_address: null
      regional:
        language: fr-BE
        time_zone: Romance Standard Time
"""

RETURN = r"""
created:
  description: Whether the mailbox was missing and has been created, or in check mode would be.
  returned: success
  type: bool
commands:
  description: The cmdlets that were run, or in check mode would be. Secrets are shown as V(***).
  returned: success
  type: list
  elements: str
  sample: ["Set-Mailbox -Identity 'a2b1…' -ProhibitSendQuota 2GB"]
before:
  description: The settings that differed, as they were, by section. Empty for a mailbox that was missing.
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

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_mailbox runs as an action plugin: set action_plugins")
