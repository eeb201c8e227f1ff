"""The lab's KDC as a process: made, found by clients, ended with the lab, however that ends."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lab import ExchangeLab, LabError
from lab.exchange.knobs import KnobError
from lab.kdc import Kdc, KdcError, missing_programs

pytestmark = [pytest.mark.wire]
needs_kdc = pytest.mark.skipif(
    bool(missing_programs()), reason="no MIT KDC here; on Debian: krb5-kdc krb5-admin-server krb5-user"
)


def ended(process):
    try:
        process.wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def test_programs_that_are_missing_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr("lab.kdc._PATH", str(tmp_path))
    with pytest.raises(KdcError) as caught:
        ExchangeLab(tmp_path / "lab", kerberos=("HTTP",)).start()
    assert "krb5kdc, kdb5_util, kadmin.local, kinit cannot be found" in str(caught.value)
    assert "apt-get install" in str(caught.value)


@needs_kdc
def test_accounts_get_tickets_and_what_holds_keys_is_private(tmp_path):
    with Kdc(tmp_path / "kdc", {"migration": "Correct-Horse"}, services=("HTTP", "host")) as kdc:
        kdc.make_ticket("migration")
        kdc.make_keytab("migration")
        kdc.make_ticket("migration")  # the keytab has not changed the password
        with pytest.raises(KdcError, match="stranger"):
            kdc.make_keytab("stranger")
        process = psutil.Process(kdc.pid)
        assert {c.laddr.ip for c in process.net_connections()} == {"127.0.0.1"}
        for path in kdc.directory.iterdir():
            private = stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
            assert private or path.suffix in {".conf", ".out"}, path
        assert stat.S_IMODE(kdc.directory.stat().st_mode) == 0o700
    assert ended(process)


@needs_kdc
@pytest.mark.parametrize("how", ["down", "kill"])
def test_it_ends_with_the_lab(tmp_path, how):
    def lab(*words):
        return subprocess.run(
            [sys.executable, "-m", "lab", words[0], "--dir", str(tmp_path / "lab"), *words[1:]],
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout  # fmt: skip

    lab("up", "--https-port", "0", "--http-port", "0", "--kerberos")
    try:
        status = json.loads(lab("status", "--json"))
        assert Path(status["krb5_config"]).read_text().startswith("[libdefaults]")
        assert f"KRB5_CONFIG={status['krb5_config']}" in lab("status")
        (kdc,) = (child for child in psutil.Process(status["pid"]).children() if child.name() == "krb5kdc")
        if how == "kill":
            os.kill(status["pid"], signal.SIGKILL)
    finally:
        lab("down")
    assert ended(kdc)


@needs_kdc
def test_a_port_that_is_taken_leaves_no_kdc_behind(tmp_path):
    with ExchangeLab(tmp_path / "one") as one:
        two = ExchangeLab(tmp_path / "two", https_port=one.https_port, kerberos=("HTTP",))
        with pytest.raises(LabError, match=str(one.https_port)):
            two.start()
    assert two.kdc.pid is None


@needs_kdc
def test_a_restart_of_the_endpoint_keeps_the_realm(tmp_path):
    with ExchangeLab(tmp_path / "lab", kerberos=("HTTP",)) as lab:
        before = lab.kdc.pid
        lab.restart()
        assert lab.kdc.pid == before
        lab.kdc.make_ticket("audit")
        begun = time.monotonic()
    assert time.monotonic() - begun < 5


def test_methods_that_there_are_not_are_refused(tmp_path):
    with ExchangeLab(tmp_path / "lab") as lab:
        with pytest.raises(KnobError, match="digest is not one of negotiate, ntlm, kerberos, basic, certificate"):
            lab.set_knob("auth", "negotiate,digest")
        lab.set_knob("auth", "Basic, NEGOTIATE")
        assert lab.knobs.auth_methods == {"basic", "negotiate"}
