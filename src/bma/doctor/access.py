"""Checks of the session itself: who may open one, what it understands, whether it stays on its server."""

from __future__ import annotations

import time
from typing import Any

from pypsrp.complex_objects import PSInvocationState
from pypsrp.powershell import PowerShell

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown, warning
from bma.doctor.site import Site
from bma.errors import BmaError
from bma.exchange.faults import CmdletError, cmdlet_error
from bma.resources.commands import Command

_MODE = "$ExecutionContext.SessionState.LanguageMode"
"""The one script that is ever sent. It reads a variable, where the language mode lets it."""

SECONDS = 30


def account(site: Site) -> Result:
    """Whether the account can open a session."""
    connection = site.connection
    who = connection.username or "the account of the Kerberos ticket"
    try:
        _ = site.session
    except BmaError as fault:
        return bad(fault.what, fault.hint)
    return good(
        f"{who} was accepted with {connection.auth}", username=connection.username, auth=connection.auth, read_only=True
    )


def audit_account(site: Site) -> Result:
    """Whether the account that only looks can open a session, and can only look."""
    if site.audit is None:
        return warning(
            "no audit account is declared",
            "Declare exchange_audit_username: check mode then cannot write, whatever the toolkit does",
        )
    try:
        session = site.open_session(site.audit)
    except BmaError as fault:
        return bad(f"{site.audit.username or 'the audit account'}: {fault.what}", fault.hint)
    try:
        writing = ["Set-Mailbox", "New-Mailbox"]
        answer = session.run(Command("Get-Command", {"Name": writing}), seconds=60)
        has = sorted(str(item.get("Name")) for item in answer.objects if hasattr(item, "properties"))
    finally:
        session.close()
    if has:
        advice = "Give it a role group that only views"
        return warning(f"{site.audit.username} may write: it has {', '.join(has)}", advice, cmdlets=has)
    return good(f"{site.audit.username} was accepted, and may not write", username=site.audit.username)


def language(site: Site) -> Result:
    """The language mode, told by what happens to a script that reads it."""
    shell = PowerShell(_pool(site))
    shell.add_script(_MODE)
    # Not through Session.run, which has no way to send a script, and shall have none.
    deadline = time.monotonic() + SECONDS
    try:
        shell.begin_invoke()
        while shell.state == PSInvocationState.RUNNING and time.monotonic() < deadline:
            shell.poll_invoke(timeout=5)
        errors = [cmdlet_error(getattr(record, "content", record), "script") for record in shell.streams.error]
        running, output = shell.state == PSInvocationState.RUNNING, list(shell.output)
        shell.close()
    except Exception as error:
        site.drop()
        raise CannotTellError(f"the session broke over it ({error})") from error
    if running:
        site.drop()
        raise CannotTellError(f"no answer within {SECONDS} s")
    return judge_language(output, errors)


def judge_language(output: list[Any], errors: list[CmdletError]) -> Result:
    """The same, from what the script brought."""
    told = "; ".join(error.what for error in errors)
    if "no-language mode" in told or any(error.reason == "ScriptsNotAllowed" for error in errors):
        return good("NoLanguage: cmdlets with parameters only, which is all that the toolkit sends", mode="NoLanguage")
    if "restricted language" in told:
        return good("RestrictedLanguage: cmdlets with parameters work", mode="RestrictedLanguage")
    if errors:
        return unknown(f"a script was refused, in other words than are known: {told}")
    mode = str(output[0]) if output else "nothing was answered"
    advice = "It works; but Exchange's own virtual directory allows no scripts: look at who has opened it"
    return warning(f"scripts are executed ({mode})", advice, mode=mode)


def cookies(site: Site) -> Result:
    """Whether the cookies that keep a session on its server are sent back to it."""
    _ = site.session
    jar = site.session._wsman.transport.session.cookies  # type: ignore[attr-defined]
    return judge_cookies(
        [(item.name, item.path, item.secure) for item in jar], site.connection.path, site.connection.tls
    )


def judge_cookies(jar: list[tuple[str, str, bool]], path: str, tls: bool) -> Result:
    """The same, for cookies as name, path and whether they are for TLS only."""
    own = f"/{path}"
    if not jar:
        return good("the endpoint sets none: a session needs none to stay where it is")
    lost = [name for name, scope, _ in jar if not own.startswith(scope)]
    cased = {scope for _, scope, _ in jar if not own.startswith(scope) and own.lower().startswith(scope.lower())}
    kept = [{"name": name, "path": scope, "secure": secure} for name, scope, secure in jar]
    if lost:
        spelt = f"Write the path of exchange_uri as {' or '.join(sorted(cased))}" if cased else None
        return bad(f"{', '.join(sorted(lost))} is for another path than {own}, and is never sent", spelt, cookies=kept)
    if not tls and any(secure for _, _, secure in jar):
        advice = "Use https, or have the balancer keep clients by address"
        return bad("a cookie is for TLS only, and exchange_uri is http", advice, cookies=kept)
    return good(f"{', '.join(sorted(name for name, _, _ in jar))} is sent back", cookies=kept)


def rights_told(site: Site) -> Result:
    """Whether Get-Command tells parameters."""
    answer = site.objects(Command("Get-Command", {"Name": ["Get-Mailbox"]}))
    names = [item.get("Parameters") for item in answer if item.get("Name") == "Get-Mailbox"]
    if not names:
        return bad("Get-Command does not know Get-Mailbox: a missing right is found only when a box needs it")
    if not names[0] or not isinstance(names[0], list | dict):
        return warning("Get-Command answers no parameters: only missing cmdlets are found before a run")
    return good(f"Get-Command answers cmdlets with their parameters ({len(names[0])} of Get-Mailbox)")


def select(site: Site) -> Result:
    """Whether Select-Object is there."""
    refused = site.refusal(Command("Get-ExchangeServer"), Command("Select-Object", {"Property": ["Name"]}))
    if refused is None:
        return good("Select-Object is there; the toolkit does without")
    if refused.reason == "CommandNotFoundException":
        return good("Select-Object is not there; the toolkit does without")
    return unknown(refused.what)


def missing_cmdlet(site: Site) -> Result:
    """How a cmdlet that does not exist is refused."""
    refused = site.refusal(Command("Get-CmdletThatDoesNotExist"))
    if refused is not None and refused.reason == "CommandNotFoundException":
        return good("refused as CommandNotFoundException, which is read as a missing right")
    told = f"{refused.reason or 'no reason'}: {refused.what}" if refused else "no error at all"
    return bad(f"answered with {told}")


def _pool(site: Site) -> Any:
    try:
        return site.session._pool  # type: ignore[attr-defined]
    except BmaError as fault:
        raise CannotTellError(f"there is no session: {fault.what}") from fault


ACCESS = Theme(
    "Session",
    (
        Check(
            "DOC-ACCOUNT",
            "The account can open a session",
            "A session of `exchange_username` by `exchange_auth`, opened to read only. It is tried once.",
            "Check exchange_auth, exchange_username and exchange_password",
            account,
            assumption=True,
        ),
        Check(
            "DOC-AUDIT-ACCOUNT",
            "The audit account can look, and only look",
            "A session of `exchange_audit_username`, and whether `Set-Mailbox` exists in it.",
            "Check exchange_audit_username and exchange_audit_password",
            audit_account,
        ),
        Check(
            "DOC-LANGUAGE",
            "The language mode is known",
            "What becomes of a script that reads the language mode.",
            "None is needed: only cmdlets with parameters are sent",
            language,
            assumption=True,
        ),
        Check(
            "DOC-COOKIE-PATH",
            "A session stays on its server",
            "The path of the cookies that a balancer sets, by the letter, against that of `exchange_uri`.",
            "Have the balancer keep clients by address, or write exchange_uri as the cookies have it",
            cookies,
            assumption=True,
        ),
        Check(
            "DOC-GET-COMMAND",
            "Rights can be asked for",
            "Whether `Get-Command` answers a cmdlet with the names of its parameters.",
            "Nothing can be done; rights that are missing are then told box by box",
            rights_told,
            assumption=True,
        ),
        Check(
            "DOC-MISSING-CMDLET",
            "A missing right is told as one",
            "The reason that is given for a cmdlet that does not exist.",
            "Report it: a missing right would be taken for a fault of a box",
            missing_cmdlet,
            assumption=True,
        ),
        Check(
            "DOC-SELECT-OBJECT",
            "Select-Object",
            "Whether fewer properties could be asked for. Nothing depends on it.",
            "None is needed",
            select,
        ),
    ),
)
