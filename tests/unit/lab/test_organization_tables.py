"""The tables of configuration objects hold together, and their normal forms are normal."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.exchange import cmdlets
from lab.exchange.cmdlets import CMDLETS
from lab.exchange.cmdlets.base import CmdletError
from lab.exchange.cmdlets.org_base import Noun
from lab.exchange.cmdlets.org_connectors import address_space, smart_host
from lab.exchange.cmdlets.org_domains import ACCEPTED
from lab.exchange.cmdlets.org_roles import known_cmdlets
from lab.exchange.model.directory import Directory
from lab.exchange.model.org import normal
from lab.exchange.model.org_rbac import ADMINISTRATIVE, DEFAULT_POLICY_ROLES, OF_USERS, ROLE_GROUPS, built_in_entries
from lab.exchange.shapes import Property
from lab.exchange.values import CONVERTERS, ConversionError, convert

MODULES = [module for module in vars(cmdlets).values() if isinstance(module, ModuleType) and ".org_" in module.__name__]
NOUNS = {noun.name: noun for module in MODULES for noun in vars(module).values() if isinstance(noun, Noun)}


def settable():
    for noun in NOUNS.values():
        for name, text in noun.cls.settable.items():
            prop = noun.cls.shape.by_name[name]
            if prop.default not in (None, "", ()):
                yield pytest.param(noun, prop, text.partition(":")[2].removesuffix("?"), id=f"{noun.name}.{name}")


@pytest.mark.parametrize(("noun", "prop", "kind"), list(settable()))
def test_setting_the_default_changes_nothing(noun, prop, kind):
    given_value = list(prop.default) if isinstance(prop.default, tuple) else prop.default
    bound = convert(kind, given_value)
    assert normal(prop, kind, bound, noun.cls.forms.get(prop.name), ()) == given_value


@pytest.mark.parametrize("noun", NOUNS.values(), ids=lambda noun: noun.name)
def test_every_property_occurs_once(noun):
    assert len(noun.cls.shape.properties) == len(noun.cls.shape.by_name)


def test_a_list_is_replaced_or_amended():
    prop = Property("Words", "L", "mv:String", ())
    assert normal(prop, "MultiValuedProperty", ["a", "A", "b"], None, ["c"]) == ["a", "b"]
    assert normal(prop, "MultiValuedProperty", {"add": ["d"], "remove": ["C"]}, None, ["c", "b"]) == ["b", "d"]
    assert normal(prop, "MultiValuedProperty", [], None, ["c"]) == []
    assert normal(Property("Words", "N"), "MultiValuedProperty", [], None, ["c"]) is None


def test_null_is_what_a_property_is_without_a_value():
    assert normal(Property("Text", "S"), "String", None, None, "x") == ""
    assert normal(Property("Text", "N"), "String", None, None, "x") is None
    assert normal(Property("Flag", "B", default=True), "Boolean", None, None, False) is True


@pytest.mark.parametrize(
    ("written", "kept"),
    [("contoso.com", "SMTP:contoso.com;1"), ("smtp:*;10", "SMTP:*;10"), ("x400:/c=be;2", "x400:/c=be;2"),
     ("*.contoso.com;1", "SMTP:*.contoso.com;1")],
)  # fmt: skip
def test_address_spaces(written, kept):
    assert address_space(written) == kept
    assert address_space(kept) == kept


@given(st.text(max_size=30))
def test_an_address_space_is_refused_or_normal(text):
    try:
        kept = address_space(text)
    except CmdletError:
        return
    assert address_space(kept) == kept


@given(st.ip_addresses(v=4).map(str))
def test_smart_hosts_that_are_addresses_are_in_brackets(address):
    assert smart_host(address) == f"[{address}]" == smart_host(f"[{address}]")


def test_enumerations_take_names_in_any_case_and_numbers():
    assert convert("LoginOptions", "securelogin") == "SecureLogin"
    assert convert("LoginOptions", 2) == "PlainTextAuthentication"
    for wrong in ("Sideways", 0, True, -1):
        with pytest.raises(ConversionError):
            convert("LoginOptions", wrong)


@pytest.mark.parametrize("wrong", ["-1", -1, True, 2**32, "x"])
def test_limits_are_numbers_or_unlimited(wrong):
    assert convert("UInt32<Unlimited>", "unlimited") == "Unlimited"
    assert convert("UInt32<Unlimited>", "27") == 27
    with pytest.raises(ConversionError):
        convert("UInt32<Unlimited>", wrong)


def test_every_array_of_a_table_is_read_item_by_item():
    assert convert("RecipientIdParameter[]", "a") == ["a"]
    assert convert("RoleIdParameter[]", None) == []
    assert "RoleIdParameter[]" not in CONVERTERS


def test_identities(tmp_path):
    model = Directory(tmp_path / "state")
    first = model.create("domain", {"Name": "Shared", "DomainName": "shared.be"})
    model.create("domain", {"Name": "Sharp", "DomainName": "sharp.be"})
    for identity in ("shared", "SHARED.be", first.guid, f"{{{first.guid}}}", ACCEPTED.dn(first)):
        assert [one.name for one in ACCEPTED.find(model, identity, "")] == ["Shared"]
    assert [one.name for one in ACCEPTED.find(model, "shar*", "")] == ["Shared", "Sharp"]
    assert ACCEPTED.find(model, "nobody", "") == []
    assert ACCEPTED.find(model, "[s]hared*", "") == []


def test_roles_are_assigned_to_groups_that_exist():
    for roles in ROLE_GROUPS.values():
        assert set(roles) <= set(ADMINISTRATIVE)
    assert set(DEFAULT_POLICY_ROLES) <= set(OF_USERS)


def test_some_administrative_role_has_every_cmdlet():
    known = known_cmdlets()
    held = {name for role in ROLE_GROUPS["Organization Management"] for name in built_in_entries(role, known)}
    assert {one.name for one in CMDLETS.values()} - held == {"Get-Command", "Select-Object"}
    viewed = {
        name for role in ROLE_GROUPS["View-Only Organization Management"] for name in built_in_entries(role, known)
    }
    assert {name.partition("-")[0] for name in viewed} == {"Get", "Test"}
