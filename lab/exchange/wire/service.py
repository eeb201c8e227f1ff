"""The WSMan service: shells and their life, requests in, answers and faults out. No sockets, no Exchange."""

from __future__ import annotations

import base64
import binascii
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetAvailableRunspacesEvent,
    GetCommandMetadataEvent,
    PipelineInputEvent,
    ResetRunspaceStateEvent,
    ServerPipeline,
    SetMaxRunspacesEvent,
    SetMinRunspacesEvent,
)

from lab.exchange.accounts import Account
from lab.exchange.faultplan import FaultPlan, Rule
from lab.exchange.knobs import Knobs
from lab.exchange.wire import deeds, faults, psrp, soap
from lab.exchange.wire.replays import Replays
from lab.exchange.wire.shell import Command, Shell

_STATE = f"{soap.RSP}/CommandState"
_HEADROOM = 4096


class Host(Protocol):
    """What runs pipelines; see `lab.exchange.host.Host`."""

    def open(self, account: Account, session_id: str) -> object:
        """A session for a shell that opens."""

    def targets(self, pipeline: Any) -> tuple[tuple[str, str], ...]:
        """The cmdlets of a pipeline and their -Identity as text."""

    def run(self, session: Any, pipeline: Any, command: Command, wire: psrp.PoolWire) -> None:
        """Run a pipeline to its final state."""


class Service:
    """One endpoint's shells. `die` is what the fault of that name calls."""

    def __init__(self, host: Host, knobs: Knobs, plan: FaultPlan, die: Callable[[], None]) -> None:
        self._host, self._knobs, self._plan, self._die = host, knobs, plan, die
        self._shells: dict[str, Shell] = {}
        self._lock = threading.RLock()
        self._replays = Replays()
        self._closed = threading.Event()
        self.opened = 0
        threading.Thread(target=self._reap, name="lab-reaper", daemon=True).start()

    @property
    def sessions(self) -> int:
        """Open sessions."""
        return len(self._shells)

    def close(self) -> None:
        """Close every shell."""
        self._closed.set()
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            shell.close()

    def _reap(self) -> None:
        while not self._closed.wait(0.5):
            with self._lock:
                idle = [shell for shell in self._shells.values() if shell.idle()]
                for shell in idle:
                    del self._shells[shell.id]
            for shell in idle:
                shell.close()

    def handle(self, raw: bytes, account: Account) -> tuple[int, bytes]:
        """Answer one request envelope with HTTP status and body; the exceptions of `deeds` come from the plan."""
        try:
            request = soap.read_request(raw)
        except soap.EnvelopeError as error:
            return 400, f"<html><body>Bad Request: {type(error).__name__}</body></html>".encode()
        replay = self._replays.get(request.message_id) if request.message_id else None
        if replay is not None:
            return 200, replay
        try:
            body = self._dispatch(request, account)
        except faults.WsmanFaultError as fault:
            return 500, faults.fault_envelope(fault, request.message_id)
        return 200, body

    def _dispatch(self, request: soap.Request, account: Account) -> bytes:
        actions: dict[str, Callable[[soap.Request, Account], str]] = {
            "Create": self._create, "Delete": self._delete, "Get": self._get, "Command": self._command,
            "Send": self._send, "Signal": self._signal,
        }  # fmt: skip
        if request.resource_uri not in (soap.RESOURCE_URI, soap.SHELL_URI):
            raise faults.resource_not_found(request.resource_uri)
        if request.action == "Receive":
            return self._receive(request, account)
        action = actions.get(request.action)
        if action is None:
            raise faults.not_supported(request.action_uri)
        rule = None
        if request.action != "Command":  # its rule needs the cmdlets, known once the pipeline is read
            rule = self._rule(request.action, account, self._targets_of(request))
            self._before(rule, request)
        answer = soap.answer(request, action(request, account))
        self._replays.put(request.message_id, answer)
        self._after(rule, answer)
        return answer

    # -- faults of the plan

    def _rule(self, action: str, account: Account, targets: tuple[tuple[str, str], ...]) -> Rule | None:
        return self._plan.on_request(action, account.name, targets)

    def _targets_of(self, request: soap.Request) -> tuple[tuple[str, str], ...]:
        shell = self._shells.get(request.shell_id)
        element = next((e for e in request.body.iter() if e.get("CommandId")), None)
        if shell is None or element is None:
            return ()
        command = shell.commands.get(str(element.get("CommandId")).upper())
        return command.cmdlets if command else ()

    def _before(self, rule: Rule | None, request: soap.Request) -> None:
        deeds.before(rule, self._die, request.shell_id, self._lose)

    def _after(self, rule: Rule | None, answer: bytes) -> None:
        deeds.after(rule, self._die, answer)

    def _lose(self, shell_id: str) -> None:
        with self._lock:
            shell = self._shells.pop(shell_id, None)
        if shell is not None:
            shell.close()

    # -- shells

    def _shell(self, request: soap.Request, account: Account) -> Shell:
        shell = self._shells.get(request.shell_id)
        if shell is None or shell.owner != account.name:
            raise faults.shell_not_found(request.shell_id)
        shell.touch()
        return shell

    def _create(self, request: soap.Request, account: Account) -> str:
        if request.resource_uri != soap.RESOURCE_URI:
            raise faults.resource_not_found(request.resource_uri)
        if account.role == "none":
            raise faults.no_role(account.name)
        element = request.body.find(soap.tag(soap.RSP, "Shell"))
        creation = None if element is None else element.find(soap.tag(soap.PSRP, "creationXml"))
        if element is None or creation is None:
            raise faults.internal("The shell has no creationXml.")
        longest = float(self._knobs.shell_idle_timeout)
        asked = soap.seconds(element.findtext(soap.tag(soap.RSP, "IdleTimeOut")) or "", longest)
        shell_id = (element.get("ShellId") or str(uuid.uuid4())).upper()
        shell = Shell(shell_id, account.name, min(asked, longest), int(self._knobs.max_runspaces))
        self._admit(shell, account)
        time.sleep(float(self._knobs.open_latency) / 1000.0)
        try:
            self._pool_data(shell, creation.text or "")
        except faults.WsmanFaultError:
            self._lose(shell.id)
            raise
        shell.touch()
        return (
            "<x:ResourceCreated><a:Address>http://localhost/PowerShell</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{soap.RESOURCE_URI}</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
            f"</x:ResourceCreated>{self._describe(shell)}"
        )

    def _admit(self, shell: Shell, account: Account) -> None:
        quota = int(self._knobs.session_quota)
        with self._lock:
            if sum(other.owner == account.name for other in self._shells.values()) >= quota:
                raise faults.too_many_shells(quota)
            shell.session = self._host.open(account, shell.id)
            self._shells[shell.id] = shell
            self.opened += 1

    @staticmethod
    def _describe(shell: Shell) -> str:
        return (
            f"<rsp:Shell><rsp:ShellId>{shell.id}</rsp:ShellId><rsp:ResourceUri>{soap.RESOURCE_URI}</rsp:ResourceUri>"
            f"<rsp:Owner>{shell.owner}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
            f"<rsp:IdleTimeOut>PT{shell.idle_timeout:.3f}S</rsp:IdleTimeOut>"
            "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>"
            "<rsp:State>Connected</rsp:State></rsp:Shell>"
        )

    def _get(self, request: soap.Request, account: Account) -> str:
        return self._describe(self._shell(request, account))

    def _delete(self, request: soap.Request, account: Account) -> str:
        self._lose(self._shell(request, account).id)
        return ""

    # -- commands

    def _command(self, request: soap.Request, account: Account) -> str:
        shell = self._shell(request, account)
        line = request.body.find(soap.tag(soap.RSP, "CommandLine"))
        if line is None:
            raise faults.internal("The command has no CommandLine.")
        command = Command((line.get("CommandId") or str(uuid.uuid4())).upper(), shell.wire)
        with shell.lock:
            if command.id in shell.commands:
                raise faults.command_exists(command.id)
            if len(shell.commands) >= Shell.LIMIT:
                raise faults.too_many_commands(Shell.LIMIT)
            shell.commands[command.id] = command
        data = line.findtext(soap.tag(soap.RSP, "Arguments")) or ""
        body = f"<rsp:CommandResponse><rsp:CommandId>{command.id}</rsp:CommandId></rsp:CommandResponse>"
        self._pipeline_data(shell, command, data, request, account, body)
        return body

    def _send(self, request: soap.Request, account: Account) -> str:
        shell = self._shell(request, account)
        body = "<rsp:SendResponse />"
        for stream in request.body.iter(soap.tag(soap.RSP, "Stream")):
            command_id = stream.get("CommandId")
            if command_id:
                self._pipeline_data(shell, shell.command(command_id), stream.text or "", request, account, body)
            else:
                self._pool_data(shell, stream.text or "")
        return body

    def _read(self, shell: Shell, text: str, pipeline: uuid.UUID | None = None) -> list[psrp.Event]:
        try:
            return shell.wire.receive(base64.b64decode(text), pipeline)
        except (psrp.ClixmlError, binascii.Error) as error:
            raise faults.internal(str(error)) from error

    def _pool_data(self, shell: Shell, text: str) -> None:
        for event in self._read(shell, text):
            if isinstance(event, (SetMaxRunspacesEvent, SetMinRunspacesEvent)):
                shell.wire.respond(event.ci, event.count <= shell.wire.runspaces)
            elif isinstance(event, GetAvailableRunspacesEvent):
                running = sum(not command.queue.ended for command in shell.commands.values())
                shell.wire.respond(event.ci, max(0, shell.wire.runspaces - running))
            elif isinstance(event, ResetRunspaceStateEvent):
                shell.wire.respond(event.ci, True)
        shell.queue.put(shell.wire.drain())

    def _pipeline_data(
        self, shell: Shell, command: Command, text: str, request: soap.Request, account: Account, body: str
    ) -> None:
        with shell.wire.lock:
            if command.pipeline_id not in shell.wire.pool.pipeline_table:
                ServerPipeline(shell.wire.pool, command.pipeline_id)
        try:
            events = self._read(shell, text, command.pipeline_id)
        except faults.WsmanFaultError:
            self._forget(shell, command)
            raise
        for event in events:
            if isinstance(event, (CreatePipelineEvent, GetCommandMetadataEvent)):
                self._start(shell, command, event.pipeline, request, account, body)
            elif isinstance(event, PipelineInputEvent):
                command.inputs.append(event.data)
            elif isinstance(event, EndOfPipelineInputEvent):
                command.input_ended.set()

    def _start(
        self, shell: Shell, command: Command, pipeline: Any, request: soap.Request, account: Account, body: str
    ) -> None:
        command.cmdlets = self._host.targets(pipeline)
        rule = self._rule("Command", account, command.cmdlets)
        try:
            self._before(rule, request)
        except BaseException:
            self._forget(shell, command)
            raise
        command.muted = rule is not None and rule.do == "nothing_yet_for_ever"
        thread = threading.Thread(
            target=self._host.run,
            args=(shell.session, pipeline, command, shell.wire),
            name=f"lab-pipeline-{command.id[:8]}",
            daemon=True,
        )
        thread.start()
        if rule is not None and rule.do in {"drop_after_execution", "half_answer", "die"}:
            command.queue.wait_end(60.0)
            self._after(rule, soap.answer(request, body))

    @staticmethod
    def _forget(shell: Shell, command: Command) -> None:
        with shell.lock:
            shell.commands.pop(command.id, None)
        with shell.wire.lock:
            shell.wire.pool.pipeline_table.pop(command.pipeline_id, None)

    def _signal(self, request: soap.Request, account: Account) -> str:
        shell = self._shell(request, account)
        element = request.body.find(soap.tag(soap.RSP, "Signal"))
        if element is None or not element.get("CommandId"):
            raise faults.internal("The signal has no CommandId.")
        command = shell.command(str(element.get("CommandId")))
        code = (element.findtext(soap.tag(soap.RSP, "Code")) or "").lower()
        command.stop.set()
        command.input_ended.set()
        if code.endswith("/terminate"):
            self._forget(shell, command)
        return "<rsp:SignalResponse />"

    # -- output

    def _receive(self, request: soap.Request, account: Account) -> bytes:
        shell = self._shell(request, account)
        wanted = request.body.find(f".//{soap.tag(soap.RSP, 'DesiredStream')}")
        command_id = "" if wanted is None else wanted.get("CommandId") or ""
        command = shell.command(command_id) if command_id else None
        rule = self._rule("Receive", account, command.cmdlets if command else ())
        self._before(rule, request)
        if rule is not None and rule.do == "nothing_yet_for_ever" and command is not None:
            command.muted = True
        queue = command.queue if command else shell.queue
        if queue.exhausted:
            raise faults.shell_not_found(shell.id)
        if command is not None and command.muted:
            self._closed.wait(request.operation_timeout)
            raise faults.operation_timeout()
        taken = queue.take(request.operation_timeout, request.max_envelope - _HEADROOM, lambda: self._closed.is_set())
        shell.touch()
        if taken is None:
            raise faults.operation_timeout()
        answer = soap.answer(request, self._streams(command, *taken))
        self._replays.put(request.message_id, answer)
        self._after(rule, answer)
        return answer

    @staticmethod
    def _streams(command: Command | None, fragments: list[bytes], done: bool) -> str:
        of = f' CommandId="{command.id}"' if command else ""
        out = [f'<rsp:Stream Name="stdout"{of}>{fragment.decode("ascii")}</rsp:Stream>' for fragment in fragments]
        if command:
            state = "Done" if done else "Running"
            out.append(f'<rsp:CommandState{of} State="{_STATE}/{state}"></rsp:CommandState>')
        return f"<rsp:ReceiveResponse>{''.join(out)}</rsp:ReceiveResponse>"
