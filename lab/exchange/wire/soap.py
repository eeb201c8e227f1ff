"""SOAP 1.2 envelopes of WS-Management: read a request, write an answer.

Only what the PowerShell shell plug-in needs ([MS-WSMV] and [MS-PSRP] 3.1.5).
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.sax.saxutils import escape

S = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
WST = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMANFAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
PSRP = "http://schemas.microsoft.com/powershell"

RESOURCE_URI = "http://schemas.microsoft.com/powershell/Microsoft.Exchange"
SHELL_URI = RSP

ACTIONS = {
    f"{WST}/Create": "Create",
    f"{WST}/Delete": "Delete",
    f"{WST}/Get": "Get",
    **{f"{RSP}/{name}": name for name in ("Command", "Receive", "Send", "Signal", "Disconnect", "Connect")},
}

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
DEFAULT_OPERATION_TIMEOUT = 60.0
DEFAULT_ENVELOPE = 512_000


class EnvelopeError(ValueError):
    """The body is no SOAP request this endpoint can read."""


@dataclass(frozen=True)
class Request:
    """One request: `action` is the short name of `ACTIONS`, empty when unknown; times are in seconds."""

    action: str
    action_uri: str
    message_id: str
    resource_uri: str
    shell_id: str
    operation_timeout: float
    max_envelope: int
    body: ET.Element


def tag(namespace: str, name: str) -> str:
    """The ElementTree name of `name` in `namespace`."""
    return f"{{{namespace}}}{name}"


def seconds(duration: str, default: float) -> float:
    """An xs:duration in seconds, `default` when it is absent or unreadable."""
    found = _DURATION.match(duration.strip())
    if not found:
        return default
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + rest


def _text(parent: ET.Element, namespace: str, name: str) -> str:
    return (parent.findtext(tag(namespace, name)) or "").strip()


def read_request(raw: bytes) -> Request:
    """Parse a request envelope; EnvelopeError when it is not one. A DTD is refused."""
    if b"<!DOCTYPE" in raw:
        raise EnvelopeError("a document type is not allowed")
    try:
        root = ET.fromstring(raw)
    except ET.ParseError as error:
        raise EnvelopeError(str(error)) from error
    header, body = root.find(tag(S, "Header")), root.find(tag(S, "Body"))
    if header is None or body is None:
        raise EnvelopeError("no header or no body")
    uri = _text(header, WSA, "Action")
    shell_id = ""
    for selector in header.iter(tag(WSMAN, "Selector")):
        if selector.get("Name", "").lower() == "shellid":
            shell_id = (selector.text or "").strip().upper()
    envelope = _text(header, WSMAN, "MaxEnvelopeSize")
    return Request(
        action=ACTIONS.get(uri, ""),
        action_uri=uri,
        message_id=_text(header, WSA, "MessageID"),
        resource_uri=_text(header, WSMAN, "ResourceURI"),
        shell_id=shell_id,
        operation_timeout=seconds(_text(header, WSMAN, "OperationTimeout"), DEFAULT_OPERATION_TIMEOUT),
        max_envelope=int(envelope) if envelope.isdigit() else DEFAULT_ENVELOPE,
        body=body,
    )


def envelope(action: str, relates_to: str, body: str) -> bytes:
    """An answer with `body` (XML text) to the message `relates_to`."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{WSA}" xmlns:w="{WSMAN}" xmlns:rsp="{RSP}" '
        f'xmlns:x="{WST}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def answer(request: Request, body: str) -> bytes:
    """The ordinary answer to `request`."""
    return envelope(request.action_uri + "Response", request.message_id, body)
