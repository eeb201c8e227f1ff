"""Get-MailboxStatistics: what is in a mailbox. It says nothing of one that nobody ever opened, but warns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lab.exchange.clixml import G
from lab.exchange.cmdlets.base import Call, cmdlet, not_found
from lab.exchange.cmdlets.views import local_time, size_text
from lab.exchange.model import mailstore
from lab.exchange.model.directory import LEGACY_GROUP, Entry
from lab.exchange.shapes import Shape, Shaped

STATISTICS = Shape(
    (
        "Microsoft.Exchange.Management.MapiTasks.Presentation.MailboxStatistics",
        "Microsoft.Exchange.Data.Mapi.MailboxStatistics", "Microsoft.Exchange.Data.Mapi.MapiObject",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "AssociatedItemCount I 0; AttachmentTableAvailableSize S; AttachmentTableTotalSize S; DatabaseIssueWarningQuota "
    "S; DatabaseName S; DatabaseProhibitSendQuota S; DatabaseProhibitSendReceiveQuota S; DeletedItemCount I 0; "
    "DisconnectDate N; DisconnectReason N; DisplayName S; Identity S; IsArchiveMailbox B false; IsClutterEnabled B "
    "false; IsQuarantined B false; ItemCount I 0; LastLoggedOnUserAccount S; LastLogoffTime N; LastLogonTime N; "
    "LegacyDN S; MailboxGuid G; MailboxType S Private; MailboxTypeDetail S UserMailbox; MessageTableAvailableSize S; "
    "MessageTableTotalSize S; ObjectClass S Mailbox; OwnerADGuid G; ServerName S; StorageLimitStatus N; "
    "SystemMessageCount I 0; TotalDeletedItemSize S; TotalItemSize S; IsValid B true; ObjectState S Unchanged",
)  # fmt: skip
_SWITCHES = (
    "Archive", "IncludeMoveHistory", "IncludeMoveReport", "IncludePassive", "IncludeQuarantineDetails", "NoADLookup",
)  # fmt: skip
_TABLE = (
    "Identity:GeneralMailboxOrMailUserIdParameter!@1|{Identity}; "
    "StoreMailboxIdentity:StoreMailboxIdParameter@1{Database}; CopyOnServer:ServerIdParameter{Database,Identity}; "
    "Database:DatabaseIdParameter!|{Database}; DomainController:Fqdn; Filter:String{Database,Server}; "
    "Server:ServerIdParameter!|{Server}; " + "".join(f"{name}:SwitchParameter; " for name in _SWITCHES)
)


def get_statistics(call: Call) -> Iterable[Shaped]:
    """Get-MailboxStatistics: of one mailbox, or of all that were ever opened on a database or a server."""
    if call["Identity"] is not None:
        entry = call.one(str(call["Identity"]), {"mailbox"})
        return list(_view(call, entry, warn=True))
    boxes = call.model.scan({"mailbox"}, call.dc)
    if call["Database"]:
        wanted = str(call["Database"]).lower()
        if not any(wanted in (d.name.lower(), d.guid) for d in call.model.scan({"database"}, call.dc)):
            raise not_found(str(call["Database"]), call.dc)
        boxes = [box for box in boxes if str(box.get("Database", "")).lower() == wanted]
    chosen = str(call.given("StoreMailboxIdentity", "")).lower()
    boxes = [box for box in boxes if not chosen or chosen in (str(box.get("ExchangeGuid")), box.canonical.lower())]
    return [one for box in boxes for one in _view(call, box, warn=False)]


def _view(call: Call, entry: Entry, *, warn: bool) -> Iterator[Shaped]:
    stored = dict(mailstore.read(call.model, entry).get(mailstore.STATISTICS, {}))
    guid = str(entry.get("ExchangeGuid"))
    if not stored.get("LastLogonTime"):
        if warn:
            call.warn(
                f"The user hasn't logged on to mailbox '{entry.canonical}' ('{guid}'), so there is no data to return. "
                "After the user logs on, this warning will no longer appear."
            )
        return
    for name in ("TotalItemSize", "TotalDeletedItemSize", "MessageTableTotalSize", "AttachmentTableTotalSize"):
        stored[name] = size_text(call.model, int(stored.get(name, 0)))
    for name in ("LastLogonTime", "LastLogoffTime"):
        stored[name] = local_time(stored[name]) if stored.get(name) else None
    database = next((d for d in call.model.scan({"database"}) if d.name == entry.get("Database")), None)
    for name in ("IssueWarningQuota", "ProhibitSendQuota", "ProhibitSendReceiveQuota"):
        stored[f"Database{name}"] = size_text(call.model, database.attrs[name]) if database else "Unlimited"
    stored |= {
        "DatabaseName": entry.get("Database"), "DisplayName": entry.get("DisplayName"), "Identity": guid,
        "MailboxGuid": G(guid), "OwnerADGuid": G(entry.guid), "ServerName": "EX01",
        "LegacyDN": entry.get("LegacyExchangeDN", LEGACY_GROUP),
        "MailboxTypeDetail": entry.get("RecipientTypeDetails", "UserMailbox"),
    }  # fmt: skip
    yield Shaped(STATISTICS, stored, str(entry.get("DisplayName")))


CMDLETS = (
    cmdlet("Get-MailboxStatistics", _TABLE, get_statistics, area="MapiTasks", sets=("Identity", "Database", "Server")),
)
