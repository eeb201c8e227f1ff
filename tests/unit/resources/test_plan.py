"""The plan of a box, for hand-picked states; the properties over all states are beside it."""

from __future__ import annotations

from typing import Any

import pytest

from bma.errors import BmaError
from bma.policy import BoxFacts, Policy
from bma.resources.box import AUTOMATIC_REPLIES, CLIENT_ACCESS, GRANTS, INBOX_RULES, MAILBOX, REGIONAL, SWEEP_RULES
from bma.resources.commands import Secret
from bma.resources.desired import Creation, DesiredBox, desired_box
from bma.resources.kinds import Address, Aliases, Size
from bma.resources.observation import Unknown, observe
from bma.resources.plan import ActualBox, plan
from bma.resources.resource import Resource
from bma.resources.table import Setting

FACTS = BoxFacts("ec000004@adm.cfwb.be", "École du Test", aliases=("ecole@adm.cfwb.be",), campaign="c", wave="01")
ADDRESS = FACTS.address
OBJECTS: tuple[Resource, ...] = (MAILBOX, CLIENT_ACCESS, REGIONAL, AUTOMATIC_REPLIES)


def conform(resource: Resource) -> dict[str, Any]:
    """What Exchange answers for a box that is as the default policy wants it."""
    wanted = Policy({}).settings(FACTS)[resource.key]
    return {setting.wire: _answered(setting, wanted.get(setting.key)) for setting in resource.settings}


def _answered(setting: Setting, written: Any) -> Any:
    if isinstance(setting.kind, Aliases):
        return [f"SMTP:{ADDRESS}", "X500:/o=old/cn=x", *(f"smtp:{alias.upper()}" for alias in written)]
    if isinstance(setting.kind, Size):
        normal = setting.kind.normal(written)
        return written if normal == Size.UNLIMITED else f"{written} ({normal:,} bytes)"
    return written.upper() if isinstance(setting.kind, Address) and written else written


def desired(**creation: Any) -> DesiredBox:
    return desired_box(ADDRESS, Policy({}).settings(FACTS), Creation(**creation))


def actual(mailbox: dict[str, Any] | None = None, **inside: dict[str, Any]) -> ActualBox:
    changed = {"mailbox": mailbox or {}, **inside}
    observations: dict[str, dict[str, Any]] = {
        resource.key: observe(resource.settings, {**conform(resource), **changed.get(resource.key, {})})
        for resource in OBJECTS
    }
    observations |= {section.key: section.born() for section in (INBOX_RULES, SWEEP_RULES, GRANTS)}
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
    assert [change.key for change in made.changes] == ["use_database_quota_defaults"]


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
    box = actual()
    made = plan(desired(), ActualBox("guid", {**box.observations, "mailbox": observe(MAILBOX.settings, {})}))
    assert not made.changed
    assert len(made.unknown) == len(Policy({}).settings(FACTS)["mailbox"])


def test_a_section_that_was_not_asked_for_is_unknown() -> None:
    observations = {key: value for key, value in actual().observations.items() if key != "grants"}
    made = plan(desired(), ActualBox("guid", observations))
    assert {key.partition(".")[0] for key in made.unknown} == {"grants"}


def test_a_missing_box_is_created_and_then_given_what_new_mailbox_cannot() -> None:
    made = plan(desired(organizational_unit="example.be/BMA", database="DB1"), None, Secret("correct horse"))
    new, mailbox, aliases, access, regional, replies = made.commands
    assert made.creates
    assert new.cmdlet == "New-Mailbox"
    assert new.parameters["Name"] == new.parameters["Alias"] == "ec000004"
    assert new.parameters["UserPrincipalName"] == new.parameters["PrimarySmtpAddress"] == "ec000004@adm.cfwb.be"
    assert (new.parameters["OrganizationalUnit"], new.parameters["Database"]) == ("example.be/BMA", "DB1")
    quotas = {"IssueWarningQuota", "ProhibitSendQuota", "ProhibitSendReceiveQuota", "UseDatabaseQuotaDefaults"}
    assert quotas <= set(mailbox.parameters)
    assert not {"PrimarySmtpAddress", "DisplayName", "EmailAddressPolicyEnabled"} & set(mailbox.parameters)
    assert access.parameters.keys() == {"Identity", "OWAforDevicesEnabled", "PopEnabled"}
    assert regional.cmdlet == "Set-MailboxRegionalConfiguration"
    assert regional.parameters["LocalizeDefaultFolderName"] is True
    assert replies.parameters["ExternalAudience"] == "None"
    # Exchange refuses EmailAddresses beside PrimarySmtpAddress, and the collection as a whole would lose entries.
    assert aliases.parameters["EmailAddresses"] == {"Add": ["smtp:ecole@adm.cfwb.be"]}
    assert "horse" not in " ".join(map(str, made.commands)) + repr(made)


def test_settings_that_are_not_said_are_not_managed() -> None:
    made = plan(desired_box("ec000004@adm.cfwb.be", {"mailbox": {}}), actual({"ForwardingSmtpAddress": "smtp:a@b.be"}))
    assert not made.changed
    assert made.unknown == {}


def test_every_fault_of_the_wanted_settings_is_told_at_once() -> None:
    with pytest.raises(BmaError) as caught:
        desired_box("ec000004@adm.cfwb.be", {"mailbox": {"colour": "red", "prohibit_send_quota": "2 gigs"}, "fax": {}})
    assert all(word in str(caught.value) for word in ("mailbox.colour", "2 gigs", "fax"))


def test_every_managed_setting_of_every_object_is_in_a_plan_that_creates() -> None:
    changed = {(change.section, change.key) for change in plan(desired(), None).changes}
    wanted = Policy({}).settings(FACTS)
    assert {(resource.key, key) for resource in OBJECTS for key in wanted[resource.key]} <= changed


def test_what_a_creation_would_do_is_what_the_next_plan_does_not_find() -> None:
    """The box as New-Mailbox and the Set cmdlets leave it conforms: nothing is predicted twice."""
    assert plan(desired(), actual()).commands == ()


def test_a_holder_may_have_to_choose_a_password() -> None:
    new = plan(desired(change_password_at_next_logon=True), None).commands[0]
    assert new.parameters["ResetPasswordOnNextLogon"] is True
    assert "ResetPasswordOnNextLogon" not in plan(desired(), None).commands[0].parameters


def test_an_alias_that_is_missing_is_added_and_others_stay() -> None:
    (command,) = plan(
        desired(), actual({"EmailAddresses": [f"SMTP:{ADDRESS}", "smtp:old@adm.cfwb.be", "SIP:x"]})
    ).commands
    assert command.parameters["EmailAddresses"] == {"Add": ["smtp:ecole@adm.cfwb.be"]}


def test_an_alias_and_the_address_never_travel_together() -> None:
    state = actual({"EmailAddresses": [f"SMTP:{ADDRESS}"], "PrimarySmtpAddress": "old@adm.cfwb.be"})
    address, aliases = plan(desired(), state).commands
    assert "PrimarySmtpAddress" in address.parameters
    assert "EmailAddresses" not in address.parameters
    assert set(aliases.parameters) == {"Identity", "EmailAddresses", "DomainController"}


def test_formats_travel_with_the_language_that_makes_them_valid() -> None:
    (command,) = plan(desired(), actual(regional={"Language": "en-US"})).commands
    sent = {"Language": "fr-BE", "DateFormat": "dd-MM-yy", "TimeFormat": "HH:mm", "LocalizeDefaultFolderName": True}
    assert sent.items() <= command.parameters.items()
    assert "TimeZone" not in command.parameters


def test_formats_that_policy_does_not_say_are_cleared_with_the_language_they_were_valid_for() -> None:
    wish = desired_box(ADDRESS, {"regional": {"language": "nl-BE"}})
    (command,) = plan(wish, actual()).commands
    assert command.parameters["DateFormat"] is command.parameters["TimeFormat"] is None
    (command,) = plan(desired_box(ADDRESS, {"regional": {"time_zone": "UTC"}}), actual()).commands
    assert "DateFormat" not in command.parameters


def test_folders_that_are_named_already_are_not_named_again() -> None:
    (command,) = plan(desired(), actual(regional={"TimeZone": "UTC"})).commands
    assert set(command.parameters) == {"Identity", "TimeZone", "DomainController"}


@pytest.mark.parametrize("answered", [None, True])
def test_web_services_that_were_never_set_are_let_in(answered: bool | None) -> None:
    assert not plan(desired(), actual(client_access={"EwsEnabled": answered})).changed


def test_mapi_over_http_left_to_the_organisation_is_not_the_same_as_said() -> None:
    assert not plan(desired(), actual(client_access={"MapiHttpEnabled": None})).changed
    (command,) = plan(desired(), actual(client_access={"MapiHttpEnabled": False})).commands
    assert command.parameters["MapiHttpEnabled"] is None


def test_policies_are_compared_by_name_whatever_the_letters() -> None:
    assert not plan(desired(), actual({"RoleAssignmentPolicy": "bma role assignment policy"})).changed
    (change,) = plan(desired(), actual({"RoleAssignmentPolicy": "Default Role Assignment Policy"})).changes
    assert change.after == "BMA Role Assignment Policy"


def test_an_unknown_carries_its_reason() -> None:
    observed = observe(MAILBOX.settings, {"UseDatabaseQuotaDefaults": "maybe"})
    value = observed["use_database_quota_defaults"]
    assert isinstance(value, Unknown)
    assert "maybe" in value.reason
