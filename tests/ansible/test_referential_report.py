"""``playbooks/referential.yml`` and the ``referential_report`` module, as an operator runs them."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lab.referential import generate

pytestmark = pytest.mark.playbook

ROOT = Path(__file__).parents[2]
PLAYBOOK = [Path(sys.executable).parent / "ansible-playbook", "playbooks/referential.yml"]


def play(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PLAYBOOK, "-e", f"referential_reports={folder / 'reports'}", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ
        | {
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_CALLBACKS_ENABLED": "default",
            "ANSIBLE_NOCOLOR": "1",
            "COLUMNS": "1000",
        },
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def reports(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "reports").glob("*"))


def test_the_report_is_shown_and_written_once(tmp_path: Path) -> None:
    first = play(tmp_path, "-i", "inventory/fase.yml")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "82 boxes: 62 establishments (ec), 20 organising bodies (po)" in first.stdout
    assert "changed=1" in first.stdout
    assert reports(tmp_path) == ["referential.json", "referential.txt"]
    report = json.loads((tmp_path / "reports" / "referential.json").read_text(encoding="utf-8"))
    assert (report["version"], report["totals"]["supplement"], report["totals"]["excluded"]) == (1, 4, 2)
    text = (tmp_path / "reports" / "referential.txt").read_text(encoding="utf-8")
    assert text in first.stdout
    assert "changed=0" in play(tmp_path, "-i", "inventory/fase.yml").stdout


def test_check_mode_predicts_and_writes_nothing(tmp_path: Path) -> None:
    result = play(tmp_path, "-i", "inventory/fase.yml", "--check")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "changed=1" in result.stdout
    assert "82 boxes" in result.stdout
    assert reports(tmp_path) == []


@pytest.mark.parametrize("as_list", [False, True])
def test_the_differences_from_a_previous_edition(tmp_path: Path, as_list: bool) -> None:
    previous = tmp_path / "previous.csv"
    previous.write_bytes(generate(80, 2025))
    said = json.dumps({"previous": [str(previous)]}) if as_list else f"previous={previous}"
    result = play(tmp_path, "-i", "inventory/fase.yml", "-e", said)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Differences from the previous referential" in result.stdout
    report = json.loads((tmp_path / "reports" / "referential.json").read_text(encoding="utf-8"))
    assert report["differences"]["new"]
    assert report["differences"]["gone"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [("<html></html>", "this is a web page (HTML)"), ("", "the file is empty"), ("a;b\n1;2\n", "no known column")],
)
def test_a_refused_file_fails_the_play_with_its_reason(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "list.csv").write_text(content)
    (tmp_path / "fase.yml").write_text("plugin: fase\nreferential: list.csv\n")
    result = play(tmp_path, "-i", tmp_path / "fase.yml")
    assert result.returncode != 0
    assert f"{tmp_path}/list.csv" in result.stdout + result.stderr
    assert reason in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert reports(tmp_path) == []


def test_without_an_inventory_of_the_plugin_the_play_says_so(tmp_path: Path) -> None:
    result = play(tmp_path, "-i", "localhost,")
    assert result.returncode != 0
    assert "no inventory file says plugin: fase" in result.stdout + result.stderr


def test_an_argument_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    playbook = tmp_path / "play.yml"
    playbook.write_text("- hosts: localhost\n  gather_facts: false\n  tasks:\n    - referential_report: {folderr: x}\n")
    result = subprocess.run(
        [PLAYBOOK[0], "-i", "inventory/fase.yml", playbook],
        cwd=ROOT,
        env=os.environ | {"ANSIBLE_HOME": str(tmp_path / "home"), "ANSIBLE_CALLBACKS_ENABLED": "default"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    assert result.returncode != 0
    assert "folderr" in result.stdout + result.stderr


def test_the_documented_arguments_are_those_of_the_action() -> None:
    documented = yaml.safe_load(_constant("library", "DOCUMENTATION"))["options"]
    stated = {
        name: {key: value for key, value in option.items() if key != "description"}
        for name, option in documented.items()
    }
    assert stated == _constant("action_plugins", "ARGUMENTS")


def _constant(folder: str, name: str):  # type: ignore[no-untyped-def]
    tree = ast.parse((ROOT / folder / "referential_report.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"no {name} in {folder}/referential_report.py")
