"""Reports in a folder of a mailbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imapclient import IMAPClient  # type: ignore[import-untyped]

from bma.dsn.faults import MailboxError
from bma.dsn.imap import Account, Server, chunks, connect, leave, told
from bma.dsn.mime import LARGEST
from bma.dsn.source import Item

KEYWORD = b"$BMA_Read"
AFTER = ("move", "mark", "leave")
_AT_A_TIME, _BYTES_AT_A_TIME = 50, 8 * 1024 * 1024


class Mailbox:
    """The messages of a folder, in the order in which they arrived.

    Those that are done are moved to another folder (``move``), given a keyword (``mark``), or left as they are.
    """

    def __init__(self, server: Server, account: Account, folder: str, after: str, done_folder: str) -> None:
        self.name = f"{folder} of {account.on_behalf_of or account.username} on {server.place}"
        self._server, self._account = server, account
        self._folder, self._after, self._done_folder = folder, after, done_folder
        self._client: IMAPClient | None = None

    def batches(self) -> Iterator[Sequence[Item]]:
        """The messages, some at a time. Raises :class:`~bma.dsn.faults.MailboxError`."""
        client = self._open()
        with told(self._server, f"the search in {self._folder}"):
            wanted: list[object] = ["NOT", "DELETED"]
            if self._after == "mark":
                wanted += ["UNKEYWORD", KEYWORD]
            uids = sorted(client.search(wanted))
        for some in chunks(uids):
            with told(self._server, f"reading {self._folder}"):
                sizes = client.fetch(some, ["RFC822.SIZE"])
            for batch in _batches({uid: int(sizes[uid].get(b"RFC822.SIZE", LARGEST)) for uid in some if uid in sizes}):
                yield self._items(client, batch)

    def _open(self) -> IMAPClient:
        client = self._client = connect(self._server, self._account)
        with told(self._server, f"opening the folder {self._folder}"):
            answer = client.select_folder(self._folder, readonly=self._after == "leave")
        if self._after == "mark":
            allowed = answer.get(b"PERMANENTFLAGS", ())
            if b"\\*" not in allowed and KEYWORD not in allowed:
                raise MailboxError(
                    f"{self._server.place} keeps no keywords, so what was read cannot be marked",
                    hint="Say after: move",
                )
        elif self._after == "move":
            with told(self._server, f"creating the folder {self._done_folder}"):
                if not client.folder_exists(self._done_folder):
                    client.create_folder(self._done_folder)
        return client

    def _items(self, client: IMAPClient, uids: Sequence[int]) -> list[Item]:
        with told(self._server, f"reading {self._folder}"):
            found = client.fetch(uids, [f"BODY.PEEK[]<0.{LARGEST + 1}>"])
        items = []
        for uid in sorted(found):
            content = next((value for key, value in found[uid].items() if key.startswith(b"BODY[")), None)
            if isinstance(content, bytes):
                items.append(Item(f"{self._folder} {uid}", content))
        return items

    def done(self, items: Sequence[Item]) -> None:
        """Put away what the ledger has."""
        if self._client is None or self._after == "leave" or not items:
            return
        client = self._client
        uids = [int(item.name.rpartition(" ")[2]) for item in items]
        with told(self._server, "putting away what has been read"):
            for some in chunks(uids):
                if self._after == "mark":
                    client.add_flags(some, [KEYWORD], silent=True)
                else:
                    self._move(client, some)

    def _move(self, client: IMAPClient, uids: list[int]) -> None:
        if client.has_capability("MOVE"):
            client.move(uids, self._done_folder)
            return
        client.copy(uids, self._done_folder)
        client.delete_messages(uids, silent=True)
        if client.has_capability("UIDPLUS"):
            # Without it, expunging would take along what others have deleted.
            client.uid_expunge(uids)

    def close(self) -> None:
        """Log out."""
        client, self._client = self._client, None
        if client is not None:
            leave(client)


def _batches(sizes: dict[int, int]) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for uid, size in sizes.items():
        size = min(size, LARGEST)
        if batch and (len(batch) >= _AT_A_TIME or total + size > _BYTES_AT_A_TIME):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch
