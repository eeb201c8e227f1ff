"""Kerberos: what its libraries are given, and what their codes mean to an operator."""

from __future__ import annotations

from spnego import KerberosKeytab

from bma.exchange.connection import Connection

_KRB5 = -1765328384
"""Where MIT's numbers begin; RFC 4120's error codes are added to it, and those of the library after 128."""

_GSS_EXPIRED = 11
"""GSS_S_CREDENTIALS_EXPIRED, in the upper half of a major code."""

_MEANINGS: dict[int, tuple[str, str]] = {
    6: ("Kerberos does not know the account {user}", "Check {account}username: name@REALM, the realm in capitals"),
    7: (
        "Kerberos does not know the service {spn}",
        "Check the host in exchange_uri; see exchange_kerberos_service (HTTP, or host) and exchange_kerberos_host",
    ),
    18: ("{user} is disabled or locked", "Have the account looked at; it is not tried again in this run"),
    23: ("the password of {user} has expired", "Change it"),
    24: ("wrong password for {user}", "Check {account}password, or the keytab: a new password makes old ones useless"),
    31: ("wrong password for {user}", "Check {account}password, or the keytab: a new password makes old ones useless"),
    32: ("the Kerberos ticket of {user} has expired", "Fetch a new one with kinit, or give a password or a keytab"),
    33: ("the Kerberos ticket of {user} is not valid yet", "Check the clocks of this machine and of the domain"),
    37: ("the clock differs too much from that of the domain", "Set the clock of this machine (NTP)"),
    68: ("{user} belongs to another realm", "Check the realm in {account}username"),
    135: ("Kerberos cannot read its configuration", "Check /etc/krb5.conf, or the file that KRB5_CONFIG names"),
    136: ("Kerberos cannot read its configuration", "Check /etc/krb5.conf, or the file that KRB5_CONFIG names"),
    141: ("there is no Kerberos ticket for {user}", "Fetch one with kinit, or give a password or a keytab"),
    148: ("the clock differs too much from that of the domain", "Set the clock of this machine (NTP)"),
    154: ("no KDC is known for the realm of {user}", "Check the realm in {account}username, and /etc/krb5.conf"),
    156: ("no KDC of the realm of {user} answers", "Check /etc/krb5.conf, and port 88 in the firewall between"),
    181: ("the keytab holds no key of {user}", "Check {account}keytab_file with klist -k, and {account}username"),
    195: ("there is no Kerberos ticket", "Fetch one with kinit (KRB5CCNAME names it), or give a password or a keytab"),
    220: ("no KDC of the realm of {user} can be found", "Check /etc/krb5.conf, and name resolution"),
    224: ("{user} says no realm, and there is no default one", "Write {account}username as name@REALM"),
}


_PASSING = frozenset({156, 220})
"""What may be over a moment later."""


def library_username(connection: Connection) -> str | KerberosKeytab | None:
    """What pypsrp is given as username: it hands it to pyspnego, which takes credentials of other kinds there."""
    if connection.keytab_file is None:
        return connection.username
    return KerberosKeytab(keytab=f"FILE:{connection.keytab_file}", principal=connection.username)


def kerberos_meaning(error: Exception, connection: Connection) -> tuple[str, str, bool] | None:
    """What a fault of krb5, GSSAPI or SPNEGO means, what to do, and whether only a human can mend it; ``None`` where
    its code says nothing known."""
    base = getattr(error, "base_error", None) or error
    number = _number(base)
    known = _MEANINGS.get(number)
    if known is None and int(getattr(base, "maj_code", 0)) >> 16 == _GSS_EXPIRED:
        known = _MEANINGS[32]
    if known is None:
        return None
    names = {
        "user": connection.username or "the account",
        "spn": f"{connection.kerberos_service}/{connection.kerberos_host or connection.host}",
        "account": connection.account,
    }
    return known[0].format(**names), known[1].format(**names), number not in _PASSING


def _number(base: object) -> int:
    """The code of the error within MIT's numbers; GSSAPI shows it as an unsigned minor code."""
    code = getattr(base, "err_code", None)
    if code is None:
        code = int(getattr(base, "min_code", 0) or 0)
    return int(code) % 2**32 - _KRB5 % 2**32
