"""Every section of a box over the real wire: predicted, made, found unchanged, read back; and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bma.errors import BmaError
from bma.exchange.connection import Connection, connection
from bma.exchange.keeper.service import Service
from bma.policy import BoxFacts, policy_from
from lab import ExchangeLab

pytestmark = pytest.mark.wire

ADDRESS = "ec000001@adm.cfwb.be"
OUTSIDE = "ecole@example.org"


def account(exchange: ExchangeLab, name: str) -> Connection:
    who = exchange.account(name)
    options = {"uri": exchange.https_uri, "auth": "basic", "username": who.name, "password": who.password()}
    return connection({**options, "ca_file": exchange.ca_file}, read_only=name == "audit")


class Site:
    """A site with one box that is as Exchange makes it, and both accounts."""

    def __init__(self, exchange: ExchangeLab) -> None:
        self.exchange = exchange
        self.writer = Service(account(exchange, "migration"))
        self.reader = Service(account(exchange, "audit"))
        self.type("New-RoleAssignmentPolicy -Name 'BMA Role Assignment Policy' -Roles MyBaseOptions", missing="ok")
        exchange.seed([{"name": "ec000001", "address": ADDRESS}])

    def type(self, *lines: str, missing: str = "") -> None:
        """What an administrator types; it must work."""
        for line in lines:
            answer = self.exchange.console(line)
            assert missing or not answer.errors, answer.errors
        self.exchange.clear_journal()

    def quartet(self, **sections: dict[str, Any]) -> dict[str, Any]:
        """Predicted, done, predicted again, done again; what was done."""
        request = {"operation": "box", "address": ADDRESS, "settings": {"mailbox": {}, **sections}}
        # Predicted where nothing can be written, whatever the account.
        self.exchange.set_knob("refuse_writes", "true")
        predicted = self.reader.answer(request)
        self.exchange.set_knob("refuse_writes", "false")
        done = self.writer.answer(request)
        for key in ("changed", "created", "before", "after", "findings", "unknown"):
            assert done[key] == predicted[key], key
        assert not self.reader.answer(request)["changed"]
        before = self.written()
        assert not self.writer.answer(request)["changed"]
        assert self.written() == before
        assert self.writer.answer({"operation": "read_back"})["not_conform"] == {}
        return done

    def written(self) -> list[str]:
        """The cmdlets that changed something."""
        return [line["cmdlet"] for line in self.exchange.journal() if not line["cmdlet"].startswith("Get-")]

    def close(self) -> None:
        self.writer.pool.close()
        self.reader.pool.close()


@pytest.fixture
def site(exchange: ExchangeLab) -> Iterator[Site]:
    made = Site(exchange)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("section", "wanted", "written"),
    [
        ("mailbox", {"hidden_from_address_lists": True, "max_send_size": "25 MB"}, ["Set-Mailbox"]),
        ("mailbox", {"aliases": ["ecole.test@adm.cfwb.be"]}, ["Set-Mailbox"]),
        ("mailbox", {"custom_attribute_1": "ec", "custom_attribute_15": "x"}, ["Set-Mailbox"]),
        ("mailbox", {"role_assignment_policy": "BMA Role Assignment Policy"}, ["Set-Mailbox"]),
        ("client_access", {"pop": False, "imap": False, "ews": False, "mapi_http": True}, ["Set-CASMailbox"]),
        (
            "regional",
            {"language": "fr-BE", "date_format": "dd-MM-yy", "time_format": "HH:mm", "localized_folders": True},
            ["Set-MailboxRegionalConfiguration"],
        ),
        ("automatic_replies", {"external_audience": "None"}, ["Set-MailboxAutoReplyConfiguration"]),
    ],
)
def test_an_object_of_a_box(site: Site, section: str, wanted: dict[str, Any], written: list[str]) -> None:
    done = site.quartet(**{section: wanted})
    assert done["changed"]
    assert site.written() == written
    assert done["after"][section].keys() == wanted.keys()


def test_a_whole_box_by_the_default_policy_from_nothing(site: Site) -> None:
    address = "po000002@adm.cfwb.be"
    facts = BoxFacts(address, "École", aliases=("ecole@adm.cfwb.be",), campaign="c", wave="01")
    settings = policy_from({}).settings(facts)
    request = {"operation": "box", "address": address, "settings": settings}
    predicted = site.reader.answer(request)
    done = site.writer.answer(request)
    assert (done["before"], done["after"]) == (predicted["before"], predicted["after"])
    # New-Mailbox's own part of the prediction is told with its secret; the rest is the same to the letter.
    assert [one.split()[0] for one in done["commands"]] == [one.split()[0] for one in predicted["commands"]]
    assert not site.reader.answer(request)["changed"]
    assert site.writer.answer({"operation": "read_back"})["not_conform"] == {}
    assert len(site.written()) == len(done["commands"])


@pytest.mark.parametrize(
    ("planted", "shown"),
    [
        (f"-ForwardTo {OUTSIDE}", OUTSIDE),
        (f"-RedirectTo {OUTSIDE}", OUTSIDE),
        (f"-ForwardAsAttachmentTo {OUTSIDE}", OUTSIDE),
    ],
)
@pytest.mark.parametrize(("decision", "cmdlet"), [("disable", "Disable-InboxRule"), ("remove", "Remove-InboxRule")])
def test_a_rule_that_sends_mail_out_is_found_and_closed(
    site: Site, planted: str, shown: str, decision: str, cmdlet: str
) -> None:
    site.type(f"New-InboxRule -Mailbox ec000001 -Name Renvoi {planted} -Force")
    told: list[str] = []
    request = {"operation": "box", "address": ADDRESS, "settings": {"inbox_rules": {"forwarding": decision}}}
    site.reader.answer(request, told.append)
    assert len(told) == 1
    assert "Outlook" in told[0]
    done = site.quartet(inbox_rules={"forwarding": decision})
    assert shown in done["before"]["inbox_rules"]["Renvoi"]
    assert cmdlet in site.written()


def test_the_loss_of_outlooks_rules_is_told_before_it_happens(site: Site) -> None:
    planted = {"box": "ec000001", "inbox_rule": {"name": "R", "forward_to": OUTSIDE}, "outlook_rules": ["Classer"]}
    site.exchange.plant(planted)
    at_that_time: list[tuple[str, Any]] = []
    request = {"operation": "box", "address": ADDRESS, "settings": {"inbox_rules": {"forwarding": "disable"}}}
    site.writer.answer(
        request, lambda told: at_that_time.append((told, site.exchange.kept("ec000001")["outlook_rules"]))
    )
    ((told, kept),) = at_that_time
    assert "Outlook" in told
    assert kept
    assert not site.exchange.kept("ec000001")["outlook_rules"]


def test_rules_that_stay_inside_or_send_nothing_are_kept(site: Site) -> None:
    site.exchange.seed([{"name": "ec000002", "address": "ec000002@adm.cfwb.be"}])
    site.type(
        "New-InboxRule -Mailbox ec000001 -Name Collègue -ForwardTo ec000002@adm.cfwb.be -Force",
        "New-InboxRule -Mailbox ec000001 -Name Trier -MarkAsRead $true -Force",
    )
    done = site.quartet(inbox_rules={"forwarding": "disable", "allowed_targets": ["@adm.cfwb.be"]})
    assert not done["changed"]
    assert site.quartet(inbox_rules={"forwarding": "disable"})["before"]["inbox_rules"].keys() == {"Collègue"}


def test_a_contact_is_told_by_the_address_that_it_stands_for(site: Site) -> None:
    site.type(
        f"New-MailContact -Name Dehors -ExternalEmailAddress {OUTSIDE}",
        "New-InboxRule -Mailbox ec000001 -Name Renvoi -ForwardTo Dehors -Force",
    )
    done = site.quartet(inbox_rules={"forwarding": "disable", "allowed_targets": ["@adm.cfwb.be"]})
    assert OUTSIDE in done["before"]["inbox_rules"]["Renvoi"]


def test_a_contact_with_an_address_inside_is_told_by_where_it_leads(site: Site) -> None:
    site.type(
        f"New-MailContact -Name Dedans -ExternalEmailAddress {OUTSIDE} -PrimarySmtpAddress dedans@adm.cfwb.be",
        "New-InboxRule -Mailbox ec000001 -Name Renvoi -ForwardTo dedans@adm.cfwb.be -Force",
        missing="ok",
    )
    site.exchange.clear_journal()
    done = site.quartet(inbox_rules={"forwarding": "disable", "allowed_targets": ["@adm.cfwb.be"]})
    assert OUTSIDE in done["before"]["inbox_rules"]["Renvoi"]


def test_a_hidden_rule_is_found(site: Site) -> None:
    site.exchange.plant({"box": "ec000001", "inbox_rule": {"name": "R", "redirect_to": OUTSIDE, "hidden": True}})
    request = {"operation": "box", "address": ADDRESS, "settings": {"inbox_rules": {"forwarding": "disable"}}}
    assert OUTSIDE in site.reader.answer(request)["before"]["inbox_rules"]["R"]


def test_what_exchange_refuses_does_not_keep_forwarding_open(site: Site) -> None:
    site.exchange.plant({"box": "ec000001", "forwarding": OUTSIDE, "inbox_rule": {"name": "R", "forward_to": OUTSIDE}})
    settings = {
        "mailbox": {"retention_policy": "Nobody's", "forwarding_smtp_address": None},
        "inbox_rules": {"forwarding": "disable"},
    }
    with pytest.raises(BmaError, match="Nobody's"):
        site.writer.answer({"operation": "box", "address": ADDRESS, "settings": settings})
    (state,) = site.reader.answer({"operation": "read", "addresses": [ADDRESS]})
    assert state["settings"]["mailbox"]["forwarding_smtp_address"] is None
    assert "disabled" in state["settings"]["inbox_rules"]["rules"]["R"]


def test_a_box_that_cannot_be_read_again_hides_no_other(site: Site) -> None:
    boxes = [ADDRESS, "ec000002@adm.cfwb.be"]
    for address in boxes:
        site.writer.answer({"operation": "box", "address": address, "settings": {"client_access": {"pop": False}}})
    site.type("Set-CASMailbox -Identity ec000001 -PopEnabled $true")
    site.exchange.seed([{"name": "Twin", "address": boxes[1]}])
    again = site.writer.answer({"operation": "read_back"})
    assert list(again["not_conform"]) == [ADDRESS]
    assert "2 mailboxes have this address" in again["unknown"][boxes[1]]["the box"]


@pytest.mark.parametrize("kind", ["RoomMailbox", "SharedMailbox"])
def test_somebody_elses_mailbox_is_not_taken_over(site: Site, kind: str) -> None:
    site.exchange.seed([{"name": "salle", "address": "ec000009@adm.cfwb.be", "RecipientTypeDetails": kind}])
    request = {"operation": "box", "address": "ec000009@adm.cfwb.be", "settings": {"mailbox": {"display_name": "x"}}}
    with pytest.raises(BmaError, match=f"is a {kind}"):
        site.writer.answer(request)
    site.exchange.seed([{"name": "jean.dupont", "address": "jean.dupont@cfwb.be"}])
    site.type("Set-Mailbox -Identity jean.dupont -EmailAddresses @{Add='smtp:ec000008@adm.cfwb.be'}")
    with pytest.raises(BmaError, match=r"already an alias of the mailbox of jean\.dupont@cfwb\.be"):
        site.writer.answer({**request, "address": "ec000008@adm.cfwb.be"})


def test_boxes_whose_names_are_parts_of_each_other_are_told_apart(site: Site) -> None:
    names = many(site.exchange, 60)
    odd = ["Ecole 1", "Ecole 1/2", "Ecole 1\\x"]
    site.exchange.seed(
        {"name": name, "address": f"ec00010{number}@adm.cfwb.be"} for number, name in enumerate(odd, start=1)
    )
    site.exchange.seed([{"name": "bob", "address": "bob@adm.cfwb.be"}])
    site.type("Add-MailboxPermission -Identity ec000102@adm.cfwb.be -User bob -AccessRights FullAccess")
    addresses = [f"ec00010{number}@adm.cfwb.be" for number in (1, 2, 3)]
    request = {"operation": "read", "addresses": [*addresses, *(f"{name}@adm.cfwb.be" for name in names[:37])]}
    states = site.reader.answer({**request, "sections": ["mailbox", "grants"]})
    who = {state["address"]: state["settings"]["grants"].get("full_access") for state in states}
    assert [bool(who[address]) for address in addresses] == [False, True, False]


def test_the_rules_that_outlook_keeps_are_lost_only_when_a_rule_is_closed(site: Site) -> None:
    site.quartet(inbox_rules={"forwarding": "disable"})
    assert "Disable-InboxRule" not in site.written()


@pytest.mark.parametrize(("decision", "cmdlet"), [("disable", "Disable-SweepRule"), ("remove", "Remove-SweepRule")])
def test_sweep_rules(site: Site, decision: str, cmdlet: str) -> None:
    site.type(
        "New-SweepRule -Mailbox ec000001 -Name Nettoyer -Provider Exchange16 -Sender news@example.org -KeepForDays 10"
    )
    assert "Nettoyer" in site.quartet(sweep_rules={"found": "report"})["findings"][0]
    assert site.quartet(sweep_rules={"found": decision})["changed"]
    assert cmdlet in site.written()


def test_grants_to_others_are_found_and_taken_away(site: Site) -> None:
    site.exchange.seed([{"name": "ec000002", "address": "ec000002@adm.cfwb.be"}])
    site.type(
        "Add-MailboxPermission -Identity ec000001 -User ec000002 -AccessRights FullAccess",
        "Add-ADPermission -Identity ec000001 -User ec000002 -ExtendedRights Send-As",
        "Set-Mailbox -Identity ec000001 -GrantSendOnBehalfTo ec000002",
    )
    everything = {"full_access": ["ec000002"], "send_as": ["ec000002"], "send_on_behalf": ["ec000002"]}
    assert not site.quartet(grants=everything)["changed"]
    done = site.quartet(grants={"full_access": [], "send_as": [], "send_on_behalf": []})
    assert done["after"]["grants"] == {"full_access": [], "send_as": [], "send_on_behalf": []}
    assert all(len(names) == 1 for names in done["before"]["grants"].values())


def test_an_alias_of_somebody_else_is_refused_by_name(site: Site) -> None:
    site.type(f"New-MailContact -Name Dehors -ExternalEmailAddress {OUTSIDE}")
    request = {"operation": "box", "address": ADDRESS, "settings": {"mailbox": {"aliases": [OUTSIDE]}}}
    for service in (site.reader, site.writer):
        with pytest.raises(BmaError, match=f"its alias {OUTSIDE} is already an address of MailContact .*Dehors"):
            service.answer(request)
    assert site.written() == []


def test_entries_of_other_kinds_survive_an_alias(site: Site) -> None:
    site.type(
        "Set-Mailbox -Identity ec000001 -EmailAddresses @{Add='X500:/o=old/cn=ec000001','SIP:ec000001@adm.cfwb.be'}"
    )
    site.quartet(mailbox={"aliases": ["ecole@adm.cfwb.be"]})
    (found,) = site.exchange.console("Get-Mailbox -Identity ec000001").output
    assert all(entry in str(found["EmailAddresses"]) for entry in ("X500:", "SIP:", "smtp:ecole@adm.cfwb.be"))


READS = {
    "client_access": ("Get-CASMailbox", {"pop": False}),
    "regional": ("Get-MailboxRegionalConfiguration", {"language": "fr-BE"}),
    "automatic_replies": ("Get-MailboxAutoReplyConfiguration", {"external_audience": "None"}),
    "inbox_rules": ("Get-InboxRule", {"forwarding": "disable"}),
    "sweep_rules": ("Get-SweepRule", {"found": "disable"}),
    "grants": ("Get-MailboxPermission", {"full_access": []}),
}


@pytest.mark.parametrize("section", list(READS))
def test_a_section_that_cannot_be_read_is_unknown_and_nothing_is_set(site: Site, section: str) -> None:
    cmdlet, wanted = READS[section]
    rule = {"class": "MapiExceptionNetworkError", "text": "Unable to open the mailbox."}
    site.exchange.faults.add(do="cmdlet_error", match={"cmdlet": cmdlet}, times=0, **rule)
    done = site.quartet(**{section: wanted})
    assert not done["changed"]
    assert all("Unable to open" in reason for reason in done["unknown"].values())
    assert done["unknown"]
    assert site.written() == []


@pytest.mark.parametrize("section", list(READS))
@pytest.mark.parametrize("scope", [1, 100])
def test_a_cmdlet_that_the_account_lacks_makes_its_section_unknown(site: Site, section: str, scope: int) -> None:
    cmdlet, wanted = READS[section]
    site.exchange.set_knob("deny", "migration", cmdlet)
    request = {"operation": "box", "address": ADDRESS, "settings": {section: wanted}, "scope": scope}
    done = site.writer.answer(request)
    assert (done["changed"], bool(done["unknown"])) == (False, True)
    assert "no right" in str(done["unknown"])
    assert site.written() == []


def many(exchange: ExchangeLab, count: int = 50) -> list[str]:
    names = [f"po{n:06d}" for n in range(1, count + 1)]
    exchange.seed({"name": name, "address": f"{name}@adm.cfwb.be"} for name in names)
    return names


def rules_of(site: Site, names: list[str]) -> dict[str, Any]:
    addresses = [f"{name}@adm.cfwb.be" for name in names]
    request = {"operation": "read", "addresses": addresses, "sections": ["mailbox", "inbox_rules"]}
    return {state["address"].partition("@")[0]: state for state in site.reader.answer(request)}


def test_rules_of_many_boxes_share_round_trips(site: Site) -> None:
    names = many(site.exchange)
    site.type(f"New-InboxRule -Mailbox po000033 -Name Renvoi -ForwardTo {OUTSIDE} -Force")
    requests = site.exchange.counters()["http_requests"]
    states = rules_of(site, names)
    assert all(state["unknown"] == {} for state in states.values())
    assert {name for name, state in states.items() if state["settings"]["inbox_rules"]["rules"]} == {"po000033"}
    assert site.exchange.counters()["http_requests"] - requests < len(names)


def test_a_box_whose_rules_cannot_be_read_among_many_is_unknown_and_the_others_are_known(site: Site) -> None:
    names = many(site.exchange)
    site.type(f"New-InboxRule -Mailbox po000034 -Name Renvoi -ForwardTo {OUTSIDE} -Force")
    rule = {"class": "MapiExceptionNetworkError", "text": "Unable to open the mailbox."}
    guid = str(site.exchange.console("Get-Mailbox -Identity po000033").output[0]["Guid"])
    match = {"cmdlet": "Get-InboxRule", "identity": guid}
    site.exchange.faults.add(do="cmdlet_error", match=match, times=0, **rule)
    states = rules_of(site, names)
    assert [name for name, state in states.items() if state["unknown"]] == ["po000033"]
    assert "Renvoi" in states["po000034"]["settings"]["inbox_rules"]["rules"]


@pytest.mark.parametrize("do", ["half_answer", "drop_after_execution", "shell_lost"])
def test_a_round_that_breaks_is_no_answer_for_any_of_its_boxes(site: Site, do: str) -> None:
    names = many(site.exchange)
    site.type(f"New-InboxRule -Mailbox po000033 -Name Renvoi -ForwardTo {OUTSIDE} -Force")
    site.exchange.faults.add(do=do, match={"cmdlet": "Get-InboxRule", "nth": 15}, times=3)
    states = rules_of(site, names)
    assert {name for name, state in states.items() if state["settings"]["inbox_rules"]["rules"]} == {"po000033"}
    assert all(state["unknown"] == {} for state in states.values())


@pytest.mark.parametrize("boxes", [40, 200])
def test_a_run_about_few_of_many_boxes_opens_only_these(site: Site, boxes: int) -> None:
    names = many(site.exchange, 200)
    request = {"operation": "read", "addresses": [f"{name}@adm.cfwb.be" for name in names[:boxes]]}
    site.exchange.clear_journal()
    states = site.reader.answer(request | {"sections": ["mailbox", "regional", "automatic_replies", "grants"]})
    assert all(state["unknown"] == {} for state in states)
    asked = [line["cmdlet"] for line in site.exchange.journal()]
    # Piped, each cmdlet is one line; else each box is.
    assert asked.count("Get-MailboxRegionalConfiguration") == (1 if boxes == 200 else boxes)


def test_a_search_does_not_end_at_a_thousand(site: Site) -> None:
    names = many(site.exchange, 1100)
    request = {"operation": "read", "addresses": [f"{name}@adm.cfwb.be" for name in names], "sections": ["mailbox"]}
    assert all(state["exists"] for state in site.reader.answer(request))


def test_a_prediction_never_asks_exchange_what_if(site: Site) -> None:
    request = {"operation": "box", "address": ADDRESS, "settings": policy_from({}).settings(BoxFacts(ADDRESS, "É"))}
    assert site.reader.answer(request)["changed"]
    assert all(line["cmdlet"].startswith("Get-") for line in site.exchange.journal())
    assert all("WhatIf" not in line["parameters"] for line in site.exchange.journal())
