"""CLIXML read into plain values: every shape that Exchange has been seen to send."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.exchange.clixml import WireError, WireObject, deserialize, text_of

REAL = Path(__file__).parents[4] / "shared/data/exchange/clixml"
ADDRESSES = (
    '<Obj N="EmailAddresses" RefId="1"><TN RefId="1"><T>Microsoft.Exchange.Data.ProxyAddressCollection</T>'
    "<T>System.Object</T></TN><LST><S>SMTP:a@b.be</S><S>X500:/o=x</S></LST></Obj>"
)


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<S>text</S>", "text"),
        ("<S/>", ""),
        ("<S>tab_x0009_and _x005F_x</S>", "tab\tand _x"),
        ("<S>_xD83D__xDE00_</S>", "😀"),
        ("<B>true</B>", True),
        ("<Nil/>", None),
        ("<I32>-5</I32>", -5),
        ("<U64>16752869479666417665</U64>", 16752869479666417665),
        ("<Db>1.5</Db>", 1.5),
        ("<DT>2022-10-30T18:01:36-07:00</DT>", "2022-10-30T18:01:36-07:00"),
        ("<G>00000000-0000-0000-0000-000000000000</G>", uuid.UUID(int=0)),
        ("<BA>AQI=</BA>", b"\x01\x02"),
        ("<C>65</C>", "A"),
        ('<Obj RefId="0"><LST><S>a</S><Nil/></LST></Obj>', ["a", None]),
        ('<Obj RefId="0"><DCT><En><S N="Key">k</S><I32 N="Value">1</I32></En></DCT></Obj>', {"k": 1}),
        (
            '<Obj RefId="0"><TN RefId="0"><T>A.Enum</T></TN><ToString>Authoritative</ToString><I32>0</I32></Obj>',
            "Authoritative",
        ),
    ],
)
def test_values(xml: str, value: object) -> None:
    assert deserialize(xml) == value


def test_properties_of_both_kinds_and_collections_as_lists() -> None:
    box = deserialize(
        f'<Obj RefId="0"><TN RefId="0"><T>X.Mailbox</T></TN><ToString>name</ToString><Props>{ADDRESSES}</Props>'
        '<MS><S N="_x0041_dded">x</S></MS></Obj>'
    )
    assert isinstance(box, WireObject)
    assert (box.text, box.types[0]) == ("name", "X.Mailbox")
    assert box.properties == {"EmailAddresses": ["SMTP:a@b.be", "X500:/o=x"], "Added": "x"}


def test_a_type_named_first_inside_a_collection_can_be_referred_to_later() -> None:
    """The real answers of Get-SendConnector do so, and the client library fails on them (pypsrp issue 155)."""
    inner = '<Obj RefId="2"><TN RefId="5"><T>X.AddressSpace</T></TN><ToString>SMTP:*;1</ToString><Props/></Obj>'
    again = '<Obj N="Other" RefId="3"><TNRef RefId="5"/><Props/></Obj>'
    connector = deserialize(
        f'<Obj RefId="0"><Props><Obj N="AddressSpaces" RefId="1"><LST>{inner}</LST></Obj>{again}'
        '<Ref N="Same" RefId="2"/></Props></Obj>'
    )
    assert connector.get("Other").types == ("X.AddressSpace",)
    assert connector.get("Same") is connector.get("AddressSpaces")[0]


def test_a_scalar_has_the_same_text_at_both_serialization_levels() -> None:
    full = deserialize(
        '<Obj RefId="0"><TN RefId="0"><T>Unlimited</T></TN><ToString>2 GB (2,147,483,648 bytes)</ToString>'
        '<Props><B N="IsUnlimited">false</B></Props></Obj>'
    )
    assert text_of(full) == text_of("2 GB (2,147,483,648 bytes)")


@pytest.mark.parametrize(
    "xml",
    ["", "<S>", "<html><body/></html>", '<Obj RefId="0"><TNRef RefId="9"/></Obj>', '<Ref RefId="7"/>', "<I32>x</I32>"],
)
def test_what_is_not_clixml_is_a_fault_and_not_a_crash(xml: str) -> None:
    with pytest.raises(WireError):
        deserialize(xml)


def test_entities_are_not_expanded_without_end() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(WireError):
        deserialize(f'<!DOCTYPE S [<!ENTITY e0 "ha">{bomb}]><S>&e11;</S>')


def test_a_tree_too_deep_is_a_fault_and_not_a_crash() -> None:
    deep = '<Obj RefId="0"><LST>' * 50_000 + "</LST></Obj>" * 50_000
    with pytest.raises(WireError):
        deserialize(deep)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_every_text_survives_the_escapes(text: str) -> None:
    units = text.encode("utf-16-le")
    escaped = "".join(f"_x{int.from_bytes(units[at : at + 2], 'little'):04X}_" for at in range(0, len(units), 2))
    assert deserialize(f"<S>{escaped}</S>") == text


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the recorded Exchange answers are not beside this checkout")
def test_every_recorded_answer_is_read() -> None:
    files = sorted(REAL.glob("*.xml"))
    assert files
    for path in files:
        raw = path.read_bytes()
        text = raw.decode("utf-16") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else raw.decode("utf-8-sig")
        # Export-Clixml gathers in one document, with a namespace, what the wire sends one by one.
        root = ET.fromstring(text)
        for part in root.iter():
            part.tag = part.tag.rpartition("}")[2]
        root.tag = "LST"
        assert len(deserialize(ET.tostring(root))) == len(root)
