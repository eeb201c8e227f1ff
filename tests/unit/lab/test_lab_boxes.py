"""The rest of what a mailbox is: protocols, region, automatic replies, contacts, accounts, sizes, policies."""

import pytest

from lab.exchange.model.policies import KINDS

BOX = "ec000001"
SECRET = "(ConvertTo-SecureString 'Ath-2026!' -AsPlainText -Force)"
NEW = f"New-Mailbox -Name neu -UserPrincipalName neu@lab.example -Password {SECRET}"


def region(shell):
    return shell.one(f"Get-MailboxRegionalConfiguration {BOX} -VerifyDefaultFolderNameLanguage")


def set_region(words):
    return f"Set-MailboxRegionalConfiguration {BOX} {words}"


def test_folders_are_renamed_only_when_asked_for(shell):
    assert shell.lab.kept(BOX)["folders"] == {}
    assert region(shell)["DefaultFolderNameMatchingUserLanguage"] is False
    shell.ask(set_region("-Language fr-BE"))
    assert shell.lab.kept(BOX)["folders"]["Inbox"] == "Inbox"
    assert region(shell)["DefaultFolderNameMatchingUserLanguage"] is False
    shell.ask(set_region("-LocalizeDefaultFolderName"))
    assert shell.lab.kept(BOX)["folders"]["Inbox"] == "Boîte de réception"
    assert region(shell)["DefaultFolderNameMatchingUserLanguage"] is True
    shell.ask(set_region("-Language nl-BE -DateFormat $null"))
    assert region(shell)["DefaultFolderNameMatchingUserLanguage"] is False
    unasked = shell.one(f"Get-MailboxRegionalConfiguration {BOX}")
    shell.ask(set_region("-LocalizeDefaultFolderName"))
    assert unasked["DefaultFolderNameMatchingUserLanguage"] is False
    assert shell.lab.kept(BOX)["folders"]["SentItems"] == "Verzonden items"


@pytest.mark.parametrize("language", ["fr-BE", "nl-BE", "de-BE", "fr-FR", "en-GB"])
def test_formats_of_the_former_language_stop_a_new_one(shell, language):
    shell.ask(set_region("-Language en-US -DateFormat M/d/yyyy -TimeFormat 'h:mm tt'"))
    assert "M/d/yyyy" in shell.refused(set_region(f"-Language {language}"))
    assert "isn't valid" in shell.refused(set_region(f"-Language {language} -DateFormat yyyy/M/d"))
    assert region(shell)["Language"] == "en-US"
    shell.ask(set_region(f"-Language {language} -DateFormat $null -TimeFormat $null"))
    assert (region(shell)["Language"], region(shell)["DateFormat"] != "M/d/yyyy") == (language, True)


def test_all_protocols(shell):
    ews = "-EwsAllowOutlook $true -EwsAllowList @{Add='a','b'} -EwsApplicationAccessPolicy EnforceAllowList"
    shell.ask(f"Get-CASMailbox -ResultSize 3 | Set-CASMailbox -PopEnabled $false -OwaMailboxPolicy Default {ews}")
    assert len(shell.ask("Get-CASMailbox -Filter 'PopEnabled -eq $false'")) == 3
    box = shell.one(f"Get-CASMailbox {BOX}")
    assert (box["EwsAllowOutlook"], box["EwsAllowList"], box["OwaMailboxPolicy"]) == (True, ["a", "b"], "Default")
    assert box["EwsAllowMacOutlook"] is None
    assert box["EwsEnabled"] is None
    shell.ask(f"Set-CASMailbox {BOX} -EwsAllowOutlook $null -EwsAllowList $null -OwaMailboxPolicy $null")
    box = shell.one(f"Get-CASMailbox {BOX}")
    assert (box["EwsAllowOutlook"], box["EwsAllowList"], box["OwaMailboxPolicy"]) == (None, None, None)


GLOBAL = "GlobalThrottlingPolicy"
POLICIES = [
    (f"Set-Mailbox {BOX} -RoleAssignmentPolicy", "Default Role Assignment Policy"),
    (f"Set-Mailbox {BOX} -RetentionPolicy", "Default MRM Policy"),
    (f"Set-Mailbox {BOX} -ThrottlingPolicy", GLOBAL),
    (f"Set-CASMailbox {BOX} -OwaMailboxPolicy", "Default"),
    (f"{NEW} -RoleAssignmentPolicy", "Default Role Assignment Policy"),
]


@pytest.mark.parametrize(("line", "built_in"), POLICIES)
def test_policies_must_exist(shell, line, built_in):
    name = line.rpartition("-")[2]
    assert "'Imagined'" in shell.refused(f"{line} Imagined")
    shell.lab.model.create(KINDS[name], {"Name": "Boxes"})
    there = [entry.name for entry in shell.lab.model.scan({KINDS[name]})]
    (whole,) = [one for one in there if one.startswith(built_in)]
    shell.ask(f"{line} '{whole}'")
    if not line.startswith("New-"):
        shell.ask(f"{line} boxes")
        assert shell.one(f"{line.partition(' ')[0].replace('Set-', 'Get-')} {BOX}")[name] == "Boxes"


@pytest.mark.parametrize("write", ["Set-User {} -City Ath", "Set-CASMailbox {} -PopEnabled $false",
                                   "Set-Mailbox {} -Office Ath"])  # fmt: skip
def test_the_address_policy_takes_the_primary_address_back_at_any_write(shell, write):
    shell.ask(NEW)
    guid = shell.one("Get-Mailbox neu")["Guid"]
    shell.lab.model.update(guid, {"EmailAddresses": ["SMTP:mine@adm.cfwb.be", "X500:/o=x/cn=y", "SIP:a@adm.cfwb.be"]})
    assert shell.one("Get-Mailbox neu")["PrimarySmtpAddress"] == "mine@adm.cfwb.be"
    shell.ask(write.format("neu"))
    assert shell.one("Get-Mailbox neu")["EmailAddresses"] == [
        "SMTP:neu@adm.cfwb.be", "smtp:mine@adm.cfwb.be", "X500:/o=x/cn=y", "SIP:a@adm.cfwb.be",
    ]  # fmt: skip


def test_set_user(shell):
    shell.ask(f"Set-User {BOX} -ResetPasswordOnNextLogon $true -RemotePowerShellEnabled $false -Phone '0470'")
    user = shell.one(f"Get-User {BOX}")
    assert (user["ResetPasswordOnNextLogon"], user["RemotePowerShellEnabled"], user["Phone"]) == (True, False, "0470")
    assert shell(f"Set-User {BOX} -Phone '0470'").warnings
    assert "UserPrincipalName" in shell.refused(f"Set-User {BOX} -UserPrincipalName ec000002@adm.cfwb.be")


def test_contacts(shell):
    contact = shell.one("Get-MailContact Externe")
    assert contact["ExternalEmailAddress"] == "SMTP:x@example.org"
    shell.ask("Set-MailContact Externe -ExternalEmailAddress z@example.org -HiddenFromAddressListsEnabled $true")
    contact = shell.one("Get-MailContact -ANR z@")
    assert (contact["PrimarySmtpAddress"], contact["HiddenFromAddressListsEnabled"]) == ("z@example.org", True)
    shell.ask(f"Set-Mailbox {BOX} -ForwardingAddress Externe")
    assert "Are you sure" in shell.refused("Remove-MailContact Externe")
    shell.ask("Remove-MailContact Externe -Confirm:$false")
    assert shell.ask("Get-MailContact") == []
    assert "couldn't be found" in shell.refused("Get-Recipient Externe")
    assert shell.one(f"Get-Mailbox {BOX}")["ForwardingAddress"] is None


def test_a_removed_object_lingers_on_the_other_domain_controller(shell):
    shell.lab.set_knob("replication_delay", 60)
    shell.ask("Remove-MailContact Externe -Confirm:$false")
    assert shell.ask("Get-MailContact") == []
    assert len(shell.ask("Get-MailContact -DomainController dc02")) == 1
    shell.lab.set_knob("replication_delay", 0)
    shell.lab.model.clock = lambda: 1e12
    assert shell.ask("Get-MailContact -DomainController dc02") == []


def test_automatic_replies(shell):
    line = f"Set-MailboxAutoReplyConfiguration {BOX}"
    assert shell.one(f"Get-MailboxAutoReplyConfiguration {BOX}")["AutoReplyState"] == "Disabled"
    shell.ask(f"{line} -AutoReplyState enabled -InternalMessage 'au revoir' -ExternalAudience Known")
    reply = shell.one(f"Get-Mailbox {BOX} | Get-MailboxAutoReplyConfiguration")
    assert (reply["AutoReplyState"], reply["InternalMessage"]) == ("Enabled", "au revoir")
    assert (reply["ExternalAudience"], reply["ExternalMessage"]) == ("Known", "")
    scheduled = f"{line} -AutoReplyState Scheduled -StartTime '2026-07-02T08:00:00Z' -EndTime"
    assert "later than" in shell.refused(f"{scheduled} '2026-07-01T08:00:00Z'")
    shell.ask(f"{scheduled} '2026-07-03T08:00:00Z'")
    assert "OofState" in shell.refused(f"{line} -AutoReplyState Sometimes")


def test_statistics(shell):
    result = shell(f"Get-MailboxStatistics {BOX}")
    assert (result.output, "hasn't logged on" in result.warnings[0]) == ([], True)
    shell.lab.plant({"box": BOX, "opened": {"bytes": 3 << 20, "items": 7, "language": "fr-BE"}})
    found = shell.one(f"Get-MailboxStatistics {BOX}")
    assert (found["TotalItemSize"], found["ItemCount"]) == ("3 MB (3,145,728 bytes)", 7)
    assert len(shell.ask("Get-MailboxStatistics -Database DB01")) == 1
    assert len(shell.ask("Get-Mailbox | Get-MailboxStatistics -WarningAction SilentlyContinue")) == 1
    assert "couldn't be found" in shell.refused("Get-MailboxStatistics -Database DB99")
    assert shell.lab.kept(BOX)["folders"]["Drafts"] == "Brouillons"


def test_a_server_of_another_culture(shell):
    shell.ask(f"Set-Mailbox {BOX} -ProhibitSendReceiveQuota 2GB -UseDatabaseQuotaDefaults $false")
    shell.lab.set_knob("culture", "fr-FR")
    box = shell.one(f"Get-Mailbox {BOX}")
    assert box["ProhibitSendReceiveQuota"] == "2 GB (2\u202f147\u202f483\u202f648 octets)"
    assert box["RulesQuota"] == "256 KB (262\u202f144 octets)"
    shell.ask(f"Set-Mailbox {BOX} -ProhibitSendReceiveQuota '{box['ProhibitSendReceiveQuota']}' -Office Ath")
    shell.lab.set_knob("culture", "de-DE")
    assert shell.one(f"Get-Mailbox {BOX}")["RecoverableItemsQuota"] == "30 GB (32.212.254.720 Bytes)"
    shell.lab.set_knob("culture", "en-US")
    assert shell.one(f"Get-Mailbox {BOX}")["ProhibitSendReceiveQuota"] == "2 GB (2,147,483,648 bytes)"


FILTERS = [
    ("Get-Mailbox", "ProhibitSendQuota -eq 'Unlimited'", 5),
    ("Get-Mailbox", "EmailAddresses -like '*@adm.cfwb.be'", 5),
    ("Get-Mailbox", "EmailAddresses -like 'smtp:ec000001*'", 1),
    ("Get-Mailbox", "EmailAddresses -like 'ec000001*'", 0),
    ("Get-Mailbox", "Name -like 'ec00000?'", 0),
    ("Get-Mailbox", "ForwardingAddress -eq 'CN=Externe,CN=Users,DC=lab,DC=example'", 1),
    ("Get-Mailbox", "ForwardingAddress -eq 'lab.example/Users/Externe'", 0),
    ("Get-Mailbox", "ForwardingAddress -ne $null", 1),
    ("Get-Recipient", "RecipientTypeDetails -eq 'MailContact'", 1),
]


@pytest.mark.parametrize(("cmdlet", "text", "count"), FILTERS)
def test_filters(shell, cmdlet, text, count):
    shell.lab.plant({"box": BOX, "forwarding_to": "Externe"})
    assert len(shell.ask(f'{cmdlet} -Filter "{text}"')) == count


NO_FILTERS = [
    "ProhibitSendQuota -eq '2GB'", "MaxSendSize -gt 'Unlimited'", "ObjectState -eq 'x'",
    "RetentionHoldEnabled -eq $true", "Imagined -eq 'x'", "Name -eq ec000001",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_FILTERS)
def test_filters_that_are_refused(shell, text):
    assert text in shell.refused(f'Get-Mailbox -Filter "{text}"')
