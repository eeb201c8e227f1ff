"""The client certificate and its key, judged before they are used: what is wrong with them is known here, while an
endpoint that does not want them only says no."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from bma.errors import BmaError


def check_client_certificate(certificate_file: str, key_file: str, account: str) -> None:
    """Raise :class:`~bma.errors.BmaError` unless the two PEM files are a valid certificate and its open key.

    ``account``: how the variables begin that name the files, ``exchange_`` or ``exchange_audit_``.
    """
    certificate = _certificate(certificate_file, f"{account}certificate_file")
    key = _key(key_file, f"{account}certificate_key_file")
    if certificate.public_key() != key.public_key():
        raise BmaError(
            f"{key_file} is not the key of the certificate in {certificate_file}",
            where=f"{account}certificate_key_file",
            hint="Name the key that the certificate was requested with",
        )
    _check_dates(certificate, certificate_file, f"{account}certificate_file")


def _certificate(path: str, variable: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path, variable))
    except ValueError as error:
        raise BmaError(f"{path} holds no certificate in PEM form", where=variable) from error


def _key(path: str, variable: str) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(_read(path, variable), None)
    except TypeError as error:
        raise BmaError(
            f"the key in {path} is encrypted, and nobody is there to type its pass phrase",
            where=variable,
            hint="Store it without one (openssl pkey -in … -out …), readable by this user only",
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BmaError(f"{path} holds no private key in PEM form", where=variable) from error


def _read(path: str, variable: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BmaError(f"{path} cannot be read ({error.strerror})", where=variable) from error


def _check_dates(certificate: x509.Certificate, path: str, variable: str) -> None:
    now = datetime.now(UTC)
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > end:
        raise BmaError(
            f"the certificate in {path} has expired on {end:%Y-%m-%d %H:%M} UTC", where=variable, hint="Renew it"
        )
    if now < begin:
        raise BmaError(
            f"the certificate in {path} is valid only from {begin:%Y-%m-%d %H:%M} UTC on",
            where=variable,
            hint="Check the clock of this machine",
        )
