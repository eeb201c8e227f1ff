"""The cmdlets of single boxes take every parameter that the documentation lists for every supported version."""

import json
from pathlib import Path

import pytest

from lab.exchange.cmdlets import CMDLETS

CATALOGUE = Path(__file__).parents[3].parent / "shared/data/exchange/cmdlet_parameters.json"
WHOLE = [
    "Get-CASMailbox", "Set-CASMailbox", "Get-MailboxRegionalConfiguration", "Set-MailboxRegionalConfiguration",
    "Get-MailboxAutoReplyConfiguration", "Set-MailboxAutoReplyConfiguration", "Get-InboxRule", "New-InboxRule",
    "Set-InboxRule", "Enable-InboxRule", "Disable-InboxRule", "Remove-InboxRule", "Get-SweepRule",
    "Get-MailboxPermission", "Add-MailboxPermission", "Remove-MailboxPermission", "Get-MailContact", "New-MailContact",
    "Set-MailContact", "Remove-MailContact", "Get-MailboxStatistics",
]  # fmt: skip


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue of cmdlets is not beside the checkout")
@pytest.mark.parametrize("name", WHOLE)
def test_no_parameter_is_missing(name):
    described = json.loads(CATALOGUE.read_text(encoding="utf-8"))["cmdlets"][name]["parameters"]
    expected = {one for one, facts in described.items() if facts["e2016"] and facts["e2019"] and facts["ese"]}
    assert expected == {parameter.name for parameter in CMDLETS[name.lower()].signature.parameters}


@pytest.mark.parametrize("name", WHOLE)
def test_every_one_takes_a_domain_controller(name):
    assert "domaincontroller" in CMDLETS[name.lower()].signature.by_lower


def test_who_asks_of_itself():
    asking = {one.name for one in CMDLETS.values() if one.confirms}
    boxes = {
        "Disable-InboxRule", "Remove-InboxRule", "Disable-SweepRule", "Remove-SweepRule", "Remove-MailboxPermission",
        "Remove-ADPermission", "Remove-MailContact",
    }  # fmt: skip
    assert boxes <= asking
    assert not any(name.startswith(("Get-", "New-", "Set-", "Add-")) for name in asking)
