#!/usr/bin/python
"""Documentation of ``exchange_imap_settings``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exchange_imap_settings
short_description: IMAP settings of on-premises Exchange
description:
- The IMAP service of one server, through which the old content is copied. A change has effect once
  the service has been restarted there.
- What differs is changed in one cmdlet and read back. What could not be read is returned in RV(unknown),
  and neither changed nor called drift.
options:
  name:
    description:
    - Name of the server.
    type: str
    required: true
  settings:
    description:
    - What it must be. A setting that is left out is not managed.
    type: dict
    default: {}
    suboptions:
      login_type:
        description:
        - 'How programs log in. C(SecureLogin): within TLS only. In Exchange C(LoginType), C(PlainTextLogin)
          or C(PlainTextAuthentication) or C(SecureLogin).'
        type: str
      max_connections:
        description:
        - How many connections the server takes. In Exchange C(MaxConnections), number, 1 to 2147483647.
        type: int
      max_connections_from_single_ip:
        description:
        - 'How many of them from one address: the copy comes from one machine. In Exchange C(MaxConnectionFromSingleIP),
          number, 1 to 2147483647.'
        type: int
      max_connections_per_user:
        description:
        - How many of them for one user; Exchange's own 16 leaves too few for a copy that logs in
          with one account. In Exchange C(MaxConnectionsPerUser), number, 1 to 2147483647.
        type: int
      max_command_size:
        description:
        - The longest command, in bytes. In Exchange C(MaxCommandSize), number, 1024 to 16384.
        type: int
      authenticated_timeout:
        description:
        - After how long an idle connection is closed. In Exchange C(AuthenticatedConnectionTimeout),
          time (hh:mm:ss).
        type: str
      suppress_read_receipt:
        description:
        - Whether senders get a receipt only when the message is opened, and not also whenever a program
          fetches it. In Exchange C(SuppressReadReceipt), boolean.
        type: bool
      certificate_name:
        description:
        - The name in the certificate that the service shows. In Exchange C(X509CertificateName),
          text.
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
- module: exchange_imap_settings_info
"""

EXAMPLES = r"""
- name: The IMAP settings is as it must be
  exchange_imap_settings:
    name: EX01
    settings:
      max_command_size: 16384
      max_connections_per_user: 32
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
