"""Cmdlets of single mailboxes over the wire: what a client is given, what it may not do, how they break."""

import time

import pytest
from pypsrp.powershell import PowerShell, PSInvocationState

from tests.integration.lab.lab_clients import call, finish, session

pytestmark = pytest.mark.wire

BOX = "ec000001"
TRANSIENT = "Unable to open the mailbox: MapiExceptionNetworkError: Unable to make connection to the server."
REFUSED = "does not support user interaction"


def piped(pool, *stages):
    """Run cmdlets piped into each other: names, or names with parameters."""
    shell = PowerShell(pool)
    for stage in stages:
        name, parameters = stage if isinstance(stage, tuple) else (stage, {})
        shell.add_cmdlet(name).add_parameters(parameters)
    return finish(shell)


def texts(value):
    """The items of a list as a client that knows no Exchange collection gets them."""
    return value if isinstance(value, list) or value is None else str(value.property_sets)


def test_an_inbox_rule_on_the_wire(lab, pool):
    lab.plant({"box": BOX, "inbox_rule": {"name": "out", "forward_to": ["x@example.org", "ec000002"]}})
    answer = call(pool, "Get-InboxRule", Mailbox=BOX)
    rule = answer.first
    assert answer.output[0].types[0] == "Microsoft.Exchange.Data.Storage.Management.InboxRule"
    assert isinstance(rule["RuleIdentity"], int)
    assert rule["RuleIdentity"] > 2**63
    assert rule["Identity"] == f"lab.example/Users/{BOX}\\{rule['RuleIdentity']}"
    assert rule["ForwardTo"][0] == '"x@example.org" [SMTP:x@example.org]'
    assert rule["ForwardTo"][1].startswith('"ec000002" [EX:/o=Lab')
    assert (rule["RedirectTo"], rule["ForwardAsAttachmentTo"]) == (None, None)
    assert (
        rule["Description"]
        == "Take the following actions:\r\n\tforward the message to 'x@example.org' or 'ec000002'\r\n"
    )


def test_a_rule_is_removed_by_its_identity_and_nobody_is_asked(lab, pool):
    lab.plant({"box": BOX, "inbox_rule": {"name": "out", "forward_to": "x@example.org"}, "outlook_rules": ["sound"]})
    identity = call(pool, "Get-InboxRule", Mailbox=BOX).first["Identity"]
    for parameters in ({}, {"Confirm": False}, {"Force": True}):
        answer = call(pool, "Remove-InboxRule", Identity=identity, **parameters)
        assert answer.shell.state == PSInvocationState.FAILED
        assert REFUSED in str(answer.errors[-1])
    assert lab.kept(BOX)["outlook_rules"] == ["sound"]
    assert not call(pool, "Remove-InboxRule", Identity=identity, Confirm=False, Force=True).errors
    kept = lab.kept(BOX)
    assert (kept["inbox_rules"], kept["outlook_rules"]) == ([], [])


def test_all_boxes_in_one_pipeline(lab, pool):
    lab.plant(*({"box": f"ec{n:06d}", "full_access": "ec000000", "send_as": "ec000000"} for n in (1, 2)))
    for cmdlet in ("MailboxPermission", "ADPermission"):
        found = piped(pool, "Get-Mailbox", (f"Get-{cmdlet}", {"User": "ec000000"})).output
        assert [box.adapted_properties["Identity"][-8:] for box in found] == ["ec000001", "ec000002"]
        removed = piped(pool, ("Get-Mailbox", {"Identity": BOX}), (f"Get-{cmdlet}", {"User": "ec000000"}),
                        (f"Remove-{cmdlet}", {"Confirm": False}))  # fmt: skip
        assert not removed.errors
        assert len(piped(pool, "Get-Mailbox", (f"Get-{cmdlet}", {"User": "ec000000"})).output) == 1
    for reading in ("Get-InboxRule", "Get-SweepRule", "Get-MailboxAutoReplyConfiguration", "Get-CASMailbox",
                    "Get-User", "Get-MailboxRegionalConfiguration", "Get-MailboxStatistics"):  # fmt: skip
        answer = piped(pool, "Get-Mailbox", reading)
        assert not answer.errors, reading
        assert not answer.failed, reading


def test_send_as_on_the_wire(lab, pool):
    made = call(pool, "Add-ADPermission", Identity=BOX, User="ec000002", ExtendedRights=["Send-As"]).first
    assert (made["AccessRights"], made["ExtendedRights"]) == (["ExtendedRight"], ["Send-As"])
    own = [box.adapted_properties for box in call(pool, "Get-MailboxPermission", Identity=BOX).output]
    assert own[0]["AccessRights"] == ["FullAccess", "ReadPermission"]


def test_a_hashtable_of_words_and_null(lab, pool):
    call(pool, "New-InboxRule", Name="a", Mailbox=BOX, SubjectContainsWords=["x", "y"], DeleteMessage=True)
    call(pool, "Set-InboxRule", Identity="a", Mailbox=BOX, SubjectContainsWords={"Add": ["z"], "Remove": ["x"]})
    assert lab.kept(BOX)["inbox_rules"][0]["SubjectContainsWords"] == ["y", "z"]
    call(pool, "Set-InboxRule", Identity="a", Mailbox=BOX, SubjectContainsWords=None)
    assert "y" not in texts(call(pool, "Get-InboxRule", Mailbox=BOX).first["SubjectContainsWords"])


def test_one_mailbox_that_cannot_be_opened(lab, pool):
    lab.plant(*({"box": f"ec{n:06d}", "inbox_rule": {"name": "out", "delete_message": True}} for n in (1, 2)))
    lab.faults.add(do="cmdlet_error", times=0, text=TRANSIENT, match={"cmdlet": "Get-InboxRule", "identity": BOX},
                   **{"class": "MapiTransientException"})  # fmt: skip
    guid = call(pool, "Get-Mailbox", Identity=BOX).first["Guid"]
    for parameters in ({"Mailbox": BOX}, {"Mailbox": f"{BOX}@adm.cfwb.be"}, {"Mailbox": guid}):
        (error,) = call(pool, "Get-InboxRule", **parameters).errors
        assert (error.reason, str(error)) == ("MapiTransientException", TRANSIENT)
    answer = piped(pool, "Get-Mailbox", "Get-InboxRule")
    assert [rule.adapted_properties["MailboxOwnerId"][-8:] for rule in answer.output] == ["ec000002"]
    assert [error.reason for error in answer.errors] == ["MapiTransientException"]
    assert not call(pool, "Get-InboxRule", Mailbox="ec000002").errors


def test_a_property_that_cannot_be_read_is_not_there(lab, pool):
    lab.faults.add(do="leave_out", times=0, match={"cmdlet": "Get-Mailbox", "identity": BOX},
                   properties=["ForwardingAddress", "EmailAddresses"])  # fmt: skip
    boxes = [box.adapted_properties for box in call(pool, "Get-Mailbox").output]
    assert [("ForwardingAddress" in box, "EmailAddresses" in box) for box in boxes].count((False, False)) == 1
    assert len(next(box for box in boxes if box["Name"] == BOX)) == 226
    chosen = piped(
        pool, ("Get-Mailbox", {"Identity": BOX}), ("Select-Object", {"Property": ["Name", "EmailAddresses"]})
    )
    assert (chosen.first["Name"], chosen.first["EmailAddresses"]) == (BOX, None)


def test_a_cmdlet_that_never_answers_for_one_mailbox(lab, pool):
    lab.faults.add(do="hang", match={"cmdlet": "Get-InboxRule", "identity": BOX}, times=0)
    assert not call(pool, "Get-InboxRule", Mailbox="ec000002").errors
    shell = PowerShell(pool).add_cmdlet("Get-InboxRule").add_parameter("Mailbox", BOX)
    shell.begin_invoke()
    shell.poll_invoke(timeout=1)
    assert shell.state == PSInvocationState.RUNNING
    shell.stop()
    assert shell.state == PSInvocationState.STOPPED
    assert not call(pool, "Get-InboxRule", Mailbox="ec000003").errors


def test_a_cmdlet_that_takes_its_time_for_one_mailbox(lab, pool):
    lab.faults.add(do="hang", seconds=0.3, match={"cmdlet": "Set-CASMailbox", "identity": BOX})
    started = time.monotonic()
    assert not call(pool, "Set-CASMailbox", Identity=BOX, PopEnabled=False).errors
    assert time.monotonic() - started >= 0.3
    assert call(pool, "Get-CASMailbox", Identity=BOX).first["PopEnabled"] is False


def test_what_an_account_may_not(lab):
    lab.set_knob("deny", "migration", "Get-ADPermission")
    with session(lab) as pool:
        answer = call(pool, "Get-ADPermission", Identity=BOX)
        assert "not recognized" in str(answer.errors[-1])
        assert call(pool, "Get-MailboxPermission", Identity=BOX).output
    with session(lab, user="audit@lab.example") as pool:
        assert call(pool, "Get-InboxRule", Mailbox=BOX).shell.state == PSInvocationState.COMPLETED
        assert call(pool, "Remove-InboxRule", Identity="x", Mailbox=BOX).shell.state == PSInvocationState.FAILED


def test_two_sessions_see_two_domain_controllers(lab):
    lab.set_knob("replication_delay", 60)
    with session(lab) as first, session(lab) as second:
        call(first, "Set-CASMailbox", Identity=BOX, PopEnabled=False)
        call(first, "Add-MailboxPermission", Identity=BOX, User="ec000002", AccessRights=["FullAccess"])
        seen = [call(pool, "Get-CASMailbox", Identity=BOX).first for pool in (first, second)]
        assert [box["PopEnabled"] for box in seen] == [False, True]
        assert len({box["OriginatingServer"] for box in seen}) == 2
        pinned = call(second, "Get-CASMailbox", Identity=BOX, DomainController=seen[0]["OriginatingServer"]).first
        assert pinned["PopEnabled"] is False
        assert not call(second, "Get-MailboxPermission", Identity=BOX, User="ec000002").output
        lab.set_knob("replication_delay", 0)


def test_a_french_server(lab, pool):
    call(pool, "Set-Mailbox", Identity=BOX, ProhibitSendReceiveQuota="2GB", UseDatabaseQuotaDefaults=False)
    lab.set_knob("culture", "fr-FR")
    quota = call(pool, "Get-Mailbox", Identity=BOX).first["ProhibitSendReceiveQuota"]
    assert quota == "2 GB (2\u202f147\u202f483\u202f648 octets)"
    (error,) = call(pool, "Get-Mailbox", Identity="nobody").errors
    assert "/20" in error.fq_error.partition("TimeStamp=")[2]
    assert "M]" not in error.fq_error.partition("]")[0] + "]"


def test_automatic_replies_and_dates_on_the_wire(pool):
    times = {"StartTime": "07/01/2026 8:00:00 AM", "EndTime": "07/03/2026 8:00:00 AM"}
    answer = call(pool, "Set-MailboxAutoReplyConfiguration", Identity=BOX, AutoReplyState="Scheduled",
                  InternalMessage="à bientôt", **times)  # fmt: skip
    assert not answer.errors
    reply = call(pool, "Get-MailboxAutoReplyConfiguration", Identity=BOX).first
    assert str(reply["StartTime"]).startswith("2026-07-01")
    assert (reply["AutoReplyState"], reply["InternalMessage"]) == ("Scheduled", "à bientôt")


def test_what_was_planted_is_seen(lab):
    lab.plant({"contact": "x@example.org"}, {"box": BOX, "forwarding": "x@example.org"}, {"box": BOX, "opened": True})
    assert lab.kept(BOX)["statistics"]["ItemCount"] == 1
    with session(lab) as pool:
        box = call(pool, "Get-Mailbox", Identity=BOX).first
        assert (box["ForwardingSmtpAddress"], box["DeliverToMailboxAndForward"]) == ("smtp:x@example.org", True)
        assert call(pool, "Get-MailboxStatistics", Identity=BOX).first["ItemCount"] == 1
