"""Checks of the way to the endpoint: name, port, TLS, certificate, clock."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown, warning
from bma.doctor.site import Site

SOON = timedelta(days=30)
FEW_SECONDS = 60
KERBEROS_SECONDS = 300
"""Active Directory accepts no ticket of a clock that differs by more."""
SLOW_MILLISECONDS = 50
NO_CERTIFICATE = "none is used over http"


def name(site: Site) -> Result:
    """Whether the host has addresses."""
    host = site.connection.host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        advice = "Say the host name in exchange_uri: neither Kerberos nor a certificate works with an address"
        return warning(f"exchange_uri names the address {host}", advice)
    try:
        found = site.network.addresses
    except OSError as error:
        return bad(f"the name {host} is not known ({error.strerror or error})")
    return good(f"{host} is {', '.join(found)}", addresses=found)


def port(site: Site) -> Result:
    """Whether something listens, at every address."""
    try:
        addresses = site.network.addresses
    except OSError as error:
        raise CannotTellError(f"the name {site.connection.host} is not known") from error
    took: dict[str, float] = {}
    faults: dict[str, str] = {}
    for address in addresses:
        try:
            took[address] = round(site.network.connects(address) * 1000, 1)
        except OSError as error:
            faults[address] = error.strerror or str(error)
    where = f"{site.connection.host}:{site.connection.port}"
    if not took:
        return bad(f"nothing answers on {where} ({'; '.join(sorted(set(faults.values())))})", faults=faults)
    told = f"{where} answers in {min(took.values())} ms"
    if faults:
        # A host that has both kinds of address often listens on one of them only.
        told += f"; {', '.join(faults)} does not answer"
        family = {ipaddress.ip_address(address).version for address in took}
        if any(ipaddress.ip_address(address).version in family for address in faults):
            return warning(told, "One of several servers is not there", milliseconds=took, faults=faults)
    if min(took.values()) > SLOW_MILLISECONDS:
        advice = "Every cmdlet takes three such round trips: run from a machine that is closer to Exchange"
        return warning(told, advice, milliseconds=took)
    return good(told, milliseconds=took, faults=faults)


def tls(site: Site) -> Result:
    """Which TLS is spoken."""
    if not site.connection.tls:
        return good(f"not used: {site.connection.auth} seals what it sends over http")
    try:
        shake = site.network.handshake
    except ssl.SSLError as error:
        return bad(f"port {site.connection.port} does not speak TLS as it should ({error.reason or error})")
    except OSError as error:
        raise CannotTellError(f"no connection ({error.strerror or error})") from error
    return good(f"{shake.version}, {shake.cipher}", version=shake.version, cipher=shake.cipher)


def trust(site: Site) -> Result:
    """Whether the certificate is that of the host and of an authority that is trusted."""
    if not site.connection.tls:
        return good(NO_CERTIFICATE)
    certificate, fault = _certificate(site)
    about: dict[str, Any] = {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "names": names_of(certificate),
    }
    if fault:
        return bad(f"the certificate is not trusted: {fault}", **about)
    return good(f"trusted, for {', '.join(about['names']) or about['subject']}", **about)


def expiry(site: Site) -> Result:
    """Whether the certificate is valid now and for some time."""
    if not site.connection.tls:
        return good(NO_CERTIFICATE)
    certificate, _ = _certificate(site)
    return judge_dates(certificate.not_valid_before_utc, certificate.not_valid_after_utc, datetime.now(UTC))


def judge_dates(begin: datetime, end: datetime, now: datetime) -> Result:
    """The same, for any dates."""
    told = {"from": f"{begin:%Y-%m-%d %H:%M} UTC", "to": f"{end:%Y-%m-%d %H:%M} UTC"}
    if now < begin:
        return bad(f"valid only from {told['from']} on", "Look at the clock of this machine", **told)
    if now > end:
        return bad(f"expired on {told['to']}", **told)
    days = (end - now).days
    result = warning if end - now < SOON else good
    return result(f"valid until {told['to']}, {days} days more", **told)


def clock(site: Site) -> Result:
    """How far the clocks are apart, by the Date that HTTP tells."""
    ahead = site.network.greeting.ahead
    if ahead is None:
        raise CannotTellError("the endpoint tells no time in its HTTP answers")
    return judge_skew(ahead, site.connection.auth)


def judge_skew(ahead: float, auth: str) -> Result:
    """The same, for any difference in seconds."""
    seconds = round(abs(ahead))
    told = f"{seconds} s {'behind' if ahead < 0 else 'ahead'}" if seconds > 1 else "the same, within a second"
    if seconds > KERBEROS_SECONDS and auth in ("kerberos", "negotiate"):
        return bad(f"the endpoint's clock is {told}: Kerberos accepts 300 s at most", seconds=ahead)
    result = warning if seconds > FEW_SECONDS else good
    return result(f"the endpoint's clock is {told}", seconds=ahead)


def names_of(certificate: x509.Certificate) -> list[str]:
    """The host names and addresses that a certificate is for."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(item.value) for item in held if isinstance(item, x509.DNSName | x509.IPAddress)]


def offered(site: Site) -> Result:
    """Which methods of authentication the endpoint offers, and whether ours is one of them."""
    greeting, auth = site.network.greeting, site.connection.auth
    seen: dict[str, Any] = {"status": greeting.status, "offers": list(greeting.offers)}
    if greeting.status == 404:
        return bad(f"there is nothing at /{site.connection.path} (HTTP 404)", "Check the path of exchange_uri", **seen)
    if auth == "certificate":
        return unknown("certificates are not offered in HTTP; whether one is taken is told by the session", **seen)
    if not greeting.offers:
        return unknown(f"HTTP {greeting.status}, and no method is told", **seen)
    wanted = {"kerberos": {"kerberos", "negotiate"}, "negotiate": {"negotiate"}, "basic": {"basic"}}[auth]
    told = f"offered: {', '.join(greeting.offers)}"
    if wanted & {offer.lower() for offer in greeting.offers}:
        return good(told, **seen)
    return bad(f"{told}; not {auth}", **seen)


def _certificate(site: Site) -> tuple[x509.Certificate, str]:
    try:
        shake = site.network.handshake
    except OSError as error:
        raise CannotTellError(f"no certificate was shown ({error.strerror or error})") from error
    return shake.certificate, shake.fault


WAY_IN = Theme(
    "Way in",
    (
        Check(
            "DOC-NAME",
            "The name of the endpoint is known",
            "The host in `exchange_uri`, as this machine resolves it.",
            "Check the host in exchange_uri, and name resolution on this machine",
            name,
        ),
        Check(
            "DOC-PORT",
            "The endpoint can be reached",
            "A connection to every address of the host, and how long it takes.",
            "Check the port of exchange_uri, and the firewall between this machine and Exchange",
            port,
        ),
        Check(
            "DOC-TLS",
            "TLS is spoken",
            "Version and cipher that are agreed on.",
            "Check the port of exchange_uri, and what TLS versions the server has",
            tls,
        ),
        Check(
            "DOC-CERTIFICATE",
            "The certificate is trusted",
            "Issuer and names of the certificate, against `exchange_ca_file` and the host.",
            "Give the authority of the site in exchange_ca_file, and use a host name that the certificate has",
            trust,
        ),
        Check(
            "DOC-CERTIFICATE-DATES",
            "The certificate is valid",
            "From when until when it is valid; less than 30 days are a warning.",
            "Have the certificate renewed",
            expiry,
        ),
        Check(
            "DOC-CLOCK",
            "The clocks agree",
            "The Date in an HTTP answer, against the clock of this machine. Kerberos bears 300 s.",
            "Set the clock of this machine by the site's time servers (NTP)",
            clock,
        ),
        Check(
            "DOC-METHODS",
            "The method of authentication is offered",
            "What the endpoint offers to somebody without account, against `exchange_auth`.",
            "Check exchange_auth, and the authentication methods of the PowerShell virtual directory",
            offered,
            assumption=True,
        ),
    ),
)
