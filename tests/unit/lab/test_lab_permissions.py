"""Who may open a mailbox, and who may send as it."""

import pytest

BOX = "ec000001"
SELF = r"NT AUTHORITY\SELF"
GRANT = f"Add-MailboxPermission {BOX} -User ec000002 -AccessRights FullAccess"
SEND_AS = f"Add-ADPermission {BOX} -User ec000002 -ExtendedRights Send-As"


def own(shell, cmdlet="Get-MailboxPermission"):
    return [ace for ace in shell.ask(f"{cmdlet} {BOX}") if not ace["IsInherited"] and ace["User"].startswith("LAB\\ec")]


def test_what_every_mailbox_has(shell):
    aces = shell.ask(f"Get-MailboxPermission {BOX}")
    (mine,) = [ace for ace in aces if not ace["IsInherited"]]
    assert (mine["User"], mine["AccessRights"], mine["Deny"]) == (SELF, ["FullAccess", "ReadPermission"], False)
    assert {ace["Deny"] for ace in aces if ace["IsInherited"]} == {True, False}
    assert {ace["Identity"] for ace in aces} == {f"lab.example/Users/{BOX}"}


def test_rights_are_added_and_removed(shell):
    assert shell.one(GRANT)["User"] == r"LAB\ec000002"
    shell.ask(GRANT.replace("FullAccess", "ReadPermission,DeleteItem"))
    (ace,) = own(shell)
    assert ace["AccessRights"] == ["FullAccess", "ReadPermission", "DeleteItem"]
    assert "already present" in shell(GRANT).warnings[0]
    remove = GRANT.replace("Add-", "Remove-")
    assert "Are you sure" in shell.refused(remove)
    shell.ask(f"{remove} -Confirm:$false")
    assert own(shell)[0]["AccessRights"] == ["ReadPermission", "DeleteItem"]
    assert "isn't present" in shell(f"{remove} -Confirm:$false").warnings[0]


def test_a_denial_is_another_entry(shell):
    shell.ask(GRANT)
    shell.ask(f"{GRANT} -Deny")
    assert [ace["Deny"] for ace in own(shell)] == [False, True]
    shell.ask(f"{GRANT.replace('Add-', 'Remove-')} -Deny -Confirm:$false")
    assert [ace["Deny"] for ace in own(shell)] == [False]


@pytest.mark.parametrize("cmdlet", ["MailboxPermission", "ADPermission"])
def test_grants_pass_down_the_pipeline(shell, cmdlet):
    shell.lab.plant({"box": BOX, "full_access": ["ec000002", "ec000003"], "send_as": ["ec000002", "ec000003"]})
    assert len(own(shell, f"Get-{cmdlet}")) == 2
    shell.ask(f"Get-Mailbox {BOX} | Get-{cmdlet} -User ec000003 | Remove-{cmdlet} -Confirm:$false")
    assert [ace["User"] for ace in own(shell, f"Get-{cmdlet}")] == [r"LAB\ec000002"]


def test_the_pipeline_asks_too(shell):
    shell.lab.plant({"box": BOX, "full_access": "ec000002"})
    line = f"Get-MailboxPermission {BOX} -User ec000002 | Remove-MailboxPermission"
    assert "Are you sure" in shell.refused(line)
    assert len(own(shell)) == 1


def test_reset_and_owner(shell):
    shell.ask(GRANT)
    shell.ask(f"Add-MailboxPermission {BOX} -Owner ec000003")
    assert shell.one(f"Get-MailboxPermission {BOX} -Owner")["Owner"] == r"LAB\ec000003"
    shell.ask(f"Remove-MailboxPermission {BOX} -ResetDefault -Confirm:$false")
    assert own(shell) == []
    assert shell.one(f"Get-MailboxPermission {BOX} -Owner")["Owner"] == SELF


def test_send_as(shell):
    before = shell.ask(f"Get-ADPermission {BOX}")
    assert [a["ExtendedRights"] for a in before if a["User"] == SELF and a["ExtendedRights"]] == [
        ["User-Change-Password"], ["Send-As"], ["Receive-As"],
    ]  # fmt: skip
    made = shell.one(SEND_AS.replace("Send-As", "'Send As'"))
    assert (made["AccessRights"], made["ExtendedRights"]) == (["ExtendedRight"], ["Send-As"])
    assert own(shell, "Get-ADPermission") == [made]
    assert "already present" in shell(SEND_AS).warnings[0]
    shell.ask(f"{SEND_AS.replace('Add-', 'Remove-')} -Confirm:$false")
    assert shell.ask(f"Get-ADPermission {BOX}") == before


def test_what_is_refused(shell):
    assert "wasn't found" in shell.refused(GRANT.replace("ec000002", "nobody"))
    assert "wasn't found" in shell.refused(GRANT.replace("ec000002", "Externe"))
    assert "MailboxRights" in shell.refused(GRANT.replace("FullAccess", "Everything"))
    assert "couldn't be found" in shell.refused(SEND_AS.replace("Send-As", "Fly-As"))
    assert "couldn't be found" in shell.refused("Get-ADPermission ec000001@adm.cfwb.be")
    assert "AccessRights" in shell.refused(f"Add-ADPermission {BOX} -User ec000002")
    assert "not recognized" in shell.refused(f"Get-RecipientPermission {BOX}")


def test_what_if_grants_nothing(shell):
    for line in (GRANT, SEND_AS):
        assert shell(f"{line} -WhatIf").host
    assert own(shell) == own(shell, "Get-ADPermission") == []
