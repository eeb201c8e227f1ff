"""Checks of the form in which Exchange answers: what is text, what is a list, what is nothing."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown, warning
from bma.doctor.site import Site
from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.reading import SOURCES
from bma.exchange.row import mailbox_row
from bma.resources.box import BOX, MAILBOX
from bma.resources.commands import Command
from bma.resources.kinds import NotUnderstoodError, Size
from bma.resources.observation import Unknown, observe
from bma.resources.resource import Resource

QUOTAS = ("ProhibitSendQuota", "ProhibitSendReceiveQuota", "IssueWarningQuota", "RecoverableItemsQuota", "RulesQuota")
LISTS = ("EmailAddresses", "GrantSendOnBehalfTo", "PoliciesIncluded", "AddressListMembership")

_SIZE = re.compile(r"(?P<short>[\d.,]+)\s?(?P<unit>[A-Za-z]+)\s\((?P<exact>\d[^A-Za-z]*)\s(?P<word>\w+)\)")
_UNITS = {"B": 0, "KB": 1, "KO": 1, "MB": 2, "MO": 2, "GB": 3, "GO": 3, "TB": 4, "TO": 4}
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})* bytes")


def identity(site: Site) -> Result:
    """Whether a mailbox carries what it is known by."""
    box = site.sample[0]
    try:
        row = mailbox_row(box)
    except BmaError as fault:
        return bad(fault.what, guid=str(box.get("Guid")), identity=str(text_of(box.get("Identity"))))
    return good(f"a GUID, an identity such as {row.identity}, and {len(row.addresses)} addresses")


def level(site: Site) -> Result:
    """The serialization level: whether scalars of Exchange arrive as text."""
    box = site.sample[0]
    nested = [name for name in QUOTAS if isinstance(box.get(name), WireObject)]
    signed = any("SerializationData" in value for value in box.properties.values() if isinstance(value, WireObject))
    if nested:
        told = f"{', '.join(nested)} arrive as objects{', with signed data' if signed else ''}: the full level"
        return warning(told, "Take serializationLevel out of the address; what is read should be right all the same")
    if not any(isinstance(box.get(name), str) for name in QUOTAS):
        return unknown("no quota was answered")
    return good("quotas arrive as text: the partial level", properties=len(box.properties), types=list(box.types[:1]))


def lists(site: Site) -> Result:
    """Whether properties with several values arrive as lists."""
    found = {name: value for box in site.sample for name in LISTS if (value := box.get(name)) is not None}
    odd = {name: type(value).__name__ for name, value in found.items() if not isinstance(value, list)}
    if odd:
        return bad(f"{', '.join(sorted(odd))} did not arrive as a list", odd=odd)
    return good(f"{', '.join(sorted(found))} arrive as lists") if found else unknown("none was answered")


def empty(site: Site) -> Result:
    """Whether every managed setting of the mailboxes looked at is understood, empty ones included."""
    nothing: dict[str, set[str]] = {"null": set(), "empty text": set(), "empty list": set()}
    odd: dict[str, str] = {}
    for box in site.sample:
        for setting in MAILBOX.settings:
            if setting.wire in box:
                _note_empty(nothing, setting.wire, box.get(setting.wire))
        for key, value in observe(MAILBOX.settings, box.properties).items():
            if isinstance(value, Unknown) and MAILBOX[key].wire in box:
                odd[key] = value.reason
    told = {what: sorted(names) for what, names in nothing.items() if names}
    if odd:
        return bad(f"not understood: {'; '.join(sorted(odd.values()))}", odd=odd, nothing=told)
    summary = "; ".join(f"{what}: {', '.join(names)}" for what, names in told.items()) or "no setting is empty"
    return good(f"every setting is understood. {summary}", nothing=told)


def _note_empty(nothing: dict[str, set[str]], name: str, value: Any) -> None:
    if value is None:
        nothing["null"].add(name)
    elif value == "":
        nothing["empty text"].add(name)
    elif value == []:
        nothing["empty list"].add(name)


def properties(site: Site) -> Result:
    """Whether every property that is looked at is answered by its cmdlet."""
    box = site.sample[0]
    missing: dict[str, list[str]] = {}
    unread: dict[str, str] = {}
    read: list[str] = []
    for section in BOX:
        if not isinstance(section, Resource):
            continue
        cmdlet = section.get_cmdlet
        try:
            row = box if section is MAILBOX else _row(site, section.key)
        except BmaError as fault:
            unread[cmdlet] = fault.what
            continue
        read.append(cmdlet)
        absent = [setting.wire for setting in section.settings if setting.wire not in row]
        if absent:
            missing[cmdlet] = absent
    about: dict[str, Any] = {"read": read, "missing": missing, "not_read": unread}
    if missing:
        told = "; ".join(f"{cmdlet} lacks {', '.join(names)}" for cmdlet, names in missing.items())
        return warning(told, **about)
    told = f"all are there: {', '.join(read)}"
    return warning(f"{told}; not read: {', '.join(unread)}", **about) if unread else good(told, **about)


def _row(site: Site, key: str) -> WireObject:
    source = SOURCES[key][0]
    found = site.objects(source.of_one(str(site.sample[0].get("Guid")), site.pin()))
    if len(found) != 1:
        raise CannotTellError(f"{len(found)} objects for one mailbox")
    return found[0]


def sizes(site: Site) -> Result:
    """The culture in which sizes are written, and whether they are read right."""
    texts = list(dict.fromkeys(_size_texts(site)))
    if not texts:
        raise CannotTellError("no size was answered but Unlimited")
    return judge_sizes(texts)


def judge_sizes(texts: list[str]) -> Result:
    """The same, for any texts."""
    wrong = [text for text in texts if _reads_right(text) is False]
    if wrong:
        return bad(f"read as another size than it says: {wrong[0]!r}", texts=texts, wrong=wrong)
    unsure = [text for text in texts if _reads_right(text) is None]
    if unsure:
        return warning(f"cannot be held against itself: {unsure[0]!r}", texts=texts)
    foreign = [text for text in texts if not _ENGLISH.search(text)]
    if foreign:
        return warning(f"not in English, but read right: {foreign[0]!r}", texts=texts)
    return good(f"in English, and read right: {texts[0]!r}", texts=texts)


def _reads_right(text: str) -> bool | None:
    """Whether the bytes that are read are those of the short form; ``None`` where that is not understood."""
    match = _SIZE.search(text)
    if match is None or match["unit"].upper() not in _UNITS:
        return None
    try:
        exact = Size().read(text)
    except NotUnderstoodError:
        return False
    short = float(match["short"].replace(",", ".")) * 1024 ** _UNITS[match["unit"].upper()]
    # The short form has four digits.
    return isinstance(exact, int) and abs(exact - short) <= max(short * 0.005, 1)


def _size_texts(site: Site) -> Iterator[str]:
    answers = list(site.mailboxes)
    # Without the right to databases, what mailboxes say is enough.
    with contextlib.suppress(BmaError):
        answers += site.objects(Command("Get-MailboxDatabase"))
    for answer in answers:
        for name in QUOTAS:
            text = text_of(answer.get(name))
            if text and any(sign.isdigit() for sign in text):
                yield text


def forwarding(site: Site) -> Result:
    """How a forwarding address is answered, where any mailbox has one."""
    where = {"Filter": "ForwardingSmtpAddress -ne $null", "ResultSize": 1}
    found = site.objects(Command("Get-Mailbox", where))
    value = text_of(found[0].get("ForwardingSmtpAddress")) if found else None
    if not value:
        raise CannotTellError("no mailbox has ForwardingSmtpAddress")
    prefix, colon, address = value.partition(":")
    if not colon or prefix.lower() != "smtp" or "@" not in address:
        return warning(f"without the prefix smtp: {value!r}")
    return good(f"with the prefix {prefix}:")


SHAPES = Theme(
    "Form of the answers",
    (
        Check(
            "DOC-IDENTITY",
            "A mailbox carries what it is known by",
            "GUID, identity and list of addresses of a mailbox.",
            "Report it: nothing can be done to boxes that cannot be told apart",
            identity,
            assumption=True,
        ),
        Check(
            "DOC-LEVEL",
            "Scalars arrive as text",
            "The quotas of a mailbox: text in the partial level, objects in the full one.",
            "Report it if settings stay unknown",
            level,
            assumption=True,
        ),
        Check(
            "DOC-LISTS",
            "Several values arrive as a list",
            "EmailAddresses and others of a few mailboxes.",
            "Report it: boxes would be refused as odd answers",
            lists,
            assumption=True,
        ),
        Check(
            "DOC-EMPTY",
            "Nothing is told as nothing",
            "Null, empty text and empty lists among the managed settings of a few mailboxes.",
            "Report it: those settings stay unknown, and are not set",
            empty,
            assumption=True,
        ),
        Check(
            "DOC-PROPERTIES",
            "Every property that is managed is answered",
            "One answer of each cmdlet that tells the settings of a box.",
            "List the settings as unmanaged in the policy, or give the account the right to the cmdlet",
            properties,
            assumption=True,
        ),
        Check(
            "DOC-SIZES",
            "Sizes are read right",
            "The text of quotas: the bytes in parentheses, held against the short form before them.",
            "Read the quotas of a box that `exchange_mailbox_info` shows against those of the Exchange console",
            sizes,
            assumption=True,
        ),
        Check(
            "DOC-FORWARDING-TEXT",
            "A forwarding address has the prefix smtp:",
            "A mailbox that has ForwardingSmtpAddress, if there is one.",
            "None is needed: both forms are read",
            forwarding,
            assumption=True,
        ),
    ),
)
