"""One remote PowerShell session with Exchange: cmdlets in, plain values out, never longer than a deadline.

The endpoint runs in NoLanguage mode, so only cmdlets with parameters are sent, never a script. One session is
used by one thread at a time: pypsrp's pools, serializers and sealing contexts cannot be shared.
"""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypsrp.complex_objects import ObjectMeta, PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.messages import ErrorRecordMessage, InformationRecord, MessageType, PipelineState, WarningRecord
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer, TaggedValue
from pypsrp.wsman import WSMan, WSManAction

from bma.exchange.clixml import WireObject, deserialize
from bma.exchange.connection import Connection
from bma.exchange.faults import CmdletError, SessionLostError, cmdlet_error, opening_fault, running_fault
from bma.exchange.kerberos import library_username
from bma.resources.commands import Command, Secret, WriteRefusedError

# pypsrp logs whole messages, parameters included, and tracebacks of faults that are told elsewhere.
logging.getLogger("pypsrp").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module=r"pypsrp\..*")

CONFIGURATION = "Microsoft.Exchange"
POLL_SECONDS = 15
"""How long one Receive may stay open; well under the 20 s that proxies and the library grow nervous at."""


@dataclass(frozen=True)
class Answer:
    """What one pipeline gave: its objects, its warnings, and its errors, which rarely end it."""

    objects: tuple[Any, ...]
    warnings: tuple[str, ...]
    errors: tuple[CmdletError, ...]

    def or_raise(self) -> Answer:
        """This answer, unless a cmdlet said no. Raises its first :class:`~bma.exchange.faults.CmdletError`."""
        if self.errors:
            raise self.errors[0]
        return self


class Session:
    """One open runspace. Not for two threads at once; after a fault it is :attr:`broken` and good for nothing."""

    def __init__(self, connection: Connection) -> None:
        """Open the session.

        Raises :class:`~bma.exchange.faults.NoSessionError`, :class:`~bma.exchange.faults.BusyError` or
        :class:`~bma.exchange.faults.SessionLostError`.
        """
        self.connection = connection
        self.broken = False
        self.used = time.monotonic()
        try:
            self._wsman = _wsman(connection)
            self._pool = RunspacePool(self._wsman, configuration_name=CONFIGURATION)
            self._deserializer = _Deserializer()
            self._pool._serializer = self._pool._fragmenter.serializer = self._deserializer
            self._pool.open()
        except Exception as error:
            self.abandon()
            raise opening_fault(error, connection) from error

    def run(
        self, *pipeline: Command, seconds: float = 180, keep: frozenset[str] | None = None, piped: bool = True
    ) -> Answer:
        """Run one pipeline of cmdlets and wait for its end, at most ``seconds``.

        With ``piped`` false the cmdlets are statements, run one after the other for one round trip; nothing tells
        then which of them an object or an error came from. ``keep`` names the only properties wanted of what is
        answered: thousands of mailboxes with all of theirs would fill memory for nothing.

        Raises :class:`~bma.resources.commands.WriteRefusedError` before anything is sent when the session may only
        read, :class:`~bma.exchange.faults.BusyError` or :class:`~bma.exchange.faults.SessionLostError`. What a
        cmdlet itself refuses is in the answer's ``errors``.
        """
        self._refuse_writes(pipeline)
        deadline = time.monotonic() + seconds
        self._deserializer.keep = keep
        sent = False
        try:
            shell = self._shell(pipeline, piped=piped)
            sent = True
            shell.begin_invoke()
            self._await(shell, deadline, pipeline)
            answer = _answer(shell, pipeline[-1].cmdlet)
            shell.close()
        except SessionLostError:
            self.broken = True
            raise
        except Exception as error:
            self.broken = True
            raise running_fault(error, self.connection, sent=sent) from error
        self.used = time.monotonic()
        return answer

    def close(self) -> None:
        """Give the session back to Exchange, where it still knows of it. Never raises."""
        # A sealed connection that broke can only speak again after a new handshake.
        self._wsman.transport.encryption = None if self.broken else self._wsman.transport.encryption
        self._wsman.transport.read_timeout = 5
        with contextlib.suppress(Exception):
            self._pool.close()
        with contextlib.suppress(Exception):
            self._wsman.transport.close()

    def abandon(self) -> None:
        """End the session from outside, over a connection of its own, while a thread still waits on it."""
        with contextlib.suppress(Exception):
            selectors = self._pool.shell._selector_set
            if selectors is not None:
                wsman = _wsman(self.connection)
                wsman.transport.read_timeout = 5
                wsman.delete(self._pool.shell.resource_uri, selector_set=selectors)
                wsman.transport.close()

    def _refuse_writes(self, pipeline: Sequence[Command]) -> None:
        for command in pipeline:
            if self.connection.read_only and not command.reads:
                raise WriteRefusedError(f"{command.cmdlet} was asked of a session that may only read")

    def _shell(self, pipeline: Sequence[Command], *, piped: bool) -> PowerShell:
        shell = PowerShell(self._pool)
        for number, command in enumerate(pipeline):
            if number and not piped:
                shell.add_statement()
            shell.add_cmdlet(command.cmdlet)
            for name, value in command.parameters.items():
                shell.add_parameter(name, self._wire(value))
        return shell

    def _wire(self, value: Any) -> Any:
        if isinstance(value, Secret):
            self._pool.exchange_keys()
            return TaggedValue("SS", value.clear)
        return value

    def _await(self, shell: PowerShell, deadline: float, pipeline: Sequence[Command]) -> None:
        while shell.state == PSInvocationState.RUNNING:
            left = deadline - time.monotonic()
            if left <= 0:
                with contextlib.suppress(Exception):
                    shell.stop()
                raise SessionLostError(
                    f"{pipeline[0].cmdlet} did not end in time", ran=None, late=True, where=self.connection.uri
                )
            shell.poll_invoke(timeout=max(1, min(POLL_SECONDS, int(left))))


def _wsman(connection: Connection) -> WSMan:
    options: dict[str, Any] = {
        "cert_validation": connection.ca_file or True,
        "username": library_username(connection),
    }
    if connection.auth == "certificate":
        options["certificate_pem"] = connection.certificate_file
        options["certificate_key_pem"] = connection.certificate_key_file
    if connection.auth in ("kerberos", "negotiate"):
        options["negotiate_service"] = connection.kerberos_service
        options["negotiate_hostname_override"] = connection.kerberos_host
    return _PatientWSMan(
        connection.host,
        port=connection.port,
        path=connection.path,
        ssl=connection.tls,
        auth=connection.auth,
        password=connection.password.clear if connection.password else None,
        encryption="auto" if connection.tls else "always",
        connection_timeout=15,
        read_timeout=30,
        **options,
    )


class _PatientWSMan(WSMan):
    """A Receive that times out is asked once more, not for the minutes that the library would; errors keep their
    HTTP status."""

    def receive(
        self,
        resource_uri: str,
        resource: Any,
        option_set: Any = None,
        selector_set: Any = None,
        timeout: int | None = None,
    ) -> Any:
        answer = self.invoke(
            WSManAction.RECEIVE,
            resource_uri,
            resource,
            option_set,
            selector_set,
            timeout,
            retries_on_read_timeout=1,
        )
        return answer.find("{http://www.w3.org/2003/05/soap-envelope}Body")

    @staticmethod
    def _parse_wsman_fault(xml_text: str) -> WSManFaultError:
        """An error page that happens to be well-formed is no fault: the HTTP status says more than it does."""
        fault = WSMan._parse_wsman_fault(xml_text)
        if not (fault.code or fault.reason or fault.provider_fault) and "WSManFault" not in xml_text:
            raise ET.ParseError("no fault")
        return fault


class _Record:
    """A message of a stream or a state, read by our own deserializer, in the shape pypsrp passes around."""

    MESSAGE_TYPE = MessageType.ERROR_RECORD

    def __init__(self, content: Any) -> None:
        self.content = content
        properties = content.properties if isinstance(content, WireObject) else {}
        self.state = properties.get("PipelineState")
        self.error_record = properties.get("ExceptionAsErrorRecord")


class _Deserializer(Serializer):
    """pypsrp's serializer for what is sent and for the handshake; ours for everything that cmdlets answer."""

    keep: frozenset[str] | None = None
    """The only properties wanted of the objects that a pipeline answers."""

    _OURS = (ErrorRecordMessage, PipelineState, WarningRecord, InformationRecord)

    def deserialize(self, element: Any, metadata: ObjectMeta | None = None, clear: bool = True) -> Any:
        if isinstance(element, str):
            if metadata is None:
                return deserialize(element, self.keep)
            wanted = getattr(metadata, "object", None)
            if wanted in self._OURS:
                record = _Record(deserialize(element))
                record.MESSAGE_TYPE = wanted.MESSAGE_TYPE
                return record
        return super().deserialize(element, metadata, clear)


def _answer(shell: PowerShell, cmdlet: str) -> Answer:
    errors = [cmdlet_error(_content(record), cmdlet) for record in shell.streams.error]
    if shell.state != PSInvocationState.COMPLETED and not errors:
        errors.append(CmdletError("ended without finishing, and without a reason", cmdlet=cmdlet, reason=""))
    messages = tuple(_warning(_content(record)) for record in shell.streams.warning)
    return Answer(tuple(shell.output), messages, tuple(errors))


def _content(record: Any) -> Any:
    return record.content if isinstance(record, _Record) else record


def _warning(content: Any) -> str:
    if isinstance(content, WireObject):
        return str(content.get("InformationalRecord_Message") or content.get("Message") or content.text or "")
    return str(content)
