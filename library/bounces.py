"""Documentation of the ``bounces`` module; the action plugin of the same name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bounces
short_description: Read reports of delivery into the ledger
description:
  - Reads mailboxes (IMAP) or directories with reports of delivery (DSN, RFC 3464), read receipts, automatic replies,
    and bounces in forms of their own, and moves the deliveries that they are about to delivered or bounced.
  - A report is matched by its envelope id, or by the Message-ID of the mail that it returns and its recipient. What
    matches no mail is named with the reason, and stays where it is.
  - A message is moved or marked only after the ledger has what it says. What was read before is told by its content, so
    the same message may be read any number of times.
  - Runs on the controller, once. Sources and variables are explained in C(docs/bounces.md).
options:
  ledger:
    description: Path or URL of the ledger.
    type: str
    required: true
  sources:
    description:
      - Name of a source to what it is, either C(directory) (with C(after) and C(done_folder)), or a mailbox with
        C(host), C(port), C(security) (V(tls) or V(starttls)), C(ca_file), C(username), C(on_behalf_of), C(folder),
        C(after) (V(move), V(mark) or V(leave)), C(done_folder), C(timeout).
    type: dict
    required: true
  passwords:
    description: Name of a source to the password of its account.
    type: dict
    default: {}
  today:
    description: The day that is written into the ledger, for rehearsals. By default, now.
    type: str
  timezone:
    description: Time zone of O(today).
    type: str
    default: Europe/Brussels
  folder:
    description: Where the report is written, for its owner alone. It is made when absent.
    type: path
    default: reports/bounces
  show:
    description: Show the report on the screen.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: In check mode everything is read, the effect is told, and neither ledger nor source is changed.
  diff_mode:
    support: full
    description: The deliveries that move, before and after.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Read the mailbox of the SGNE's sender
  bounces:
    ledger: inventory/.ledger.sqlite
    sources:
      sgne:
        host: mail.example.org
        username: migrationBMA@example.org
        done_folder: BMA-Read
    passwords:
      sgne: "{{ vault_sgne_mailbox_password }}"

- name: Read a directory, and leave it as it is
  bounces:
    ledger: inventory/.ledger.sqlite
    sources:
      files: {directory: /var/spool/reports, after: leave}
"""

RETURN = r"""
sources:
  description: For each source its number of messages, counts, the fault that ended its reading, and what was said.
  returned: success
  type: list
  elements: dict
moved:
  description: Boxes of which a delivery has changed its state.
  returned: success
  type: list
  elements: str
aside:
  description: How many messages somebody has to look at.
  returned: success
  type: int
files:
  description: The reports written, or that would be in check mode.
  returned: success
  type: list
  elements: path
"""
