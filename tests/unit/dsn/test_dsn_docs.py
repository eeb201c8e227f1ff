"""The page about reports names every key that its variables may have."""

from __future__ import annotations

import pytest

from bma.dsn.old_server import SCHEMA
from bma.dsn.settings import DIRECTORY_SCHEMA, MAILBOX_SCHEMA
from tests.conftest import ROOT


@pytest.mark.parametrize("schema", [MAILBOX_SCHEMA, DIRECTORY_SCHEMA, SCHEMA])
def test_every_key_is_explained(schema: dict[str, dict[str, object]]) -> None:
    page = (ROOT / "docs/bounces.md").read_text(encoding="utf-8")
    module = "".join((ROOT / f"library/{name}.py").read_text() for name in ("bounces", "ambiguous_mail"))
    for key in schema["properties"]:
        assert f"`{key}`" in page, key
        assert f"C({key})" in module, key
