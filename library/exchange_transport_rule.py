#!/usr/bin/python
"""Documentation of ``exchange_transport_rule``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_transport_rule
short_description: Transport rule of on-premises Exchange
description:
- What the servers do with messages as they pass.
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
      enabled:
        description:
        - Whether the rule is in use. In Exchange C(State), boolean.
        type: bool
      priority:
        description:
        - Its place among the rules; 0 is asked first. In Exchange C(Priority), number, 0 to 1000.
        type: int
      mode:
        description:
        - Whether it acts (C(Enforce)) or only takes notes. In Exchange C(Mode), C(Enforce) or C(Audit)
          or C(AuditAndNotify).
        type: str
      message_type:
        description:
        - 'Which messages. C(AutoForward): those that a rule or a program forwards. What a mailbox''s
          own forwarding setting sends on does not count as such. In Exchange C(MessageTypeMatches),
          C(AutoForward) or C(OOF) or C(ReadReceipt) or C(Calendaring) or C(Voicemail) or C(Encrypted)
          or C(Signed).'
        type: str
      from_scope:
        description:
        - From whom. A redirected message keeps its first sender. In Exchange C(FromScope), C(InOrganization)
          or C(NotInOrganization).
        type: str
      sent_to_scope:
        description:
        - 'To whom. An internal relay domain is in the organisation: mail to boxes that are still
          on the old server is not touched. In Exchange C(SentToScope), C(InOrganization) or C(NotInOrganization).'
        type: str
      sender_address_location:
        description:
        - Where the sender is looked for. C(HeaderOrEnvelope) finds a message that was redirected,
          too. In Exchange C(SenderAddressLocation), C(Header) or C(Envelope) or C(HeaderOrEnvelope).
        type: str
      except_recipient_domains:
        description:
        - Domains that mail may go to all the same. In Exchange C(ExceptIfRecipientDomainIs), list
          of names.
        type: list
        elements: str
      reject_reason:
        description:
        - What the sender is told, in 256 characters at most. In Exchange C(RejectMessageReasonText),
          text.
        type: str
      reject_status:
        description:
        - 'The code of the refusal: 5.7.1, or 5.7.900 to 5.7.999. In Exchange C(RejectMessageEnhancedStatusCode),
          text.'
        type: str
      comments:
        description:
        - What people should know of it. In Exchange C(Comments), text.
        type: str
  state:
    description:
    - V(present) creates the transport rule where it is missing, and changes what differs.
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
- module: exchange_transport_rule_info
"""

EXAMPLES = r"""
- name: The transport rule is as it must be
  exchange_transport_rule:
    name: BMA no automatic forwarding
    settings:
      message_type: AutoForward
      sent_to_scope: NotInOrganization
      reject_reason: Le transfert automatique vers une adresse externe n’est pas autorisé.
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
