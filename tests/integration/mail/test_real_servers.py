"""Debian's Postfix and Dovecot, each private in a temporary directory: sent, delivered, read back over IMAP."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from imapclient import IMAPClient

from bma.mail import Outcome, settings
from bma.store import Outbox
from lab.smtp import SmtpSink
from tests.integration.mail.conftest import TEXTS, build

PASSWORD = "boite"


@dataclass
class Servers:
    smtp: int
    imap: int
    home: Path

    def log(self) -> str:
        return (self.home / "postfix.log").read_text(errors="replace")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, greeting: bytes) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as line:
                line.settimeout(5)
                if line.recv(200).startswith(greeting):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers on port {port}")


def _dovecot(home: Path, port: int, user: str, group: str) -> Path:
    who = pwd.getpwnam(user)
    mails = home / "mails"
    mails.mkdir()
    os.chown(mails, who.pw_uid, who.pw_gid)
    config = home / "dovecot.conf"
    config.write_text(f"""
protocols = imap
listen = 127.0.0.1
base_dir = {home}/dovecot-run
state_dir = {home}/dovecot-run
log_path = {home}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{mails}/%n
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mails}/%n allow_all_users=yes
}}
""")
    return config


def _postfix(home: Path, port: int, user: str, group: str) -> Path:
    """A private instance that delivers to the maildirs that Dovecot reads; other boxes do not exist."""
    who, whose = pwd.getpwnam(user), grp.getgrnam(group)
    etc = home / "postfix"
    etc.mkdir()
    (home / "spool").mkdir()
    (home / "data").mkdir()
    postfix = pwd.getpwnam("postfix")
    os.chown(home / "data", postfix.pw_uid, postfix.pw_gid)
    known = {"ec000001": "adm.example.org", "ec000002": "adm.example.org", "sgne": "example.org"}
    (etc / "boxes").write_text("".join(f"{name}@{domain} {name}/\n" for name, domain in known.items()))
    (etc / "main.cf").write_text(
        f"""
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
default_transport = error:nothing leaves this test
virtual_mailbox_domains = adm.example.org, example.org
virtual_mailbox_base = {home}/mails
virtual_mailbox_maps = texthash:{etc}/boxes
virtual_transport = virtual
virtual_uid_maps = static:{who.pw_uid}
virtual_gid_maps = static:{whose.gr_gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = yes
smtpd_tls_security_level = none
"""
    )
    services = [
        f"127.0.0.1:{port} inet n - n - - smtpd",
        "pickup unix n - n 60 1 pickup",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "proxymap unix - - n - - proxymap",
        "anvil unix - - n - 1 anvil",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "virtual unix - n n - - virtual",
        "postlog unix-dgram n - n - 1 postlogd",
    ]
    (etc / "master.cf").write_text("\n".join(services) + "\n")
    return etc


@pytest.fixture
def servers() -> Iterator[Servers]:
    if os.getuid() != 0:
        pytest.skip("Postfix can only be started by root")
    for program in ("postfix", "dovecot"):
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
            pytest.skip(f"{program} is not installed (Debian: postfix, dovecot-imapd)")
    home = Path(tempfile.mkdtemp(prefix="bma-mail-"))
    home.chmod(0o755)
    smtp, imap = _free_port(), _free_port()
    user, group = "nobody", "nogroup"
    config = _dovecot(home, imap, user, group)
    etc = _postfix(home, smtp, user, group)
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}

    def run(*words: object, check: bool = True) -> None:
        # Into a file: servers that stay behind would keep a pipe open.
        with (home / "said").open("w+") as said:
            done = subprocess.run(
                list(map(str, words)), env=environment, stdout=said, stderr=said, timeout=60, check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            said.seek(0)
            if check and done.returncode:
                raise AssertionError(f"{words}: {said.read()}")

    try:
        run("dovecot", "-c", config)
        run("postfix", "-c", etc, "start")
        _answers(smtp, b"220 ")
        _answers(imap, b"* OK")
        yield Servers(smtp, imap, home)
    finally:
        run("postfix", "-c", etc, "stop", check=False)
        run("doveadm", "-c", config, "stop", check=False)
        shutil.rmtree(home, ignore_errors=True)


def mailbox(servers: Servers, name: str, count: int) -> list[bytes]:
    """The messages of a mailbox, once there are as many."""
    deadline = time.monotonic() + 30
    while True:
        with IMAPClient("127.0.0.1", servers.imap, ssl=False) as client:
            client.login(name, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            found = client.search()
            if len(found) >= count or time.monotonic() > deadline:
                messages = client.fetch(found, ["BODY.PEEK[]"])
                return [messages[number][b"BODY[]"] for number in found]
        time.sleep(0.2)


def test_sent_delivered_read_back_and_reported(servers: Servers, sink: SmtpSink, tmp_path: Path) -> None:
    world = build(sink, str(tmp_path / "ledger.sqlite"), 3)
    relay = {"host": "127.0.0.1", "port": servers.smtp, "security": "none", "timeout": 20, "helo": "test.example.org"}
    world.settings = settings({"relays": {"sgne": relay, "etnic": relay}, **TEXTS})
    world.boxes["ec000003"] = type(world.boxes["ec000003"])(
        "ec000003", "nobody-here@adm.example.org", "École sans boîte", "ec"
    )
    report = world.run(world.day("announcement"))
    assert {told.box: str(told.outcome) for told in report.told if told.step == "announcement"} == {
        "ec000001": "sent", "ec000002": "sent", "ec000003": "refused",
    }, servers.log()  # fmt: skip
    assert "User unknown" in report.of(Outcome.REFUSED)[0].why
    with world.open() as ledger:
        records = Outbox(ledger).mails("example")
        contents = Outbox(ledger).contents([records["ec000001"][0].id])
    found = mailbox(servers, "ec000001", 1)
    assert len(found) == 1, servers.log()
    (message,) = found
    sent = contents[records["ec000001"][0].id]
    # Servers on the way put headers before it, and change nothing of it.
    assert message.replace(b"\r\n", b"\n").endswith(sent.replace(b"\r\n", b"\n"))
    with IMAPClient("127.0.0.1", servers.imap, ssl=False) as client:
        client.login("ec000001", PASSWORD)
        client.select_folder("INBOX", readonly=True)
        assert client.search(["HEADER", "Message-ID", records["ec000001"][0].message_id]) == [1]
    reports = [message_from_bytes(raw, policy=policy.default) for raw in mailbox(servers, "sgne", 2)]
    assert len(reports) == 2, servers.log()
    envids = {
        str(part.get_payload(0)["Original-Envelope-Id"])
        for found in reports
        for part in found.walk()
        if part.get_content_type() == "message/delivery-status"
    }
    assert envids == {records[box][0].first.envid for box in ("ec000001", "ec000002")}
