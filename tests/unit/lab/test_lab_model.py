import itertools
import json

import pytest

from lab import ExchangeLab
from lab.exchange.accounts import Accounts
from lab.exchange.console import ConsoleError, parse
from lab.exchange.faultplan import FaultPlan, RuleError
from lab.exchange.journal import Journal, read_journal
from lab.exchange.knobs import KnobError, Knobs
from lab.exchange.values import Secure
from lab.exchange.wire.httpd import LoopbackError

SECRET = "(ConvertTo-SecureString 'Ath-2026!' -AsPlainText -Force)"


@pytest.fixture
def lab(tmp_path):
    endpoint = ExchangeLab(tmp_path)
    endpoint.seed({"name": f"ec{n:06d}", "address": f"ec{n:06d}@adm.cfwb.be"} for n in range(5))
    yield endpoint
    endpoint.stop()


def ask(lab, line):
    result = lab.console(line)
    assert not result.errors, result.errors
    return result.output


def refused(lab, line):
    (text,) = lab.console(line).errors
    return text


def one(lab, name="ec000001"):
    return ask(lab, f"Get-Mailbox -Identity {name}")[0]


@pytest.mark.parametrize("form", ["{Guid}", "{Alias}", "{PrimarySmtpAddress}", "'{Identity}'", "'{DistinguishedName}'",
                                  "{UserPrincipalName}", "'{LegacyExchangeDN}'", "LAB\\{SamAccountName}"])  # fmt: skip
def test_identities(lab, form):
    box = one(lab)
    assert one(lab, form.format(**box))["Guid"] == box["Guid"]


def test_not_found_and_ambiguous(lab):
    text = refused(lab, "Get-Mailbox nobody")
    assert (
        text == "The operation couldn't be performed because object 'nobody' couldn't be found on 'dc01.lab.example'."
    )
    ask(lab, f"New-Mailbox -Name other -UserPrincipalName o@lab.example -Password {SECRET}")
    ask(
        lab,
        f"New-Mailbox -Name ec000001 -OrganizationalUnit BMA -Alias twin "
        f"-UserPrincipalName t@lab.example -Password {SECRET}",
    )
    assert len(ask(lab, "Get-Mailbox ec000001")) == 2
    assert "matches multiple entries" in refused(lab, "Set-Mailbox ec000001 -Office Ath")


def test_new_mailbox_with_a_primary_address_leaves_the_policy(lab):
    line = f"New-Mailbox -Name 'Ecole d''Ath' -UserPrincipalName ath@lab.example -Password {SECRET}"
    (box,) = ask(lab, line + " -PrimarySmtpAddress Ecole.Ath@adm.cfwb.be")
    assert box["EmailAddressPolicyEnabled"] is False
    assert box["Alias"] == "ath"
    assert box["PrimarySmtpAddress"] == "Ecole.Ath@adm.cfwb.be"
    assert box["PoliciesExcluded"] == ["{26491cfc-9e50-4857-861b-0cb8df22b5d7}"]
    (ruled,) = ask(lab, f"New-Mailbox -Name mons -UserPrincipalName mons@lab.example -Password {SECRET}")
    assert ruled["EmailAddressPolicyEnabled"] is True
    assert ruled["EmailAddresses"] == ["SMTP:mons@adm.cfwb.be"]
    assert lab.journal()[-1]["parameters"]["Password"] == "***"


def test_names_and_addresses_are_unique(lab):
    new = f"New-Mailbox -Password {SECRET}"
    assert "already exists" in refused(lab, f"{new} -Name ec000001 -UserPrincipalName a@lab.example")
    assert "UserPrincipalName" in refused(lab, f"{new} -Name a -UserPrincipalName EC000001@adm.cfwb.be")
    assert '"Alias"' in refused(lab, f"{new} -Name a -UserPrincipalName a@lab.example -Alias EC000001")
    clash = refused(lab, f"{new} -Name a -UserPrincipalName a@lab.example -PrimarySmtpAddress EC000001@adm.cfwb.be")
    assert clash == (
        'The proxy address "SMTP:EC000001@adm.cfwb.be" is already being used by the proxy addresses or '
        'LegacyExchangeDN of "lab.example/Users/ec000001". Please choose another proxy address.'
    )
    assert lab.journal()[-1]["outcome"] == "error:ProxyAddressExistsException"
    assert "accepted domain" in refused(
        lab, f"{new} -Name a -UserPrincipalName a@lab.example -PrimarySmtpAddress a@b.be"
    )
    assert "64" in refused(lab, f"{new} -Name {'a' * 65} -UserPrincipalName a@lab.example")


def test_quotas_are_checked_on_the_result_of_the_whole_command(lab):
    ask(lab, "Set-Mailbox ec000001 -ProhibitSendReceiveQuota 3GB -ProhibitSendQuota 2GB -IssueWarningQuota 1GB "
             "-UseDatabaseQuotaDefaults $false")  # fmt: skip
    assert "IssueWarningQuota" in refused(lab, "Set-Mailbox ec000001 -IssueWarningQuota 4GB")
    assert "ProhibitSendQuota" in refused(lab, "Set-Mailbox ec000001 -ProhibitSendReceiveQuota 1500MB")
    ask(lab, "Set-Mailbox ec000001 -ProhibitSendReceiveQuota 5GB -IssueWarningQuota 4GB")
    box = one(lab)
    assert box["IssueWarningQuota"] == "4 GB (4,294,967,296 bytes)"
    assert box["UseDatabaseQuotaDefaults"] is False


def test_a_set_that_changes_nothing_warns(lab):
    result = lab.console("Set-Mailbox ec000001 -ProhibitSendQuota Unlimited")
    assert result.warnings == [
        "The command completed successfully but no settings of 'lab.example/Users/ec000001' have been modified."
    ]


def test_addresses(lab):
    ask(lab, "Set-Mailbox ec000001 -EmailAddresses @{Add='a@adm.cfwb.be','X500:/o=x/cn=y'; Remove='none@adm.cfwb.be'}")
    ask(lab, "Set-Mailbox ec000001 -PrimarySmtpAddress New.Name@adm.cfwb.be")
    assert one(lab)["EmailAddresses"] == [
        "SMTP:New.Name@adm.cfwb.be", "smtp:ec000001@adm.cfwb.be", "smtp:a@adm.cfwb.be", "X500:/o=x/cn=y",
    ]  # fmt: skip
    assert "same command" in refused(
        lab, "Set-Mailbox ec000001 -PrimarySmtpAddress b@adm.cfwb.be -EmailAddresses c@adm.cfwb.be"
    )
    assert "primary" in refused(lab, "Set-Mailbox ec000001 -EmailAddresses @{Remove='New.Name@adm.cfwb.be'}")
    ask(lab, "Set-Mailbox ec000001 -EmailAddresses b@adm.cfwb.be,smtp:c@adm.cfwb.be")
    assert one(lab)["EmailAddresses"] == ["SMTP:b@adm.cfwb.be", "smtp:c@adm.cfwb.be"]
    ask(lab, "Set-Mailbox ec000001 -EmailAddressPolicyEnabled $true")
    assert one(lab)["PrimarySmtpAddress"] == "ec000001@adm.cfwb.be"
    assert "policy" in refused(lab, "Set-Mailbox ec000001 -PrimarySmtpAddress z@adm.cfwb.be")


def test_forwarding(lab):
    ask(lab, "New-MailContact -Name Externe -ExternalEmailAddress x@example.org")
    ask(lab, "Set-Mailbox ec000001 -ForwardingSmtpAddress SMTP:Y@example.org -DeliverToMailboxAndForward $true")
    result = lab.console("Set-Mailbox ec000001 -ForwardingAddress x@example.org")
    assert "overridden" in result.warnings[0]
    box = one(lab)
    assert box["ForwardingSmtpAddress"] == "smtp:Y@example.org"
    assert box["ForwardingAddress"] == "lab.example/Users/Externe"
    assert len(ask(lab, "Get-Mailbox -Filter 'ForwardingAddress -ne $null'")) == 1
    by_name = "Get-Mailbox -Filter \"ForwardingAddress -eq 'CN=Externe,CN=Users,DC=lab,DC=example'\""
    assert len(ask(lab, by_name)) == 1
    assert "couldn't be found" in refused(lab, "Set-Mailbox ec000001 -ForwardingAddress nobody")
    ask(lab, "Set-Mailbox ec000001 -ForwardingAddress $null -ForwardingSmtpAddress $null")
    assert one(lab)["ForwardingSmtpAddress"] is None


def test_result_size(lab):
    result = lab.console("Get-Mailbox -ResultSize 2")
    assert len(result.output) == 2
    assert "ResultSize" in result.warnings[0]
    assert len(lab.console("Get-Mailbox -ResultSize Unlimited").output) == 5


def test_regional(lab):
    before = ask(lab, "Get-MailboxRegionalConfiguration ec000001")[0]
    assert before["Language"] is None
    assert before["TimeZone"] is None
    ask(lab, "Set-MailboxRegionalConfiguration ec000001 -Language fr-be -TimeZone 'romance standard time'")
    after = ask(lab, "Get-MailboxRegionalConfiguration ec000001 -VerifyDefaultFolderNameLanguage")[0]
    assert (after["Language"], after["DateFormat"], after["TimeZone"]) == (
        "fr-BE",
        "d/MM/yyyy",
        "Romance Standard Time",
    )
    assert "isn't valid" in refused(lab, "Set-MailboxRegionalConfiguration ec000001 -DateFormat M/d/yyyy")
    assert "time zone" in refused(lab, "Set-MailboxRegionalConfiguration ec000001 -TimeZone Namur")
    assert one(lab)["Languages"] == ["fr-BE"]


def test_cas(lab):
    ask(lab, "Set-CASMailbox ec000001 -ImapEnabled $false -MapiHttpEnabled $true")
    ask(lab, "Set-CASMailbox ec000001 -MapiHttpEnabled $null")
    box = ask(lab, "Get-CASMailbox ec000001")[0]
    assert (box["ImapEnabled"], box["MapiHttpEnabled"], box["EwsEnabled"]) == (False, None, None)
    assert lab.console("Set-CASMailbox ec000001 -ImapEnabled $false").warnings


def test_enable_mailbox_groups_and_recipients(lab):
    lab.seed([{"name": "plain", "kind": "user"}])
    assert ask(lab, "Get-User plain")[0]["RecipientTypeDetails"] == "User"
    (box,) = ask(lab, "Enable-Mailbox plain -PrimarySmtpAddress p@adm.cfwb.be")
    assert box["RecipientTypeDetails"] == "UserMailbox"
    assert "does not support" in refused(lab, "Enable-Mailbox plain")
    (group,) = ask(lab, "New-DistributionGroup -Name Directions -ManagedBy plain -Members ec000001,ec000002")
    assert group["ManagedBy"] == ["lab.example/Users/plain"]
    assert len(ask(lab, "Get-Recipient -RecipientType MailUniversalDistributionGroup")) == 1


def test_what_if_writes_nothing(lab):
    result = lab.console("Set-Mailbox ec000001 -Office Ath -WhatIf")
    assert result.host == ['What if: Setting mailbox "lab.example/Users/ec000001".']
    assert one(lab)["Office"] == ""
    assert lab.journal()[0]["outcome"] == "whatif"


def test_refused_writes_are_journalled(lab):
    lab.set_knob("refuse_writes", "true")
    assert "no writes" in refused(lab, "Set-Mailbox ec000001 -Office Ath")
    assert lab.journal()[-1]["outcome"] == "refused"
    assert one(lab)["Office"] == ""


def test_the_other_domain_controller_lags(tmp_path):
    lab = ExchangeLab(tmp_path, replication_delay=10)
    clock = itertools.count(1_700_000_000)
    now = [float(next(clock))]
    lab.model.clock = lambda: now[0]
    lab.seed([{"name": "a", "address": "a@adm.cfwb.be"}])
    ask(lab, f"New-Mailbox -Name b -UserPrincipalName b@lab.example -Password {SECRET}")
    ask(lab, "Set-Mailbox a -Office Ath")
    there = "-DomainController dc02.lab.example"
    assert "dc02.lab.example" in refused(lab, f"Get-Mailbox b {there}")
    assert ask(lab, f"Get-Mailbox a {there}")[0]["Office"] == ""
    assert ask(lab, "Get-Mailbox a")[0]["Office"] == "Ath"
    assert len(ask(lab, f"Get-Mailbox {there}")) == 1
    now[0] += 11
    assert ask(lab, f"Get-Mailbox a {there}")[0]["Office"] == "Ath"
    assert ask(lab, f"Get-Mailbox b {there}")[0]["OriginatingServer"] == "dc02.lab.example"
    assert "0x51" in refused(lab, "Get-Mailbox a -DomainController dc09")
    lab.stop()


def test_the_state_survives(tmp_path):
    first = ExchangeLab(tmp_path)
    first.seed([{"name": "a", "address": "a@adm.cfwb.be"}])
    ask(first, "Set-Mailbox a -CustomAttribute1 'é ☃'")
    secret = first.account().password()
    second = ExchangeLab(tmp_path)  # the first was never closed, as after kill -9
    assert one(second, "a")["CustomAttribute1"] == "é ☃"
    assert second.account("migration").password() == secret
    second.reset()
    assert ask(second, "Get-Mailbox") == []
    assert second.account().password() == secret
    for endpoint in (first, second):
        endpoint.stop()


def test_a_journal_line_cut_by_a_kill_is_dropped(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"seq": 1, "cmdlet": "Get-X"}\n{"seq": 2, "cmd')
    assert len(read_journal(path)) == 1
    journal = Journal(path)
    journal.add({"cmdlet": "Get-Y"})
    assert [(record["seq"], record["cmdlet"]) for record in journal.records()] == [(1, "Get-X"), (2, "Get-Y")]
    journal.close()


def test_passwords_are_private(tmp_path):
    accounts = Accounts(tmp_path)
    for account in accounts:
        assert account.password_file.stat().st_mode & 0o777 == 0o600
    assert accounts.ntlm_file.stat().st_mode & 0o777 == 0o600
    assert accounts[r"LAB\audit"].role == "view"
    assert not accounts["audit"].may("Set-Mailbox")


def test_only_loopback(tmp_path):
    for host in ("0.0.0.0", "192.0.2.1", "exchange.example.org"):
        with pytest.raises(LoopbackError):
            ExchangeLab(tmp_path, host=host)


@pytest.mark.parametrize("line", ["Get-Mailbox $x", "Get-Mailbox (1+1)", "Get-Mailbox {x}", "| x", "Get-Mailbox @{a=1"])
def test_lines_the_console_cannot_read(line):
    with pytest.raises(ConsoleError):
        parse(line)


def test_the_console_reads_values():
    ((command,),) = parse("Set-X -A 1GB -B:$false -C a,'b c' -D @{Add='x'; Remove='y','z'} -E -F -7 pos")
    assert dict(command.arguments) == {
        "A": 1 << 30, "B": False, "C": ["a", "b c"], "D": {"Add": "x", "Remove": ["y", "z"]}, "E": True, "F": -7,
        None: "pos",
    }  # fmt: skip
    ((secret,),) = parse(f"New-X -P {SECRET}")
    assert isinstance(secret.arguments[0][1], Secure)


def test_rules_and_knobs_say_what_is_wrong():
    plan = FaultPlan()
    for rule in ({"do": "sleep"}, {"do": "die", "match": {"verb": "x"}}, {"do": "die", "often": 1}):
        with pytest.raises(RuleError):
            plan.set([rule])
    knobs = Knobs()
    for name, *value in (("speed", 1), ("latency",), ("latency", "x"), ("latency", -1), ("session_quota", 1, 2)):
        with pytest.raises(KnobError):
            knobs.set(name, *value)
    assert json.dumps(knobs.to_json())
