"""The command `lab`: the rehearsal Exchange endpoint from the shell.

Exit status: 0 done, 1 a foreseeable fault (told in one line), 2 a wrong command line, 3 the lab is down.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lab import daemon
from lab.exchange.channel import LabDownError, LabError, ask
from lab.exchange.journal import read_journal, verbs
from lab.exchange.knobs import DEFAULTS, HELP
from lab.smtp.rules import RULES, RuleError, read_rules, write_rules
from lab.smtp.store import FOLDER, MailStore, read_mails, relay_of

HTTPS_PORT, HTTP_PORT, SMTP_PORT = 15986, 15985, 15925
DOWN = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    arguments = _parser().parse_args(argv)
    directory = Path(arguments.dir or os.environ.get("BMA_LAB_DIR") or ".lab")
    try:
        status: int = arguments.run(directory, arguments)
    except LabDownError:
        return _complain(f"the lab in {directory} is down (lab up starts it)", DOWN)
    except (LabError, RuleError, OSError) as error:
        return _complain(str(error), 1)
    return status


def _complain(text: str, status: int) -> int:
    print(f"lab: {text}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description="A rehearsal Exchange endpoint on loopback.")
    parser.set_defaults(dir=None)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--dir", metavar="DIR", help="state directory (default: $BMA_LAB_DIR or .lab)")
        one.set_defaults(run=run)
        return one

    _serving(command("up", _up, "start the endpoint in the background; returns when it answers"))
    _serving(command("serve", _serve, "run the endpoint in the foreground"))
    status = command("status", _status, "where it is and what it counted; exit 3 when it is down")
    status.add_argument("--json", action="store_true", help="as JSON")
    command("reset", _reset, "empty directory and journal; passwords and CA stay")
    journal = command("journal", _journal, "the cmdlets that ran, in order")
    journal.add_argument("--json", action="store_true", help="one JSON object a line")
    journal.add_argument("--since", type=int, default=0, metavar="N", help="only entries after number N")
    journal.add_argument("--verbs", action="store_true", help="how often each cmdlet ran")
    journal.add_argument("--clear", action="store_true", help="empty the journal (after printing nothing)")
    knob = command("knob", _knob, "show the knobs, or turn one: " + "; ".join(f"{k}: {v}" for k, v in HELP.items()))
    knob.add_argument("name", nargs="?", choices=sorted(DEFAULTS), metavar="NAME")
    knob.add_argument("value", nargs="*", metavar="VALUE")
    faults = command("faults", _faults, "show the fault plan, replace it with FILE (JSON list), or clear it")
    faults.add_argument("file", nargs="?", metavar="FILE")
    faults.add_argument("--clear", action="store_true")
    console = command("console", _console, "run one line as an administrator in the Exchange Management Shell")
    console.add_argument("line")
    seed = command("seed", _seed, "fill the directory directly from a JSON list of {name, address, display_name, …}")
    seed.add_argument("--boxes", required=True, metavar="FILE")
    plant = command("plant", _plant, "do to mailboxes what holders do, from a JSON list: rules, forwarding, grants, …")
    plant.add_argument("file", metavar="FILE")
    kept = command("kept", _kept, "what a mailbox keeps, as JSON: rules, those of Outlook, folders, …")
    kept.add_argument("box", metavar="BOX")
    mails = command("mails", _mails, "the mails that the relay has accepted, in order")
    mails.add_argument("--json", action="store_true", help="one JSON object a line")
    smtp = command(
        "smtp", _smtp, "where the relay goes wrong: show the rules, replace them with FILE (JSON), or clear them"
    )
    smtp.add_argument("file", nargs="?", metavar="FILE")
    smtp.add_argument("--clear", action="store_true")
    command("down", _down, "end the endpoint and wait until it ended")
    return parser


def _serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--https-port", type=int, default=HTTPS_PORT, metavar="N", help="0: any free port")
    parser.add_argument("--http-port", type=int, default=HTTP_PORT, metavar="N", help="0: any free port")
    parser.add_argument(
        "--smtp-port", type=int, metavar="N", help=f"of the relay: {SMTP_PORT}, or any free one with other ports"
    )
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help=HELP["latency"].partition(";")[0])
    parser.add_argument("--open-latency", type=float, default=0, metavar="MS", help=HELP["open_latency"])
    parser.add_argument("--session-quota", type=int, default=18, metavar="N", help=HELP["session_quota"])
    parser.add_argument(
        "--kerberos", action="store_true", help="with a KDC of its own, realm LAB.EXAMPLE (needs MIT's krb5kdc)"
    )
    parser.add_argument("--domain", action="append", metavar="DOMAIN", help="accepted domain; the first is the default")


def _up(directory: Path, arguments: argparse.Namespace) -> int:
    status = daemon.running(directory)
    if status is None:
        words = [
            "--https-port", str(arguments.https_port), "--http-port", str(arguments.http_port),
            "--latency", str(arguments.latency), "--open-latency", str(arguments.open_latency),
            "--session-quota", str(arguments.session_quota), "--smtp-port", str(_smtp_port(arguments)),
        ]  # fmt: skip
        if arguments.kerberos:
            words.append("--kerberos")
        for domain in arguments.domain or ():
            words += ["--domain", domain]
        status = daemon.start(directory, words)
    relay = relay_of(directory)
    smtp = f", relay {relay['host']}:{relay['port']}" if relay else ""
    print(f"lab: {status['https_uri']} and {status['http_uri']}{smtp}, pid {status['pid']}")
    return 0


def _serve(directory: Path, arguments: argparse.Namespace) -> int:
    return daemon.serve(
        directory,
        {
            "https_port": arguments.https_port,
            "http_port": arguments.http_port,
            "latency": arguments.latency,
            "open_latency": arguments.open_latency,
            "session_quota": arguments.session_quota,
            "smtp_port": _smtp_port(arguments),
            "kerberos": ("HTTP",) if arguments.kerberos else (),
            **({"domains": tuple(arguments.domain)} if arguments.domain else {}),
        },
    )


def _smtp_port(arguments: argparse.Namespace) -> int:
    """A second lab on ports of its own does not run into the first one's relay."""
    if arguments.smtp_port is not None:
        return int(arguments.smtp_port)
    return SMTP_PORT if arguments.https_port == HTTPS_PORT else 0


def _status(directory: Path, arguments: argparse.Namespace) -> int:
    status = ask(directory, "status", timeout=10.0) | {"smtp": relay_of(directory)}
    if arguments.json:
        print(json.dumps(status, indent=2))
        return 0
    print(f"https    {status['https_uri']}\nhttp     {status['http_uri']}\npid      {status['pid']}")
    if status["krb5_config"]:
        print(f"kerberos KRB5_CONFIG={status['krb5_config']}")
    if status["smtp"]:
        print(f"smtp     {status['smtp']['host']}:{status['smtp']['port']}")
        print(f"account  {status['smtp']['account']} (relay), password in {status['smtp']['password_file']}")
    for name, account in status["accounts"].items():
        print(f"account  {name} ({account['role']}), password in {account['password_file']}")
    for group in ("counters", "knobs"):
        print(f"{group:<8} " + ", ".join(f"{name} {value}" for name, value in status[group].items()))
    if status["faults"]:
        print(f"faults   {len(status['faults'])} rules")
    return 0


def _reset(directory: Path, _: argparse.Namespace) -> int:
    ask(directory, "reset")
    MailStore(directory / FOLDER).clear()
    write_rules(directory / FOLDER / RULES, ())
    return 0


def _records(directory: Path) -> list[dict[str, Any]]:
    """The journal, from its file: readable also while the lab is down."""
    path = directory / "journal.jsonl"
    if not path.exists():
        raise LabDownError(str(path))
    return read_journal(path)


def _journal(directory: Path, arguments: argparse.Namespace) -> int:
    if arguments.clear:
        ask(directory, "journal", clear=True, verbs=True)
        return 0
    records = [record for record in _records(directory) if record["seq"] > arguments.since]
    if arguments.verbs:
        counts = verbs(records)
        print(json.dumps(counts) if arguments.json else "\n".join(f"{n:>7} {name}" for name, n in counts.items()))
        return 0
    for record in records:
        print(json.dumps(record, ensure_ascii=False) if arguments.json else _one_line(record))
    return 0


def _one_line(record: dict[str, Any]) -> str:
    values = " ".join(f"-{name} {value!r}" for name, value in record["parameters"].items())
    account = str(record["account"]).partition("@")[0]
    return f"{record['seq']:>6} {record['time']} {account} {record['cmdlet']} {values} [{record['outcome']}]"


def _knob(directory: Path, arguments: argparse.Namespace) -> int:
    knobs = ask(directory, "knob", name=arguments.name if arguments.value else None, value=arguments.value)["knobs"]
    for name in [arguments.name] if arguments.name else knobs:
        print(f"{name} {json.dumps(knobs[name])}")
    return 0


def _faults(directory: Path, arguments: argparse.Namespace) -> int:
    request: dict[str, Any] = {}
    if arguments.clear:
        request["rules"] = []
    elif arguments.file:
        request["rules"] = _json_list(Path(arguments.file))
    for rule in ask(directory, "faults", **request)["faults"]:
        print(json.dumps(rule))
    return 0


def _json_list(path: Path) -> list[Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise LabError(f"{path}: {error}") from None
    if not isinstance(read, list) or not all(isinstance(item, dict) for item in read):
        raise LabError(f"{path}: a JSON list of objects is needed")
    return read


def _console(directory: Path, arguments: argparse.Namespace) -> int:
    result = ask(directory, "console", line=arguments.line)
    for item in result["output"]:
        print(json.dumps(item, ensure_ascii=False, indent=2))
    for line in result["host"]:
        print(line)
    for text in result["warnings"]:
        print(f"WARNING: {text}", file=sys.stderr)
    for text in result["errors"]:
        print(f"ERROR: {text}", file=sys.stderr)
    return 1 if result["errors"] else 0


def _seed(directory: Path, arguments: argparse.Namespace) -> int:
    added = ask(directory, "seed", boxes=_json_list(Path(arguments.boxes)))["added"]
    print(f"lab: {added} objects added")
    return 0


def _plant(directory: Path, arguments: argparse.Namespace) -> int:
    planted = ask(directory, "plant", plants=_json_list(Path(arguments.file)))["planted"]
    print(f"lab: {planted} planted")
    return 0


def _kept(directory: Path, arguments: argparse.Namespace) -> int:
    print(json.dumps(ask(directory, "kept", box=arguments.box)["kept"], ensure_ascii=False, indent=2))
    return 0


def _mails(directory: Path, arguments: argparse.Namespace) -> int:
    for mail in read_mails(directory / FOLDER, contents=False):
        said = {key: value for key, value in asdict(mail).items() if key != "content"}
        print(json.dumps(said) if arguments.json else f"{mail.number:>6} {mail.sender} {' '.join(mail.recipients)}")
    return 0


def _smtp(directory: Path, arguments: argparse.Namespace) -> int:
    path = directory / FOLDER / RULES
    if arguments.clear:
        write_rules(path, ())
    elif arguments.file:
        if not Path(arguments.file).exists():
            raise RuleError(f"{arguments.file}: there is no such file")
        write_rules(path, read_rules(Path(arguments.file)))
    for rule in read_rules(path):
        print(json.dumps(asdict(rule)))
    return 0


def _down(directory: Path, _: argparse.Namespace) -> int:
    print("lab: ended" if daemon.stop(directory) else "lab: not running")
    return 0
