"""A private Postfix: a relay on loopback that delivers to Maildirs and reports what it cannot deliver.

It needs Debian's postfix, and root: Postfix changes users by itself. The system's own instance, if any, is not touched.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.places import directory, free_port, listens, program, wait_for

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = /tmp
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {boxes}
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
default_transport = error:5.4.4 this relay knows no other domain
biff = no
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
local     unix - n n - - local
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running relay."""

    port: int
    log: Path


def missing() -> str | None:
    """Why there can be no Postfix here; None when there can."""
    if program("postfix") is None:
        return "Postfix is not installed (Debian: postfix)"
    if os.geteuid() != 0:
        return "Postfix is started by root only"
    return None


@contextmanager
def postfix(boxes: Path, owner: str, known: Mapping[str, str]) -> Iterator[Postfix]:
    """A Postfix that delivers ``known`` (address → Maildir below ``boxes``) as the user ``owner``.

    Other addresses in their domains are accepted, then reported as unknown.
    """
    who = pwd.getpwnam(owner)
    with directory() as folder:
        for part in ("queue", "data", "conf"):
            (folder / part).mkdir()
        os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, 0)
        (folder / "boxes").write_text("".join(f"{address} {maildir}/\n" for address, maildir in known.items()))
        domains = sorted({address.partition("@")[2] for address in known})
        made = Postfix(free_port(), folder / "maillog")
        main = _MAIN.format(folder=folder, boxes=boxes, domains=" ".join(domains), uid=who.pw_uid, gid=who.pw_gid)
        (folder / "conf/main.cf").write_text(main)
        (folder / "conf/master.cf").write_text(_MASTER.format(port=made.port))
        _postfix(folder, "start")
        try:
            wait_for(lambda: listens(made.port), "Postfix's start")
            yield made
        finally:
            _postfix(folder, "stop")


def _postfix(folder: Path, command: str) -> None:
    # Whatever it logs goes to its file, and its children keep no pipe of the test's open.
    with (folder / "commands").open("ab") as out:
        done = subprocess.run(
            [str(program("postfix")), "-c", str(folder / "conf"), command],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
    if done.returncode:
        log = folder / "maillog"
        raise RuntimeError(
            f"postfix {command}: {(folder / 'commands').read_text()}{log.read_text() if log.exists() else ''}"
        )
