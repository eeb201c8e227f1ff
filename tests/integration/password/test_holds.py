"""Places that hold passwords: real files, the real age format, the real command, a real HTTP peer."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest

from bma.password.faults import HoldError
from bma.password.holds import Hold, open_hold
from bma.password.holds.age import AgeFolder
from bma.password.holds.vault import Server, VaultKeys
from bma.password.rules import Rules
from bma.password.sources import Named, source_from
from bma.resources.commands import Secret
from lab.exchange import tls
from tests.canary import leaks, leaks_in
from tests.integration.password.vault_peer import TOKEN, VaultPeer, vault

SECRET = Secret("Canari-abbaye-zoom-tulipe-oiseau-41")
REFERENCE = "example.ec001394.1.0a1b2c3d"


@pytest.fixture
def peer() -> Iterator[VaultPeer]:
    with vault() as running:
        yield running


@pytest.fixture(params=["age", "vault", "ansible_vault"])
def hold(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hold]:
    folder = str(tmp_path / "held")
    if request.param == "age":
        yield open_hold({"kind": "age", "folder": folder, "identity_file": str(tmp_path / "keys" / "identity")})
    elif request.param == "ansible_vault":
        (tmp_path / "vault.password").write_text("the site's own\n")
        yield open_hold({"kind": "ansible_vault", "folder": folder, "password_file": str(tmp_path / "vault.password")})
    else:
        with vault() as running:
            yield open_hold({"kind": "vault", "url": running.url, "token": TOKEN})


def test_what_is_put_is_given_back_until_it_is_erased(hold: Hold, tmp_path: Path) -> None:
    hold.require_ready()
    assert hold.get(REFERENCE) is None
    hold.erase(REFERENCE)
    hold.put(REFERENCE, SECRET)
    assert hold.get(REFERENCE) == SECRET
    assert hold.references() == {REFERENCE}
    assert leaks_in(SECRET.clear, tmp_path) == []
    hold.erase(REFERENCE)
    assert hold.get(REFERENCE) is None
    assert hold.references() == set()


@pytest.mark.parametrize("reference", ["../outside", "a/b", "", "A", "x" * 201, "a..b", ".hidden", "é"])
def test_a_reference_cannot_leave_the_place(hold: Hold, reference: str) -> None:
    hold.require_ready()
    with pytest.raises(HoldError, match="no reference of a password"):
        hold.put(reference, SECRET)


# -- age


def test_the_files_are_private_and_of_the_age_format(tmp_path: Path) -> None:
    other = pyrage.x25519.Identity.generate()
    hold = AgeFolder(tmp_path / "held", tmp_path / "identity", [str(other.to_public())])
    hold.require_ready()
    hold.put(REFERENCE, SECRET)
    content = (tmp_path / "held" / f"{REFERENCE}.age").read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert pyrage.decrypt(content, [other]) == SECRET.clear.encode()
    for path, mode in (("held", 0o700), ("identity", 0o600), (f"held/{REFERENCE}.age", 0o600)):
        assert (tmp_path / path).stat().st_mode & 0o777 == mode
    # Another process with the same identity file.
    assert AgeFolder(tmp_path / "held", tmp_path / "identity").get(REFERENCE) == SECRET


def test_no_new_identity_is_made_where_something_is_held(tmp_path: Path) -> None:
    hold = AgeFolder(tmp_path / "held", tmp_path / "identity")
    hold.require_ready()
    hold.put(REFERENCE, SECRET)
    (tmp_path / "identity").unlink()
    with pytest.raises(HoldError, match="identity cannot be read: No such file"):
        AgeFolder(tmp_path / "held", tmp_path / "identity").require_ready()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: (path / "held").chmod(0o755), "open to others"),
        (lambda path: (path / "identity").chmod(0o644), "open to others"),
        (lambda path: (path / "identity").write_text("AGE-SECRET-KEY-1NOTREALLY\n"), "not an age identity file"),
        (lambda path: (path / "identity").write_text("# nothing\n"), "has no identity"),
        (lambda path: (path / "identity").write_text(str(pyrage.x25519.Identity.generate())), "cannot be decrypted"),
        (
            lambda path: (path / "held" / f"{REFERENCE}.age").write_bytes(b"age-encryption.org/v1\ncut"),
            "cannot be decr",
        ),
    ],
)
def test_what_is_wrong_with_an_age_folder_is_told(tmp_path: Path, spoil: Callable[[Path], object], told: str) -> None:
    first = AgeFolder(tmp_path / "held", tmp_path / "identity")
    first.require_ready()
    first.put(REFERENCE, SECRET)
    spoil(tmp_path)
    hold = AgeFolder(tmp_path / "held", tmp_path / "identity")

    def used() -> None:
        hold.require_ready()
        hold.get(REFERENCE)

    with pytest.raises(HoldError, match=told) as raised:
        used()
    assert "NOTREALLY" not in str(raised.value)


def test_a_wrong_recipient_is_told(tmp_path: Path) -> None:
    with pytest.raises(HoldError, match="'age1wrong' is not an age recipient"):
        AgeFolder(tmp_path / "held", tmp_path / "identity", ["age1wrong"]).require_ready()


def test_a_killed_write_leaves_nothing_that_counts_or_stays(tmp_path: Path) -> None:
    hold = AgeFolder(tmp_path / "held", tmp_path / "identity")
    hold.require_ready()
    left = tmp_path / "held" / f".new-{REFERENCE}-abc"
    left.write_bytes(b"half")
    assert hold.references() == set()
    hold.erase(REFERENCE)
    assert not left.exists()


# -- Vault


def test_vault_is_asked_as_its_api_wants_it(peer: VaultPeer) -> None:
    hold = VaultKeys(Server(peer.url, lambda: TOKEN), path="bma/passwords")
    hold.put(REFERENCE, SECRET)
    hold.get(REFERENCE)
    hold.references()
    hold.erase(REFERENCE)
    place = f"bma/passwords/{REFERENCE}"
    assert peer.asked == [
        ("POST", f"/v1/secret/data/{place}"),
        ("GET", f"/v1/secret/data/{place}"),
        ("LIST", "/v1/secret/metadata/bma/passwords"),
        ("DELETE", f"/v1/secret/metadata/{place}"),
    ]
    assert peer.secrets == {}


def test_a_password_that_vault_holds_is_not_written_over(peer: VaultPeer) -> None:
    hold = VaultKeys(Server(peer.url, lambda: TOKEN))
    hold.put(REFERENCE, SECRET)
    hold.put(REFERENCE, Secret("another-one"))
    assert hold.get(REFERENCE) == SECRET


def test_namespaces_mounts_and_https(tmp_path: Path) -> None:
    ca_file = tls.ensure_certificates(tmp_path)
    with vault(tmp_path, mount="school", namespace="fwb") as running:
        said = {"kind": "vault", "url": running.url, "token": TOKEN, "mount": "school", "namespace": "fwb"}
        hold = open_hold(said | {"ca_file": str(ca_file)})
        hold.put(REFERENCE, SECRET)
        assert hold.get(REFERENCE) == SECRET
        with pytest.raises(HoldError, match=r"cannot be reached: .*certificate"):
            open_hold(said).require_ready()
        with pytest.raises(HoldError, match=r"answered 403\. Look at the token"):
            open_hold(said | {"ca_file": str(ca_file), "namespace": "other"}).require_ready()


def test_what_is_wrong_with_vault_is_told_without_the_token(peer: VaultPeer) -> None:
    def told(**said: str) -> str:
        with pytest.raises(HoldError) as raised:
            open_hold({"kind": "vault", "url": peer.url, "token": TOKEN} | said).require_ready()
        assert TOKEN not in str(raised.value)
        return str(raised.value)

    assert "answered 403. Look at the token" in told(token="wrong")
    assert "answered 404. Is mount the path" in told(mount="nowhere")
    assert "cannot be reached: ValueError" in told(token="line\nbreak")
    assert "not sent over a line that is not encrypted" in told(url="http://vault.example:8200")
    assert "is not the address of Vault" in told(url="https://user:secret@vault.example:8200")
    peer.sealed = True
    assert "answered 503. Vault is sealed" in told()
    peer.shutdown()
    peer.server_close()
    assert "cannot be reached: " in told()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "missing key: kind"),
        ({"kind": "gpg"}, "'gpg' is not one of"),
        ({"kind": "age", "folder": "x"}, "kind age needs identity_file"),
        ({"kind": "vault", "url": "https://v:8200"}, "kind vault needs token"),
        ({"kind": "age", "folder": "x", "identity_file": "y", "keys": 1}, "unknown key"),
    ],
)
def test_a_hold_that_is_not_understood_is_told(said: dict[str, object], told: str) -> None:
    with pytest.raises(Exception, match=re.escape(told)):
        open_hold(said)


# -- ansible-vault


def test_ansible_can_read_what_is_held_with_it(tmp_path: Path) -> None:
    from tests.conftest import BIN

    password_file = tmp_path / "vault.password"
    password_file.write_text("the site's own\n")
    hold = open_hold({"kind": "ansible_vault", "folder": str(tmp_path / "held"), "password_file": str(password_file)})
    hold.require_ready()
    hold.put(REFERENCE, SECRET)
    path = tmp_path / "held" / f"{REFERENCE}.vault"
    assert path.read_bytes().startswith(b"$ANSIBLE_VAULT;")
    shown = subprocess.run(
        [BIN / "ansible-vault", "view", "--vault-password-file", password_file, path], capture_output=True, check=True
    )
    assert shown.stdout.decode().strip() == SECRET.clear
    password_file.write_text("another\n")
    with pytest.raises(HoldError, match="ended with 1") as raised:
        hold.get(REFERENCE)
    assert not leaks(SECRET.clear, str(raised.value))


# -- passwords of a provider


BOX = Named("ec001394", "ec001394@adm.cfwb.be", "École Ondine")


def test_passwords_come_from_vault(peer: VaultPeer) -> None:
    peer.secrets["bma/provided/ec001394"] = [{"password": SECRET.clear}]
    source = source_from({"kind": "vault", "url": peer.url, "token": TOKEN}, Rules())
    assert source.password(BOX) == SECRET
    peer.secrets["bma/provided/ec000004"] = [{"other": "x"}]
    with pytest.raises(HoldError, match="ec000004 has no field"):
        source.password(Named("ec000004", "", ""))
    with pytest.raises(Exception, match=r"po001347: .* has no password for it"):
        source.password(Named("po001347", "", ""))


def test_passwords_come_from_an_encrypted_file(tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "identity").write_text(f"{identity}\n")
    (tmp_path / "identity").chmod(0o600)
    said = {"kind": "age", "file": str(tmp_path / "p.age"), "identity_file": str(tmp_path / "identity")}
    text = f'{{"ec001394": "{SECRET.clear}", "ec000004": "court"}}'
    (tmp_path / "p.age").write_bytes(pyrage.encrypt(text.encode(), [identity.to_public()]))
    source = source_from(said, Rules())
    assert source.password(BOX) == SECRET
    with pytest.raises(Exception, match="does not fit the rules: its length") as raised:
        source.password(Named("ec000004", "", ""))
    assert "court" not in str(raised.value)
    (tmp_path / "p.age").write_bytes(pyrage.encrypt(b"not JSON", [identity.to_public()]))
    with pytest.raises(Exception, match="what is encrypted is not"):
        source_from(said, Rules())
