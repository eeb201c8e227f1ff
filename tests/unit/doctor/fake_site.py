"""A site whose session answers from a table, for checks that the lab cannot be made to fail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from bma.doctor.scope import Scope, scope_from
from bma.doctor.site import Site
from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.connection import connection
from bma.exchange.faults import CmdletError
from bma.exchange.session import Answer
from bma.resources.commands import Command, WriteRefusedError

Says = BmaError | list[Any] | Callable[[Command], Any]
"""What a cmdlet answers: objects, a refusal, or what a function makes of the call. Another fault breaks the session."""

PASSWORD = "Correct-Horse-9"
CONNECTION = connection(
    {
        "uri": "https://ex01.example/PowerShell",
        "auth": "basic",
        "username": "migration@example.be",
        "password": PASSWORD,
        "sessions": 4,
    },
    read_only=False,
)


def thing(**properties: Any) -> WireObject:
    return WireObject(("Microsoft.Exchange.Thing",), None, properties)


def mailbox(number: int = 1, **properties: Any) -> WireObject:
    address = f"ec{number:06d}@adm.example.be"
    return thing(
        **{
            "Guid": uuid.UUID(int=number),
            "Identity": f"example.be/Users/ec{number:06d}",
            "EmailAddresses": [f"SMTP:{address}"],
            "PrimarySmtpAddress": address,
            "ProhibitSendQuota": "2 GB (2,147,483,648 bytes)",
            "OriginatingServer": "dc01.example.be",
            **properties,
        }
    )


def refusal(cmdlet: str, reason: str = "CommandNotFoundException") -> CmdletError:
    return CmdletError("refused", cmdlet=cmdlet, reason=reason)


class Endpoint:
    """Sessions that answer from ``table``; ``most`` can be open at once, ``opening`` is raised instead of opening."""

    def __init__(
        self, table: Mapping[str, Says] | None = None, most: int = 99, opening: BmaError | None = None
    ) -> None:
        self.table = dict(table or {})
        self.most, self.opening = most, opening
        self.open = self.opened = 0
        self.asked: list[Command] = []

    def session(self, site: Any) -> FakeSession:
        assert site.read_only, "the doctor asks for sessions that may only read"
        if self.opening is not None:
            self.opened += 1
            raise self.opening
        if self.open >= self.most:
            raise BmaError("no more")
        self.open += 1
        self.opened += 1
        return FakeSession(self)


class FakeSession:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def run(self, *pipeline: Command, seconds: float = 0, keep: Any = None, piped: bool = True) -> Answer:
        if any(not command.reads for command in pipeline):
            raise WriteRefusedError("a write")
        self.endpoint.asked += pipeline
        last = pipeline[-1]
        says = self.endpoint.table.get(last.cmdlet, refusal(last.cmdlet))
        said = says(last) if callable(says) else says
        if isinstance(said, CmdletError):
            return Answer((), (), (said,))
        if isinstance(said, BmaError):
            raise said
        if not piped and callable(says):
            said = [item for command in pipeline for item in says(command)]
        return Answer(tuple(said), (), ())

    def close(self) -> None:
        self.endpoint.open -= 1


def fake_site(endpoint: Endpoint | Mapping[str, Says], **scope: Any) -> Site:
    """A site of that endpoint; ``scope`` as :func:`bma.doctor.scope.scope_from` takes it."""
    served = endpoint if isinstance(endpoint, Endpoint) else Endpoint(endpoint)
    return Site(CONNECTION, scope_from(scope) if scope else Scope(), open_session=served.session)
