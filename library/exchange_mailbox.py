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
    description:
      - The address of the box, which is also the logon name of its account. It is never changed.
      - When it is left out, the host's own box is meant. The variables C(bma_address), C(bma_display_name),
        C(bma_aliases), C(bma_campaign) and C(bma_wave), which the inventory plugin C(fase) sets, then give what is not
        said of it, and C(bma_policy) gives the policy unless O(policy) or O(settings) is said.
    type: str
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
          aliases:
            description:
            - Further addresses of the box, those that the referential's supplement gives it. Other addresses
              that the mailbox has, X500 and SIP entries too, are left to it. In Exchange C(EmailAddresses).
            type: list
            elements: str
          display_name:
            description:
            - The name shown to correspondents. {name}, {address}, {local_part}, {kind}, {number}, {campaign}
              and {wave} stand for the box's own; a name too long is shortened. In Exchange C(DisplayName).
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
          max_send_size:
            description:
            - Largest message that the box may send; Unlimited leaves it to the organisation. What is attached
              grows by a third on the way. In Exchange C(MaxSendSize).
            type: str
          max_receive_size:
            description:
            - Largest message that the box may receive; Unlimited leaves it to the organisation. In Exchange
              C(MaxReceiveSize).
            type: str
          hidden_from_address_lists:
            description:
            - 'Whether the address lists leave the box out: its address is a reserved channel, not published.
              In Exchange C(HiddenFromAddressListsEnabled).'
            type: bool
          role_assignment_policy:
            description:
            - What the holder may change by themselves. The one that playbooks/organization.yml makes leaves
              forwarding out. In Exchange C(RoleAssignmentPolicy).
            type: str
          throttling_policy:
            description:
            - How much of the servers the box may use; null for what the organisation says. In Exchange
              C(ThrottlingPolicy).
            type: str
          retention_policy:
            description:
            - What becomes of old messages; null for nothing. In Exchange C(RetentionPolicy).
            type: str
          custom_attribute_1:
            description:
            - 'Identity card of the box: ec for an establishment, po for an organising body. Filters of
              Exchange can ask for it. In Exchange C(CustomAttribute1).'
            type: str
          custom_attribute_2:
            description:
            - 'Identity card of the box: the FASE number. Filters of Exchange can ask for it. In Exchange
              C(CustomAttribute2).'
            type: str
          custom_attribute_3:
            description:
            - 'Identity card of the box: the campaign that moves it. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute3).'
            type: str
          custom_attribute_4:
            description:
            - 'Identity card of the box: the wave that it moves in. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute4).'
            type: str
          custom_attribute_5:
            description:
            - 'Identity card of the box: free, as custom_attribute_5. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute5).'
            type: str
          custom_attribute_6:
            description:
            - 'Identity card of the box: free, as custom_attribute_6. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute6).'
            type: str
          custom_attribute_7:
            description:
            - 'Identity card of the box: free, as custom_attribute_7. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute7).'
            type: str
          custom_attribute_8:
            description:
            - 'Identity card of the box: free, as custom_attribute_8. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute8).'
            type: str
          custom_attribute_9:
            description:
            - 'Identity card of the box: free, as custom_attribute_9. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute9).'
            type: str
          custom_attribute_10:
            description:
            - 'Identity card of the box: free, as custom_attribute_10. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute10).'
            type: str
          custom_attribute_11:
            description:
            - 'Identity card of the box: free, as custom_attribute_11. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute11).'
            type: str
          custom_attribute_12:
            description:
            - 'Identity card of the box: free, as custom_attribute_12. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute12).'
            type: str
          custom_attribute_13:
            description:
            - 'Identity card of the box: free, as custom_attribute_13. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute13).'
            type: str
          custom_attribute_14:
            description:
            - 'Identity card of the box: free, as custom_attribute_14. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute14).'
            type: str
          custom_attribute_15:
            description:
            - 'Identity card of the box: free, as custom_attribute_15. Filters of Exchange can ask for it.
              In Exchange C(CustomAttribute15).'
            type: str
      client_access:
        description:
        - The protocols through which the holder's programs reach the box.
        type: dict
        suboptions:
          owa:
            description:
            - The web interface. In Exchange C(OWAEnabled).
            type: bool
          owa_for_devices:
            description:
            - The web interface inside Microsoft's applications for older devices. In Exchange C(OWAforDevicesEnabled).
            type: bool
          mapi:
            description:
            - Outlook. In Exchange C(MAPIEnabled).
            type: bool
          mapi_http:
            description:
            - Outlook by MAPI over HTTP; null for what the organisation says. In Exchange C(MapiHttpEnabled).
            type: bool
          imap:
            description:
            - Other mail programs, which may leave the mail on the server. The copy of the old content uses
              it. In Exchange C(ImapEnabled).
            type: bool
          pop:
            description:
            - Mail programs that fetch the mail away, and services that collect it for another box. In Exchange
              C(PopEnabled).
            type: bool
          active_sync:
            description:
            - Telephones and tablets. In Exchange C(ActiveSyncEnabled).
            type: bool
          ews:
            description:
            - Programs by Exchange Web Services, Outlook for Mac among them. In Exchange C(EwsEnabled).
            type: bool
          owa_mailbox_policy:
            description:
            - What the web interface offers. The one that playbooks/organization.yml makes is named BMA
              OWA Policy. In Exchange C(OwaMailboxPolicy).
            type: str
      regional:
        description:
        - The language and clock of the box, kept inside the mailbox itself.
        type: dict
        suboptions:
          language:
            description:
            - Language of the web interface, as a culture name. In Exchange C(Language).
            type: str
          date_format:
            description:
            - How dates are written; one of those that Windows has for the language. In Exchange C(DateFormat).
            type: str
          time_format:
            description:
            - How times are written; one of those that Windows has for the language. In Exchange C(TimeFormat).
            type: str
          time_zone:
            description:
            - Time zone, by its Windows name. In Exchange C(TimeZone).
            type: str
          localized_folders:
            description:
            - 'Whether the default folders are named in the language: Boîte de réception, not Inbox. Exchange
              renames them once; content comes afterwards. In Exchange C(DefaultFolderNameMatchingUserLanguage).'
            type: bool
      automatic_replies:
        description:
        - Replies that the box sends by itself.
        type: dict
        suboptions:
          external_audience:
            description:
            - 'Who outside gets an automatic reply while the holder has one: nobody, those in the address
              book of the box, or everybody. In Exchange C(ExternalAudience).'
            type: str
          state:
            description:
            - Whether the box replies by itself at all. Left to the holder unless policy says it. In Exchange
              C(AutoReplyState).
            type: str
      inbox_rules:
        description:
        - 'Rules inside the box that send mail on: by forwarding, redirecting or as an attachment.'
        type: dict
        suboptions:
          forwarding:
            description:
            - What becomes of a rule that sends mail to an address that is not allowed. In Exchange C(ForwardTo,
              RedirectTo, ForwardAsAttachmentTo).
            type: str
          allowed_targets:
            description:
            - Where a rule may send mail. A rule all of whose targets are in the list is kept. In Exchange
              C(ForwardTo, RedirectTo, ForwardAsAttachmentTo).
            type: list
            elements: str
      sweep_rules:
        description:
        - Rules of the web interface that move or delete a sender's mail as it ages.
        type: dict
        suboptions:
          found:
            description:
            - 'What becomes of a sweep rule: it makes mail disappear from where the holder looks. In Exchange
              C(Enabled).'
            type: str
      grants:
        description:
        - Who else may open the box or send in its name. Those who may are named by account or canonical
          name.
        type: dict
        suboptions:
          full_access:
            description:
            - Who may open the box, besides its holder. In Exchange C(AccessRights).
            type: list
            elements: str
          send_as:
            description:
            - Who may send as the box. In Exchange C(ExtendedRights).
            type: list
            elements: str
          send_on_behalf:
            description:
            - Who may send on behalf of the box. In Exchange C(GrantSendOnBehalfTo).
            type: list
            elements: str
          found:
            description:
            - What becomes of a grant to anybody else. In Exchange C(User).
            type: str
      # end generated
  aliases:
    description: Further addresses of the box, which a policy has it keep. Goes with O(policy).
    type: list
    elements: str
  campaign:
    description: Name of the campaign that moves the box, for its identity card. Goes with O(policy).
    type: str
  wave:
    description: Wave that the box moves in, for its identity card. Goes with O(policy).
    type: str
  creation:
    description:
      - What a mailbox that has to be created is created with. What is left out is chosen by Exchange.
      - Goes with O(settings). A policy says it itself.
    type: dict
    suboptions:
      organizational_unit:
        description: Organisational unit for the account, as Exchange names it, such as V(example.be/BMA).
        type: str
      database:
        description: Mailbox database.
        type: str
      change_password_at_next_logon:
        description: Whether the holder must choose a password of their own at the first logon.
        type: bool
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
- name: The host's own box is what the policy says
  exchange_mailbox:

- name: A box is what another policy says
  exchange_mailbox:
    address: ec001394@adm.cfwb.be
    name: Institut Saint-Exemple
    policy: "{{ stricter_policy }}"

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
findings:
  description: What the policy wants told and not changed, such as a rule that it only reports.
  returned: success
  type: list
  elements: str
unknown:
  description: Settings that could not be read, each with the reason. They were not changed.
  returned: success
  type: dict
"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={}).fail_json(msg="exchange_mailbox runs as an action plugin: set action_plugins")
