"""One endpoint with everything behind it, in this process: for tests, benches and the daemon alike."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from lab.exchange import tls
from lab.exchange.accounts import DEFAULT_ACCOUNTS, Account, Accounts, write_private
from lab.exchange.channel import LabError
from lab.exchange.cmdlets.org_seed import seed_accounts
from lab.exchange.console import ConsoleResult, run_line
from lab.exchange.faultplan import FaultPlan
from lab.exchange.host import Host
from lab.exchange.invoke import Invoker, Session
from lab.exchange.journal import Journal
from lab.exchange.knobs import Knobs
from lab.exchange.model.directory import Directory
from lab.exchange.plant import kept, plant
from lab.exchange.seed import DEFAULT_DOMAINS, seed_boxes, seed_configuration
from lab.exchange.wire.auth import AuthRules, ConnectionAuth
from lab.exchange.wire.httpd import HttpServer, loopback
from lab.exchange.wire.service import Service
from lab.kdc import Kdc

PATH = "/PowerShell"


class ExchangeLab:
    """An Exchange remote-PowerShell endpoint on loopback, with its state in `state_dir`.

    `https_port`/`http_port` 0: any free port. `latency` and `open_latency` in milliseconds; `knobs` are
    further ones by name. `accounts` maps UPN to role (`full`, `view`, `none`). `on_die` is called by the
    fault `die` instead of stopping the servers. `kerberos`: the service classes (`HTTP`, `host`) under which a KDC
    of the lab's own knows the endpoint; none: no KDC.
    """

    def __init__(
        self,
        state_dir: str | os.PathLike[str],
        *,
        https_port: int = 0,
        http_port: int = 0,
        host: str = "127.0.0.1",
        latency: float = 0,
        open_latency: float = 0,
        session_quota: int = 18,
        basic_over_http: bool = False,
        domains: Sequence[str] = DEFAULT_DOMAINS,
        accounts: Mapping[str, str] = DEFAULT_ACCOUNTS,
        on_die: Callable[[], None] | None = None,
        kerberos: Sequence[str] = (),
        **knobs: Any,
    ) -> None:
        self.state_dir = Path(state_dir)
        self.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._host = loopback(host)
        self._ports = [https_port, http_port]
        self._basic_over_http, self._domains = basic_over_http, domains
        self._on_die = on_die or self.kill
        self.accounts = Accounts(self.state_dir, accounts)
        self.ca_file = tls.ensure_certificates(self.state_dir)
        self.kdc = self._realm(kerberos) if kerberos else None
        self.knobs = Knobs(latency=latency, open_latency=open_latency, session_quota=session_quota, **knobs)
        self.faults = FaultPlan()
        self._journal = Journal(self.state_dir / "journal.jsonl")
        self._requests = self._opened = 0
        self._servers: tuple[HttpServer, ...] = ()
        self._halting = threading.Lock()
        self._load()

    def _load(self) -> None:
        self.model = Directory(
            self.state_dir / "state.sqlite",
            delay=lambda: float(self.knobs.replication_delay),
            culture=lambda: str(self.knobs.culture),
        )
        self.model.settling = lambda: float(self.knobs.settling)
        self._seed()
        self._invoker = Invoker(self.model, self._journal, self.knobs, self.faults)

    def _seed(self) -> None:
        seed_configuration(self.model, self._domains)
        seed_accounts(self.model, ((account.name, account.role) for account in self.accounts))

    def _realm(self, services: Sequence[str]) -> Kdc:
        passwords = {account.short: account.password() for account in self.accounts}
        return Kdc(self.state_dir / "kdc", passwords, services=services)

    # -- life

    def start(self) -> ExchangeLab:
        """Serve; LabError when a port is taken, or when there is no KDC to be had that was asked for."""
        if self.kdc is not None and self.kdc.pid is None:
            self.kdc.start()
        try:
            return self._serve()
        except LabError:
            if self.kdc is not None:
                self.kdc.stop()
            raise

    def _serve(self) -> ExchangeLab:
        self._rules = AuthRules(
            self.accounts,
            lambda: self.knobs.auth_methods,
            self.kdc.keytab if self.kdc else None,
            tls.channel_binding(self.state_dir),
            lambda: bool(self.knobs.extended_protection),
        )
        self._service = Service(Host(self._invoker), self.knobs, self.faults, self._on_die)
        context = tls.server_context(self.state_dir)
        https = self._listen(0, context, basic=True)
        try:
            http = self._listen(1, None, basic=self._basic_over_http)
        except LabError:
            https.server_close()
            raise
        self._servers = (https, http)
        self._ports = [https.port, http.port]
        for server in self._servers:
            server.start()
        return self

    def _listen(self, at: int, context: Any, *, basic: bool) -> HttpServer:
        port = self._ports[at]

        def auth() -> ConnectionAuth:
            return ConnectionAuth(self._rules, basic=basic)

        try:
            return HttpServer(self._host, port, self._service, auth, context)
        except OSError as error:
            raise LabError(
                f"port {port} cannot be used: {error.strerror}; choose others with --https-port and --http-port"
            ) from None

    def _halt(self) -> None:
        with self._halting:  # a restart must find the ports of a dying endpoint free
            if not self._servers:
                return
            self._requests += sum(server.requests for server in self._servers)
            self._opened += self._service.opened
            servers, self._servers = self._servers, ()
            self._service.close()
            for server in servers:
                server.stop()

    def stop(self) -> None:
        """Stop serving and close the state; safe to call twice."""
        self._halt()
        if self.kdc is not None:
            self.kdc.stop()
        self._journal.close()
        self.model.close()

    def kill(self) -> None:
        """Stop serving at once, as if the process had died; state and journal stay open for a look."""
        self._halt()

    def restart(self) -> None:
        """Stop, read the state from its file again, serve on the same ports; every session is lost."""
        self._halt()
        with self.model.lock:
            self.model.close()
        self._load()
        self.start()

    def kill_connections(self) -> None:
        """Cut every TCP connection; sessions live on."""
        for server in self._servers:
            server.kill_connections()

    def __enter__(self) -> ExchangeLab:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- where and who

    @property
    def https_port(self) -> int:
        """The port of HTTPS."""
        return self._ports[0]

    @property
    def http_port(self) -> int:
        """The port of plain HTTP."""
        return self._ports[1]

    @property
    def https_uri(self) -> str:
        """`https://localhost:PORT/PowerShell`: Basic or Negotiate, CA in `ca_file`."""
        return f"https://localhost:{self.https_port}{PATH}"

    @property
    def http_uri(self) -> str:
        """`http://localhost:PORT/PowerShell`: Negotiate with sealing."""
        return f"http://localhost:{self.http_port}{PATH}"

    def certificate(self, name: str, **options: Any) -> tuple[Path, Path]:
        """A client certificate for an account and its key; `options` as of `lab.exchange.tls.issue_client`."""
        return tls.issue_client(self.state_dir, self.accounts[name].name, **options)

    def account(self, name: str = "migration") -> Account:
        """An account by name; `.name` and `.password()` are what a client needs."""
        return self.accounts[name]

    # -- what happened

    def journal(self) -> list[dict[str, Any]]:
        """Every executed or refused cmdlet, in the order of execution."""
        return self._journal.records()

    def clear_journal(self) -> None:
        """Empty the journal."""
        self._journal.clear()

    def counters(self) -> dict[str, int]:
        """Sessions opened and open, HTTP requests, journal entries, objects."""
        servers, live = self._servers, bool(self._servers)
        return {
            "sessions_opened": self._opened + (self._service.opened if live else 0),
            "sessions": self._service.sessions if live else 0,
            "http_requests": self._requests + sum(server.requests for server in servers),
            "journal": len(self._journal),
            "mailboxes": len(self.model.scan({"mailbox"})),
            "objects": len(self.model),
        }

    def describe(self) -> dict[str, Any]:
        """Where the endpoint is, without secrets."""
        return {
            "https_uri": self.https_uri,
            "http_uri": self.http_uri,
            "https_port": self.https_port,
            "http_port": self.http_port,
            "pid": os.getpid(),
            "ca_file": str(self.ca_file.resolve()),
            "configuration_name": "Microsoft.Exchange",
            "krb5_config": str(self.kdc.config) if self.kdc else None,
            "accounts": {
                account.name: {
                    "role": account.role,
                    "ntlm_name": account.ntlm_name,
                    "password_file": str(account.password_file.resolve()),
                }
                for account in self.accounts
            },
        }

    def write_endpoint_file(self) -> Path:
        """Write `endpoint.json` into the state directory."""
        path = self.state_dir / "endpoint.json"
        write_private(path, json.dumps(self.describe(), indent=2) + "\n")
        return path

    # -- what can be done to it

    def console(self, line: str) -> ConsoleResult:
        """Run a line as an administrator in the Exchange Management Shell; journalled as `console`."""
        admin = Account("console", "full", self.state_dir / "unused")
        return run_line(self._invoker, Session(admin, "console"), line)

    def set_knob(self, name: str, *value: Any) -> None:
        """Turn a knob; see `lab.exchange.knobs.HELP`."""
        self.knobs.set(name, *value)

    def seed(self, boxes: Iterable[Mapping[str, Any]]) -> int:
        """Fill the directory directly; see `lab.exchange.seed.seed_boxes`."""
        return seed_boxes(self.model, boxes)

    def plant(self, *plants: Mapping[str, Any]) -> int:
        """Do to mailboxes what holders and administrators do; see `lab.exchange.plant`."""
        return plant(self.model, plants)

    def kept(self, box: str) -> dict[str, Any]:
        """What a mailbox keeps for itself: rules, those of Outlook, folders, …; see `lab.exchange.plant.kept`."""
        return kept(self.model, box)

    def reset(self) -> None:
        """Empty directory and journal, no faults; passwords, CA, knobs and open sessions stay."""
        self.model.clear()
        self._seed()
        self._journal.clear()
        self.faults.clear()
