"""Passwords in HashiCorp Vault: the versioned key-value engine (KV v2), over HTTP."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bma.errors import printable
from bma.password.faults import HoldError
from bma.password.holds.hold import required
from bma.resources.commands import Secret

_MOST_BYTES = 4 * 1024 * 1024
_FIELD = "password"
_MISSING = 404
_ADVICE = {
    400: "Is mount the path of a key-value engine of version 2?",
    403: "Look at the token, its policy and the namespace",
    404: "Is mount the path of a key-value engine of version 2?",
    429: "Vault asks to wait: run again",
    472: "This node is a standby for recovery: name the active one",
    473: "This node is a standby: name the active one",
    503: "Vault is sealed or under maintenance",
}


@dataclass(frozen=True)
class Server:
    """Where Vault is. ``token`` is asked for when it is needed; ``ca_file`` None: the system's authorities."""

    url: str
    token: Callable[[], str]
    namespace: str | None = None
    ca_file: str | None = None
    timeout: float = 15


class VaultKeys:
    """One secret a password under ``<mount>/<path>/<reference>``; erasing removes every version of it."""

    def __init__(self, server: Server, mount: str = "secret", path: str = "bma/passwords") -> None:
        self._server = server
        self._mount = mount.strip("/")
        self._path = path.strip("/")
        self._parts = _judged_url(server.url)

    @property
    def name(self) -> str:
        return f"{self._server.url} (Vault, {self._mount}/{self._path})"

    def require_ready(self) -> None:
        self.references()

    def put(self, reference: str, password: Secret) -> None:
        # Check-and-set 0: a password that is held already is not written over.
        body = {"data": {_FIELD: password.clear}, "options": {"cas": 0}}
        status, _ = self._ask("POST", f"data/{self._place(reference)}", body, (200, 204, 400))
        if status == 400 and self.get(reference) is None:
            raise self._fault(400)

    def get(self, reference: str) -> Secret | None:
        return self.read(self._place(reference))

    def read(self, place: str) -> Secret | None:
        """The field ``password`` of any secret of the engine; None when there is none."""
        status, answer = self._ask("GET", f"data/{place}", None, (200, _MISSING))
        if status == _MISSING:
            return None
        held = (answer.get("data") or {}).get("data") or {}
        value = held.get(_FIELD)
        if not isinstance(value, str) or not value:
            raise HoldError(f"{self.name}: {place} has no field {_FIELD}")
        return Secret(value)

    def erase(self, reference: str) -> None:
        self._ask("DELETE", f"metadata/{self._place(reference)}", None, (200, 204, _MISSING))

    def references(self) -> set[str]:
        status, answer = self._ask("LIST", f"metadata/{quote(self._path)}", None, (200, _MISSING))
        if status == _MISSING:
            return set()
        keys = (answer.get("data") or {}).get("keys") or []
        return {str(key) for key in keys if not str(key).endswith("/")}

    def _place(self, reference: str) -> str:
        return f"{quote(self._path)}/{required(reference)}"

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, accepted: tuple[int, ...]
    ) -> tuple[int, dict[str, Any]]:
        headers = {"X-Vault-Token": self._server.token(), "X-Vault-Request": "true", "Accept": "application/json"}
        if self._server.namespace:
            headers["X-Vault-Namespace"] = self._server.namespace
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        connection = self._connection()
        try:
            connection.request(method, f"/v1/{quote(self._mount)}/{path}", body=content, headers=headers)
            response = connection.getresponse()
            status, raw = response.status, response.read(_MOST_BYTES)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # A value that is no header is told by http.client with the value itself: the token.
            reason = printable(error) if isinstance(error, OSError) else type(error).__name__
            raise HoldError(f"{self.name} cannot be reached: {reason:.200}", hint="Run again") from None
        finally:
            connection.close()
        if status not in accepted or (status == _MISSING and _engine_is_missing(raw)):
            raise self._fault(status)
        return status, _object(raw)

    def _connection(self) -> http.client.HTTPConnection:
        host, port, timeout = self._parts.hostname or "", self._parts.port, self._server.timeout
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port or 8200, timeout=timeout)
        try:
            context = ssl.create_default_context(cafile=self._server.ca_file)
        except OSError as error:
            raise HoldError(f"bma_password_hold.ca_file: {self._server.ca_file}: {error.strerror or error}") from None
        return http.client.HTTPSConnection(host, port or 8200, timeout=timeout, context=context)

    def _fault(self, status: int) -> HoldError:
        return HoldError(f"{self.name} answered {status}", hint=_ADVICE.get(status, "Look at the log of Vault"))


def _engine_is_missing(raw: bytes) -> bool:
    """A secret that is not there has no ``errors``, or says nothing; a mount that is not there says so."""
    return any("no handler" in str(error) for error in _object(raw).get("errors") or [])


def _object(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _judged_url(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.path.strip("/"):
        raise HoldError(f"bma_password_hold.url: {url!r:.100} is not the address of Vault", hint="https://host:8200")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise HoldError("bma_password_hold.url: passwords are not sent over a line that is not encrypted")
    return parts


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
