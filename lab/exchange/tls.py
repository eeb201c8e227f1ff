"""A certificate authority of the lab's own, and what it signs: the server's certificate, and those of accounts."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab.exchange.accounts import write_private

_YEARS = datetime.timedelta(days=3650)
_UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
"""Microsoft's user principal name among the other names of a certificate."""


def ensure_certificates(directory: Path) -> Path:
    """Make `ca.pem`, `ca.key` and `server.pem` (certificate and key) unless they exist; keys have mode 0600."""
    ca_file, server_file = directory / "ca.pem", directory / "server.pem"
    if ca_file.exists() and server_file.exists() and (directory / "ca.key").exists():
        return ca_file
    ca_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lab CA")])
    ca = (
        _builder(name, name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )
    server = (
        _builder(subject, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    write_private(directory / "ca.key", _private(ca_key))
    write_private(server_file, _public(server) + _private(key))
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    return ca_file


def server_context(directory: Path) -> ssl.SSLContext:
    """The TLS context of the endpoint: asks for a client certificate, as Exchange's site does (SslNegotiateCert), and
    takes none for an answer; one that is not trusted or not valid ends the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(directory / "server.pem")
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(directory / "ca.pem")
    return context


def channel_binding(directory: Path) -> bytes:
    """What a handshake over TLS is bound to: the hash of the server's certificate (RFC 5929, tls-server-end-point)."""
    certificate = x509.load_pem_x509_certificate((directory / "server.pem").read_bytes())
    return b"tls-server-end-point:" + certificate.fingerprint(hashes.SHA256())


def issue_client(
    directory: Path, upn: str, *, valid: datetime.timedelta = _YEARS, trusted: bool = True
) -> tuple[Path, Path]:
    """A client certificate that carries a user principal name, and its key, as files `client-…` in the directory.

    `valid` is counted from a day ago, so one of less than a day has ended. `trusted`: signed by the lab's
    CA, otherwise by itself.
    """
    ca = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
    ca_key = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, upn.partition("@")[0])])
    name = x509.OtherName(_UPN, _utf8(upn))
    certificate = (
        _builder(subject, ca.subject if trusted else subject, key.public_key(), valid)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(ca_key if trusted else key, hashes.SHA256())
    )
    stem = f"client-{upn.partition('@')[0]}-{certificate.serial_number:x}"
    files = directory / f"{stem}.pem", directory / f"{stem}.key"
    write_private(files[0], _public(certificate))
    write_private(files[1], _private(key))
    return files


def principal_of(certificate: bytes) -> str | None:
    """The user principal name in a certificate (DER), None when it carries none."""
    try:
        names = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return None
    for name in names.value.get_values_for_type(x509.OtherName):
        if name.type_id == _UPN:
            return name.value[2:].decode("utf-8", "replace")
    return None


def _utf8(text: str) -> bytes:
    """A short text in DER."""
    data = text.encode()
    assert len(data) < 128
    return bytes((0x0C, len(data))) + data


def _public(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, valid: datetime.timedelta = _YEARS
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + valid)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=sign, crl_sign=sign, encipher_only=False, decipher_only=False,
    )  # fmt: skip
