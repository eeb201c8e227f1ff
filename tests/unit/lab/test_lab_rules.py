"""Inbox and sweep rules: how they are named, what they cost, who is asked."""

import pytest

from lab.exchange.plant import BoxError

BOX = "ec000001"
FORCED = "-Mailbox ec000001 -Force"


def new(shell, extra="-ForwardTo x@example.org", name="out"):
    return shell.one(f"New-InboxRule {name} -Mailbox {BOX} {extra}")


def rules(shell, extra=""):
    return shell.ask(f"Get-InboxRule -Mailbox {BOX} {extra}")


def test_a_rule_reads_back_as_it_was_made(shell):
    made = new(shell, "-SubjectContainsWords a,b -RedirectTo ec000002,y@example.org -StopProcessingRules $true")
    (read,) = rules(shell)
    assert read == made
    assert read["Identity"] == f"lab.example/Users/{BOX}\\{read['RuleIdentity']}"
    assert int(read["RuleIdentity"]) > 2**63
    assert read["RedirectTo"][0].startswith('"ec000002" [EX:/o=Lab/ou=')
    assert read["RedirectTo"][1] == '"y@example.org" [SMTP:y@example.org]'
    assert (read["ForwardTo"], read["SubjectContainsWords"]) == (None, ["a", "b"])
    assert (read["Enabled"], read["Priority"], read["MailboxOwnerId"]) == (True, 1, f"lab.example/Users/{BOX}")
    assert read["Description"].startswith("If the message:\r\n\tthe message includes specific words in the subject")


def test_a_contact_is_written_by_its_address(shell):
    assert new(shell, "-ForwardTo Externe")["ForwardTo"] == ['"Externe" [SMTP:x@example.org]']


@pytest.mark.parametrize("form", ["{Name} -Mailbox ec000001", "{RuleIdentity} -Mailbox ec000001", "'{Identity}'"])
def test_every_way_to_name_a_rule(shell, form):
    made = new(shell)
    assert shell.one("Get-InboxRule " + form.format(**made))["RuleIdentity"] == made["RuleIdentity"]
    shell.ask(f"Set-InboxRule {form.format(**made)} -MarkAsRead $true")
    assert rules(shell)[0]["MarkAsRead"] is True


def test_two_rules_of_one_name_are_ambiguous(shell):
    new(shell)
    new(shell)
    assert "multiple entries" in shell.refused(f"Enable-InboxRule out -Mailbox {BOX}")


def test_what_is_refused(shell):
    assert "no action" in shell.refused(f"New-InboxRule x -Mailbox {BOX} -From ec000002 -StopProcessingRules $true")
    assert "couldn't be found" in shell.refused(f"New-InboxRule x -Mailbox {BOX} -ForwardTo nobody")
    assert "couldn't be found" in shell.refused("Get-InboxRule -Mailbox nobody")
    assert "Mailbox" in shell.refused("Get-InboxRule")
    new(shell)
    assert "no action" in shell.refused(f"Set-InboxRule out {FORCED} -ForwardTo $null")
    assert rules(shell)[0]["ForwardTo"] == ['"Externe" [SMTP:x@example.org]']


def test_priorities_are_renumbered(shell):
    for name in "abc":
        new(shell, name=name)
    shell.ask(f"Set-InboxRule c -Mailbox {BOX} -Priority 1")
    assert [(rule["Name"], rule["Priority"]) for rule in rules(shell)] == [("c", 1), ("a", 2), ("b", 3)]
    shell.ask(f"Remove-InboxRule c {FORCED} -Confirm:$false")
    assert [(rule["Name"], rule["Priority"]) for rule in rules(shell)] == [("a", 1), ("b", 2)]


CHANGES = [
    f"New-InboxRule new -Mailbox {BOX} -DeleteMessage $true",
    f"Set-InboxRule out -Mailbox {BOX} -MarkAsRead $true",
    f"Enable-InboxRule out -Mailbox {BOX}",
    f"Disable-InboxRule out -Mailbox {BOX} -Confirm:$false",
    f"Remove-InboxRule out -Mailbox {BOX} -Confirm:$false",
]


@pytest.mark.parametrize("line", CHANGES)
@pytest.mark.parametrize("switch", ["-Force", "-AlwaysDeleteOutlookRulesBlob"])
def test_every_change_removes_what_outlook_keeps_but_asks_first(shell, line, switch):
    shell.lab.plant({"box": BOX, "inbox_rule": {"name": "out", "forward_to": "x@example.org"}},
                    {"box": BOX, "outlook_rules": ["play a sound"]})  # fmt: skip
    before = shell.lab.kept(BOX)
    assert "does not support user interaction" in shell.refused(line)
    shell.ask(f"{line} {switch} -WhatIf")
    assert shell.lab.kept(BOX) == before
    shell.ask(f"{line} {switch}")
    assert shell.lab.kept(BOX)["outlook_rules"] == []


@pytest.mark.parametrize("line", CHANGES[3:])
def test_without_outlook_rules_only_the_destructive_ones_ask(shell, line):
    new(shell)
    assert "Are you sure" in shell.refused(line.replace("-Confirm:$false", "-Force"))
    assert len(rules(shell)) == 1
    shell.ask(line)


def test_reading_costs_nothing(shell):
    shell.lab.plant({"box": BOX, "outlook_rules": "play a sound"})
    assert rules(shell) == []
    assert shell.lab.kept(BOX)["outlook_rules"] == ["play a sound"]


def test_hidden_rules_are_only_shown_when_asked_for(shell):
    shell.lab.plant({"box": BOX, "inbox_rule": {"name": "junk", "move_to_folder": "Junk", "hidden": True}})
    assert rules(shell) == []
    assert [rule["Name"] for rule in rules(shell, "-IncludeHidden")] == ["junk"]


def test_mailboxes_and_rules_pass_down_the_pipeline(shell):
    shell.lab.plant(*({"box": f"ec{n:06d}", "inbox_rule": {"name": "out", "forward_to": "x@example.org"}}
                      for n in (1, 2)))  # fmt: skip
    assert len(shell.ask("Get-Mailbox | Get-InboxRule")) == 2
    shell.ask(f"Get-InboxRule -Mailbox {BOX} | Disable-InboxRule -Force -Confirm:$false")
    assert [rule["Enabled"] for rule in shell.ask("Get-Mailbox | Get-InboxRule")] == [False, True]
    shell.ask("Get-Mailbox | Get-InboxRule | Remove-InboxRule -Force -Confirm:$false")
    assert shell.ask("Get-Mailbox | Get-InboxRule") == []


def test_a_set_without_change_warns(shell):
    new(shell)
    assert "no settings" in shell(f"Enable-InboxRule out -Mailbox {BOX}").warnings[0]


def test_sweep_rules(shell):
    line = f"New-SweepRule old -Mailbox {BOX} -Provider Exchange16 -Sender x@example.org"
    assert "KeepForDays" in shell.refused(line)
    made = shell.one(f"{line} -KeepForDays 10")
    assert (made["Sender"], made["DestinationFolder"]) == ('"Externe" [SMTP:x@example.org]', "Deleted Items")
    assert shell.one(f"Get-SweepRule -Mailbox {BOX}") == made
    shell.ask(f"Set-SweepRule old -Mailbox {BOX} -KeepLatest 1 -KeepForDays $null")
    shell.ask(f"Disable-SweepRule '{made['Identity']}' -Confirm:$false")
    read = shell.one(f"Get-SweepRule '{made['RuleId']}' -Mailbox {BOX}")
    assert (read["Enabled"], read["KeepLatest"], read["KeepForDays"]) == (False, 1, None)
    assert "Are you sure" in shell.refused(f"Get-SweepRule -Mailbox {BOX} | Remove-SweepRule")
    shell.ask(f"Get-SweepRule -Mailbox {BOX} | Remove-SweepRule -Confirm:$false")
    assert shell.ask("Get-Mailbox | Get-SweepRule") == []


def test_the_store_survives_and_does_not_replicate(shell, tmp_path):
    shell.lab.set_knob("replication_delay", 60)
    new(shell)
    assert len(rules(shell, "-DomainController dc02")) == 1
    assert len(type(shell.lab)(tmp_path).kept(BOX)["inbox_rules"]) == 1


NO_PLANTS = [
    {}, {"box": BOX}, {"box": "nobody", "opened": True}, {"box": BOX, "weed": 1},
    {"box": BOX, "inbox_rule": {"forward_to": "nobody"}}, {"box": BOX, "inbox_rule": {"forwards": 1}},
    {"box": BOX, "send_as": "x@example.org"}, {"box": BOX, "forwarding_to": "nobody"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_PLANTS)
def test_plants_that_are_none(shell, wrong):
    with pytest.raises(BoxError):
        shell.lab.plant(wrong)
