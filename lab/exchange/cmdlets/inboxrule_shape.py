"""Inbox rules: the properties of one, the parameters that set them, and what a rule says in words.

Property names and their order follow published text output of Get-InboxRule; the wire form is modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.exchange.shapes import Shape

_RECIPIENTS = "Microsoft.Exchange.Data.Storage.Management.ADRecipientOrAddress"
_LABELS = "Microsoft.Exchange.Data.Storage.Management.MessageClassification"

CONDITIONS: tuple[tuple[str, str], ...] = (
    ("BodyContainsWords", "MultiValuedProperty"), ("FlaggedForAction", "String"),
    ("FromAddressContainsWords", "MultiValuedProperty"), ("From", "RecipientIdParameter[]"),
    ("HasAttachment", "Boolean"), ("HasClassification", "MessageClassificationIdParameter[]"),
    ("HeaderContainsWords", "MultiValuedProperty"), ("MessageTypeMatches", "InboxRuleMessageType"),
    ("MyNameInCcBox", "Boolean"), ("MyNameInToBox", "Boolean"), ("MyNameInToOrCcBox", "Boolean"),
    ("MyNameNotInToBox", "Boolean"), ("ReceivedAfterDate", "ExDateTime"), ("ReceivedBeforeDate", "ExDateTime"),
    ("RecipientAddressContainsWords", "MultiValuedProperty"), ("SentOnlyToMe", "Boolean"),
    ("SentTo", "RecipientIdParameter[]"), ("SubjectContainsWords", "MultiValuedProperty"),
    ("SubjectOrBodyContainsWords", "MultiValuedProperty"), ("WithImportance", "Importance"),
    ("WithinSizeRangeMaximum", "ByteQuantifiedSize"), ("WithinSizeRangeMinimum", "ByteQuantifiedSize"),
    ("WithSensitivity", "Sensitivity"),
)  # fmt: skip
"""Conditions, each of which also exists as an exception under ExceptIf…, and the type of its parameter."""

ACTIONS: tuple[tuple[str, str], ...] = (
    ("ApplyCategory", "MultiValuedProperty"), ("ApplySystemCategory", "MultiValuedProperty"),
    ("CopyToFolder", "MailboxFolderIdParameter"), ("DeleteMessage", "Boolean"),
    ("DeleteSystemCategory", "MultiValuedProperty"), ("ForwardAsAttachmentTo", "RecipientIdParameter[]"),
    ("ForwardTo", "RecipientIdParameter[]"), ("MarkAsRead", "Boolean"), ("MarkImportance", "Importance"),
    ("MoveToFolder", "MailboxFolderIdParameter"), ("PinMessage", "Boolean"), ("RedirectTo", "RecipientIdParameter[]"),
    ("SendTextMessageNotificationTo", "MultiValuedProperty"), ("StopProcessingRules", "Boolean"),
)  # fmt: skip
SETTABLE = (*CONDITIONS, *((f"ExceptIf{name}", kind) for name, kind in CONDITIONS), *ACTIONS)
TYPES = dict(SETTABLE)
EFFECTS = frozenset(name for name, _ in ACTIONS) - {"StopProcessingRules"}
"""The actions that make a rule do something."""

_TAGS = {
    "MultiValuedProperty": "L mv:String", "RecipientIdParameter[]": f"A {_RECIPIENTS}", "Boolean": "B false",
    "MessageClassificationIdParameter[]": f"A {_LABELS}",
}  # fmt: skip


def _row(name: str, kind: str) -> str:
    return f"{name} {_TAGS.get(kind, 'N')}"


INBOX_RULE = Shape(
    (
        "Microsoft.Exchange.Data.Storage.Management.InboxRule",
        "Microsoft.Exchange.Data.Storage.Management.XsoMailboxConfigurationObject",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "Description S; Enabled B true; Identity S; InError B false; ErrorType S None; Name S; Priority I 0; "
    "RuleIdentity N; SupportedByTask B true; Legacy N; "
    + "; ".join(_row(name, kind) for name, kind in SETTABLE[: 2 * len(CONDITIONS)])
    + "; "
    + "; ".join(_row(name, kind) for name, kind in ACTIONS)
    + "; SoftDeleteMessage B false; MailboxOwnerId S; IsValid B true; ObjectState S Unchanged",
)  # fmt: skip

_PHRASES = {
    "From": "the message was received from {}",
    "SubjectContainsWords": "the message includes specific words in the subject {}",
    "SubjectOrBodyContainsWords": "the message includes specific words in the subject or body {}",
    "BodyContainsWords": "the message includes specific words in the body {}",
    "FromAddressContainsWords": "the sender's address includes {}",
    "SentTo": "the message was sent to {}",
    "SentOnlyToMe": "my name is the only recipient",
    "HasAttachment": "the message has an attachment",
    "ForwardTo": "forward the message to {}",
    "ForwardAsAttachmentTo": "forward the message as an attachment to {}",
    "RedirectTo": "redirect the message to {}",
    "MoveToFolder": "move the message to folder {}",
    "CopyToFolder": "copy the message to folder {}",
    "DeleteMessage": "delete the message",
    "MarkAsRead": "mark the message as read",
    "StopProcessingRules": "stop processing more rules on this message",
}


def describe(rule: Mapping[str, Any]) -> str:
    """What a rule does, in the words and the layout of the Description property."""
    parts = (
        ("If the message:", [name for name, _ in CONDITIONS]),
        ("Take the following actions:", [name for name, _ in ACTIONS]),
        ("except if", [f"ExceptIf{name}" for name, _ in CONDITIONS]),
    )
    lines: list[str] = []
    for heading, names in parts:
        said = [_phrase(name, rule[name]) for name in names if rule.get(name)]
        if said:
            lines += [heading, *(f"\t{text}" for text in said)]
    return "\r\n".join(lines) + "\r\n" if lines else ""


def _phrase(name: str, value: Any) -> str:
    pattern = _PHRASES.get(name.removeprefix("ExceptIf"), f"{name}: {{}}")
    shown = [str(item).partition(" [")[0].strip('"') for item in (value if isinstance(value, list) else [value])]
    return pattern.format(" or ".join(f"'{item}'" for item in shown))
