import pytest

from lab.exchange.binding import Signature, TerminatingError, parameters
from lab.exchange.cmdlets import CMDLETS
from lab.exchange.values import Secure

SET = CMDLETS["set-mailbox"].signature
NEW = CMDLETS["new-mailbox"].signature


def refusal(signature, *arguments):
    with pytest.raises(TerminatingError) as caught:
        signature.bind(arguments)
    return caught.value.error


def test_names_aliases_prefixes_and_positions():
    bound = SET.bind([(None, "ec1"), ("-office", "Ath"), ("WI", True), ("Deliver", True)])
    assert bound == {"Identity": "ec1", "Office": "Ath", "WhatIf": True, "DeliverToMailboxAndForward": True}


def test_an_unknown_parameter_reads_as_in_powershell():
    error = refusal(SET, ("Identity", "x"), ("Nope", 1))
    assert error.message == "A parameter cannot be found that matches parameter name 'Nope'."
    assert error.error_id == "NamedParameterNotFound,Set-Mailbox"


def test_an_ambiguous_prefix_names_what_it_could_be():
    error = refusal(SET, ("Identity", "x"), ("ProhibitSend", "1GB"))
    assert "-ProhibitSendQuota -ProhibitSendReceiveQuota." in error.message


def test_a_prefix_means_the_cmdlets_own_parameter_before_a_common_one():
    one = Signature.of("Get-X", parameters("Verb:String=vr; Other:String"))
    assert one.bind([("Ver", "x")]) == {"Verb": "x"}
    assert refusal(one, ("O", "x"), ("Other", "y")).error_id.startswith("ParameterAlreadyBound")
    assert one.bind([("v", "x")]) == {"Verb": "x"}


def test_an_alias_may_be_cut_short_as_well():
    one = Signature.of("Get-X", parameters("Colour:String=paint; Confirm:SwitchParameter=cf"))
    assert one.bind([("Pa", "x"), ("cf", True)]) == {"Colour": "x", "Confirm": True}
    assert refusal(one, ("C", "x")).message.endswith("-Colour -Confirm.")


def test_a_quota_nobody_understands():
    error = refusal(SET, ("Identity", "x"), ("ProhibitSendQuota", "2 elephants"))
    assert error.message.startswith("Cannot process argument transformation on parameter 'ProhibitSendQuota'. ")
    assert error.reason == "ParameterBindingArgumentTransformationException"


def test_missing_mandatory_parameters_are_named():
    assert "missing mandatory parameters: Password UserPrincipalName." in refusal(NEW, ("Name", "x")).message


def test_a_parameter_set_of_its_own_needs_no_password():
    assert NEW.bind([("Name", "x"), ("Shared", True)]) == {"Name": "x", "Shared": True}
    assert refusal(NEW, ("Name", "x"), ("Shared", True), ("Room", True)).error_id.startswith("AmbiguousParameterSet")


def test_secure_strings_take_no_plain_text():
    secret = Secure("geheim")
    assert repr(secret) == "***"
    assert NEW.bind([("Name", "x"), ("UserPrincipalName", "x@y.be"), ("Password", secret)])["Password"] is secret
    error = refusal(NEW, ("Name", "x"), ("UserPrincipalName", "x@y.be"), ("Password", "geheim"))
    assert "System.Security.SecureString" in error.message


@pytest.mark.parametrize(
    ("name", "value", "error_id"),
    [
        ("Identity", None, "ParameterArgumentValidationErrorNullNotAllowed"),
        ("EmailAddressPolicyEnabled", "yes", "ParameterArgumentTransformationError"),
        ("EmailAddresses", {"Replace": ["x"]}, "ParameterArgumentTransformationError"),
        ("PrimarySmtpAddress", "no address", "ParameterArgumentTransformationError"),
    ],
)
def test_values_that_do_not_fit(name, value, error_id):
    assert refusal(SET, (name, value)).error_id.startswith(error_id)


def test_null_is_a_value():
    bound = SET.bind([("Identity", "x"), ("ForwardingAddress", None), ("ForwardingSmtpAddress", None)])
    assert bound["ForwardingAddress"] is None
    assert bound["ForwardingSmtpAddress"] is None
    assert (
        CMDLETS["set-casmailbox"].signature.bind([("Identity", "x"), ("MapiHttpEnabled", None)])["MapiHttpEnabled"]
        is None
    )


def test_given_twice_and_given_too_many():
    assert refusal(SET, ("Identity", "x"), ("Identity", "y")).error_id.startswith("ParameterAlreadyBound")
    assert refusal(SET, (None, "x"), (None, "y")).error_id.startswith("PositionalParameterNotFound")


def test_the_notation_is_checked():
    with pytest.raises(ValueError):
        Signature.of("Get-X", parameters("Name String"))
