"""WSMan faults: code, SOAP subcode and text of each, and the envelope that carries one.

Codes 2150858793, 2150858811 and 2150858843 and their shapes are those of captured WinRM traffic; the
quota text is the 2013+ one seen in public reports, its number (2150858819, as `-2144108477` in those
reports) and the access-denied shape are modelled.
"""

from __future__ import annotations

import uuid
from xml.sax.saxutils import escape, quoteattr

from lab.exchange.wire import soap

SHELL_NOT_FOUND = 2150858843
OPERATION_TIMEOUT = 2150858793
RESOURCE_NOT_FOUND = 2150858811
AUTHORIZATION = 2150858819
ACCESS_DENIED = 5
MACHINE = "ex01.lab.example"


class WsmanFaultError(Exception):
    """A fault to answer with. `provider` is the text of the plug-in, when it was the plug-in that refused."""

    def __init__(self, code: int, text: str, subcode: str = "w:InternalError", provider: str = "") -> None:
        super().__init__(text)
        self.code, self.text, self.subcode, self.provider = code, text, subcode, provider


def shell_not_found(shell_id: str) -> WsmanFaultError:
    """The shell, or the command in it, is not (or no longer) here."""
    return WsmanFaultError(
        SHELL_NOT_FOUND,
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not "
        "found on the server. Possible causes are: the specified ShellId is incorrect or the shell no longer "
        "exists on the server. Provide the correct ShellId or create a new shell and retry the operation.",
        "w:InvalidSelectors",
    )


def operation_timeout() -> WsmanFaultError:
    """Nothing to say within OperationTimeout; the client polls on."""
    return WsmanFaultError(
        OPERATION_TIMEOUT,
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ",
        "w:TimedOut",
    )


def resource_not_found(uri: str) -> WsmanFaultError:
    """The configuration name asked for is not registered here."""
    return WsmanFaultError(
        RESOURCE_NOT_FOUND,
        f"The WS-Management service cannot process the request. The resource URI ({uri}) was not found in the "
        "WS-Management catalog. The catalog contains the metadata that describes resources, or logical "
        "endpoints. ",
        "a:DestinationUnreachable",
    )


def too_many_shells(limit: int) -> WsmanFaultError:
    """The session quota of the account is used up (2013+ wording)."""
    return WsmanFaultError(
        AUTHORIZATION,
        f"[AuthZRequestId={uuid.uuid4()}][FailureCategory=AuthZ-AuthorizationException] Fail to create a runspace "
        f"because you have exceeded the maximum number of connections allowed : {limit}. "
        "Please close existing runspace and try again.",
    )


def too_many_commands(limit: int) -> WsmanFaultError:
    """Commands that were never terminated pile up to the quota of a shell (pypsrp#148)."""
    return WsmanFaultError(
        2150859180,
        "The WS-Management service cannot process the request. The maximum number of concurrent commands per "
        f"shell ({limit}) has been exceeded. Retry your request or raise the quota.",
    )


def command_exists(command_id: str) -> WsmanFaultError:
    """The client chose an id that is in use: a command is never executed twice."""
    return WsmanFaultError(
        2147942583, f"The WS-Management service cannot process the request. The command {command_id} already exists."
    )


def no_role(user: str) -> WsmanFaultError:
    """The account authenticated but has no management role."""
    return WsmanFaultError(
        ACCESS_DENIED,
        "Access is denied. ",
        "w:AccessDenied",
        "Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException: "
        f'The user "{user}" isn\'t assigned to any management roles.',
    )


def not_supported(action: str) -> WsmanFaultError:
    """An action this endpoint does not offer (disconnected sessions among them)."""
    return WsmanFaultError(
        2150858817, f"The WS-Management service does not support the action {action}. ", "a:ActionNotSupported"
    )


def internal(text: str) -> WsmanFaultError:
    """The plug-in could not read what the client sent."""
    return WsmanFaultError(2147942487, text, "w:InternalError", text)


def fault_envelope(fault: WsmanFaultError, relates_to: str) -> bytes:
    """The SOAP fault, to be sent with HTTP status 500."""
    provider = ""
    if fault.provider:
        provider = (
            f'<f:ProviderFault provider="Microsoft Exchange" path="C:\\Windows\\system32\\pwrshplugin.dll">'
            f"{escape(fault.provider)}</f:ProviderFault>"
        )
    message = provider or escape(fault.text)
    body = (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{escape(fault.text)}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{soap.WSMANFAULT}" Code={quoteattr(str(fault.code))} '
        f'Machine="{MACHINE}"><f:Message>{message}</f:Message></f:WSManFault></s:Detail></s:Fault>'
    )
    return soap.envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", relates_to, body)
