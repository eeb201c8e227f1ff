"""What can be turned while the endpoint runs."""

from __future__ import annotations

import threading
from typing import Any

from lab.exchange.model.cultures import CULTURES

AUTH_METHODS = ("negotiate", "ntlm", "kerberos", "basic", "certificate")
"""What an endpoint may accept: three HTTP schemes, NTLM within Negotiate, client certificates."""

DEFAULTS: dict[str, Any] = {
    "latency": 0.0,
    "open_latency": 0.0,
    "session_quota": 18,
    "replication_delay": 0.0,
    "settling": 0.0,
    "rbac": False,
    "refuse_writes": False,
    "shell_idle_timeout": 900.0,
    "max_runspaces": 8,
    "deny": "",
    "auth": "negotiate,ntlm,kerberos,basic",
    "extended_protection": False,
    "culture": "en-US",
}

HELP = {
    "culture": f"in which the server writes sizes and dates as text: {', '.join(CULTURES)}",
    "latency": "milliseconds a cmdlet takes; `latency NAME MS` for one cmdlet",
    "open_latency": "milliseconds a session takes to open",
    "session_quota": "sessions an account may have open (Exchange: 18)",
    "replication_delay": "seconds before the other domain controller shows a write",
    "settling": "seconds before Set- and Remove- find a new remote domain",
    "rbac": "true: the role groups of an account decide what its next sessions may run",
    "refuse_writes": "true: every verb but Get and Test is refused and journalled as such",
    "shell_idle_timeout": "seconds after which an idle session is removed (Exchange: 900)",
    "max_runspaces": "pipelines of one session that run at the same time",
    "deny": "`deny ACCOUNT CMDLET [PARAMETER]` takes it from an account; `deny none` gives all back",
    "auth": f"what the endpoint accepts, of {','.join(AUTH_METHODS)}; kerberos needs the lab's KDC, ntlm is "
    "what Negotiate may fall back to",
    "extended_protection": "true: Negotiate and Kerberos over https must carry the channel binding",
}


class KnobError(ValueError):
    """An unknown knob or a value it does not take."""


class Knobs:
    """The knobs; numbers in milliseconds for latencies, in seconds otherwise."""

    def __init__(self, **values: Any) -> None:
        self._lock = threading.Lock()
        self._values = dict(DEFAULTS)
        self._by_cmdlet: dict[str, float] = {}
        self._denied: frozenset[tuple[str, str, str]] = frozenset()
        for name, value in values.items():
            self.set(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        return self._values[name]

    def set(self, name: str, *value: Any) -> None:
        """Turn a knob: `set("latency", 100)`, `set("latency", "Get-Mailbox", 20)`."""
        if name not in DEFAULTS:
            raise KnobError(f"no knob {name!r}; there are {', '.join(DEFAULTS)}")
        if name == "deny":
            self._deny([str(item).lower() for item in value])
            return
        if not 1 <= len(value) <= (2 if name == "latency" else 1):
            raise KnobError(f"{name}: {HELP[name]}")
        try:
            read: Any = _boolean(value[-1]) if isinstance(DEFAULTS[name], bool) else type(DEFAULTS[name])(value[-1])
        except (TypeError, ValueError):
            raise KnobError(f"{name}: {HELP[name]}, not {value[-1]!r}") from None
        if name == "culture" and read not in CULTURES:
            raise KnobError(f"{name}: {HELP[name]}, not {read!r}")
        if name == "auth":
            read = _methods(read)
        elif isinstance(read, (int, float)) and read < 0:
            raise KnobError(f"{name}: {HELP[name]}, not {value[-1]!r}")
        with self._lock:
            if len(value) == 2:
                self._by_cmdlet[str(value[0]).lower()] = read
            else:
                self._values[name] = read

    @property
    def auth_methods(self) -> frozenset[str]:
        """What the endpoint accepts now."""
        return frozenset(str(self._values["auth"]).split(","))

    def _deny(self, value: list[str]) -> None:
        if value == ["none"]:
            denied: frozenset[tuple[str, str, str]] = frozenset()
        elif 2 <= len(value) <= 3:
            account, cmdlet, parameter = (*value, "")[:3]
            denied = self._denied | {(account.partition("@")[0], cmdlet, parameter.lstrip("-"))}
        else:
            raise KnobError(f"deny: {HELP['deny']}")
        with self._lock:
            self._denied = denied

    def denied(self, account: str, cmdlet: str) -> frozenset[str]:
        """The parameters (lower-case) taken from an account; an empty name among them: the cmdlet itself."""
        if not self._denied:
            return frozenset()
        who, what = account.partition("@")[0].lower(), cmdlet.lower()
        return frozenset(parameter for a, c, parameter in self._denied if (a, c) == (who, what))

    def latency_of(self, cmdlet: str) -> float:
        """Seconds this cmdlet takes."""
        return float(self._by_cmdlet.get(cmdlet.lower(), self._values["latency"])) / 1000.0

    def to_json(self) -> dict[str, Any]:
        """Every knob."""
        with self._lock:
            return {
                **self._values,
                "latency_by_cmdlet": dict(self._by_cmdlet),
                "deny": [" ".join(filter(None, item)) for item in sorted(self._denied)],
            }


def _boolean(value: Any) -> bool:
    text = str(value).lower()
    if text not in {"true", "false", "1", "0", "on", "off"}:
        raise ValueError(text)
    return text in {"true", "1", "on"}


def _methods(text: str) -> str:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in AUTH_METHODS]
    if unknown:
        raise KnobError(f"auth: {', '.join(unknown)} is not one of {', '.join(AUTH_METHODS)}")
    return ",".join(names)
