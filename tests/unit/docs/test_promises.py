"""What docs/promises.md names is there: settings in the tables, cmdlets that write them, tests in the suite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bma.policy.schema import policy_schema
from bma.resources.box import BOX

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/promises.md").read_text()
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"(?m)^def (test_\w+)", path.read_text(encoding="utf-8"))
}


def named(pattern: str) -> list[str]:
    return sorted(set(re.findall(pattern, PAGE)))


@pytest.mark.parametrize("test", named(r"`(test_\w+)`"))
def test_a_named_test_exists(test: str) -> None:
    assert test in TESTS


@pytest.mark.parametrize("setting", named(r"`([a-z_]+\.[a-z_]+)`(?!\])"))
def test_a_named_setting_exists(setting: str) -> None:
    section, _, key = setting.partition(".")
    assert key in policy_schema()["properties"]["bma_policy"]["properties"][section]["properties"]


def test_every_promise_that_policy_cannot_loosen_is_on_the_page() -> None:
    promised = {f"{section.key}.{setting.key}" for section in BOX for setting in section.settings if setting.promised}
    assert promised <= set(named(r"`([a-z_]+\.[a-z_]+)`"))


def test_the_cmdlets_of_a_promise_write_its_settings() -> None:
    writes = {section.key: set(section.written_by) for section in BOX} | {"creation": {"New-Mailbox"}}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        sections = (
            {setting.partition(".")[0] for setting in re.findall(r"`([a-z_]+\.[a-z_]+)`", cells[1])}
            if cells[1:]
            else set()
        )
        cmdlets = set(re.findall(r"`((?:New|Set|Remove|Disable)-\w+)`", cells[2])) if len(cells) == 4 else set()
        for section in sections if cmdlets else ():
            assert cmdlets & (writes[section] | {"New-Mailbox"}), line
