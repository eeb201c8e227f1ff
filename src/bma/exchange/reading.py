"""How each section of a box is read: for many boxes at once where Exchange allows it, or for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bma.exchange.clixml import WireObject, text_of
from bma.resources.box import AUTOMATIC_REPLIES, BOX, CLIENT_ACCESS, GRANTS, INBOX_RULES, REGIONAL, SWEEP_RULES
from bma.resources.box.grants import FULL_ACCESS, SEND_AS, SEND_ON_BEHALF, full_access_of, send_as_of
from bma.resources.box.rules import Rules
from bma.resources.commands import Command
from bma.resources.kinds import Names, NotUnderstoodError
from bma.resources.observation import Observation, Unknown, observe
from bma.resources.resource import Resource

Properties = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Source:
    """One Get cmdlet that tells something of a box.

    ``names_box``: its parameter for the mailbox. ``filtered``: whether it finds mailboxes itself, at the cost of a
    search. ``piped``: whether it takes them from a pipeline, at a cost for each. With neither, each box is a call.
    """

    cmdlet: str
    options: Properties
    names_box: str = "Identity"
    piped: bool = False
    filtered: bool = False
    always: bool = False
    """Whether it has something to tell of every box: nothing is then no answer."""

    def of_one(self, identity: str, pin: Properties) -> Command:
        """The call for one mailbox."""
        return Command(self.cmdlet, {self.names_box: identity, **self.options, **pin})

    def of_many(self, where: str, pin: Properties) -> tuple[Command, ...]:
        """The pipeline for all mailboxes that the OPATH filter ``where`` finds."""
        search = {"ResultSize": "Unlimited", "Filter": where, **pin}
        if self.filtered:
            return (Command(self.cmdlet, {**search, **self.options}),)
        return Command("Get-Mailbox", search), Command(self.cmdlet, self.options)


Rows = Callable[[Source], "list[Properties] | Unknown"]
"""What a source answered for one box, or why it did not."""


_CLIENT_ACCESS = Source(CLIENT_ACCESS.get_cmdlet, {}, filtered=True)
# Only when asked does Exchange look whether the folders are named in the language.
_REGIONAL = Source(REGIONAL.get_cmdlet, {"VerifyDefaultFolderNameLanguage": True}, piped=True, always=True)
_AUTOMATIC_REPLIES = Source(AUTOMATIC_REPLIES.get_cmdlet, {}, piped=True, always=True)
# A rule can be hidden from the holder and forward all the same.
_INBOX_RULES = Source(INBOX_RULES.get_cmdlet, {"IncludeHidden": True}, names_box="Mailbox")
_SWEEP_RULES = Source(SWEEP_RULES.get_cmdlet, {}, names_box="Mailbox")
# A box has at least its right to itself.
_FULL_ACCESS = Source("Get-MailboxPermission", {}, piped=True, always=True)
_SEND_AS = Source("Get-ADPermission", {}, piped=True, always=True)

SOURCES: Mapping[str, tuple[Source, ...]] = {
    CLIENT_ACCESS.key: (_CLIENT_ACCESS,),
    REGIONAL.key: (_REGIONAL,),
    AUTOMATIC_REPLIES.key: (_AUTOMATIC_REPLIES,),
    INBOX_RULES.key: (_INBOX_RULES,),
    SWEEP_RULES.key: (_SWEEP_RULES,),
    GRANTS.key: (_FULL_ACCESS, _SEND_AS),
}
"""What each section is read from, besides the mailbox itself."""

PROPERTIES = frozenset(
    {"Identity", "MailboxOwnerId", "RuleIdentity", "Name", "Enabled", "InError", "SupportedByTask"}
    | {"User", "IsInherited", "Deny", "AccessRights", "ExtendedRights"}
    | {wire for section in (INBOX_RULES, SWEEP_RULES) for wire in section.sending + section.notifying}
    | {setting.wire for section in BOX for setting in section.settings}
)
"""What is looked at of what the sources and Get-Mailbox answer, which is a small part."""


def observation(key: str, mailbox: Properties, rows: Rows) -> Observation:
    """What is known of the section ``key`` of a box."""
    if key == GRANTS.key:
        return {
            FULL_ACCESS: _granted(full_access_of, rows(_FULL_ACCESS), _FULL_ACCESS),
            SEND_AS: _granted(send_as_of, rows(_SEND_AS), _SEND_AS),
            SEND_ON_BEHALF: _on_behalf(mailbox),
        }
    section = next(section for section in BOX if section.key == key)
    if key not in SOURCES:
        return observe(section.settings, mailbox)
    answered = rows(SOURCES[key][0])
    if isinstance(answered, Unknown):
        return section.unreadable(answered.reason)
    if isinstance(section, Rules):
        return section.observe(answered)
    assert isinstance(section, Resource)
    if len(answered) != 1:
        return section.unreadable(f"{section.get_cmdlet} answered {len(answered)} objects for one box")
    return observe(section.settings, answered[0])


def owner_of(source: Source, answered: Properties) -> str:
    """The identity of the box that something is in. A rule's own is its box's, a backslash and its number."""
    identity = text_of(answered.get("Identity")) or ""
    if source.names_box == "Identity":
        return identity
    return text_of(answered.get("MailboxOwnerId")) or identity.rpartition("\\")[0]


def by_box(objects: tuple[Any, ...]) -> dict[str, list[Properties]]:
    """What a source answered for many boxes, by the identity of the box."""
    found: dict[str, list[Properties]] = {}
    for item in objects:
        if isinstance(item, WireObject):
            found.setdefault(str(text_of(item.get("Identity"))), []).append(item.properties)
    return found


def _granted(
    read: Callable[[list[Properties]], tuple[str, ...]], rows: list[Properties] | Unknown, source: Source
) -> Any:
    if isinstance(rows, Unknown):
        return rows
    if not rows:
        return Unknown(f"{source.cmdlet} answered nothing, not even the box's right to itself")
    try:
        return read(rows)
    except NotUnderstoodError as error:
        return Unknown(str(error))


def _on_behalf(mailbox: Properties) -> Any:
    wire = GRANTS[SEND_ON_BEHALF].wire
    if wire not in mailbox:
        return Unknown(f"Exchange did not answer {wire}")
    try:
        return Names().read(mailbox[wire])
    except NotUnderstoodError as error:
        return Unknown(f"{wire}: {error}")
