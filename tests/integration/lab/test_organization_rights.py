"""Management roles, role groups and policies over the wire. Their wire forms and error texts are modelled."""

import pytest

from lab.exchange.cmdlets import CMDLETS
from tests.integration.lab.lab_clients import call, session

pytestmark = pytest.mark.wire

FORWARDING = ["DeliverToMailboxAndForward", "ForwardingAddress", "ForwardingSmtpAddress"]


def get(pool, noun, **parameters):
    answer = call(pool, f"Get-{noun}", **parameters)
    assert not answer.errors
    return [item.adapted_properties for item in answer.output]


def listed(value):
    """A collection, which the client leaves as raw XML."""
    (raw,) = value.property_sets
    return [part.partition("</S>")[0] for part in raw.split("<S>")[1:]]


def reason(answer):
    (error,) = answer.errors
    return error.reason


def done(pool, cmdlet, **parameters):
    answer = call(pool, cmdlet, **parameters)
    assert not answer.errors
    assert not answer.failed
    return answer


def entry(pool, identity):
    (found,) = get(pool, "ManagementRoleEntry", Identity=identity)
    return listed(found["Parameters"])


def test_a_role_without_forwarding(pool):
    """The documented recipe against forwarding by users, step by step."""
    assert set(FORWARDING) <= set(entry(pool, r"MyBaseOptions\Set-Mailbox"))
    done(pool, "New-ManagementRole", Name="NoForward", Parent="MyBaseOptions")
    done(pool, "Set-ManagementRoleEntry", Identity=r"NoForward\Set-Mailbox", Parameters=FORWARDING,
         RemoveParameter=True)  # fmt: skip
    rules = ["ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"]
    for cmdlet in ("New-InboxRule", "Set-InboxRule"):
        done(pool, "Set-ManagementRoleEntry", Identity=rf"NoForward\{cmdlet}", Parameters=rules, RemoveParameter=True)
        assert not set(rules) & set(entry(pool, rf"NoForward\{cmdlet}"))
    assert not set(FORWARDING) & set(entry(pool, r"NoForward\Set-Mailbox"))
    assert set(FORWARDING) <= set(entry(pool, r"MyBaseOptions\Set-Mailbox"))
    done(pool, "New-RoleAssignmentPolicy", Name="Ministry", Roles=["NoForward", "MyContactInformation"])
    done(pool, "Set-RoleAssignmentPolicy", Identity="Ministry", IsDefault=True)
    policies = {one["Name"]: one for one in get(pool, "RoleAssignmentPolicy")}
    assert [name for name, one in policies.items() if one["IsDefault"]] == ["Ministry"]
    assert listed(policies["Ministry"]["AssignedRoles"]) == ["NoForward", "MyContactInformation"]


def test_built_in_roles_are_not_edited(pool):
    for cmdlet, more in (
        ("Set-ManagementRoleEntry", {"Parameters": ["Identity"]}), ("Remove-ManagementRoleEntry", {"Confirm": False}),
    ):  # fmt: skip
        answer = call(pool, cmdlet, Identity=r"MyBaseOptions\Set-Mailbox", **more)
        assert reason(answer) == "InvalidOperationException"
        assert "built-in" in str(answer.errors[0])
    assert (
        reason(call(pool, "Remove-ManagementRole", Identity="User Options", Confirm=False))
        == "InvalidOperationException"
    )


def test_a_child_has_no_more_than_its_parent(pool):
    done(
        pool,
        "New-ManagementRole",
        Name="Child",
        Parent="Mail Recipients",
        EnabledCmdlets=["get-mailbox", "Set-Mailbox"],
    )
    assert [one["Name"] for one in get(pool, "ManagementRoleEntry", Identity=r"Child\*")] == [
        "Get-Mailbox",
        "Set-Mailbox",
    ]
    done(pool, "Set-ManagementRoleEntry", Identity=r"Child\Set-Mailbox", Parameters=["Identity", "Office"])
    done(pool, "New-ManagementRole", Name="Grandchild", Parent="Child")
    assert entry(pool, r"Grandchild\Set-Mailbox") == ["Identity", "Office"]
    for identity, name, deed in (
        (r"Grandchild\Set-Mailbox", "Alias", "AddParameter"),
        (r"Child\Set-Mailbox", "Office", "RemoveParameter"),
    ):
        parameters = {"Identity": identity, "Parameters": [name], deed: True}
        assert reason(call(pool, "Set-ManagementRoleEntry", **parameters)) == "InvalidOperationException"
    foreign = call(pool, "Add-ManagementRoleEntry", Identity=r"Grandchild\New-TransportRule")
    assert reason(foreign) == "InvalidOperationException"
    assert reason(call(pool, "Remove-ManagementRole", Identity="Child", Confirm=False)) == "InvalidOperationException"
    done(pool, "Remove-ManagementRole", Identity="Child", Recurse=True, Confirm=False)
    assert reason(call(pool, "Get-ManagementRole", Identity="Grandchild")) == "ManagementObjectNotFoundException"


def test_policies_and_roles_in_use_stay(pool):
    done(pool, "New-ManagementRole", Name="Own", Parent="MyBaseOptions")
    done(pool, "New-RoleAssignmentPolicy", Name="Ministry", Roles=["Own"])
    assert reason(call(pool, "Remove-ManagementRole", Identity="Own", Confirm=False)) == "InvalidOperationException"
    used = call(pool, "Remove-RoleAssignmentPolicy", Identity="Ministry", Confirm=False)
    assert reason(used) == "InvalidOperationException"
    done(pool, "Remove-ManagementRoleAssignment", Identity="Own-Ministry", Confirm=False)
    done(pool, "Set-Mailbox", Identity="ec000001", RoleAssignmentPolicy="Ministry")
    used = call(pool, "Remove-RoleAssignmentPolicy", Identity="Ministry", Confirm=False)
    assert "mailboxes" in str(used.errors[0])
    done(pool, "Set-Mailbox", Identity="ec000001", RoleAssignmentPolicy="Default Role Assignment Policy")
    done(pool, "Remove-RoleAssignmentPolicy", Identity="Ministry", Confirm=False)
    done(pool, "Remove-ManagementRole", Identity="Own", Confirm=False)
    last = call(pool, "Remove-RoleAssignmentPolicy", Identity="Default Role Assignment Policy", Confirm=False)
    assert reason(last) == "InvalidOperationException"


def test_the_members_of_a_role_group(pool):
    done(pool, "New-RoleGroup", Name="Migrators", Roles=["Mail Recipients"], Members=["migration", "ec000001"])
    assert [one["Name"] for one in get(pool, "RoleGroupMember", Identity="Migrators")] == ["migration", "ec000001"]
    again = call(pool, "Add-RoleGroupMember", Identity="Migrators", Member="ec000001")
    assert reason(again) == "MemberAlreadyExistsException"
    stranger = call(pool, "Remove-RoleGroupMember", Identity="Migrators", Member="ec000002", Confirm=False)
    assert reason(stranger) == "MemberNotFoundException"
    done(pool, "Update-RoleGroupMember", Identity="Migrators", Members={"Add": ["ec000002"], "Remove": ["migration"]},
         Confirm=False)  # fmt: skip
    assert [one["Name"] for one in get(pool, "RoleGroupMember", Identity="Migrators")] == ["ec000001", "ec000002"]
    assert listed(get(pool, "RoleGroup", Identity="Migrators")[0]["Roles"]) == ["Mail Recipients"]
    users = call(pool, "New-ManagementRoleAssignment", Role="MyBaseOptions", SecurityGroup="Migrators")
    assert reason(users) == "InvalidOperationException"
    done(pool, "Remove-RoleGroup", Identity="Migrators", Confirm=False)
    assert get(pool, "ManagementRoleAssignment", Role="Mail Recipients")[0]["RoleAssigneeName"] != "Migrators"
    built_in = call(pool, "Remove-RoleGroup", Identity="Help Desk", Confirm=False)
    assert reason(built_in) == "InvalidOperationException"


def commands(pool):
    return {item.adapted_properties["Name"] for item in call(pool, "Get-Command").output}


def test_role_groups_decide_what_the_next_session_may_run(lab, pool):
    lab.set_knob("rbac", "true")
    with session(lab) as everything:
        assert commands(everything) == {one.name for one in CMDLETS.values()}
    lab.console("New-RoleGroup Migrators -Roles 'Mail Recipients' -Members migration")
    lab.console("Remove-RoleGroupMember 'Organization Management' -Member migration -Confirm:$false")
    done(pool, "New-RemoteDomain", Name="Still", DomainName="still.be")  # a session keeps what it began with
    with session(lab) as later:
        assert not call(later, "Set-Mailbox", Identity="ec000001", Office="Ath").errors
        assert reason(call(later, "New-RemoteDomain", Name="x", DomainName="x.be")) == "CommandNotFoundException"
        assert "New-Mailbox" not in commands(later)
    lab.console("New-ManagementRole Narrow -Parent 'Mail Recipients'")
    lab.console(r"Set-ManagementRoleEntry 'Narrow\Set-Mailbox' -Parameters ForwardingAddress -RemoveParameter")
    lab.console("New-ManagementRoleAssignment -Role Narrow -SecurityGroup Migrators")
    lab.console("Remove-ManagementRoleAssignment 'Mail Recipients-Migrators' -Confirm:$false")
    with session(lab) as narrow:
        hidden = call(narrow, "Set-Mailbox", Identity="ec000001", ForwardingAddress=None)
        assert str(hidden.errors[0]) == "A parameter cannot be found that matches parameter name 'ForwardingAddress'."
        assert "ForwardingAddress" not in call(narrow, "Get-Command", Name="Set-Mailbox").first["Parameters"]


def test_the_reading_account_reads_everything_by_its_role_group(lab):
    lab.set_knob("rbac", "true")
    with session(lab, user="audit@lab.example") as pool:
        found = commands(pool)
    reading = {one.name for one in CMDLETS.values() if one.verb in {"Get", "Test"}}
    assert found == reading | {"Select-Object"}


def test_throttling_policies_inherit(pool):
    done(pool, "New-ThrottlingPolicy", Name="Migration", PowerShellMaxConcurrency=40, RCAMaxConcurrency="Unlimited",
         IsServiceAccount=True)  # fmt: skip
    (shown,) = get(pool, "ThrottlingPolicy", Identity="Migration")
    assert (shown["PowerShellMaxConcurrency"], shown["RcaMaxConcurrency"], shown["EwsMaxConcurrency"]) == (
        "40", "Unlimited", "27",
    )  # fmt: skip
    (own,) = get(pool, "ThrottlingPolicy", Identity="Migration", Explicit=True)
    assert own["EwsMaxConcurrency"] is None
    done(pool, "Set-ThrottlingPolicyAssociation", Identity="ec000001", ThrottlingPolicy="Migration")
    assert get(pool, "Mailbox", Identity="ec000001")[0]["ThrottlingPolicy"] == "Migration"
    assert [one["Name"] for one in get(pool, "ThrottlingPolicyAssociation", ThrottlingPolicy="Migration")] == [
        "ec000001"
    ]
    used = call(pool, "Remove-ThrottlingPolicy", Identity="Migration", Confirm=False)
    assert reason(used) == "InvalidOperationException"
    second = call(pool, "New-ThrottlingPolicy", Name="G", ThrottlingPolicyScope="Global")
    assert reason(second) == "InvalidOperationException"
    assert call(pool, "Set-ThrottlingPolicy", Identity="Migration", EWSMaxConcurrency=-1).failed


def test_policies_of_mailboxes(pool):
    done(pool, "New-OwaMailboxPolicy", Name="Ministry")
    done(pool, "Set-OwaMailboxPolicy", Identity="Ministry", RulesEnabled=False)
    assert [(one["Name"], one["RulesEnabled"]) for one in get(pool, "OwaMailboxPolicy")] == [
        ("Default", True), ("Ministry", False),
    ]  # fmt: skip
    done(pool, "New-RetentionPolicy", Name="Ten years", RetentionPolicyTagLinks=["a", "b"])
    assert listed(get(pool, "RetentionPolicy", Identity="Ten years")[0]["RetentionPolicyTagLinks"]) == ["a", "b"]
    done(pool, "New-EmailAddressPolicy", Name="Boxes", IncludedRecipients="MailboxUsers",
         EnabledPrimarySMTPAddressTemplate="%m@adm.cfwb.be")  # fmt: skip
    (policy,) = get(pool, "EmailAddressPolicy", Identity="Boxes")
    assert listed(policy["EnabledEmailAddressTemplates"]) == ["SMTP:%m@adm.cfwb.be"]
    used = call(pool, "Remove-EmailAddressPolicy", Identity="Default Policy", Confirm=False)
    assert reason(used) == "InvalidOperationException"
    done(pool, "New-AcceptedDomain", Name="x", DomainName="x.be")
    done(
        pool,
        "Set-EmailAddressPolicy",
        Identity="Boxes",
        EnabledEmailAddressTemplates=["SMTP:%m@adm.cfwb.be", "smtp:%m@x.be"],
    )
    named = call(pool, "Remove-AcceptedDomain", Identity="x", Confirm=False)
    assert "referenced by the e-mail address policy templates 'smtp:%m@x.be'" in str(named.errors[0])
