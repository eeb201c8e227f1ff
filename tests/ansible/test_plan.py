"""``playbooks/plan.yml`` and the ``wave_plan`` module, as an operator runs them."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.playbook

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

WAVE_VARIABLES = ("bma_wave", "bma_wave_date", "bma_campaign")

Play = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """A copy of the shipped inventory that a test may change."""
    folder = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", folder, ignore=shutil.ignore_patterns("group_vars"))
    return folder


@pytest.fixture
def play(tmp_path: Path, inventory: Path) -> Play:
    """Plan that inventory, as if no day had passed unless a day is given."""

    def run(*arguments: str | Path, source: str | Path | None = None) -> subprocess.CompletedProcess[str]:
        today = [] if any("plan_today" in str(argument) for argument in arguments) else ["-e", "plan_today=none"]
        reports = ["-e", f"plan_reports={tmp_path / 'reports'}"]
        said = ["playbooks/plan.yml", "-i", source or inventory / "fase.yml", *reports, *today, *arguments]
        return subprocess.run(
            [BIN / "ansible-playbook", *map(str, said)],
            cwd=ROOT,
            env=os.environ
            | {
                "ANSIBLE_HOME": str(tmp_path / "home"),
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

    return run


def waves(inventory: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((inventory / "waves.lock.yml").read_text(encoding="utf-8"))
    return found


def test_the_shipped_plan_is_found_unchanged(play: Play, tmp_path: Path, inventory: Path) -> None:
    before = (inventory / "waves.lock.yml").read_bytes()
    done = play()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0" in done.stdout
    assert "82 boxes in 3 waves" in done.stdout
    assert (inventory / "waves.lock.yml").read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        "calendar.html",
        "calendar.ics",
        "waves.txt",
    ]


def test_what_check_mode_predicts_is_what_is_written(play: Play, tmp_path: Path, inventory: Path) -> None:
    before = (inventory / "waves.lock.yml").read_bytes()
    chosen = ("-e", "campaign=circular-2024-autumn", "-e", "campaign_start=2027-01-05")
    predicted = play(*chosen, "--check", "--diff")
    assert predicted.returncode == 0, predicted.stdout + predicted.stderr
    assert "changed=1" in predicted.stdout
    assert '+campaign: "circular-2024-autumn"' in predicted.stdout
    assert (inventory / "waves.lock.yml").read_bytes() == before
    assert not (tmp_path / "reports").exists()
    done = play(*chosen, "--diff")
    assert "changed=1" in done.stdout

    def difference(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith(("+", "-"))]

    assert difference(done.stdout) == difference(predicted.stdout)
    found = waves(inventory)
    assert (found["campaign"], str(found["start"])) == ("circular-2024-autumn", "2027-01-05")
    # Without options it is this campaign from now on, with the start that was said.
    assert "changed=0" in play().stdout


def test_hosts_know_their_wave_its_day_and_the_campaign(play: Play, inventory: Path, tmp_path: Path) -> None:
    play("-e", "campaign=faq-2024-spring")
    listed = subprocess.run(
        [BIN / "ansible-inventory", "-i", inventory / "fase.yml", "--list"],
        cwd=ROOT,
        env=os.environ | {"ANSIBLE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    found = json.loads(listed.stdout)
    assert len(found["wave_01"]["hosts"]) + len(found["wave_02"]["hosts"]) + len(found["wave_03"]["hosts"]) == 82
    for name in ("01", "02", "03"):
        values = found["_meta"]["hostvars"][found[f"wave_{name}"]["hosts"][0]]
        # Untrusted, as all that the plugin sets: none of it is a template.
        values = {key: value["__ansible_unsafe"] for key, value in values.items() if key in WAVE_VARIABLES}
        day = {"01": "2024-05-13", "02": "2024-05-21", "03": "2024-05-27"}[name]
        assert [values[key] for key in WAVE_VARIABLES] == [name, day, "faq-2024-spring"]


def test_a_promise_is_broken_by_force_only(play: Play, tmp_path: Path, inventory: Path) -> None:
    told = tmp_path / "announced.yml"
    told.write_text("ec000103: 2027-01-25\n")
    path = inventory / "campaigns" / "example.yml"
    text = path.read_text(encoding="utf-8")
    pin = 'pins:\n  - {box: ec000103, date: 2027-01-18, reason: \'{{ lookup("pipe", "id") }}\'}\n'
    path.write_text(text + pin, encoding="utf-8")
    refused = play("-e", f"plan_promises={told}")
    assert refused.returncode != 0
    assert "ec000103 is pinned, but 2027-01-18 is in no period that names it" in refused.stdout + refused.stderr
    line = text.count("\n") + 2
    assert f"{path}:{line}:" in refused.stdout + refused.stderr
    path.write_text(text.replace("    boxes: po\n", "    boxes: all\n") + pin, encoding="utf-8")
    refused = play("-e", f"plan_promises={told}")
    assert refused.returncode != 0
    assert "ec000103 was told 2027-01-25" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    forced = play("-e", f"plan_promises={told}", "-e", "plan_force=true")
    assert forced.returncode == 0, forced.stdout + forced.stderr
    corrections = waves(inventory)["corrections"]
    assert corrections == {
        "ec000103": {
            "promised": corrections["ec000103"]["promised"],  # type: ignore[index]
            "reason": 'pinned to 2027-01-18: {{ lookup("pipe", "id") }}',
        }
    }
    assert "uid=" not in forced.stdout + (tmp_path / "reports" / "calendar.html").read_text(encoding="utf-8")


def test_a_box_that_is_gone_leaves_its_wave(play: Play, inventory: Path) -> None:
    """The inventory itself is refused, because it is strict; planning without it mends it."""
    path = inventory / "referential" / "exclude.yml"
    path.write_text(path.read_text(encoding="utf-8") + "- {box: ec000103, reason: closed}\n", encoding="utf-8")
    assert "wave 03: ec000103 is excluded" in play().stderr
    done = play("-e", f"plan_inventory={inventory / 'fase.yml'}", source="localhost,")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ec000103: 2027-01-25 → none: is not in the inventory any more" in done.stdout
    assert "changed=0" in play().stdout


def test_sizes_from_the_old_server(play: Play, tmp_path: Path) -> None:
    sizes = tmp_path / "sizes.csv"
    sizes.write_text("address;bytes\nec000103@adm.cfwb.be;1073741824\nec000999@adm.cfwb.be;1\n")
    done = play("-e", f"plan_sizes={sizes}", "--check")
    assert "the list of sizes has 1 boxes that are not planned: ec000999" in done.stdout
    assert "3 GB" in done.stdout or "3.1 GB" in done.stdout
    sizes.write_text("nonsense;12\n")
    failed = play("-e", f"plan_sizes={sizes}", "--check")
    assert failed.returncode != 0
    assert f"{sizes}:1: 'nonsense' is no box of adm.cfwb.be" in failed.stdout + failed.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["-e", "campaign=winter"],
            "there is no campaign winter; known: circular-2024-autumn, example, faq-2024-spring",
        ),
        (["-e", "campaign_start=soon"], "start: 'soon' is no day; allowed: a day such as 2027-01-05"),
        (["-e", "plan_today=2027-02-30"], "today: '2027-02-30' is no day"),
        (["-e", "plan_promises=absent.yml"], "absent.yml: there is no such file"),
        (["-e", "campaign=/absent/c.yml"], "/absent/c.yml: there is no such file"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_words(play: Play, arguments: list[str], expected: str) -> None:
    done = play(*arguments)
    assert done.returncode != 0
    assert expected in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_documented_arguments_are_those_of_the_action() -> None:
    documented = yaml.safe_load(_constant("library", "DOCUMENTATION"))["options"]
    stated = {
        name: {key: value for key, value in option.items() if key != "description"}
        for name, option in documented.items()
    }
    assert stated == _constant("action_plugins", "ARGUMENTS")


def _constant(folder: str, name: str):  # type: ignore[no-untyped-def]
    tree = ast.parse((ROOT / folder / "wave_plan.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"no {name} in {folder}/wave_plan.py")
