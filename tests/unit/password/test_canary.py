"""The search for secrets finds them: without that, every test that finds none would prove nothing."""

from __future__ import annotations

import base64
import json
import quopri
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canary import leaks, leaks_in, processes

SECRET = "Zoom-abbaye=canari:41"


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le"])
def test_it_is_found_in_base64_of_a_longer_text(before: str, coding: str) -> None:
    text = f"{before}{SECRET}, and more".encode(coding)
    assert leaks(SECRET, base64.b64encode(text))


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        json.dumps({"a": SECRET}),
        quopri.encodestring(SECRET.encode()).decode(),
        SECRET.encode().hex(),
        SECRET[::-1],
        f"{{'password': {SECRET!r}}}",
    ],
)
def test_it_is_found_in_every_guise(text: str) -> None:
    assert leaks(SECRET, f"before {text} after")


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=300))
def test_other_texts_are_let_through(text: str) -> None:
    assert SECRET in text or not leaks(SECRET, text)


def test_it_is_found_in_files_and_their_names(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text(f"say {SECRET}")
    (tmp_path / f"{SECRET}.txt").write_text("")
    assert {leak.rpartition(": ")[2] for leak in leaks_in(SECRET, tmp_path)} >= {"plain"}
    assert len({leak.split(": ")[0] for leak in leaks_in(SECRET, tmp_path)}) == 2
    assert not leaks_in("another-secret", tmp_path)


def test_it_is_found_in_arguments_of_processes() -> None:
    import subprocess

    with processes() as seen:
        subprocess.run(["sleep", "0.3"], env={"CANARY": SECRET}, check=True)
    assert leaks(SECRET, *seen) != []
