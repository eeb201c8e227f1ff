"""The plan of a box, for hand-picked states; the properties over all states are beside it."""

from __future__ import annotations

from typing import Any

import pytest

from bma.errors import BmaError
from bma.policy import Policy
from bma.resources.box import DesiredBox, Placement, desired_box
from bma.resources.commands import Secret
from bma.resources.mailbox import BOX, MAILBOX, REGIONAL
from bma.resources.observation import Unknown, observe
from bma.resources.plan import ActualBox, plan
from bma.resources.table import Resource, Setting
from bma.resources.values import Address, Size

ADDRESS = "ec000004@adm.cfwb.be"


def conform(resource: Resource) -> dict[str, Any]:
    """What Exchange answers for a box that is as the default policy wants it."""
    wanted = Policy({}).settings(ADDRESS, "École du Test")[resource.key]
    return {setting.wire: _answered(setting, wanted[setting.key]) for setting in resource.settings}


def _answered(setting: Setting, written: Any) -> Any:
    if isinstance(setting.kind, Size):
        return f"{written} ({setting.kind.normal(written):,} bytes)"
    return written.upper() if isinstance(setting.kind, Address) and written else written


CONFORM_REGIONAL = conform(REGIONAL)


def desired(**placement: str) -> DesiredBox:
    return desired_box(ADDRESS, Policy({}).settings(ADDRESS, "École du Test"), Placement(**placement))


def actual(mailbox: dict[str, Any] | None = None, regional: dict[str, Any] | None = None) -> ActualBox:
    observations = {
        MAILBOX.key: observe(MAILBOX, {**conform(MAILBOX), **(mailbox or {})}),
        REGIONAL.key: observe(REGIONAL, {**CONFORM_REGIONAL, **(regional or {})}),
    }
    return ActualBox("11111111-2222-3333-4444-555555555555", observations, "dc01.example.be")


def test_a_box_that_conforms_needs_nothing() -> None:
    made = plan(desired(), actual())
    assert not made.changed
    assert made.commands == ()


def test_one_quota_that_drifted_takes_all_quotas_along_in_one_call() -> None:
    made = plan(desired(), actual({"ProhibitSendQuota": "1 GB (1,073,741,824 bytes)"}))
    (command,) = made.commands
    assert command.cmdlet == "Set-Mailbox"
    assert command.parameters == {
        "Identity": "11111111-2222-3333-4444-555555555555",
        "IssueWarningQuota": "1887437KB",
        "ProhibitSendQuota": "2GB",
        "ProhibitSendReceiveQuota": "2GB",
        "UseDatabaseQuotaDefaults": False,
        "DomainController": "dc01.example.be",
    }
    assert made.sides() == (
        {"mailbox": {"prohibit_send_quota": "1 GB"}},
        {"mailbox": {"prohibit_send_quota": "2 GB"}},
    )


def test_quotas_hidden_by_those_of_the_database_are_drift() -> None:
    made = plan(desired(), actual({"UseDatabaseQuotaDefaults": True}))
    assert [change.setting.key for change in made.changes] == ["use_database_quota_defaults"]


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ("ForwardingAddress", "example.be/Users/Somebody"),
        ("ForwardingSmtpAddress", "smtp:somebody@example.org"),
        ("DeliverToMailboxAndForward", True),
    ],
)
def test_every_form_of_forwarding_is_taken_away(wire: str, value: Any) -> None:
    (command,) = plan(desired(), actual({wire: value})).commands
    assert command.parameters[wire] in (None, False)
    assert set(command.parameters) == {"Identity", wire, "DomainController"}


def test_what_could_not_be_read_is_neither_drift_nor_set() -> None:
    state = actual({"ProhibitSendQuota": "beaucoup", "IssueWarningQuota": "1 GB (1,073,741,824 bytes)"})
    made = plan(desired(), state)
    assert list(made.unknown) == ["mailbox.prohibit_send_quota"]
    (command,) = made.commands
    assert "ProhibitSendQuota" not in command.parameters
    assert "IssueWarningQuota" in command.parameters


def test_a_property_that_exchange_does_not_answer_is_unknown() -> None:
    observations = {MAILBOX.key: observe(MAILBOX, {}), REGIONAL.key: observe(REGIONAL, CONFORM_REGIONAL)}
    made = plan(desired(), ActualBox("guid", observations))
    assert not made.changed
    assert len(made.unknown) == len(MAILBOX.settings)


def test_a_missing_box_is_created_and_then_given_what_new_mailbox_cannot() -> None:
    made = plan(desired(organizational_unit="example.be/BMA", database="DB1"), None, Secret("correct horse"))
    new, mailbox, regional = made.commands
    assert made.creates
    assert new.cmdlet == "New-Mailbox"
    assert new.parameters["Name"] == new.parameters["Alias"] == "ec000004"
    assert new.parameters["UserPrincipalName"] == new.parameters["PrimarySmtpAddress"] == "ec000004@adm.cfwb.be"
    assert (new.parameters["OrganizationalUnit"], new.parameters["Database"]) == ("example.be/BMA", "DB1")
    quotas = {"IssueWarningQuota", "ProhibitSendQuota", "ProhibitSendReceiveQuota", "UseDatabaseQuotaDefaults"}
    assert quotas <= set(mailbox.parameters)
    assert not {"PrimarySmtpAddress", "DisplayName", "EmailAddressPolicyEnabled"} & set(mailbox.parameters)
    assert regional.cmdlet == "Set-MailboxRegionalConfiguration"
    assert "horse" not in " ".join(map(str, made.commands)) + repr(made)


def test_settings_that_are_not_said_are_not_managed() -> None:
    made = plan(desired_box("ec000004@adm.cfwb.be", {"mailbox": {}}), actual({"ForwardingSmtpAddress": "smtp:a@b.be"}))
    assert not made.changed
    assert made.unknown == {}


def test_every_fault_of_the_wanted_settings_is_told_at_once() -> None:
    with pytest.raises(BmaError) as caught:
        desired_box("ec000004@adm.cfwb.be", {"mailbox": {"colour": "red", "prohibit_send_quota": "2 gigs"}, "fax": {}})
    assert all(word in str(caught.value) for word in ("mailbox.colour", "2 gigs", "fax"))


def test_every_setting_of_every_table_is_in_a_plan_that_creates() -> None:
    changed = {(change.resource.key, change.setting.key) for change in plan(desired(), None).changes}
    assert changed == {(resource.key, setting.key) for resource in BOX for setting in resource.settings}


def test_an_unknown_carries_its_reason() -> None:
    observed = observe(MAILBOX, {"UseDatabaseQuotaDefaults": "maybe"})
    value = observed["use_database_quota_defaults"]
    assert isinstance(value, Unknown)
    assert "maybe" in value.reason
