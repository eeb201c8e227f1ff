"""What the benches take for granted about the playbooks that they compare."""

from __future__ import annotations

import pytest
import yaml

from bench.__main__ import _parser as parser
from bench.__main__ import main, sizes
from bench.plan import QUICK, Sizes
from bench.playbook import FLOOR, WAVE, recap


def test_the_floor_has_the_batches_of_a_wave() -> None:
    floor = yaml.safe_load(FLOOR.read_text())[0]
    batched = [play for play in yaml.safe_load(WAVE.read_text()) if "serial" in play]
    assert [play["serial"] for play in batched] == [floor["serial"]]
    # One task for each box on both sides: all others of a wave run once.
    assert len(batched[0]["tasks"]) == len(floor["tasks"]) == 1


def test_the_recap_is_counted() -> None:
    output = """
PLAY RECAP ****
ec000004                   : ok=1    changed=0    unreachable=0    failed=0    skipped=0
ec000007                   : ok=6    changed=1    unreachable=0    failed=0    skipped=0
ec000009                   : ok=0    changed=1    unreachable=0    failed=1    skipped=0
po000010                   : ok=0    changed=0    unreachable=1    failed=0    skipped=0
"""
    assert recap(output) == {"unchanged": 1, "changed": 1, "failed": 2}


def test_options_choose_sizes() -> None:
    assert sizes(parser().parse_args([])) == Sizes()
    assert sizes(parser().parse_args(["--quick"])) == QUICK
    chosen = sizes(parser().parse_args(["--boxes", "50", "--repeat", "1"]))
    assert (chosen.boxes, chosen.check_rounds, chosen.apply_rounds, chosen.read_rounds) == (50, 1, 1, 1)


@pytest.mark.parametrize("options", [["--only", "nothing"], ["--repeat", "0"], ["--boxes", "many"]])
def test_other_options_are_refused(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
