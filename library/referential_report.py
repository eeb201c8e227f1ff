"""Documentation of the ``referential_report`` module; the action plugin of the same name does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: referential_report
short_description: Report on the FASE referential behind the inventory
description:
  - Reads again the FASE list, the supplement, the exclude file and the waves of an inventory of the C(fase) plugin,
    and reports what was read, what was set aside and why, and what changed since a previous edition.
  - The report is shown, and written as text (C(referential.txt)) and JSON (C(referential.json)).
  - Runs on the controller, once. The task fails only when a file is refused whole.
options:
  inventory:
    description:
      - Inventory file with C(plugin=fase), or directories to look for the one such file in.
      - By default, the inventory sources of the run.
    type: list
    elements: path
  previous:
    description: Files of a previous edition of the list, to be compared. The supplement is applied to both.
    type: list
    elements: path
  folder:
    description: Where the two files are written. It is made when absent.
    type: path
    default: reports/referential
  show:
    description: Show the report on the screen.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: In check mode the report is shown, and nothing is written.
  diff_mode:
    support: none
    description: The report is no configuration.
author:
  - BMA toolkit
"""

EXAMPLES = r"""
- name: Report on the referential, and on what changed since the last edition
  referential_report:
    previous:
      - archive/signaletique-fase-2023-10.csv
"""

RETURN = r"""
totals:
  description: Organisations, boxes by kind, exclusions, groups.
  returned: success
  type: dict
findings:
  description: How many findings of each code.
  returned: success
  type: dict
differences:
  description: How many organisations are new, gone, renamed, in another PO, in another réseau.
  returned: when C(previous) is given
  type: dict
files:
  description: The files written, or that would be in check mode.
  returned: success
  type: list
  elements: path
"""
