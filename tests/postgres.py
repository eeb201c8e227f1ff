"""A PostgreSQL of the tests' own: on loopback, in a temporary directory, as an ordinary user."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    if found and (found[-1] / "initdb").exists():
        return found[-1]
    which = shutil.which("initdb")
    if which is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    return Path(which).parent


def _as_somebody() -> tuple[list[str], int, int]:
    """PostgreSQL refuses to run as root: the prefix of its commands, and whose files are to be."""
    if os.getuid() != 0:
        return [], os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            who = pwd.getpwnam(name)
            return ["runuser", "-u", name, "--"], who.pw_uid, who.pw_gid
    pytest.skip("PostgreSQL cannot run as root, and there is no user postgres or nobody")


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a server that ends with the block; its password is in it."""
    programs = _programs()
    prefix, user, group = _as_somebody()
    home = Path(tempfile.mkdtemp(prefix="bma-postgres-"))
    password = secrets.token_urlsafe(12)
    try:
        (home / "password").write_text(password)
        for path in (home, home / "password"):
            os.chown(path, user, group)
        data, log = home / "data", home / "log"

        def run(*words: object) -> None:
            subprocess.run(
                [*prefix, *map(str, words)], check=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL,
                cwd=home,
            )  # fmt: skip

        run(
            programs / "initdb", "-D", data, "-U", "ledger", "--auth=scram-sha-256", f"--pwfile={home / 'password'}",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={home} -c fsync=off"
        run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql://ledger:{password}@127.0.0.1:{port}"
        finally:
            run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def new_database(server: str, name: str) -> str:
    """The URL of an empty database on that server."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"
