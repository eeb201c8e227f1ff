"""A private Dovecot: IMAP with TLS on loopback, boxes in Maildirs, a master user. It needs Debian's dovecot-imapd."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.places import certificate, directory, free_port, give, listens, program, wait_for

MASTER, MASTER_PASSWORD = "migration", "master-canari"
_CONFIG = """
base_dir = {run}
log_path = {log}
protocols = imap
listen = 127.0.0.1, 127.0.0.2
auth_failure_delay = 0
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = yes
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
auth_mechanisms = plain
auth_master_user_separator = *
mail_location = maildir:{boxes}/%n
passdb {{
  driver = passwd-file
  master = yes
  args = scheme=PLAIN username_format=%u {masters}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {users}/%n
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={boxes}/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server. ``boxes`` holds a Maildir a box; ``user`` owns it. Its certificate is for 127.0.0.1, and it
    listens on 127.0.0.2 too."""

    tls: int
    starttls: int
    ca_file: Path
    boxes: Path
    users: Path
    user: str
    log: Path

    def add(self, box: str, password: str) -> Path:
        """A box with a password; its Maildir."""
        # A file a box: Dovecot looks for changes of one that it has read no more than once a second.
        (self.users / box).write_text(f"{box}:{password}\n", encoding="ascii")
        self._own(self.users)
        maildir = self.boxes / box
        for part in ("new", "cur", "tmp"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
        self._own(maildir)
        return maildir

    def put(self, box: str, name: str, content: bytes, folder: str = "") -> Path:
        """A message in a box, as a delivery leaves it; ``folder`` is one of its own, such as ``Trash``."""
        maildir = self.boxes / box / (f".{folder}" if folder else "")
        for part in ("new", "cur", "tmp"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
        path = maildir / "new" / name
        path.write_bytes(content)
        self._own(self.boxes / box)
        return path

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            give(path, self.user)


def missing() -> str | None:
    """Why there can be no Dovecot here; None when there can."""
    if program("dovecot") is None or not Path("/usr/lib/dovecot/imap").exists():
        return "Dovecot's IMAP server is not installed (Debian: dovecot-imapd)"
    version = subprocess.run([str(program("dovecot")), "--version"], capture_output=True, text=True, check=False).stdout
    return None if version.startswith("2.3") else f"the configuration of this test is for Dovecot 2.3, not {version}"


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot that runs as an ordinary user, ``dovecot`` when root starts it."""
    root = os.geteuid() == 0
    user = "dovecot" if root else getpass.getuser()
    with directory() as folder:
        for part in ("run", "boxes"):
            (folder / part).mkdir()
        cert, key = certificate(folder)
        masters, users = folder / "masters", folder / "users"
        masters.write_text(f"{MASTER}:{MASTER_PASSWORD}\n", encoding="ascii")
        users.mkdir()
        group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
        made = Dovecot(free_port(), free_port(), cert, folder / "boxes", users, user, folder / "log")
        config = folder / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                run=folder / "run", log=made.log, cert=cert, key=key, user=user, group=group, boxes=made.boxes,
                masters=masters, users=users, starttls=made.starttls, tls=made.tls,
            )
        )  # fmt: skip
        if root:
            give(folder, user)
        process = subprocess.Popen(
            [program("dovecot") or "dovecot", "-F", "-c", str(config)],
            user=user if root else None,
            group=group if root else None,
            extra_groups=[] if root else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            wait_for(lambda: process.poll() is not None or listens(made.tls), "Dovecot's start")
            if process.poll() is not None:
                said = process.stderr.read().decode() if process.stderr else ""
                raise RuntimeError(f"Dovecot did not start: {said}{made.log.read_text() if made.log.exists() else ''}")
            yield made
        finally:
            process.terminate()
            process.wait(20)
            if process.stderr:
                process.stderr.close()
