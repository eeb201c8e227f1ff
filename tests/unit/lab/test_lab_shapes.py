import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lab.exchange.clixml import DT, G, escape, plain_object
from lab.exchange.cmdlets.views import MAILBOX, culture
from lab.exchange.shapes import Shaped, list_types

DATA = Path(__file__).parents[3].parent / "shared/data/exchange"
PROPERTIES = DATA / "Get-Mailbox_property_wire_types.json"


def test_a_mailbox_has_228_properties_each_once():
    assert len(MAILBOX.properties) == len(MAILBOX.by_name) == 228


@pytest.mark.skipif(not PROPERTIES.exists(), reason="the recorded property table is not beside the checkout")
def test_names_order_tags_and_list_types_are_those_recorded():
    recorded = json.loads(PROPERTIES.read_text(encoding="utf-8"))
    assert MAILBOX.types == tuple(recorded["type_names"])
    for ours, theirs in zip(MAILBOX.properties, recorded["properties"], strict=True):
        tag = {"N": "Nil", "L": "Obj/LST"}.get(ours.tag, ours.tag)
        assert (ours.name, tag) == (theirs["name"], theirs["wire"])
        if ours.tag == "L":
            assert list_types(ours.kind)[0] == theirs["type"]


def written(values, names=()):
    return ET.fromstring(Shaped(MAILBOX, values, "box", tuple(names)).clixml())


def test_what_was_never_set_has_its_recorded_form():
    props = {item.get("N"): item for item in written({}).find("Props")}
    assert props["ForwardingAddress"].tag == "Nil"
    assert props["Office"].tag == "S"
    assert props["Office"].text is None
    assert props["ProhibitSendQuota"].text == "Unlimited"
    assert props["ArchiveGuid"].text == "00000000-0000-0000-0000-000000000000"
    assert len(props) == 228


def test_values_take_the_tag_of_their_type():
    root = written({"ForwardingSmtpAddress": "smtp:a@b.be", "WhenChanged": DT("2026-01-01T00:00:00Z"),
                    "Guid": G("c07d2fbc-48f5-4a90-b7d7-5ec79d2844b4"), "EmailAddresses": ["SMTP:a@b.be"],
                    "Languages": [culture("fr-BE"), culture("nl-BE")]})  # fmt: skip
    props = {item.get("N"): item for item in root.find("Props")}
    assert [props[name].tag for name in ("ForwardingSmtpAddress", "WhenChanged", "Guid")] == ["S", "DT", "G"]
    assert [item.text for item in props["EmailAddresses"].find("LST")] == ["SMTP:a@b.be"]
    languages = props["Languages"].find("LST")
    assert [item.findtext("ToString") for item in languages] == ["fr-BE", "nl-BE"]
    assert [item.find("Props/I32").text for item in languages] == ["2060", "2067"]


def test_references_are_unique_and_every_table_is_defined_before_it_is_used():
    defined = set()
    seen = []
    for element in written({"Languages": [culture("fr-BE"), culture("en-US")]}).iter():
        if element.tag == "TN":
            defined.add(element.get("RefId"))
        elif element.tag == "TNRef":
            assert element.get("RefId") in defined
        elif element.tag == "Obj":
            seen.append(element.get("RefId"))
    assert len(seen) == len(set(seen))


def test_a_selection_has_note_properties_in_the_order_asked_for():
    root = written({"Name": "x"}, ["name", "EmailAddresses", "Nothing"])
    assert [item.get("N") for item in root.find("MS")] == ["Name", "EmailAddresses", "Nothing"]
    assert root.find("TN/T").text == f"Selected.{MAILBOX.types[0]}"


def test_control_characters_and_markup_survive():
    text = 'a\x00b\n<&>"_x000A_é'
    assert escape(text) == "a_x0000_b_x000A_&lt;&amp;&gt;&quot;_x005F_x000A_é"
    assert (
        ET.fromstring(plain_object(["T"], "t", {"A": "<&>", "L": ["x", "y"], "M": ["z"]})).find("Props/S").text == "<&>"
    )
