"""Every cmdlet and parameter that the product uses exists in Exchange 2016, 2019 and SE."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT.parent / "shared/data/exchange/cmdlet_parameters.json"

_spec = importlib.util.spec_from_file_location("used_cmdlets", ROOT / "tools/used_cmdlets.py")
assert _spec is not None
assert _spec.loader is not None
tool: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tool)

EXTRACT = json.loads(tool.EXTRACT.read_text())
NOT_OF_EXCHANGE = {"Get-Command", "Select-Object"}
ONLY_LOOKED_FOR = {"Get-CmdletThatDoesNotExist", "Get-MailboxDatabaseCopyStatus"}
"""What the doctor asks for to see what happens, and what it can do without."""


@pytest.mark.parametrize("cmdlet", sorted(tool.used()))
def test_what_the_tables_come_to_is_in_every_version(cmdlet: str) -> None:
    if cmdlet in tool.DOCUMENTED:
        assert cmdlet not in EXTRACT
        return
    missing = {name for name in tool.used()[cmdlet] if EXTRACT[cmdlet].get(name) != list(tool.VERSIONS.values())}
    assert missing == set()


def test_the_extract_holds_what_is_used_and_nothing_else() -> None:
    used = tool.used()
    assert {cmdlet: set(parameters) for cmdlet, parameters in EXTRACT.items()} == {
        cmdlet: parameters for cmdlet, parameters in used.items() if cmdlet not in tool.DOCUMENTED
    }
    assert set(used) >= tool.DOCUMENTED


@pytest.mark.real_data
@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue of cmdlets is not beside the checkout")
def test_the_extract_is_what_the_catalogue_says() -> None:
    catalogue = json.loads(CATALOGUE.read_text())["cmdlets"]
    assert tool.extract(catalogue) == EXTRACT
    assert not tool.DOCUMENTED & set(catalogue)


def test_cmdlets_named_in_the_code_are_among_them() -> None:
    """The tables tell what they need; what is written out elsewhere in the code is the same few."""
    verbs = "Get|Set|New|Remove|Add|Enable|Disable|Update|Test"
    named = {
        cmdlet
        for path in (ROOT / "src/bma").rglob("*.py")
        for cmdlet in re.findall(rf'"((?:{verbs})-[A-Z][A-Za-z]+)"', path.read_text())
    }
    known = set(tool.used()) | NOT_OF_EXCHANGE | ONLY_LOOKED_FOR
    assert named - known <= _read_by_the_doctor()


def _read_by_the_doctor() -> set[str]:
    """Reading cmdlets of its own, which the lab's tables, held against the catalogue, have as well."""
    from lab.exchange.cmdlets import CMDLETS

    folder = ROOT / "src/bma/doctor"
    named = {name for path in folder.glob("*.py") for name in re.findall(r'"(Get-[A-Z][A-Za-z]+)"', path.read_text())}
    return {name for name in named if name.lower() in CMDLETS}
