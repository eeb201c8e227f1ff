"""An endpoint that knows every method of authentication, with a KDC of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import ExchangeLab
from lab.kdc import missing_programs


def _no_kerberos() -> str:
    """Why this machine cannot test Kerberos; empty: it can."""
    lacking = missing_programs()
    if lacking:
        return f"no MIT KDC here ({', '.join(lacking)}); on Debian: krb5-kdc krb5-admin-server krb5-user"
    if not all(importlib.util.find_spec(name) for name in ("gssapi", "krb5")):
        return "the extra kerberos is not installed (make venv EXTRAS=kerberos)"
    return ""


@pytest.fixture
def realm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeLab]:
    """An empty Exchange in a Kerberos realm, which this process looks to; it holds no ticket."""
    reason = _no_kerberos()
    if reason:
        pytest.skip(reason)
    with ExchangeLab(tmp_path / "lab", kerberos=("HTTP",)) as endpoint:
        assert endpoint.kdc is not None
        monkeypatch.setenv("KRB5_CONFIG", str(endpoint.kdc.config))
        monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'no.ccache'}")
        yield endpoint
