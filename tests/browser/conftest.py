"""One browser for all pages, and a way to open what the product has written."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Chromium, chromium, program
from tests.browser.reader import Opened, opened


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    path = program()
    if path is None:
        pytest.skip("there is no Chromium here (Debian: chromium, and letters for it: fonts-dejavu-core)")
    with chromium(path, tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def show(browser: Chromium, tmp_path: Path) -> Callable[..., AbstractContextManager[Opened]]:
    """``show(text, width, scheme=…, media=…)``: a page, opened from a file of its own."""

    def write(text: str, width: int, **seen: Any) -> AbstractContextManager[Opened]:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        return opened(browser, path, width, **seen)

    return write


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Opened], None]:
    """Keep a picture of an open page in the folder that ``BMA_PICTURES`` names, for people to look at."""
    folder = os.environ.get("BMA_PICTURES")

    def keep(page: Opened) -> None:
        if folder:
            page.picture(Path(folder) / f"{re.sub(r'[^a-z0-9-]+', '_', request.node.name.lower()).strip('_')}.png")

    return keep
