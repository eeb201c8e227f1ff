"""The ``fase`` inventory plugin, in the Ansible of the environment that runs these tests."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bma.referential.judged import load_schema

pytestmark = pytest.mark.playbook

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
REAL = ROOT.parent / "shared" / "data" / "fase" / "signaletique-fase-2023-10.csv"

HEADER = [
    "N° FASE de l'établissement",
    "Nom de l'établissement",
    "Type d'enseignement",
    "Réseau",
    "Bassin",
    "Adresse de l'établissement",
    "Commune de l'établissement",
    "N° FASE de l'implantation",
    "Adresse de l'implantation",
    "N° FASE du P.O.",
    "Nom de P.O.",
]
PLAIN = ["12", "Ecole", "Primaire ordinaire", "WBE", "Namur", "Rue 1", "Namur", "30", "Rue 1", "7", "PO"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command of the tested Ansible, from the root of the toolkit and with its configuration."""

    def command(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / name, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ
            | {
                "ANSIBLE_HOME": str(tmp_path / "home"),
                "ANSIBLE_CALLBACKS_ENABLED": "default",
                "ANSIBLE_DISPLAY_OK_HOSTS": "1",
                "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
                "ANSIBLE_NOCOLOR": "1",
                "COLUMNS": "1000",
            },
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=300,
        )

    return command


def inventory(folder: Path, *rows: list[str], config: str = "") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([HEADER, *rows])
    (folder / "list.csv").write_text(text.getvalue(), encoding="utf-8")
    path = folder / "fase.yml"
    path.write_text(f"plugin: fase\nreferential: list.csv\n{config}", encoding="utf-8")
    return path


def listed(result: subprocess.CompletedProcess[str]) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_default_inventory(run: Run) -> None:
    result = run("ansible-inventory", "-i", "inventory/fase.yml", "--list")
    found = listed(result)
    hosts = found["_meta"]["hostvars"]
    assert len(hosts) == 82
    assert "po_001347" in found
    # Marked as unsafe on its way out: what imports this (AWX) does not evaluate it either.
    assert hosts["po001347"]["bma_address"] == {"__ansible_unsafe": "po001347@adm.cfwb.be"}
    assert hosts["ec010211"]["bma_source"]["__ansible_unsafe"].startswith("referential/supplement.yml:")
    assert "ec005301" not in hosts
    assert "1 × etab-number, 1 × name-conflict" in result.stderr
    assert "ansible-playbook playbooks/referential.yml -i" in result.stderr
    assert result.stderr.count("[WARNING]") == 1


def test_names_that_look_like_templates_are_never_evaluated(run: Run, tmp_path: Path) -> None:
    """At use time, in a play: as a message, through hostvars and set_fact, in a condition, as the label of a group."""
    proof = tmp_path / "evaluated"
    evil = "{{ lookup('pipe','touch " + str(proof) + "') }}"
    row = [evil if cell in {"Ecole", "WBE", "Rue 1", "Namur", "PO"} else cell for cell in PLAIN]
    config = "supplement: supplement.yml\nwaves: waves.yml\n"
    path = inventory(tmp_path, row, config=config)
    (tmp_path / "supplement.yml").write_text(
        "organisations:\n"
        f'  - {{kind: ec, number: 13, name: "{evil}", type: "{evil}", commune: "{evil}", po: 7}}\n'
        "aliases:\n  ec000012: ['{{7*7}}']\n"
    )
    (tmp_path / "waves.yml").write_text(f'waves:\n  "{evil}":\n    date: 2026-01-05\n    boxes: [ec000012]\n')
    playbook = tmp_path / "play.yml"
    playbook.write_text(PLAYBOOK)
    result = run("ansible-playbook", "-i", path, playbook)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not proof.exists()
    # name, street, commune, PO name, the same through hostvars and set_fact, label, wave: for each school.
    assert result.stdout.count("lookup('pipe'") > 20
    assert "{{7*7}}@adm.cfwb.be" in result.stdout
    assert "49@" not in result.stdout
    run("ansible-inventory", "-i", path, "--list")
    run("ansible-inventory", "-i", path, "--graph", "--vars")
    assert not proof.exists()


PLAYBOOK = """
- hosts: ec
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ item.key }} is {{ item.value }}"
      loop: "{{ hostvars[inventory_hostname] | dict2items | selectattr('key', 'match', 'bma_') }}"
    - ansible.builtin.debug:
        msg: "{{ bma_display_name }} {{ bma_street }} {{ bma_commune }} {{ bma_po_name }}"
    - ansible.builtin.debug:
        msg: "{{ bma_label }} {{ bma_aliases }}"
    - ansible.builtin.set_fact:
        kept: "{{ bma_display_name }}"
    - ansible.builtin.debug:
        msg: "{{ kept }}"
    - ansible.builtin.debug:
        var: bma_implantations
    - ansible.builtin.debug:
        msg: "{{ bma_wave | default('none') }}"
      when: bma_display_name | length > 3
"""


def test_the_documentation_renders_and_names_every_option(run: Run) -> None:
    shown = listed(run("ansible-doc", "-t", "inventory", "fase", "--json"))
    assert set(shown["fase"]["doc"]["options"]) == set(load_schema("inventory")["properties"])
    assert shown["fase"]["examples"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("suplement: x.yml\n", "fase.yml:3: suplement: unknown key; known: domain, exclude"),
        ("supplement: absent.yml\n", "absent.yml: there is no such file"),
        ("waves: absent.yml\n", "absent.yml: there is no such file"),
        ("max_bad_rows: 0\n", "list.csv: 1 of 2 rows are unusable, more than max_bad_rows allows (0.0%): line 3: "),
    ],
)
def test_an_inventory_that_is_refused_says_why_without_a_traceback(
    run: Run, tmp_path: Path, config: str, expected: str
) -> None:
    config = config if "max_bad_rows" in config else f"{config}max_bad_rows: 1.0\n"
    path = inventory(tmp_path, PLAIN, ["5448/3048", *PLAIN[1:]], config=config)
    result = run("ansible-inventory", "-i", path, "--list")
    assert result.returncode != 0
    assert expected in result.stderr
    assert "Traceback" not in result.stderr


def test_other_yaml_is_left_to_other_plugins(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text("all:\n  hosts:\n    plain: {}\n")
    assert "plain" in listed(run("ansible-inventory", "-i", path, "--list"))["ungrouped"]["hosts"]


def test_patterns_combine_groups(run: Run) -> None:
    result = run("ansible", "reseau_wbe:&ec:!bassin_namur", "-i", "inventory/fase.yml", "--list-hosts")
    assert result.returncode == 0, result.stderr
    assert "ec" in result.stdout
    assert "po0" not in result.stdout


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the real list is not beside the checkout")
def test_the_real_list_gives_every_box(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "fase.yml"
    path.write_text(f"plugin: fase\nreferential: {REAL}\n")
    result = run("ansible-inventory", "-i", path, "--list")
    found = listed(result)
    assert (len(found["ec"]["hosts"]), len(found["po"]["hosts"])) == (3029, 1035)
    assert len(found["_meta"]["hostvars"]) == 4064
    assert result.stderr == ""
