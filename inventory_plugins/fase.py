"""Inventory plugin: one host per box of the FASE referential. The rules are in :mod:`bma.referential`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from ansible import context
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from bma.errors import BmaError
from bma.policy import require_readable
from bma.referential import Referential, is_inventory, read_referential, read_settings
from bma.referential.limit import unknown_names

DOCUMENTATION = r"""
name: fase
short_description: Administrative mailboxes (BMA) from the FASE referential
description:
  - One host per box, named after the local part of its address (C(ec001347), C(po000478)), with the official
    data of the organisation as variables prefixed C(bma_).
  - Groups by kind, réseau, niveau, genre, type, bassin, arrondissement, PO and wave.
  - The forms that are read, the variables, the groups and the findings are described in C(docs/referential.md).
  - Nothing that comes from the referential or from the files named here is ever evaluated as a template.
    This file itself is plain data too, its values are not templated.
options:
  plugin:
    description: Token that makes a file an inventory of this plugin.
    required: true
    type: str
    choices: [fase]
  referential:
    description:
      - The FASE list, one file or several. CSV exports, JSON of the open-data API, and FASE C(Fiche) documents
        are recognised by their content. When several describe the same organisation, the later file wins.
      - As all paths here, relative to this file.
    required: true
    type: list
    elements: path
  supplement:
    description: Files with the organisations that the list lacks, and with the aliases of boxes.
    type: list
    elements: path
  exclude:
    description: Files with the boxes that do not exist or must not be touched, each with the reason.
    type: list
    elements: path
  domain:
    description: Mail domain of the boxes.
    type: str
    default: adm.cfwb.be
  waves:
    description:
      - File with the waves of the campaign. Each wave becomes a group.
      - The default file may be absent. A file that is named here must exist.
    type: path
    default: waves.lock.yml
  max_bad_rows:
    description: Share of unusable rows, 0 to 1, above which a file of the list is refused whole.
    type: float
    default: 0.05
  strict:
    description:
      - Refuse the inventory when the supplement, the exclude file or the wave file names a box that is not there
        (or, for a wave, that is excluded), instead of only reporting it.
    type: bool
    default: false
"""

EXAMPLES = r"""
# inventory/fase.yml
plugin: fase
referential: referential/signaletique-fase.csv
supplement: referential/supplement.yml
exclude: referential/exclude.yml
"""


class InventoryModule(BaseInventoryPlugin):
    """Translates a referential into hosts and groups.

    The configuration is read by the core and not by Ansible, which would tag it as trusted: box data that is
    trusted would be evaluated as templates.
    """

    NAME = "fase"

    def verify_file(self, path: str) -> bool:
        """A YAML file that says ``plugin: fase``."""
        return super().verify_file(path) and is_inventory(Path(path))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill ``inventory``; every foreseeable fault is told in one line."""
        super().parse(inventory, loader, path, cache)
        try:
            referential = read_referential(read_settings(Path(path)), date.today())
            require_readable(Path(path).parent)
        except BmaError as error:
            raise AnsibleParserError("; ".join(str(error).splitlines())) from None
        self._fill(referential)
        self._warn(referential, path)
        self._warn_of_limit(referential)

    def _fill(self, referential: Referential) -> None:
        for name, box in referential.boxes.items():
            self.inventory.add_host(name)
            for variable, value in box.variables().items():
                self.inventory.set_variable(name, variable, value)
        for group in referential.groups:
            self.inventory.add_group(group.name)
            for variable, text in group.variables().items():
                self.inventory.set_variable(group.name, variable, text)
            for host in group.hosts:
                self.inventory.add_child(group.name, host)

    def _warn(self, referential: Referential, path: str) -> None:
        """One line for each kind of finding that loses data or asks for a look."""
        counts = Counter((finding.severity, finding.code) for finding in referential.findings)
        told = [f"{count} × {code}" for (severity, code), count in sorted(counts.items()) if severity != "info"]
        if told:
            aside = sum(file.set_aside for file in referential.files)
            partly = sum(file.partly for file in referential.files)
            self.display.warning(
                f"{path}: {aside} rows set aside, {partly} read in part ({', '.join(told)}). "
                f"For the details: ansible-playbook playbooks/referential.yml -i {path}"
            )

    def _warn_of_limit(self, referential: Referential) -> None:
        """Say which part of ``--limit`` names nothing here: Ansible itself only says that no host is left."""
        limit = str(context.CLIARGS.get("subset") or "")
        names = [*referential.boxes, *(group.name for group in referential.groups)]
        for unknown, close in unknown_names(limit, names):
            hint = f"; close to it: {', '.join(close)}" if close else ""
            self.display.warning(f"--limit {unknown}: there is no box or group of that name{hint}")
