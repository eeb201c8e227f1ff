"""What a cmdlet is here: a declaration, a function on the model, and the errors it may answer.

Adding a cmdlet: declare its parameters in the notation of `lab.exchange.binding.parameters`, write a
function that takes a `Call` and returns the objects of its output, and list it in `lab.exchange.cmdlets`.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from lab.exchange.binding import Signature, TerminatingError, parameters
from lab.exchange.clixml import ErrorText
from lab.exchange.model.cultures import culture
from lab.exchange.model.directory import DOMAIN_CONTROLLERS, RECIPIENTS, Directory, Entry
from lab.exchange.shapes import Shaped

SERVER = "EX01"
EXCEPTIONS = {
    "ManagementObjectNotFoundException": "Microsoft.Exchange.Configuration.Tasks",
    "ManagementObjectAmbiguousException": "Microsoft.Exchange.Configuration.Tasks",
    "CmdletProxyException": "Microsoft.Exchange.Configuration",
    "ProxyAddressExistsException": "Microsoft.Exchange.Data.Directory",
    "ADObjectAlreadyExistsException": "Microsoft.Exchange.Data.Directory",
    "ADServerSettingsChangedException": "Microsoft.Exchange.Data.Directory",
    "SuitabilityDirectoryException": "Microsoft.Exchange.Data.Directory",
    "DataValidationException": "Microsoft.Exchange.Data",
    "InvalidOperationException": "System",
    "MapiTransientException": "Microsoft.Exchange.Data.Mapi.Common",
    "MailboxUnavailableException": "Microsoft.Exchange.Data.Storage",
    "SecurityPrincipalNotFoundException": "Microsoft.Exchange.Management.RecipientTasks",
    "InvalidScheduledOofDuration": "Microsoft.Exchange.Data.Storage",
}
CLIENT = 1003
"""A category outside PowerShell's enumeration, as Exchange's own are; shown as NotSpecified."""


class CmdletError(Exception):
    """A non-terminating error of a cmdlet: short class name, text, and the object it is about."""

    def __init__(self, kind: str, text: str, category: int = CLIENT, target: str = "") -> None:
        super().__init__(text)
        self.kind, self.text, self.category, self.target = kind, text, category, target


def not_found(identity: str, dc: str) -> CmdletError:
    """The one error that means absent."""
    return CmdletError(
        "ManagementObjectNotFoundException",
        f"The operation couldn't be performed because object '{identity}' couldn't be found on '{dc}'.",
    )


def error_text(error: CmdletError, cmdlet: str, task: str, server_culture: str = "en-US") -> ErrorText:
    """The ErrorRecord of a cmdlet error, with Exchange's FullyQualifiedErrorId and the time as the server writes it."""
    stamp = culture(server_culture).time(datetime.now(UTC))
    mark = f"{zlib.crc32(f'{error.kind}{cmdlet}'.encode()):X}"
    return ErrorText(
        error.text,
        f"{EXCEPTIONS.get(error.kind, 'Microsoft.Exchange.Configuration.Tasks')}.{error.kind}",
        f"[Server={SERVER},RequestId={uuid.uuid4()},TimeStamp={stamp}] "
        f"[FailureCategory=Cmdlet-{error.kind}] {mark},{task}",
        error.category,
        cmdlet,
        error.target,
        "ADObjectId" if error.target else "",
    )


@dataclass
class Call:
    """One invocation: bound values by parameter name, the model, and what may be said on the way."""

    cmdlet: Cmdlet
    values: dict[str, Any]
    model: Directory
    dc: str
    visible: Callable[[], Sequence[Cmdlet]]
    inputs: Sequence[Shaped] = ()
    warnings: list[str] = field(default_factory=list)
    errors: list[ErrorText] = field(default_factory=list)
    host_lines: list[str] = field(default_factory=list)
    skipped: bool = False

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def given(self, name: str, default: Any = None) -> Any:
        """The value of a parameter, `default` when it was not given or is $null."""
        value = self.values.get(name)
        return default if value is None else value

    def warn(self, text: str) -> None:
        """A warning."""
        self.warnings.append(text)

    def should_process(self, deed: str) -> bool:
        """Whether to write now: not under -WhatIf; under -Confirm nobody is there to answer."""
        if self.values.get("WhatIf"):
            self.host_lines.append(f"What if: {deed}")
            self.skipped = True
            return False
        if self.values.get("Confirm", self.cmdlet.confirms):
            self.ask(f"Are you sure you want to perform this action? {deed}")
        return True

    def ask(self, question: str) -> NoReturn:
        """Ask the administrator; a remote session has nobody to answer, so the pipeline ends."""
        raise TerminatingError(
            ErrorText(
                "A command that prompts the user failed because the host program or the command type does not "
                "support user interaction. The host was attempting to request confirmation with the following "
                f"message: {question}",
                "System.Management.Automation.Host.HostException",
                f"HostFunctionNotImplemented,{self.cmdlet.task}",
                11,
                self.cmdlet.name,
            )
        )

    def find(self, identity: str, kinds: Iterable[str] = RECIPIENTS) -> list[Entry]:
        """The objects an identity means on the domain controller of this call."""
        return self.model.find(identity, kinds, self.dc)

    def one(self, identity: str, kinds: Iterable[str] = RECIPIENTS) -> Entry:
        """The object an identity means; CmdletError when there is none or more than one."""
        found = self.find(identity, kinds)
        if not found:
            raise not_found(identity, self.dc)
        if len(found) > 1:
            raise CmdletError(
                "ManagementObjectAmbiguousException",
                f"The operation couldn't be performed because '{identity}' matches multiple entries.",
            )
        return found[0]


Run = Callable[[Call], Iterable[Shaped]]


@dataclass(frozen=True)
class Cmdlet:
    """A cmdlet: `task` is the .NET class named in error ids; `run` returns (or yields) its output.

    `confirms`: asks unless -Confirm:$false. `binds`: parameters taken from the properties of a piped object
    that has them.
    """

    name: str
    signature: Signature
    run: Run
    task: str
    collects: bool = False
    confirms: bool = False
    binds: tuple[str, ...] = ()

    @property
    def verb(self) -> str:
        """Get, Set, New, …"""
        return self.name.partition("-")[0]

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.verb not in {"Get", "Test", "Select"}


def cmdlet(
    name: str,
    table: str,
    run: Run,
    *,
    area: str = "RecipientTasks",
    sets: Sequence[str] = (),
    collects: bool = False,
    confirms: bool = False,
    binds: tuple[str, ...] = (),
) -> Cmdlet:
    """Declare a cmdlet; `collects`: it takes all piped objects at once; the rest as in `Cmdlet`."""
    signature = Signature.of(name, parameters(table), sets)
    task = f"Microsoft.Exchange.Management.{area}.{name.replace('-', '')}"
    return Cmdlet(name, signature, run, task, collects, confirms, binds)


def domain_controller(asked: str | None, session_dc: str) -> str:
    """The domain controller to work on; CmdletError when the one asked for does not answer."""
    if not asked:
        return session_dc
    found = next((dc for dc in DOMAIN_CONTROLLERS if asked.lower() in (dc, dc.partition(".")[0])), None)
    if found is None:
        raise CmdletError(
            "SuitabilityDirectoryException",
            "An Active Directory error 0x51 occurred when trying to check the suitability of server "
            f"'{asked}'. Error: 'Active directory response: The LDAP server is unavailable.'",
        )
    return found


def limited(call: Call, found: Iterable[Shaped], default: int = 1000) -> Iterator[Shaped]:
    """The first -ResultSize objects, with Exchange's warning when there are more."""
    size = call.given("ResultSize", default)
    limit = None if size == "Unlimited" else int(size)
    for number, item in enumerate(found):
        if limit is not None and number >= limit:
            call.warn(
                "There are more results available than are currently displayed. To view them, increase the value "
                "for the ResultSize parameter."
            )
            return
        yield item
