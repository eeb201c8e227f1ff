"""The policy file: what it may say, and how it is told what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.errors import DocumentError
from bma.policy import BoxFacts, load_policy, policy_from
from bma.policy.naming import LONGEST_DISPLAY_NAME as LONGEST
from bma.policy.naming import display_name, filled
from bma.policy.schema import UNMANAGED, policy_schema
from bma.resources.box import BOX
from bma.resources.desired import desired_box
from bma.resources.table import UNSAID

SHIPPED = Path(__file__).parents[3] / "inventory/group_vars/all/policy.yml"
BOX_OF = BoxFacts("ec000004@adm.cfwb.be", "École", ("x@adm.cfwb.be",), "spring", "03")


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "policy.yml"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_policy(path)
    return str(caught.value).replace(str(tmp_path) + "/", "")


def test_the_shipped_policy_says_the_defaults() -> None:
    shipped, empty = load_policy(SHIPPED), policy_from({})
    assert shipped.settings(BOX_OF) == empty.settings(BOX_OF)


def test_the_shipped_policy_states_what_it_promises() -> None:
    stated = load_policy(SHIPPED).stated
    for section in BOX:
        assert {setting.key for setting in section.settings if setting.promised} <= set(stated[section.key])


def test_what_policy_says_nothing_of_is_not_managed() -> None:
    wanted = policy_from({"bma_policy": {}}["bma_policy"]).settings(BOX_OF)
    for section in BOX:
        said = {setting.key for setting in section.settings if setting.default is not UNSAID}
        assert set(wanted[section.key]) == said


def test_a_setting_can_be_left_to_the_boxes(tmp_path: Path) -> None:
    policy = policy_from({"mailbox": {UNMANAGED: ["custom_attribute_3", "display_name"]}})
    assert not {"custom_attribute_3", "display_name"} & set(policy.settings(BOX_OF)["mailbox"])
    text = f"bma_policy:\n  mailbox:\n    {UNMANAGED}: [forwarding_address]\n"
    assert "policy.yml:3: bma_policy.mailbox.unmanaged" in refused(tmp_path, text)


def test_the_identity_card_and_the_aliases_are_the_boxs_own() -> None:
    mailbox = policy_from({}).settings(BOX_OF)["mailbox"]
    assert [mailbox[f"custom_attribute_{number}"] for number in range(1, 5)] == ["ec", "4", "spring", "03"]
    assert mailbox["aliases"] == ["x@adm.cfwb.be"]


def test_a_box_outside_of_any_wave_has_no_wave_on_its_card() -> None:
    box = desired_box("ec000004@adm.cfwb.be", policy_from({}).settings(BoxFacts("ec000004@adm.cfwb.be", "x")))
    assert box.settings["mailbox"]["custom_attribute_4"] is None


def test_the_objects_that_boxes_are_given_are_named() -> None:
    named = {place: (setting.kind.noun, name) for place, setting, name in policy_from({}).named()}  # type: ignore[attr-defined]
    assert named == {"mailbox.role_assignment_policy": ("RoleAssignmentPolicy", "BMA Role Assignment Policy")}


def test_the_settings_of_a_policy_are_understood_by_the_resources() -> None:
    box = desired_box(BOX_OF.address, policy_from({}).settings(BOX_OF))
    assert box.settings["mailbox"]["prohibit_send_receive_quota"] == 2 << 30
    assert box.settings["mailbox"]["primary_smtp_address"] == BOX_OF.address


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("    prohibit_send_quota: 2 gigs", "a number and B, KB, MB, GB or TB"),
        ("    prohibit_send_quota: 2147483648", "is not text"),
        ("    prohibit_send_quota: 3 TB", "1.999999999 TB"),
        ("    forwarding_smtp_address: a@example.org", "automatic forwarding is not possible"),
        ("    email_address_policy_enabled: true", "the address is a promise"),
        ("    use_database_quota_defaults: true", "the quotas of the box must hold"),
        ("    primary_smtp_address: other@adm.cfwb.be", "the address is a promise"),
        ('    display_name: "{nom}"', "{name}, {address}"),
        ("    display_nam: x", "unknown key; known: "),
        ("    max_send_size: 2 GB", "1.999999 GB"),
    ],
)
def test_a_violation_names_file_line_path_and_what_is_allowed(tmp_path: Path, line: str, told: str) -> None:
    message = refused(tmp_path, f"---\nbma_policy:\n  mailbox:\n{line}\n")
    assert message.startswith("policy.yml:4: bma_policy.mailbox.")
    assert line.split(":")[0].strip() in message
    assert told in message


def test_all_violations_are_told_at_once(tmp_path: Path) -> None:
    message = refused(tmp_path, "bma_policy:\n  mailbox:\n    a: 1\n  regional:\n    language: 7\n  fax: {}\n")
    assert [line.split(":")[1] for line in message.splitlines()] == ["3", "5", "6"]


@pytest.mark.parametrize(
    ("quotas", "at_fault"),
    [
        ({"issue_warning_quota": "2.5 GB"}, "issue_warning_quota"),
        ({"prohibit_send_quota": "3 GB"}, "prohibit_send_quota"),
        ({"prohibit_send_quota": "Unlimited"}, "prohibit_send_quota"),
        ({"issue_warning_quota": "1 GB"}, "issue_warning_quota"),
    ],
)
def test_quotas_that_contradict_each_other_are_refused_with_the_line(
    tmp_path: Path, quotas: dict[str, str], at_fault: str
) -> None:
    lines = "".join(f"    {key}: {value}\n" for key, value in quotas.items())
    assert f"policy.yml:3: bma_policy.mailbox.{at_fault}: must" in refused(
        tmp_path, f"bma_policy:\n  mailbox:\n{lines}"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bma_policy: [", "not valid YAML"),
        ("bma_policy:\n  mailbox:\n  mailbox:\n", "policy.yml:3: not valid YAML"),
        ("", "is not a dictionary"),
        ("other: 1\n", "unknown key"),
        ("bma_policy:\n  mailbox: none\n", "is not a dictionary"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        load_policy(tmp_path / "policy.yml")


@given(st.text(max_size=400))
def test_a_display_name_is_never_too_long(name: str) -> None:
    shown = display_name("{name} ({local_part})", BoxFacts("ec000004@adm.cfwb.be", name))
    assert len(shown) <= LONGEST
    assert shown.endswith("(ec000004)")


def test_a_name_is_never_read_as_a_rule() -> None:
    name = "{number} {{ lookup('pipe', 'id') }}"
    assert filled("{name}", BoxFacts("ec000004@adm.cfwb.be", name)) == name


def test_what_the_address_tells_can_be_in_the_name() -> None:
    assert filled("{kind}-{number} {address}", BoxFacts("po001347@adm.cfwb.be", "x")) == "po-1347 po001347@adm.cfwb.be"


def test_a_long_name_is_shortened_and_nothing_else_is() -> None:
    shown = display_name("{name} — {number}", BoxFacts("ec095758@adm.cfwb.be", "x" * 300))
    assert len(shown) == LONGEST
    assert shown.endswith("x… — 95758")


def test_every_setting_has_a_place_in_the_schema() -> None:
    sections = policy_schema()["properties"]["bma_policy"]["properties"]
    for section in BOX:
        assert set(sections[section.key]["properties"]) == {setting.key for setting in section.settings} | {UNMANAGED}
