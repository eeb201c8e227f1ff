"""Checks of what cmdlets mean: filters find what they say, pipelines answer for the boxes that were piped."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown
from bma.doctor.site import Site
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.faults import CmdletError
from bma.exchange.inquiry import quoted
from bma.exchange.reading import SOURCES, Source
from bma.exchange.row import smtp_addresses
from bma.resources.commands import Command

PIPED_BOXES = 3


def absent(site: Site) -> Result:
    """How an object that does not exist is told."""
    refused = site.refusal(Command("Get-Mailbox", {"Identity": str(uuid.uuid4())}))
    if refused is not None and refused.absent:
        return good(f"refused as {refused.reason}, which alone is read as absence")
    return bad(f"answered with {f'{refused.reason}: {refused.what}' if refused else 'no error at all'}")


def no_match(site: Site) -> Result:
    """How a filter that finds nothing is answered."""
    nowhere = f"EmailAddresses -eq 'smtp:{uuid.uuid4().hex}@invalid.invalid'"
    answer = site.ask(Command("Get-Mailbox", {"Filter": nowhere, "ResultSize": "Unlimited"}))
    if answer.errors:
        return bad(f"with an error: {answer.errors[0].what}")
    if answer.objects:
        return bad(f"with {len(answer.objects)} objects that have not the address")
    return good("with nothing, and without an error")


def by_domain(site: Site) -> Result:
    """Whether a filter by domain finds the mailboxes of that domain and no others."""
    domain = site.scope.domain or _first_address(site).rpartition("@")[2]
    found = _filtered(site, f"EmailAddresses -like {quoted('*@' + domain)}")
    if isinstance(found, CmdletError):
        return bad(f"refused: {found.what}")
    strangers = [box for box in found if not any(name.endswith(f"@{domain}") for name in _addresses(box))]
    if strangers:
        return bad(f"{len(strangers)} of {len(found)} mailboxes have no address in {domain}")
    if not found:
        known = [box for box in site.mailboxes if any(name.endswith(f"@{domain}") for name in _addresses(box))]
        return bad(f"found nothing, and {_addresses(known[0])[0]} exists") if known else unknown(_nobody(domain))
    return good(f"found {len(found)} mailboxes in {domain}, and no others", mailboxes=len(found))


def by_address(site: Site) -> Result:
    """Whether a filter by address finds the very mailbox, whatever the letters."""
    box = site.sample[0]
    address = _first_address(site)
    for spelt in (address, address.upper()):
        found = _filtered(site, f"EmailAddresses -eq {quoted('smtp:' + spelt)}")
        if isinstance(found, CmdletError):
            return bad(f"refused: {found.what}")
        if [item.get("Guid") for item in found] != [box.get("Guid")]:
            return bad(f"{spelt} found {len(found)} mailboxes, not the one that has it")
    return good(f"{address} finds its mailbox, in small and in capital letters")


def obstacles(site: Site) -> Result:
    """Whether the filters that look for other holders of an address are accepted."""
    domain = site.scope.domain or _first_address(site).rpartition("@")[2]
    ending = quoted("*@" + domain)
    filters = {
        "Get-Recipient": f"EmailAddresses -like {ending} -and RecipientTypeDetails -ne 'UserMailbox'",
        "Get-User": f"UserPrincipalName -like {ending} -and RecipientTypeDetails -eq 'User'",
    }
    counts = {}
    for cmdlet, where in filters.items():
        answer = site.ask(Command(cmdlet, {"Filter": where, "ResultSize": 100} | site.pin()))
        if answer.errors:
            return bad(f"{cmdlet} refused: {answer.errors[0].what}")
        kinds = {str(text_of(item.get("RecipientTypeDetails"))) for item in answer.objects if _is_object(item)}
        if "UserMailbox" in kinds:
            return bad(f"{cmdlet} answered mailboxes that its filter leaves out")
        counts[cmdlet] = len(answer.objects)
    told = ", ".join(f"{cmdlet} answers {count}" for cmdlet, count in counts.items())
    return good(f"accepted: {told}", **counts)


def piped(source: Source) -> Callable[[Site], Result]:
    """A check that what is read for many boxes at once comes back under the identity of each of them."""

    def run(site: Site) -> Result:
        boxes = [box for box in site.sample if _addresses(box)][:PIPED_BOXES]
        if not boxes:
            raise CannotTellError("no mailbox with an address to look at")
        where = " -or ".join(f"EmailAddresses -eq {quoted('smtp:' + _addresses(box)[0])}" for box in boxes)
        answer = site.ask(*source.of_many(where, site.pin()))
        if answer.errors:
            return bad(f"refused: {answer.errors[0].what}")
        rows = [str(text_of(item.get("Identity"))) for item in answer.objects if _is_object(item)]
        return judge_rows(rows, [str(text_of(box.get("Identity"))) for box in boxes])

    return run


def statements(site: Site) -> Result:
    """Whether several statements for one round trip are all run, in their order."""
    guids = [str(box.get("Guid")) for box in site.sample][:PIPED_BOXES]
    asked = [Command("Get-Mailbox", {"Identity": guid} | site.pin()) for guid in guids]
    answer = site.ask(*asked, piped=False)
    if answer.errors:
        return bad(f"refused: {answer.errors[0].what}")
    answered = [str(item.get("Guid")) for item in answer.objects if _is_object(item)]
    about: dict[str, Any] = {"statements": guids, "answered": answered}
    if answered != guids:
        return bad(f"{len(answered)} answers to {len(guids)} statements, or in another order", **about)
    return good(f"{len(guids)} statements, each answered in its turn", **about)


def judge_rows(rows: list[str], boxes: list[str]) -> Result:
    """The same, for the identities of rows and of boxes."""
    strangers = sorted(set(rows) - set(boxes))
    missing = sorted(set(boxes) - set(rows))
    about: dict[str, Any] = {"rows": len(rows), "boxes": boxes, "other_identities": strangers, "without_row": missing}
    told = f"{len(rows)} rows for {len(boxes)} boxes"
    if strangers:
        return bad(f"{told}; some are under another identity: {strangers[0]}", **about)
    if missing:
        return bad(f"{told}; none for {', '.join(missing)}", **about)
    return good(f"{told}, each under the identity of its box", **about)


def _filtered(site: Site, where: str) -> list[WireObject] | CmdletError:
    answer = site.ask(Command("Get-Mailbox", {"Filter": where, "ResultSize": 200} | site.pin()))
    if answer.errors:
        return answer.errors[0]
    return [item for item in answer.objects if isinstance(item, WireObject)]


def _first_address(site: Site) -> str:
    found = next((name for box in site.sample[:1] for name in _addresses(box)), None)
    if found is None:
        raise CannotTellError("the mailbox looked at has no SMTP address")
    return found


def _addresses(box: WireObject) -> list[str]:
    return list(smtp_addresses(box.get("EmailAddresses")))


def _is_object(item: object) -> bool:
    return isinstance(item, WireObject)


def _nobody(domain: str) -> str:
    return f"no mailbox has an address in {domain} yet"


_PIPES = (
    ("DOC-BULK-CLIENT-ACCESS", "client_access", 0),
    ("DOC-BULK-REGIONAL", "regional", 0),
    ("DOC-BULK-REPLIES", "automatic_replies", 0),
    ("DOC-BULK-FULL-ACCESS", "grants", 0),
    ("DOC-BULK-SEND-AS", "grants", 1),
)

SEMANTICS = Theme(
    "Meaning of cmdlets",
    (
        Check(
            "DOC-ABSENT",
            "What does not exist is told as not existing",
            "`Get-Mailbox` for a GUID that nothing has.",
            "Report it: a box that is not there would be taken for one that cannot be read",
            absent,
            assumption=True,
        ),
        Check(
            "DOC-NO-MATCH",
            "A filter that finds nothing answers nothing",
            "`Get-Mailbox` with a filter for an address that nobody has.",
            "Report it: new boxes would not be told apart from boxes that cannot be read",
            no_match,
            assumption=True,
        ),
        Check(
            "DOC-FILTER-DOMAIN",
            "Mailboxes are found by their domain",
            "`-Filter \"EmailAddresses -like '*@domain'\"`, and what it brings.",
            "Report it: until then run waves of fewer than 40 boxes, which are asked for one by one",
            by_domain,
            assumption=True,
        ),
        Check(
            "DOC-FILTER-ADDRESS",
            "A mailbox is found by its address",
            "`-Filter \"EmailAddresses -eq 'smtp:address'\"`, in small and capital letters.",
            "Report it: a box that is there would be taken for a new one",
            by_address,
            assumption=True,
        ),
        Check(
            "DOC-FILTER-OBSTACLES",
            "Other holders of an address are found",
            "The filters of `Get-Recipient` and `Get-User` that are asked before a box is created.",
            "Report it: a box whose address is taken would fail when it is created, not when it is predicted",
            obstacles,
            assumption=True,
        ),
        Check(
            "DOC-STATEMENTS",
            "Several statements share a round trip",
            "Up to three `Get-Mailbox` as statements of one pipeline.",
            "Nothing is wrong: rules are then read box by box, which takes longer",
            statements,
            assumption=True,
        ),
        *(
            Check(
                name,
                f"{SOURCES[key][which].cmdlet} answers for many boxes at once",
                f"Rows of `{SOURCES[key][which].cmdlet}` for up to three mailboxes, "
                + ("found by a filter." if SOURCES[key][which].filtered else "piped into it."),
                "Report it: these settings are then asked for box by box, which takes longer",
                piped(SOURCES[key][which]),
                assumption=True,
            )
            for name, key, which in _PIPES
        ),
    ),
)
