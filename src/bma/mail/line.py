"""One connection to a relay. It knows at every byte whether the mail can have arrived."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bma.errors import printable
from bma.mail.faults import RelayError
from bma.mail.settings import Relay

Password = Callable[[], str | None]


class Fate(StrEnum):
    """What became of one mail. ``LOST``: the line broke before the relay can have had all of it. ``TAKEN``: somebody
    else was sending it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    LOST = "lost"
    AMBIGUOUS = "ambiguous"
    TAKEN = "taken"


@dataclass(frozen=True)
class Answer:
    """``said``: the relay's words, on one line."""

    fate: Fate
    said: str


@dataclass(frozen=True)
class Envelope:
    """Who is told when it cannot be delivered, and to whom it goes."""

    sender: str
    recipient: str
    envid: str


class Line:
    """A connection to one relay, opened when the first mail needs it and again after it was lost."""

    def __init__(self, relay: Relay, password: Password) -> None:
        self.relay = relay
        self._password = password
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0

    def open(self) -> None:
        """Connect, encrypt and log in; :class:`~bma.mail.faults.RelayError` says why that cannot be done."""
        if self._smtp is not None and self._sent < self.relay.mails_per_connection:
            return
        self.close()
        try:
            self._smtp = self._connect()
        except RelayError:
            raise
        except smtplib.SMTPAuthenticationError as error:
            raise self._fault(
                "refuses the account", f"Check mail_relays.{self.relay.name}.username and its password"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise self._fault(
                f"has a certificate that is not trusted: {error.verify_message}",
                f"Name its authority in mail_relays.{self.relay.name}.ca_file",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._fault(f"cannot be used: {_words(error)}") from error
        self._sent = 0

    def _fault(self, what: str, hint: str | None = None) -> RelayError:
        return RelayError(f"the relay {self.relay.host}:{self.relay.port} {what}", hint=hint)

    def _connect(self) -> smtplib.SMTP:
        relay = self.relay
        context = None if relay.security == "none" else self._trusted()
        kind: type[smtplib.SMTP] = smtplib.SMTP
        smtp: smtplib.SMTP
        if relay.security == "tls":
            smtp = smtplib.SMTP_SSL(timeout=relay.timeout, local_hostname=relay.helo, context=context)
        else:
            smtp = kind(timeout=relay.timeout, local_hostname=relay.helo)
        # smtplib names the host to TLS by this attribute, which its constructor sets only when it connects.
        smtp._host = relay.host  # type: ignore[attr-defined]
        try:
            self._greeted(*smtp.connect(relay.host, relay.port))
            smtp.ehlo_or_helo_if_needed()
            if relay.security == "starttls":
                self._encrypt(smtp, context)
            self._login(smtp)
            if smtp.sock is not None:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greeted(self, code: int, said: bytes) -> None:
        if code != 220:
            raise self._fault(f"does not want to be spoken to: {code} {_plain(said)}")

    def _trusted(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.relay.ca_file)
        except OSError as error:
            raise RelayError(
                f"mail_relays.{self.relay.name}.ca_file: {self.relay.ca_file} cannot be read: {_words(error)}"
            ) from error

    def _encrypt(self, smtp: smtplib.SMTP, context: ssl.SSLContext | None) -> None:
        if not smtp.has_extn("starttls"):
            raise self._fault(
                "offers no STARTTLS, and the line would be open to everybody",
                f"Say mail_relays.{self.relay.name}.security: none if that is meant",
            )
        smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()

    def _login(self, smtp: smtplib.SMTP) -> None:
        if self.relay.username is None:
            return
        password = self._password()
        if not password:
            raise RelayError(f"mail_passwords.{self.relay.name} is not set, and mail_relays names a username")
        try:
            smtp.login(self.relay.username, password)
        except smtplib.SMTPNotSupportedError as error:
            raise self._fault(
                "offers no way to log in", "It may ask for encryption first, or for no account"
            ) from error

    def send(self, envelope: Envelope, content: bytes, claim: Callable[[], bool]) -> Answer:
        """Give one mail to the relay. ``claim`` is called just before its bytes are sent: when it says no, none is.

        Never raises for what a relay or a line does; the exceptions of ``claim`` pass, with nothing sent.
        """
        assert self._smtp is not None, "open() comes first"
        smtp = self._smtp
        try:
            refused = self._address(smtp, envelope, len(content))
            if refused is None and not claim():
                refused = Answer(Fate.TAKEN, "somebody else is sending it")
            if refused is None:
                refused = self._begin(smtp)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Fate.LOST, _words(error))
        except BaseException:
            self.close()
            raise
        if refused is not None:
            self._reset(smtp)
            return refused
        return self._content(smtp, content)

    def _address(self, smtp: smtplib.SMTP, envelope: Envelope, size: int) -> Answer | None:
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        recipient_options: list[str] = []
        if smtp.has_extn("dsn"):
            options += ["RET=HDRS", f"ENVID={envelope.envid}"]
            notify = ",".join(self.relay.notify)
            recipient_options = [f"NOTIFY={notify}", f"ORCPT=rfc822;{_xtext(envelope.recipient)}"]
        return self._judged(*smtp.mail(envelope.sender, options)) or self._judged(
            *smtp.rcpt(envelope.recipient, recipient_options)
        )

    def _begin(self, smtp: smtplib.SMTP) -> Answer | None:
        code, said = smtp.docmd("DATA")
        return None if code == 354 else self._judged(code, said) or Answer(Fate.LOST, f"{code} {_plain(said)}")

    def _content(self, smtp: smtplib.SMTP, content: bytes) -> Answer:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", content))
        except (OSError, smtplib.SMTPException) as error:
            # Without the dot at the end no relay may take it for a whole mail.
            self.close()
            return Answer(Fate.LOST, _words(error))
        try:
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Fate.AMBIGUOUS, f"the line broke before the relay's answer: {_words(error)}")
        self._sent += 1
        words = f"{code} {_plain(said)}"
        if 200 <= code < 300:
            return Answer(Fate.ACCEPTED, words)
        answer = self._judged(code, said)
        if answer is None or answer.fate is Fate.LOST:
            self.close()
            return Answer(Fate.AMBIGUOUS, f"the relay's answer is not understood: {words}")
        return answer

    @staticmethod
    def _judged(code: int, said: bytes) -> Answer | None:
        """What a reply means when it is no consent; None when it is."""
        words = f"{code} {_plain(said)}"
        if 200 <= code < 400:
            return None
        if 400 <= code < 500:
            return Answer(Fate.DEFERRED, words)
        return Answer(Fate.REFUSED if 500 <= code < 600 else Fate.LOST, words)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """The connection is good for the next mail, or is given up."""
        try:
            code, _ = smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = -1
        if code != 250:
            self.close()

    def close(self) -> None:
        """End the connection; harmless when there is none."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with contextlib.suppress(OSError, smtplib.SMTPException, ValueError):
            if smtp.sock is not None:
                smtp.sock.settimeout(min(5.0, self.relay.timeout))
                smtp.quit()
        smtp.close()


def _xtext(text: str) -> str:
    """RFC 3461: everything but printable ASCII, ``+`` and ``=`` as it is."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in text)


def _plain(said: bytes) -> str:
    return printable(" ".join(said.decode("utf-8", "replace").split()))[:500]


def _words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {_plain(said if isinstance(said, bytes) else str(said).encode())}"
    return printable(str(error).strip() or type(error).__name__)[:300]
