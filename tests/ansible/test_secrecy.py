"""Every playbook that touches a password or a rescue address, at every verbosity, leaves no trace of them."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
import pytest

from bma.store import open_ledger
from lab import ExchangeLab
from lab.smtp import SmtpSink
from tests.ansible.conftest import organized
from tests.canary import leaks, leaks_in, processes
from tests.conftest import BIN, ROOT

pytestmark = [pytest.mark.wire, pytest.mark.playbook]

BOX, ADDRESS = "ec000004", "ec000004@adm.cfwb.be"
PASSWORD = "Canari-abbaye=zoom+tulipe-oiseau-41"
RESCUE = "canari.secours+bma@ailleurs.example"
HEADER = "N° FASE;Type;Date de réponse;Personne de contact;Téléphone;Adresse de secours;Mot de passe inconnu\n"
CONTACT = "Canarine Exemplaire"


@dataclass
class Station:
    """Everything of one site below one folder, so that all that a run leaves behind can be looked through."""

    home: Path
    exchange: ExchangeLab
    sink: SmtpSink
    outputs: list[str] = field(default_factory=list)

    def run(self, playbook: str, *options: object, today: str = "2027-01-06") -> subprocess.CompletedProcess[str]:
        """Run a playbook with everything watched: output, log, arguments and environments of all processes."""
        environment = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": str(self.home / "temporary"),
            "ANSIBLE_LOG_PATH": str(self.home / "ansible.log"),
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(self.home / "retry"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "TMPDIR": str(self.home / "temporary"),
        }
        said = [part for text in self.variables(today) for part in ("-e", text)]
        with processes() as seen:
            done = subprocess.run(
                [str(BIN / "ansible-playbook"), f"playbooks/{playbook}.yml", *said, *map(str, options)],
                cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        output = done.stdout + done.stderr
        self.outputs.append(output)
        for secret in (PASSWORD, RESCUE, CONTACT):
            assert leaks(secret, output) == [], f"{playbook} {options}"
            assert leaks(secret, *seen) == [], f"{playbook} {options}: a process"
        return done

    def variables(self, today: str) -> Iterator[str]:
        relay = {
            "host": "localhost", "port": self.sink.port, "security": "starttls", "ca_file": str(self.sink.ca_file),
            "username": "mailer@lab.example",
        }  # fmt: skip
        yield f"bma_lab_dir={self.exchange.state_dir}"
        yield f"exchange_uri={self.exchange.https_uri}"
        yield f"bma_ledger={self.home / 'ledger.sqlite'}"
        yield f"today={today}"
        yield f"campaign={self.home / 'example.yml'}"
        for reports in ("mail_reports", "form_reports", "support_folder"):
            yield f"{reports}={self.home / 'reports'}"
        yield json.dumps(
            {
                "mail_relays": {"sgne": relay, "etnic": relay},
                "bma_form": {"allowed_domains": ["example"]},
                "bma_password_hold": {
                    "kind": "age", "folder": str(self.home / "held"), "identity_file": str(self.home / "identity"),
                },
                "bma_password_source": {
                    "kind": "age", "file": str(self.home / "provided.age"),
                    "identity_file": str(self.home / "provider"),
                },
                "bma_password_life": {"approval": "required", "approvals": str(self.home / "approvals")},
            }
        )  # fmt: skip

    def left(self, secret: str, *besides: Path) -> list[str]:
        """Where a secret was left, apart from what the relay has kept."""
        return leaks_in(secret, self.home, besides=besides)

    def mails_to(self, address: str) -> list[bytes]:
        return [mail.content for mail in self.sink.mails() if address in mail.recipients]


@pytest.fixture
def station() -> Iterator[Station]:
    # Newer Ansible has a socket in its temporary folder, and the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="bma-") as folder:
        yield from _station(Path(folder) / "site")


def _station(home: Path) -> Iterator[Station]:
    for name in ("run", "temporary", "approvals"):
        (home / name).mkdir(parents=True, mode=0o700)
    text = (ROOT / "inventory/campaigns/example.yml").read_text()
    text = text.replace("form: false", "form: true").replace("password: new\n", "password: new_if_unknown\n")
    text = text.replace(
        "trigger: {days: -5}\n    recipients: [box]",
        "trigger: {event: password_unknown}\n    recipients: [box, rescue]",
    )
    assert "password_unknown" in text
    (home / "example.yml").write_text(text)
    identity = pyrage.x25519.Identity.generate()
    (home / "provider").write_text(f"{identity}\n")
    (home / "provider").chmod(0o600)
    provided = json.dumps({BOX: PASSWORD, "ec000954": PASSWORD})
    (home / "provided.age").write_bytes(pyrage.encrypt(provided.encode(), [identity.to_public()]))
    with ExchangeLab(home.parent / "lab") as exchange, SmtpSink(home.parent / "lab") as sink:
        organized(exchange)
        made = exchange.console(
            f"New-Mailbox -Name {BOX} -UserPrincipalName {ADDRESS} -PrimarySmtpAddress {ADDRESS} "
            "-Password (ConvertTo-SecureString 'first-Password-1' -AsPlainText -Force)"
        )
        assert not made.errors, made.errors
        yield Station(home, exchange, sink)


def export(station: Station, tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(
        f"{HEADER}4;ec;05/01/2027 10:00;{CONTACT};02/000.00.01;{RESCUE};oui\n"
        f"954;ec;05/01/2027 10:00;{CONTACT};02/000.00.02;{RESCUE.replace('@', '@@')};oui\n"
        f"9999;ec;05/01/2027 10:00;{CONTACT};02/000.00.03;{RESCUE};oui\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.slow
@pytest.mark.parametrize("verbosity", ["-v", "-vvvvv"])
def test_the_whole_way_leaves_no_trace(station: Station, tmp_path: Path, verbosity: str) -> None:
    said = (verbosity, "--diff")
    exports = ("-e", f"form_exports={export(station, tmp_path)}")
    only = ("--limit", BOX)
    assert station.run("notify", *said, *only, today="2026-12-28").returncode == 0
    for check in (("--check",), ()):
        assert station.run("form", *said, *exports, *check).returncode == 0
        assert station.run("passwords", *said, *only, *check).returncode == 0
        assert station.run("notify", *said, *only, *check).returncode == 0
    assert station.run("support", *said, "-e", f"box={BOX}").returncode == 0
    for address in (ADDRESS, RESCUE):
        assert PASSWORD.encode() in station.mails_to(address)[-1].replace(b"=\r\n", b"").replace(b"=3D", b"=")
    assert station.left(PASSWORD) == []
    # The form's answers are in the ledger until the campaign's retention is over, and nowhere else.
    ledger = set(station.home.glob("ledger.sqlite*"))
    for personal in (RESCUE, CONTACT):
        assert station.left(personal, *ledger) == []
        assert station.left(personal) != []
    assert station.run("purge", *said, "--check", today="2027-12-30").returncode == 0
    assert station.run("purge", *said, today="2027-12-30").returncode == 0
    for secret in (PASSWORD, RESCUE, CONTACT):
        assert station.left(secret) == []


@pytest.mark.slow
def test_failures_leave_no_trace(station: Station, tmp_path: Path) -> None:
    said = ("-vvvvv", "--diff")
    station.run("form", *said, "-e", f"form_exports={export(station, tmp_path)}")
    station.run("notify", *said, "--limit", BOX, today="2026-12-28")
    station.exchange.faults.add(
        do="cmdlet_error", match={"cmdlet": "Set-Mailbox"}, times=1,
        **{"class": "InvalidOperationException", "text": f"The value {PASSWORD} cannot be used now."},
    )  # fmt: skip
    failed = station.run("passwords", *said, "--limit", BOX)
    assert failed.returncode != 0
    assert "cannot be used now" in failed.stdout
    assert station.run("passwords", *said, "--limit", BOX).returncode == 0
    from lab.smtp import Rule

    station.sink.go_wrong(Rule("rcpt", "reply", 550, f"5.1.1 no <{RESCUE}>", match=RESCUE, times=0))
    refused = station.run("notify", *said, "--limit", BOX)
    assert refused.returncode != 0
    assert "5.1.1 no <(rescue)>" in refused.stdout
    station.sink.go_wrong(Rule("content", "reply", 554, f"we do not like {PASSWORD}", match=RESCUE, times=0))
    assert station.run("notify", *said, "--limit", BOX).returncode != 0
    (station.home / "identity").write_text("AGE-SECRET-KEY-1BROKEN\n")
    assert station.run("notify", *said, "--limit", BOX).returncode != 0
    assert station.run("passwords", *said, "--limit", BOX).returncode != 0
    assert station.left(PASSWORD) == []
    assert station.left(RESCUE, *station.home.glob("ledger.sqlite*")) == []


@pytest.mark.slow
def test_a_reset_needs_two_people_and_leaves_no_trace(station: Station, tmp_path: Path) -> None:
    said = ("-vvvvv", "-e", f"box={BOX}", "-e", "requester=desk1")
    station.run("form", "-e", f"form_exports={export(station, tmp_path)}")
    alone = station.run("reset_password", *said)
    assert alone.returncode != 0
    assert f"{BOX}: no second person has approved this reset" in alone.stdout + alone.stderr
    approval = station.home / "approvals" / "1.yml"
    approval.write_text(f'box: {BOX}\nrequester: desk1\napprover: desk1\nuntil: "2027-01-08"\n')
    assert "is approved by whoever asks for it" in station.run("reset_password", *said).stdout
    approval.write_text(f'box: {BOX}\nrequester: desk1\napprover: desk2\nuntil: "2027-01-08"\n')
    assert "ended on 2027-01-08" in station.run("reset_password", *said, today="2027-01-09").stdout
    journal = len(station.exchange.journal())
    assert station.run("reset_password", *said, "--check").returncode == 0
    assert all(line["cmdlet"].startswith("Get-") for line in station.exchange.journal()[journal:])
    assert station.mails_to(RESCUE) == []
    done = station.run("reset_password", *said)
    assert done.returncode == 0
    assert "the mail to the rescue address was accepted by the relay" in done.stdout
    assert len(station.mails_to(RESCUE)) == 1
    assert station.mails_to(ADDRESS) == []
    assert "1.yml was used before" in station.run("reset_password", *said).stdout
    assert station.left(PASSWORD) == []
    with open_ledger(station.home / "ledger.sqlite", read_only=True) as ledger, ledger.reading() as connection:
        (row,) = connection.exec_driver_sql("SELECT requester, approver, state FROM password").all()
    assert tuple(row) == ("desk1", "desk2", "delivered")


def test_a_reset_for_nobody_closes_the_box_and_destroys_the_password(station: Station) -> None:
    (station.home / "approvals" / "1.yml").write_text(
        f'box: {BOX}\nrequester: desk1\napprover: desk2\nuntil: "2027-01-06T13:00"\n'
    )
    said = ("-e", f"box={BOX}", "-e", "requester=desk1", "-e", "deliver=nobody")
    done = station.run("reset_password", *said)
    assert done.returncode == 0, done.stdout
    assert "nobody was told it, and it is destroyed" in done.stdout
    assert list((station.home / "held").iterdir()) == []
    assert [line for line in station.exchange.journal() if line["cmdlet"] == "Set-Mailbox"]
    assert station.sink.mails() == []


def test_without_a_rescue_address_nothing_is_reset(station: Station) -> None:
    failed = station.run("reset_password", "-e", f"box={BOX}", "-e", "requester=desk1")
    assert failed.returncode != 0
    assert "no rescue address is known of it" in failed.stdout + failed.stderr
    assert not [line for line in station.exchange.journal() if line["cmdlet"] == "Set-Mailbox"]
