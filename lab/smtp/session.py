"""One connection to the relay: SMTP by aiosmtpd, with delivery reports asked for, and with the rules."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from lab.smtp.rules import Rule
from lab.smtp.store import Accepted

if TYPE_CHECKING:
    from lab.smtp.sink import SmtpSink

_DSN = re.compile(r"\s+((?:RET|ENVID|NOTIFY|ORCPT)=\S+)", re.IGNORECASE)


class Handler:
    """What aiosmtpd asks at each command."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: Connection, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        said = await server.stage("ehlo")
        if said is not None:
            return [said]
        return [*responses[:-1], "250-DSN", responses[-1]] if self.sink.dsn else responses

    async def handle_MAIL(  # noqa: N802
        self, server: Connection, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await server.stage("mail")
        if said is not None:
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: Connection, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await server.stage("rcpt", address)
        if said is not None:
            return said
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Connection, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        said = await server.stage("content", recipient)
        if said is not None:
            return said
        login = session.auth_data
        content = envelope.original_content or b""
        kept = self.sink.store.keep(
            Accepted(
                0,
                envelope.mail_from or "",
                list(envelope.rcpt_tos),
                [*map(str, envelope.mail_options), *server.mail_options],
                [*map(str, envelope.rcpt_options), *server.recipient_options],
                session.ssl is not None,
                login.decode() if isinstance(login, bytes) else None,
                server.number,
                content,
            )
        )
        said = await server.stage("stored", recipient)
        return said if said is not None else f"250 2.0.0 Ok: queued as {kept.number:06d}"


class Connection(SMTP):
    """SMTP on one connection."""

    def __init__(self, sink: SmtpSink, number: int, **options: Any) -> None:
        super().__init__(Handler(sink), **options)
        self.sink = sink
        self.number = number
        self.mail_options: list[str] = []
        self.recipient_options: list[str] = []
        self._read = self._written = 0
        self._deaf = False
        self._last_in = sink.rules.limit("in")
        self._last_out = sink.rules.limit("out")

    # -- the line, byte by byte

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        rule = None if self._over_tls else self.sink.rules.fires("connect")
        if rule is None or rule.do == "delay":
            return
        self._deaf = True
        if rule.do == "reply":
            transport.write(f"{rule.code} {rule.text}\r\n".encode())
            transport.close()
        else:
            transport.abort()

    @property
    def _over_tls(self) -> bool:
        return self.session is not None and self.session.ssl is not None

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._last_in is not None and self._read + len(data) >= self._last_in.bytes:
            data = data[: max(0, self._last_in.bytes - self._read)]
            # What has arrived is worked on; its answers are not heard any more.
            self._deaf = True
            self.loop.call_later(0.03, self.abort)
        self._read += len(data)
        if data:
            super().data_received(data)

    async def push(self, status: Any) -> None:
        """Answer, as far as the line holds."""
        if self._deaf:
            return
        answer = (status.encode() if isinstance(status, str) else bytes(status)) + b"\r\n"
        if self._last_out is not None and self._written + len(answer) >= self._last_out.bytes:
            left = answer[: max(0, self._last_out.bytes - self._written)]
            self._deaf = True
            if left and isinstance(self.transport, asyncio.Transport):
                self.transport.write(left)
                await asyncio.sleep(0.02)
            self.abort()
            return
        self._written += len(answer)
        await super().push(status)

    def abort(self) -> None:
        """Break the line."""
        self._deaf = True
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    # -- the rules

    async def stage(self, stage: str, recipient: str = "") -> str | None:
        """What is to be answered instead at this stage; None when nothing is wrong."""
        rule = self.sink.rules.fires(stage, recipient)
        return None if rule is None else await self._done(rule)

    async def _done(self, rule: Rule) -> str | None:
        if rule.do == "delay":
            await asyncio.sleep(rule.ms / 1000)
            return None
        if rule.do == "reply":
            return f"{rule.code} {rule.text}"
        self.abort()
        return "421 the line is broken"

    # -- commands that aiosmtpd knows less well

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's names
        self.recipient_options = []
        self.mail_options, rest = self._options(arg)
        await super().smtp_MAIL(rest)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        found, rest = self._options(arg)
        self.recipient_options += found
        await super().smtp_RCPT(rest)

    def _options(self, arg: str | None) -> tuple[list[str], str | None]:
        """The options for delivery reports, and the rest of the command."""
        if arg is None or not self.sink.dsn:
            return [], arg
        return _DSN.findall(arg), _DSN.sub("", arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        recipient = self.envelope.rcpt_tos[0] if self.envelope and self.envelope.rcpt_tos else ""
        said = await self.stage("data", recipient) if recipient else None
        if said is not None:
            await self.push(said)
            return
        await super().smtp_DATA(arg)
        if self.sink.rules.fires("answered", recipient) is not None:
            self.abort()
