"""What every test may use: an endpoint of the lab, and a way to run what an operator would run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bma.exchange.connection import Connection, connection
from lab import ExchangeLab

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@pytest.fixture(autouse=True, scope="session")
def _no_realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look for no Kerberos realm in DNS, and use no ticket of whoever runs the tests."""
    directory = tmp_path_factory.mktemp("kerberos")
    config = directory / "krb5.conf"
    config.write_text("[libdefaults]\ndns_lookup_kdc = false\ndns_lookup_realm = false\nrdns = false\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", str(config))
        patch.setenv("KRB5CCNAME", f"FILE:{directory / 'none'}")
        yield


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[ExchangeLab]:
    """An empty Exchange on free loopback ports."""
    with ExchangeLab(tmp_path / "lab") as endpoint:
        yield endpoint


@pytest.fixture
def connect(exchange: ExchangeLab) -> Callable[..., Connection]:
    """``connect(read_only=…, **options)``: a connection to that Exchange, HTTPS and NTLM unless said otherwise."""

    def build(*, read_only: bool = False, account: str = "migration", **options: Any) -> Connection:
        who = exchange.account(account)
        given = {
            "uri": exchange.https_uri,
            "auth": "negotiate",
            "username": who.name,
            "password": who.password(),
            "ca_file": exchange.ca_file,
            **options,
        }
        return connection(given, read_only=read_only)

    return build


@pytest.fixture
def ansible(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``ansible("playbook", …)``: run a command of this environment's Ansible in the project's root."""

    def run(command: str, *arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "ansible"),
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path / "retry"),
            # Whoever runs the tests may have a runtime directory of their own; keepers belong in the test's.
            "XDG_RUNTIME_DIR": str(tmp_path),
        }
        return subprocess.run(
            [str(BIN / f"ansible-{command}"), *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    return run
