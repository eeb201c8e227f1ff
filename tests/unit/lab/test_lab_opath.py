import pytest

from lab.exchange.model.opath import FilterError, compile_filter

BOX = {
    "alias": "ec000004",
    "displayname": "L'école d'Ath",
    "emailaddresses": ["SMTP:ec000004@adm.cfwb.be", "smtp:old@adm.cfwb.be"],
    "forwardingsmtpaddress": None,
    "office": "",
    "hiddenfromaddresslistsenabled": False,
    "resourcecapacity": 12,
}


def matches(text):
    known = {*BOX, "primarysmtpaddress"}
    return compile_filter(text, known.__contains__)(BOX.get)


@pytest.mark.parametrize(
    "text",
    [
        "Alias -eq 'EC000004'",
        "alias -like 'ec*'",
        "DisplayName -eq 'L''école d''Ath'",
        'Alias -eq "ec000004"',
        "ForwardingSmtpAddress -eq $null",
        "Office -eq $null",
        "HiddenFromAddressListsEnabled -eq $false",
        "HiddenFromAddressListsEnabled -ne $true",
        "Alias -ne 'x' -and Alias -ne 'y'",
        "Alias -eq 'x' -or Alias -eq 'ec000004' -and Office -eq $null",
        "-not (Alias -eq 'x')",
        "-not Alias -eq 'x'",
        "(Alias -like '*4') -and (-not (Office -ne $null))",
        "PrimarySmtpAddress -eq 'old@adm.cfwb.be'",
        "EmailAddresses -eq 'old@adm.cfwb.be'",
        "EmailAddresses -eq 'smtp:ec000004@adm.cfwb.be'",
        "EmailAddresses -like 'smtp:old*'",
        "ResourceCapacity -gt 9",
        "ResourceCapacity -le 12",
        "Alias -notlike 'b*'",
    ],
)
def test_filters_that_match(text):
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "Alias -eq 'ec'",
        "Alias -like 'ec'",
        "ForwardingSmtpAddress -ne $null",
        "EmailAddresses -eq 'smtp:x@adm.cfwb.be'",
        "Alias -eq 'ec000004' -and Office -ne $null",
        "ResourceCapacity -lt 12",
        "DisplayName -like 'ecole*'",
    ],
)
def test_filters_that_do_not(text):
    assert not matches(text)


@pytest.mark.parametrize(
    "text",
    ["", "Alias", "Alias -eq", "Alias -is 'x'", "Nope -eq 'x'", "Alias -eq 'x", "(Alias -eq 'x'", "Alias -eq x",
     "Alias -eq 'x' Alias", "Alias -eq $variable", "-eq 'x'"],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(FilterError):
        matches(text)
