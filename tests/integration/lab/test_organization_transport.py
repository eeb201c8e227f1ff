"""Domains, connectors, mail flow rules and settings over the wire; modelled where no comment says recorded."""

import pytest

from tests.integration.lab.lab_clients import call, session

pytestmark = pytest.mark.wire


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


def done(answer):
    assert not answer.errors
    assert not answer.failed
    return answer


def test_an_accepted_domain_lives_and_dies(pool):
    new = done(call(pool, "New-AcceptedDomain", Name="Shared", DomainName="shared.be", DomainType="InternalRelay"))
    assert (new.first["DomainType"], new.first["Default"]) == ("InternalRelay", False)
    assert len(new.first) == 39  # as recorded on Exchange 2019
    done(call(pool, "Set-AcceptedDomain", Identity="shared.be", MakeDefault=True))
    assert [one["Name"] for one in get(pool, "AcceptedDomain") if one["Default"]] == ["Shared"]
    assert reason(call(pool, "Remove-AcceptedDomain", Identity="Shared", Confirm=False)) == "InvalidOperationException"
    done(call(pool, "Set-AcceptedDomain", Identity="adm.cfwb.be", MakeDefault=True))
    done(call(pool, "Remove-AcceptedDomain", Identity="Shared", Confirm=False))
    assert reason(call(pool, "Get-AcceptedDomain", Identity="Shared")) == "ManagementObjectNotFoundException"


def test_what_an_accepted_domain_refuses(pool):
    taken = call(pool, "New-AcceptedDomain", Name="Other", DomainName="ADM.cfwb.be")
    assert reason(taken) == "ADObjectAlreadyExistsException"
    same = call(pool, "New-AcceptedDomain", Name="lab.example", DomainName="x.be")
    assert "already exists" in str(same.errors[0])
    immutable = call(pool, "Set-AcceptedDomain", Identity="adm.cfwb.be", DomainName="x.be")
    assert str(immutable.errors[0]) == "A parameter cannot be found that matches parameter name 'DomainName'."
    unknown = call(pool, "Set-AcceptedDomain", Identity="adm.cfwb.be", DomainType="Sideways")
    assert "Authoritative, ExternalRelay, InternalRelay" in str(unknown.errors[0])
    missing = call(pool, "New-AcceptedDomain", Name="x")
    assert "missing mandatory parameters: DomainName" in str(missing.errors[0])
    same = call(pool, "Set-AcceptedDomain", Identity="adm.cfwb.be", DomainType="authoritative")
    assert same.warnings == [
        "The command completed successfully but no settings of 'adm.cfwb.be' have been modified."
    ]  # recorded


def test_removing_asks_unless_it_is_told_not_to(pool, lab):
    done(call(pool, "New-AcceptedDomain", Name="Shared", DomainName="shared.be"))
    asked = call(pool, "Remove-AcceptedDomain", Identity="Shared")
    assert asked.failed
    assert reason(asked) == "HostException"
    done(call(pool, "Remove-AcceptedDomain", Identity="Shared", WhatIf=True))
    assert len(get(pool, "AcceptedDomain", Identity="Shared")) == 1
    assert [one["outcome"] for one in lab.journal()][-2] == "whatif"


def test_automatic_forwarding_of_remote_domains(pool):
    """Documented: the built-in domain is born with it off, new ones with it on."""
    done(call(pool, "New-RemoteDomain", Name="Partner", DomainName="partner.be"))
    assert [(one["DomainName"], one["AutoForwardEnabled"]) for one in get(pool, "RemoteDomain")] == [
        ("*", False), ("partner.be", True),
    ]  # fmt: skip
    assert reason(call(pool, "Remove-RemoteDomain", Identity="Default", Confirm=False)) == "InvalidOperationException"


def test_replies_and_internal_change_each_other(pool):
    """Documented coupling of AllowedOOFType and IsInternal."""
    done(call(pool, "New-RemoteDomain", Name="Partner", DomainName="partner.be"))
    done(call(pool, "Set-RemoteDomain", Identity="Partner", AllowedOOFType="InternalLegacy"))
    (partner,) = get(pool, "RemoteDomain", Identity="Partner")
    assert (partner["AllowedOOFType"], partner["IsInternal"]) == ("InternalLegacy", True)
    done(call(pool, "Set-RemoteDomain", Identity="Partner", IsInternal=False))
    (partner,) = get(pool, "RemoteDomain", Identity="Partner")
    assert (partner["AllowedOOFType"], partner["IsInternal"]) == ("ExternalLegacy", False)


def test_a_remote_domain_settles_before_it_can_be_set(lab, pool):
    lab.set_knob("settling", 60)
    done(call(pool, "New-RemoteDomain", Name="Partner", DomainName="partner.be"))
    early = call(pool, "Set-RemoteDomain", Identity="Partner", AutoForwardEnabled=False)
    assert reason(early) == "ManagementObjectNotFoundException"
    done(call(pool, "Set-RemoteDomain", Identity="Default", AutoReplyEnabled=True))
    lab.set_knob("settling", 0)
    done(call(pool, "Set-RemoteDomain", Identity="Partner", AutoForwardEnabled=False))
    assert get(pool, "RemoteDomain", Identity="Partner")[0]["AutoForwardEnabled"] is False


def test_a_send_connector_normalises_what_it_is_given(lab, pool):
    made = done(
        call(pool, "New-SendConnector", Name="Legacy", AddressSpaces=["adm.cfwb.be", "smtp:x.be;5"],
             SmartHosts=["10.0.0.1", "mail.legacy.be"], SourceTransportServers=["ex01.lab.example"],
             MaxMessageSize="30MB")
    )  # fmt: skip
    assert listed(made.first["AddressSpaces"]) == ["SMTP:adm.cfwb.be;1", "SMTP:x.be;5"]  # recorded form
    assert listed(made.first["SmartHosts"]) == ["[10.0.0.1]", "mail.legacy.be"]
    assert listed(made.first["SourceTransportServers"]) == ["EX01"]
    assert made.first["MaxMessageSize"] == "30 MB (31,457,280 bytes)"
    assert made.first["DNSRoutingEnabled"] is False
    again = call(pool, "Set-SendConnector", Identity="Legacy", AddressSpaces=["SMTP:adm.cfwb.be;1", "SMTP:x.be;5"])
    assert "no settings of 'Legacy' have been modified" in again.warnings[0]
    done(call(pool, "Set-SendConnector", Identity="Legacy", AddressSpaces={"Add": ["y.be"], "Remove": ["x.be;5"]}))
    lab.restart()
    with session(lab) as later:
        (kept,) = get(later, "SendConnector")
        assert listed(kept["AddressSpaces"]) == ["SMTP:adm.cfwb.be;1", "SMTP:y.be;1"]


def test_what_a_send_connector_refuses(pool):
    clash = call(pool, "New-SendConnector", Name="X", AddressSpaces="x.be", SmartHosts="h.be", DNSRoutingEnabled=True)
    assert reason(clash) == "InvalidOperationException"
    nowhere = call(pool, "New-SendConnector", Name="X", AddressSpaces="x.be", DNSRoutingEnabled=False)
    assert reason(nowhere) == "InvalidOperationException"
    server = call(pool, "New-SendConnector", Name="X", AddressSpaces="x.be", SourceTransportServers="EX09")
    assert reason(server) == "ManagementObjectNotFoundException"
    assert reason(call(pool, "New-SendConnector", Name="X", AddressSpaces="a b;x;c")) == "DataValidationException"
    assert "AddressSpaces" in str(call(pool, "New-SendConnector", Name="X").errors[0])
    assert get(pool, "SendConnector") == []


def test_a_rule_against_automatic_forwarding(pool):
    done(
        call(pool, "New-TransportRule", Name="Block", FromScope="InOrganization", SentToScope="NotInOrganization",
             MessageTypeMatches="AutoForward", RejectMessageReasonText="Not allowed",
             SenderAddressLocation="HeaderOrEnvelope")
    )  # fmt: skip
    (rule,) = get(pool, "TransportRule", Identity="Block")
    assert (rule["State"], rule["Mode"], rule["Priority"]) == ("Enabled", "Enforce", 0)
    assert rule["RejectMessageEnhancedStatusCode"] == "5.7.1"
    assert rule["SubjectContainsWords"] is None  # a list that was never set is null, not empty
    done(call(pool, "Set-TransportRule", Identity="Block", SubjectContainsWords=["a", "b"]))
    done(call(pool, "Set-TransportRule", Identity="Block", SubjectContainsWords=None))
    assert get(pool, "TransportRule")[0]["SubjectContainsWords"] is None
    done(call(pool, "Disable-TransportRule", Identity="Block", Confirm=False))
    assert [one["Name"] for one in get(pool, "TransportRule", State="Disabled")] == ["Block"]
    done(call(pool, "Enable-TransportRule", Identity="Block", Mode="Audit"))
    assert get(pool, "TransportRule", State="Enabled")[0]["Mode"] == "Audit"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"RejectMessageReasonText": "x" * 257}, "DataValidationException"),
        ({"RejectMessageReasonText": "x", "RejectMessageEnhancedStatusCode": "5.7.2"}, "DataValidationException"),
        ({"FromScope": "InOrganization"}, "InvalidOperationException"),
        ({"DeleteMessage": True, "Priority": 4}, "ArgumentOutOfRangeException"),
        ({"RedirectMessageTo": ["nobody"]}, "ManagementObjectNotFoundException"),
        ({"DeleteMessage": True, "MessageTypeMatches": "Carrier"}, "ParameterBindingArgumentTransformationException"),
    ],
)
def test_what_a_rule_refuses(pool, parameters, error):
    assert reason(call(pool, "New-TransportRule", Name="X", **parameters)) == error
    assert get(pool, "TransportRule") == []


def test_priorities_stay_without_a_gap(pool):
    for name, place in (("a", None), ("b", None), ("c", 0)):
        more = {} if place is None else {"Priority": place}
        done(call(pool, "New-TransportRule", Name=name, DeleteMessage=True, **more))
    done(call(pool, "Set-TransportRule", Identity="b", Priority=0))
    assert [(one["Name"], one["Priority"]) for one in get(pool, "TransportRule")] == [("b", 0), ("c", 1), ("a", 2)]
    done(call(pool, "Remove-TransportRule", Identity="c", Confirm=False))
    assert [(one["Name"], one["Priority"]) for one in get(pool, "TransportRule")] == [("b", 0), ("a", 1)]


def test_settings_of_the_organization(pool):
    (before,) = get(pool, "OrganizationConfig")
    assert len(before) == 169  # as recorded on Exchange 2019
    assert before["EwsEnabled"] is None
    done(call(pool, "Set-OrganizationConfig", EwsEnabled=False, EwsBlockList=["x/*"]))
    (after,) = get(pool, "OrganizationConfig")
    assert after["EwsEnabled"] is False
    assert listed(after["EwsBlockList"]) == ["x/*"]
    done(call(pool, "Set-OrganizationConfig", EwsEnabled=None, EwsBlockList=None))
    (reset,) = get(pool, "OrganizationConfig")
    assert (reset["EwsEnabled"], reset["EwsBlockList"]) == (None, None)
    done(call(pool, "Set-TransportConfig", MaxSendSize="50MB", ExternalDsnReportingAuthority="adm.cfwb.be"))
    (transport,) = get(pool, "TransportConfig")
    assert transport["MaxSendSize"] == "50 MB (52,428,800 bytes)"
    assert transport["ExternalDsnReportingAuthority"] == "adm.cfwb.be"


def test_protocol_settings_ask_for_a_restart(pool):
    changed = done(call(pool, "Set-ImapSettings", Server="EX01", MaxCommandSize=16384, LoginType=2))
    assert "restarted" in changed.warnings[0]
    (imap,) = get(pool, "ImapSettings", Server="ex01.lab.example")
    assert (imap["MaxCommandSize"], imap["LoginType"], imap["ProxyTargetPort"]) == (
        16384, "PlainTextAuthentication", 1993,
    )  # fmt: skip
    assert reason(call(pool, "Set-ImapSettings", MaxCommandSize=1023)) == "DataValidationException"
    assert reason(call(pool, "Set-PopSettings", AuthenticatedConnectionTimeout="02:00:00")) == "DataValidationException"
    assert reason(call(pool, "Get-ImapSettings", Server="EX09")) == "ManagementObjectNotFoundException"
    assert get(pool, "PopSettings")[0]["MaxConnectionsPerUser"] == 16


def test_databases_tell_their_size_only_when_asked(pool):
    plain = get(pool, "MailboxDatabase", Identity="DB01")[0]
    assert (plain["Mounted"], plain["DatabaseSize"]) == (None, None)
    mounted = get(pool, "MailboxDatabase", Identity="DB01", Status=True)[0]
    assert mounted["Mounted"] is True
    assert mounted["DatabaseSize"].endswith(" bytes)")
    assert mounted["AvailableNewMailboxSpace"].endswith(" bytes)")
    above = call(pool, "Set-MailboxDatabase", Identity="DB01", IssueWarningQuota="3GB")
    assert reason(above) == "DataValidationException"
    done(call(pool, "Set-MailboxDatabase", Identity="DB01", IssueWarningQuota="1GB"))
    assert get(pool, "MailboxDatabase", Identity="DB01")[0]["IssueWarningQuota"] == "1 GB (1,073,741,824 bytes)"


def test_the_culture_of_the_server_is_that_of_its_sizes(lab, pool):
    lab.set_knob("culture", "fr-BE")
    assert get(pool, "TransportConfig")[0]["MaxSendSize"].endswith(" octets)")


def test_what_the_organization_runs_on(pool):
    assert get(pool, "ExchangeServer", Status=True)[0]["CurrentConfigDomainController"] == "dc01.lab.example"
    assert [one["DnsHostName"] for one in get(pool, "DomainController")] == ["dc01.lab.example", "dc02.lab.example"]
    assert get(pool, "OrganizationalUnit", Identity="lab.example/Users")[0]["Name"] == "Users"
    assert get(pool, "PowerShellVirtualDirectory", Server="EX01")[0]["BasicAuthentication"] is False
    assert len(get(pool, "ReceiveConnector", Server="EX01")) == 5
    health = call(pool, "Test-ServiceHealth")
    assert all(item.adapted_properties["RequiredServicesRunning"] for item in health.output)
