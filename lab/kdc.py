"""A Kerberos KDC of the lab's own: MIT's, for one realm, in a private directory, on a free loopback port.

Needs MIT's programs (Debian: krb5-kdc, krb5-admin-server, krb5-user) but no privileges. Passwords go to the
programs' standard input, so that no list of processes shows them.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from lab.exchange.channel import LabError

REALM = "LAB.EXAMPLE"
HOST = "localhost"
CLOCK_SKEW = 300
"""Seconds that clocks may differ by, as in Active Directory."""

_START_SECONDS = 10.0
# Administrators' programs are in sbin, which an ordinary user's PATH often lacks.
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/sbin"))


class KdcError(LabError):
    """The KDC cannot be had; one line for an operator."""


def missing_programs() -> list[str]:
    """The programs of MIT Kerberos that this machine lacks."""
    return [name for name in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit") if _program(name) is None]


class Kdc:
    """One realm. `services` are the service classes of the endpoint's principals, such as `HTTP` or `host`.

    Starting makes database and keytab anew from `passwords` (principal without realm to password); `config` is
    the krb5.conf for clients and endpoint (`KRB5_CONFIG`), `keytab` holds the keys of the services.
    """

    def __init__(
        self,
        directory: Path,
        passwords: Mapping[str, str],
        *,
        services: Iterable[str] = ("HTTP",),
        realm: str = REALM,
        clock_skew: int = CLOCK_SKEW,
    ) -> None:
        self.directory, self.realm = directory.resolve(), realm
        self.config, self.keytab = self.directory / "krb5.conf", self.directory / "service.keytab"
        self._passwords, self._services, self._clock_skew = dict(passwords), tuple(services), clock_skew
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    # -- life

    def start(self) -> Kdc:
        """Make the realm and serve it. KdcError says what is missing or what a program complained of."""
        lacking = missing_programs()
        if lacking:
            raise KdcError(
                f"Kerberos needs MIT's KDC, and {', '.join(lacking)} cannot be found; "
                "on Debian: apt-get install krb5-kdc krb5-admin-server krb5-user"
            )
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, mode=0o700)
        self._configure(_free_port())
        master = secrets.token_urlsafe(24)
        self._run("kdb5_util", "create", "-s", "-r", self.realm, stdin=f"{master}\n{master}\n")
        self._admin(
            *(f'add_principal -clearpolicy -pw "{word}" {name}' for name, word in self._passwords.items()),
            *(f"add_principal -randkey {service}/{HOST}" for service in self._services),
            *(f"ktadd -k {self.keytab} {service}/{HOST}" for service in self._services),
        )
        self._serve()
        return self

    def stop(self) -> None:
        """End it; safe to call twice. What it has written stays in its directory."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Kdc:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process that serves, while there is one."""
        return self._process.pid if self._process else None

    # -- for clients

    def make_keytab(self, principal: str) -> Path:
        """A keytab for an account, whose password goes on being valid."""
        path = self.directory / f"{principal.partition('@')[0]}.keytab"
        path.unlink(missing_ok=True)
        self._admin(f"ktadd -norandkey -k {path} {principal}")
        return path

    def make_ticket(self, principal: str, *, seconds: int = 3600) -> str:
        """Fetch a ticket with the account's password (`kinit`); the ticket cache, for `KRB5CCNAME`."""
        cache = f"FILE:{self.directory / principal.partition('@')[0]}.ccache"
        words = ("-c", cache, "-l", f"{seconds}s", f"{principal}@{self.realm}")
        self._run("kinit", *words, stdin=f"{self._passwords[principal]}\n")
        return cache

    # -- inside

    def _configure(self, port: int) -> None:
        self.port = port
        self.config.write_text(
            f"""[libdefaults]
    default_realm = {self.realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    clockskew = {self._clock_skew}
    kdc_timesync = 0
[realms]
    {self.realm} = {{
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    {HOST} = {self.realm}
""",
            encoding="utf-8",
        )
        (self.directory / "kdc.conf").write_text(
            f"""[realms]
    {self.realm} = {{
        database_name = {self.directory}/principal
        key_stash_file = {self.directory}/stash
        acl_file = {self.directory}/acl
        kdc_listen = ""
        kdc_tcp_listen = 127.0.0.1:{port}
        max_life = 10h
        supported_enctypes = aes256-cts:normal aes128-cts:normal
        default_principal_flags = +preauth
    }}
[logging]
    kdc = FILE:{self.directory}/kdc.log
    admin_server = FILE:{self.directory}/kdc.log
""",
            encoding="utf-8",
        )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": _PATH,
            "LC_ALL": "C",
            "KRB5_CONFIG": str(self.config),
            "KRB5_KDC_PROFILE": str(self.directory / "kdc.conf"),
        }

    def _run(self, program: str, *words: str, stdin: str = "") -> str:
        done = subprocess.run(
            [str(_program(program)), *words],
            env=self._environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise KdcError(f"{program}: {_last_line(done.stderr)}")
        return done.stderr

    def _admin(self, *lines: str) -> None:
        """Run lines of kadmin.local, which goes on after a fault and exits with 0 all the same."""
        said = self._run("kadmin.local", "-r", self.realm, stdin="\n".join((*lines, "")))
        complaints = [line for line in said.splitlines() if " while " in line or line.startswith("kadmin.local: ")]
        if complaints:
            raise KdcError(complaints[0])

    def _serve(self) -> None:
        command = [str(_program("krb5kdc")), "-n", "-r", self.realm]
        tied = shutil.which("setpriv", path=_PATH)
        if tied:  # the KDC ends also when the lab is killed
            command = [tied, "--pdeathsig", "TERM", *command]
        with (self.directory / "krb5kdc.out").open("wb") as output:
            self._process = subprocess.Popen(
                command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise KdcError(f"krb5kdc: {_last_line((self.directory / 'krb5kdc.out').read_text()) or 'no answer'}")
            time.sleep(0.02)


def _program(name: str) -> str | None:
    return shutil.which(name, path=_PATH)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
