"""``make demo``: the main job from end to end on the embedded lab, each step shown with its command and checked.

The organisation is prepared; a wave of boxes is predicted, created, found unchanged, spoiled by hand, found spoiled,
and repaired. The endpoint's own journal proves that the predictions ran nothing but reading cmdlets.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
WAVE = "01"
BOX = "ec000004"


class Demo:
    """One lab, and the commands that an operator would type against it."""

    def __init__(self, lab: Path) -> None:
        self.lab = lab
        self.endpoint = json.loads((lab / "endpoint.json").read_text())

    def step(self, title: str) -> None:
        print(f"\n\033[1m== {title}\033[0m" if sys.stdout.isatty() else f"\n== {title}", flush=True)

    def playbook(self, name: str, *options: str, show: str = r"^\d+ (created|would)|×|not reached") -> str:
        """Run a playbook, show the lines that match ``show``, and give all of its output."""
        said = ["ansible-playbook", f"playbooks/{name}.yml", *options]
        print("$ " + " ".join(said), flush=True)
        here = ["-e", f"bma_lab_dir={self.lab}", "-e", f"exchange_uri={self.endpoint['https_uri']}"]
        output = run(str(BIN / said[0]), *said[1:], *here)
        for line in output.splitlines():
            if re.search(show, line):
                print(f"  {line}")
        return output

    def wave(self, *options: str, expect: str, show: str = r"^\d+ (created|would)|×|not reached") -> None:
        """Run the wave and require its summary to begin with ``expect``."""
        output = self.playbook("wave", "-e", f"wave={WAVE}", *options, show=show)
        if not re.search(rf"(?m)^{re.escape(expect)}", output):
            sys.exit(f"{output}\ndemo: the wave did not end in: {expect}")

    def organization(self, *options: str, show: str) -> None:
        """Run the organisation's playbook, and require that nothing failed."""
        self.playbook("organization", *options, show=show)

    def console(self, line: str) -> None:
        """Type one line as an administrator of Exchange would."""
        print(f"[PS] {line}", flush=True)
        run(str(BIN / "lab"), "console", "--dir", str(self.lab), line)

    def verbs(self) -> dict[str, int]:
        """How often each cmdlet ran, by the endpoint's journal, which is emptied."""
        text = run(str(BIN / "lab"), "journal", "--dir", str(self.lab), "--verbs")
        run(str(BIN / "lab"), "journal", "--dir", str(self.lab), "--clear")
        return {name: int(count) for count, name in (line.split() for line in text.splitlines())}


def run(*command: str) -> str:
    """Run a command in the project's root; its output, or the end of everything when it fails."""
    environment = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(  # noqa: S603  our own commands
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\ndemo: {' '.join(command)} failed with exit status {done.returncode}")
    return done.stdout


@contextmanager
def lab() -> Iterator[Path]:
    """A lab of its own on free ports, down again at the end."""
    with tempfile.TemporaryDirectory(prefix="bma-demo-") as folder:
        print("$ lab up")
        print("  " + run(str(BIN / "lab"), "up", "--dir", folder, "--https-port", "0", "--http-port", "0").strip())
        try:
            yield Path(folder)
        finally:
            print("\n$ lab down")
            run(str(BIN / "lab"), "down", "--dir", folder)


def tell(verbs: dict[str, int]) -> None:
    """What the endpoint ran."""
    told = "the endpoint ran: " + ", ".join(f"{count} {name}" for name, count in sorted(verbs.items()))
    print(textwrap.fill(told, 110, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False))


def require_reads_only(verbs: dict[str, int]) -> None:
    """Show what a prediction ran, and end the demo when it was anything but reading."""
    tell(verbs)
    if not verbs or any(not name.startswith("Get-") for name in verbs):
        sys.exit("demo: a prediction must run reading cmdlets, and nothing else")


def show(demo: Demo) -> None:
    """The story, step by step."""
    demo.step("The referential: a fictional list of some 80 organisations, with its dirt")
    demo.playbook("referential", "-e", f"referential_reports={demo.lab}/reports", show=r"hosts|boxes|rows|set aside")
    demo.step("The organisation: what closes the ways around a box's own settings")
    demo.organization("--check", "--diff", show=r"^\+\+\+ |^[-+](?![-+])|changed=")
    require_reads_only(demo.verbs())
    demo.organization(show=r"changed=")
    tell(demo.verbs())
    demo.step(f"Wave {WAVE} predicted: nothing is written")
    demo.wave("--check", expect="12 would be created, 0 would be changed, 0 unchanged, 0 failed")
    require_reads_only(demo.verbs())
    demo.step("Wave created, then read back")
    demo.wave(expect="12 created, 0 changed, 0 unchanged, 0 failed")
    tell(demo.verbs())
    demo.step("The same again: nothing changes")
    demo.wave(expect="0 created, 0 changed, 12 unchanged, 0 failed")
    require_reads_only(demo.verbs())
    demo.step("Somebody spoils a box by hand, and its holder lays down a rule that sends all mail elsewhere")
    demo.console(f"Set-Mailbox -Identity {BOX} -ForwardingSmtpAddress elsewhere@example.org -ProhibitSendQuota 1GB")
    demo.console(f"New-InboxRule -Mailbox {BOX} -Name Renvoi -ForwardTo ecole@example.org -Force")
    demo.verbs()
    demo.step("The prediction finds it")
    demo.wave(
        *("--check", "--diff"),
        expect="0 would be created, 1 would be changed, 11 unchanged, 0 failed",
        show=r"^[-+]|^\d+ would|×|Outlook",
    )
    require_reads_only(demo.verbs())
    demo.step("The wave repairs it, and leaves the others alone")
    demo.wave(expect="0 created, 1 changed, 11 unchanged, 0 failed")
    demo.step("And finds nothing more to do")
    demo.wave("--check", expect="0 would be created, 0 would be changed, 12 unchanged, 0 failed")


if __name__ == "__main__":
    with lab() as folder:
        show(Demo(folder))
    print("\nDone. To play on: lab up, then playbooks/organization.yml, then playbooks/wave.yml -e wave=01")
