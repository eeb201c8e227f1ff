#!/usr/bin/python
"""Documentation of ``staged_mail``. The work is the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: staged_mail
short_description: The mails of a campaign for one box
description:
  - Sends one box the mails of its campaign that are due, each once. A mail is put into the ledger with its bytes,
    Message-ID and Date before the relay is spoken to, and every step after that is written down.
  - Never early, never after its last day, never before the mail that comes before it, and never when the date that the
    box was told is not the planned one any more; it is then sent the correction first.
  - Fails for a mail that was refused, deferred, may have arrived, or is held back or too late.
  - For many boxes M(staged_mails) needs one connection, this one each box its own.
options:
  box:
    description: Name of the box.
    type: str
    required: true
  address:
    description: Its address.
    type: str
    required: true
  organisation:
    description: Official name of the organisation, for the text.
    type: str
    required: true
  kind:
    description: Whether it is of an establishment or of an organising body. By default, what its name begins with.
    type: str
    choices: [ec, po]
  wave:
    description: Its wave, for the text.
    type: str
    default: ""
  cut_over:
    description: Day on which the box moves.
    type: str
    required: true
  rescue:
    description: Address for when the box is out of reach; mails whose recipients include it go there too.
    type: str
  steps:
    description:
      - Only these mails of the campaign, by their ids.
      - By default, all that are due.
    type: list
    elements: str
    default: []
  again:
    description:
      - Mails that are sent once more although they were sent, as a new attempt with a Message-ID of its own.
      - The box gets them every time that this is asked for.
    type: list
    elements: str
    default: []
  waive:
    description: Mails that the box goes without. This is written down, and the mails after them are sent.
    type: list
    elements: str
    default: []
  ambiguous:
    description:
      - What becomes of a mail that may have arrived, because the line or the process broke before the relay's answer.
      - V(tell) names it and sends nothing. V(repeat) sends the same mail again, with the same Message-ID and Date;
        Exchange drops the second. V(arrived) writes down that somebody has looked and found it.
    type: str
    choices: [tell, repeat, arrived]
    default: tell
  today:
    description:
      - The day, such as V(2027-01-05), whose hours are all open; or day and hour, such as V(2027-01-05T09:30).
      - By default, the real day and hour.
    type: str
  campaign:
    description:
      - Campaign file, or its name in C(campaigns/) beside the inventory file.
      - By default, the campaign of the waves in force.
    type: str
notes:
  - Reads the variables C(mail_relays), C(mail_links), C(mail_texts), C(mail_attachments), C(mail_timezone),
    C(mail_templates) and C(bma_ledger). C(mail_passwords) is looked up when a relay asks for it, and not before.
    C(docs/mails.md) explains them.
attributes:
  check_mode:
    support: full
    description: Who would get what is told, and nothing is written, not even a new ledger.
  diff_mode:
    support: full
    description: The text of each mail, against what the box was sent of it before.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: The box is told that it moves
  staged_mail:
    box: "{{ inventory_hostname }}"
    address: "{{ bma_address }}"
    organisation: "{{ bma_display_name }}"
    cut_over: "{{ bma_wave_date }}"
    steps: [announcement]
"""

RETURN = r"""
counts:
  description: Outcome, and how many mails had it. V(sent), V(done), V(waiting), V(deferred), V(not_tried), V(refused),
    V(ambiguous), V(late), V(held). In check mode V(sent) is what would be.
  returned: success
  type: dict
steps:
  description: The same for each mail of the campaign.
  returned: success
  type: dict
faults:
  description: Relays that could not be used.
  returned: success
  type: list
  elements: str
moment:
  description: The day, and the hour, that it was taken to be.
  returned: success
  type: str
mails:
  description: Every mail that was sent, is late, held, refused and so on, with C(box), C(step), C(outcome), C(to),
    C(why), C(subject) and C(message_id).
  returned: success
  type: list
  elements: dict
"""
