"""The relay: listens on loopback, keeps what it accepts in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword

from lab.exchange import tls
from lab.exchange.accounts import write_private
from lab.exchange.channel import LabError
from lab.smtp.rules import RULES, Rule, Rules
from lab.smtp.session import Connection
from lab.smtp.store import FOLDER, Accepted, MailStore, read_mails

ACCOUNT = "mailer@lab.example"


class SmtpSink:
    """An SMTP relay with its state in ``state_dir/smtp``.

    ``port`` 0: any free one. It offers STARTTLS with a certificate of the lab's authority, and a login for
    :data:`ACCOUNT` with the password in ``smtp.password``; ``login_required`` asks for both before any mail.
    ``dsn`` False: a relay that knows nothing of delivery reports.
    """

    def __init__(
        self, state_dir: Path, *, port: int = 0, login_required: bool = False, encrypted: bool = True, dsn: bool = True
    ) -> None:
        self.state_dir = Path(state_dir)
        self.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.ca_file = tls.ensure_certificates(self.state_dir)
        self.password_file = self.state_dir / "smtp.password"
        if not self.password_file.exists():
            write_private(self.password_file, secrets.token_urlsafe(18) + "\n")
        self.folder = self.state_dir / FOLDER
        self.store = MailStore(self.folder)
        self.rules = Rules(self.folder / RULES)
        self.dsn = dsn
        self.connections = 0
        self.port = port
        self._options = {"login_required": login_required, "encrypted": encrypted}
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None

    # -- life

    def start(self) -> SmtpSink:
        """Listen; LabError when the port is taken."""
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._thread = threading.Thread(target=self._loop.run_forever, name="lab-smtp", daemon=True)
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(20)
        except OSError as error:
            self.stop()
            raise LabError(
                f"port {self.port} cannot be used: {error.strerror}; choose another with --smtp-port"
            ) from None
        self.port = int(self._server.sockets[0].getsockname()[1])
        text = {"host": "localhost", "port": self.port, "account": ACCOUNT, "password_file": str(self.password_file)}
        write_private(self.folder / "endpoint.json", json.dumps(text, indent=2) + "\n")
        return self

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._connected, "127.0.0.1", self.port)

    def _connected(self) -> Connection:
        self.connections += 1
        options: dict[str, Any] = {
            "hostname": "relay.lab.example",
            "ident": "relay of the lab",
            "enable_SMTPUTF8": False,
            "data_size_limit": 33_554_432,
            "loop": self._loop,
        }
        if self._options["encrypted"]:
            options |= {"tls_context": tls.server_context(self.state_dir), "authenticator": self._may}
            options |= {"auth_required": self._options["login_required"], "auth_require_tls": True}
        return Connection(self, self.connections, **options)

    def _may(self, _server: Any, session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        expected = self.password_file.read_text(encoding="utf-8").strip().encode()
        if (
            isinstance(given, LoginPassword)
            and given.login == ACCOUNT.encode()
            and secrets.compare_digest(given.password, expected)
        ):
            session.auth_data = given.login
            return AuthResult(success=True, auth_data=given.login)
        return AuthResult(success=False, handled=False)

    def stop(self) -> None:
        """Stop listening and break every connection; safe to call twice."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._thread = None
        self._loop.close()
        (self.folder / "endpoint.json").unlink(missing_ok=True)

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)

    def __enter__(self) -> SmtpSink:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- what can be asked and done

    def password(self) -> str:
        """The password of :data:`ACCOUNT`."""
        return self.password_file.read_text(encoding="utf-8").strip()

    def mails(self) -> list[Accepted]:
        """What was accepted, in order."""
        return read_mails(self.folder)

    def go_wrong(self, *rules: Rule) -> None:
        """Replace the rules; none: nothing goes wrong."""
        self.rules.set(rules)

    def reset(self) -> None:
        """Forget all mails and rules."""
        self.store.clear()
        self.rules.set(())
