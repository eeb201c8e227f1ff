"""Every object of the organisation has its module, its reader and its place in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bma.resources.organization import ORGANIZATION, SiteObject
from tools import organization_pages

ROOT = Path(__file__).parents[3]


def documented(module: str) -> dict[str, object]:
    """The documentation of a module, as ``ansible-doc`` reads it."""
    text = (ROOT / f"library/{module}.py").read_text().partition('DOCUMENTATION = r"""\n')[2].partition('"""')[0]
    return dict(yaml.safe_load(text))


@pytest.mark.parametrize("table", ORGANIZATION, ids=lambda table: table.key)
def test_every_table_has_its_pages(table: SiteObject) -> None:
    page = documented(table.module)
    assert page["module"] == table.module
    options = page["options"]
    assert isinstance(options, dict)
    assert set(options["settings"]["suboptions"]) == {setting.key for setting in table.settings}
    assert ("state" in options) == table.removes
    assert (ROOT / f"action_plugins/{table.module}.py").is_file()
    assert (ROOT / f"library/{table.module}_info.py").is_file() == table.reader
    assert f"### `{table.module}`" in (ROOT / "docs/organization.md").read_text()


def test_no_page_is_left_of_a_table_that_is_gone() -> None:
    written = {path for path in organization_pages.pages() if path.parent.name in ("library", "action_plugins")}
    generated = {
        path
        for folder in ("library", "action_plugins")
        for path in (ROOT / folder).glob("exchange_*.py")
        if "generated from its table" in path.read_text()
    }
    assert generated == written
