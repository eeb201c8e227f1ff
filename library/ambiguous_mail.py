"""Documentation of the ``ambiguous_mail`` module; the action plugin of the same name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ambiguous_mail
short_description: Ask the old server whether a mail has arrived
description:
  - Mails of which nobody knows whether they have arrived (the line broke before the relay's answer, or the process that
    was sending them died) are looked for in their boxes on the old server, over IMAP. What is there is accepted.
  - Only boxes with such mails are opened, and their folders are only examined, so nothing is marked as read.
  - What is not there stays ambiguous, since it may still be on its way; whoever repeats mails decides.
  - Runs on the controller, once. The variables are explained in C(docs/bounces.md).
options:
  ledger:
    description: Path or URL of the ledger.
    type: str
    required: true
  campaign:
    description: Campaign whose mails are asked about. By default, all of the ledger.
    type: str
  boxes:
    description: Boxes to ask about. By default, all.
    type: list
    elements: str
  old_server:
    description:
      - The old server, C(host), C(port), C(security) (V(tls) or V(starttls)), C(ca_file), C(timeout), C(username),
        C(on_behalf_of), C(folders). In C(username) and C(on_behalf_of), C({box}) and C({address}) are replaced.
    type: dict
    required: true
  password:
    description: Password of the account that opens every box.
    type: str
  passwords:
    description: Passwords of single boxes, which go before O(password).
    type: dict
    default: {}
  today:
    description: The day that is written into the ledger, for rehearsals. By default, now.
    type: str
  timezone:
    description: Time zone of O(today).
    type: str
    default: Europe/Brussels
  show:
    description: Show the answers on the screen.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: In check mode the old server is asked, and the ledger stays as it is.
  diff_mode:
    support: none
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Ask with a master user of Dovecot
  ambiguous_mail:
    ledger: inventory/.ledger.sqlite
    old_server: {host: old.example.org, username: "{box}*migration"}
    password: "{{ vault_old_server_password }}"
"""

RETURN = r"""
mails:
  description: For each ambiguous mail C(box), C(mail), C(recipient), C(message_id), C(found) (V(there), V(not there) or
    V(unknown)) and C(why).
  returned: success
  type: list
  elements: dict
"""
