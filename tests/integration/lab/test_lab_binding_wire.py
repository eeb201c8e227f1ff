"""How parameters bind, over the wire: what a client of remote PowerShell sees of each mistake."""

import pytest
from pypsrp.powershell import PowerShell

from tests.integration.lab.lab_clients import call, finish

pytestmark = pytest.mark.wire

BOX = "ec000001"


def sent(pool, cmdlet, *arguments):
    """Run a cmdlet with arguments in order: `(name, value)`, or a bare value for a position."""
    shell = PowerShell(pool).add_cmdlet(cmdlet)
    for argument in arguments:
        if isinstance(argument, tuple):
            shell.add_parameter(*argument)
        else:
            shell.add_argument(argument)
    return finish(shell)


def mailbox(lab, name=BOX):
    return lab.console(f"Get-Mailbox {name}").output[0]


@pytest.mark.parametrize(
    ("arguments", "error_id", "text"),
    [
        ([("Identity", BOX), ("Nope", 1)], "NamedParameterNotFound", "matches parameter name 'Nope'"),
        ([("Identity", BOX), ("ProhibitSend", "1GB")], "AmbiguousParameter", "-ProhibitSendQuota -ProhibitSendReceive"),
        ([("Identity", BOX), ("Office", "a"), ("office", "b")], "ParameterAlreadyBound", "more than once"),
        ([BOX, "x"], "PositionalParameterNotFound", "accepts argument 'x'"),
        ([("Office", "Ath")], "MissingMandatoryParameter", "mandatory parameters: Identity"),
        (
            [("Identity", BOX), ("ProhibitSendQuota", "2 elephants")],
            "ParameterArgumentTransformationError",
            "elephants",
        ),
        (
            [("Identity", BOX), ("HiddenFromAddressListsEnabled", "yes")],
            "ParameterArgumentTransformationError",
            "$True",
        ),
        ([("Identity", BOX), ("WhatIf", "no")], "ParameterArgumentTransformationError", "SwitchParameter"),
        ([("Identity", BOX), ("Languages", {"Replace": "fr-BE"})], "ParameterArgumentTransformationError", "Add"),
        ([("Identity", ""), ("Office", "Ath")], "ParameterArgumentValidationErrorEmptyString", "empty string"),
        ([("Identity", BOX), ("ErrorAction", "Perhaps")], "ParameterArgumentTransformationError", "ActionPreference"),
    ],
)
def test_what_does_not_bind_ends_the_pipeline_and_runs_nothing(lab, pool, arguments, error_id, text):
    answer = sent(pool, "Set-Mailbox", *arguments)
    assert answer.failed
    (error,) = answer.errors
    assert error.fq_error.startswith(error_id)
    assert error.fq_error.endswith(",Set-Mailbox")
    assert text in str(error)
    assert lab.journal() == []
    assert mailbox(lab)["Office"] == ""


def test_a_name_that_an_enumeration_does_not_have(pool):
    answer = call(pool, "Get-Mailbox", RecipientTypeDetails=["UserMailbox", "Letterbox"])
    assert answer.failed
    assert "Unable to match the identifier name Letterbox to a valid enumerator name" in str(answer.errors[0])
    assert len(call(pool, "Get-Mailbox", RecipientTypeDetails="usermailbox,SharedMailbox").output) == 5


@pytest.mark.parametrize("name", ["WI", "What", "whatif", "-WhatIf"])
def test_aliases_and_unique_prefixes_are_names(lab, pool, name):
    assert not sent(pool, "Set-Mailbox", BOX, ("Offi", "Ath"), (name, True)).errors
    assert lab.journal()[-1]["parameters"] == {"Identity": BOX, "Office": "Ath", "WhatIf": True}
    assert lab.journal()[-1]["outcome"] == "whatif"
    assert mailbox(lab)["Office"] == ""


def test_a_prefix_that_only_common_parameters_have_is_ambiguous_all_the_same(lab, pool):
    (error,) = sent(pool, "Set-Mailbox", BOX, ("Out", "x")).errors
    assert "-OutVariable -OutBuffer." in str(error)
    assert not sent(pool, "Set-Mailbox", BOX, ("OutV", "x"), ("Office", "Ath")).errors


def test_a_switch_that_says_no(lab, pool):
    assert not sent(pool, "Set-Mailbox", BOX, ("Office", "Ath"), ("WhatIf", False), ("Confirm", False)).errors
    assert mailbox(lab)["Office"] == "Ath"


def test_a_bare_switch_says_yes(lab, pool):
    assert not sent(pool, "Set-Mailbox", BOX, ("Office", "Ath"), ("-WhatIf",)).errors
    assert mailbox(lab)["Office"] == ""


def test_what_asks_by_default_fails_where_nobody_can_answer(lab, pool):
    assert not call(pool, "New-AcceptedDomain", Name="odd", DomainName="odd.example").errors
    answer = call(pool, "Remove-AcceptedDomain", Identity="odd")
    assert answer.failed
    assert answer.errors[0].fq_error.startswith("HostFunctionNotImplemented")
    assert "Are you sure you want to perform this action?" in str(answer.errors[0])
    assert not call(pool, "Remove-AcceptedDomain", Identity="odd", WhatIf=True).errors
    assert call(pool, "Get-AcceptedDomain", Identity="odd").output
    assert not call(pool, "Remove-AcceptedDomain", Identity="odd", Confirm=False).errors
    assert not call(pool, "Get-AcceptedDomain", Identity="odd").output


@pytest.mark.parametrize(
    ("preference", "failed", "errors"),
    [("Continue", False, 1), ("SilentlyContinue", False, 0), ("Ignore", False, 0), ("Stop", True, 1)],
)
def test_error_action(pool, preference, failed, errors):
    answer = call(pool, "Get-Mailbox", Identity="nobody", ErrorAction=preference)
    assert answer.failed is failed
    assert len(answer.errors) == errors
    if errors:
        assert answer.errors[0].reason == "ManagementObjectNotFoundException"


def test_nobody_can_be_inquired(pool):
    answer = call(pool, "Get-Mailbox", Identity="nobody", ErrorAction="Inquire")
    assert answer.failed
    assert answer.errors[-1].fq_error.startswith("HostFunctionNotImplemented")


@pytest.mark.parametrize(
    ("preference", "failed", "warnings"),
    [("Continue", False, 1), ("SilentlyContinue", False, 0), ("Ignore", False, 0), ("Stop", True, 1)],
)
def test_warning_action(pool, preference, failed, warnings):
    answer = call(pool, "Set-Mailbox", Identity=BOX, Office=None, WarningAction=preference)
    assert answer.failed is failed
    assert len(answer.warnings) == warnings
    if failed:
        assert answer.errors[0].fq_error.startswith("ActionPreferenceStop")
        assert "no settings of" in str(answer.errors[0])


def test_an_identity_that_means_two(lab, pool):
    for unit in ("BMA", "Other"):
        made = lab.console(
            f"New-Mailbox -Name twin -OrganizationalUnit {unit} -Alias twin{unit} -UserPrincipalName {unit}@x.be "
            "-Password (ConvertTo-SecureString 'Ath-2026!' -AsPlainText -Force)"
        )
        assert not made.errors
    assert len(call(pool, "Get-Mailbox", Identity="twin").output) == 2
    answer = call(pool, "Set-Mailbox", Identity="twin", Office="Ath")
    (error,) = answer.errors
    assert not answer.failed
    assert error.reason == "ManagementObjectAmbiguousException"
    assert "matches multiple entries" in str(error)
    assert mailbox(lab, "twinBMA")["Office"] == mailbox(lab, "twinOther")["Office"] == ""


def test_what_cannot_be_piped_in_is_told_once_an_object_and_the_rest_goes_on(pool):
    shell = PowerShell(pool).add_cmdlet("Get-AcceptedDomain")
    answer = finish(shell.add_cmdlet("Set-Mailbox").add_parameter("Identity", BOX))
    assert not answer.failed
    assert [error.fq_error for error in answer.errors] == ["InputObjectNotBound,Set-Mailbox"] * 2
