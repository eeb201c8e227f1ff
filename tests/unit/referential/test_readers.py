from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.errors import BmaError, DocumentError
from bma.referential.reading import read_table
from tests.unit.referential.fase_lists import HEADERS, ROW, codes, csv_bytes, messages, read, row, write_list

API = {
    "ndeg_fase_de_l_etablissement": 12.0,
    "nom_d_etablissement": "Ecole des Tilleuls",
    "numero_bce_de_l_etablissement": "2167248927",
    "niveau": "Fondamental",
    "ndeg_fase_de_l_implantation": 30.0,
    "ndeg_fase_du_po": 7.0,
    "nom_du_po": "Pouvoir imaginaire",
    "code_postal_de_l_etablissement": "5000",
    "latitude": 50.1,
    "pointgeo": {"lon": 4.1, "lat": 50.1},
}

FICHES = """<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<f:Reponse xmlns:f="urn:fase"><f:Organisation>
<f:Fiche><f:Type>PO</f:Type><f:Identifiant>7</f:Identifiant><f:Nom>Pouvoir imaginaire</f:Nom></f:Fiche>
<f:SsOrganisation>
 <f:Fiche><f:Type>ETAB</f:Type><f:Identifiant>12</f:Identifiant><f:Nom>Ecole des Tilleuls</f:Nom>
  <f:Adresse><f:Rue>Rue du Hibou</f:Rue><f:Numero>1</f:Numero><f:BtePostale>3</f:BtePostale>
  <f:Commune>NAMUR</f:Commune><f:CodePostal>5000</f:CodePostal><f:Localite>NAMUR</f:Localite></f:Adresse>
  <f:ContactInfo><f:Email>ec000013@adm.cfwb.be</f:Email></f:ContactInfo><f:NumBCE>987654321</f:NumBCE>
  <f:Directeur><f:Nom>Personne</f:Nom></f:Directeur>
  <f:Reseau><f:Nom>Libre confessionnel</f:Nom><f:Code>131</f:Code></f:Reseau></f:Fiche>
 <f:SsOrganisation>
  <f:Fiche><f:Type>IMPL</f:Type><f:Identifiant>30</f:Identifiant><f:Nom>IMPL30</f:Nom></f:Fiche>
  <f:Fiche><f:Type>IMPL</f:Type><f:Identifiant>31</f:Identifiant><f:Nom>IMPL31</f:Nom></f:Fiche>
 </f:SsOrganisation>
 <f:Fiche><f:Type>ETAB</f:Type><f:Identifiant>14</f:Identifiant><f:Nom>Ecole du Puits</f:Nom></f:Fiche>
</f:SsOrganisation></f:Organisation></f:Reponse></soap:Body></soap:Envelope>
"""


def write(folder: Path, content: str | bytes, name: str = "list") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(("encoding", "boms"), [("utf-8", 0), ("utf-8", 1), ("utf-8", 2), ("cp1252", 0)])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_form_of_csv(tmp_path: Path, delimiter: str, boms: int, end: str, encoding: str) -> None:
    name = f'L’école{delimiter} "Au  bois"'
    path = write_list(tmp_path, row(name=name), delimiter=delimiter, boms=boms, end=end, encoding=encoding)
    found = read(path)
    assert found.boxes["ec000012"].unit.name == f'L’école{delimiter if delimiter != chr(9) else ""} "Au bois"'
    assert found.boxes["ec000012"].unit.reseaux == ("WBE",)
    assert codes(found) == ([] if encoding == "utf-8" else ["encoding-legacy"])


def test_csv_rows_know_their_lines_across_cells_of_several_lines(tmp_path: Path) -> None:
    rows = [row(street="Rue\ndu\nHibou"), row(etab="13"), row(etab="x")]
    found = read(write_list(tmp_path, *rows, end="\n"))
    assert found.units["ec", 12].street == "Rue du Hibou"
    assert found.units["ec", 13].source.endswith("list.csv:5")
    assert messages(found, "etab-number")[0].startswith(f"{tmp_path}/list.csv:6: ")


def test_a_row_of_another_width_is_set_aside_by_name(tmp_path: Path) -> None:
    content = csv_bytes([row(), row(etab="13")]) + b"14;too short\r\n"
    found = read(write(tmp_path, content))
    assert messages(found, "row-width") == [
        f"{tmp_path}/list:4: 2 cells where the header has {len(HEADERS)} [row-width]"
    ]
    assert (found.files[0].rows, found.files[0].used, found.files[0].set_aside) == (3, 2, 1)


def test_delimiters_left_at_the_end_of_a_row_are_no_cells(tmp_path: Path) -> None:
    found = read(write(tmp_path, csv_bytes([row()]).removesuffix(b"\r\n") + b";;\r\n"))
    assert found.files[0].set_aside == 0


@pytest.mark.parametrize("shape", ["array", "page", "pages", "two pages", "lines", "older"])
def test_every_shape_of_the_open_data_json(tmp_path: Path, shape: str) -> None:
    second = API | {"ndeg_fase_de_l_etablissement": 13.0}
    content = {
        "array": json.dumps([API, second], indent=1),
        "page": json.dumps({"total_count": 2, "results": [API, second], "links": []}),
        "pages": json.dumps([{"total_count": 2, "results": [API]}, {"results": [second], "total_count": 2}]),
        "two pages": json.dumps({"results": [API]}) + "\n" + json.dumps({"results": [second]}),
        "lines": json.dumps(API) + "\n" + json.dumps(second) + "\n",
        "older": json.dumps([{"datasetid": "x", "fields": API}, {"datasetid": "x", "fields": second}]),
    }[shape]
    found = read(write(tmp_path, content))
    assert list(found.boxes) == ["ec000012", "ec000013", "po000007"]
    assert found.boxes["ec000012"].unit.implantations[0].number == 30
    assert found.boxes["ec000012"].unit.postal_code == "5000"


def test_json_records_know_their_lines(tmp_path: Path) -> None:
    records = [API, API | {"ndeg_fase_de_l_etablissement": 1.5}, ["x"], API | {"niveau": ["Fondamental"]}]
    content = '{"results": [\n' + ",\n\n".join(map(json.dumps, records)) + "]}"
    found = read(write(tmp_path, content))
    assert messages(found, "etab-number")[0].startswith(f"{tmp_path}/list:4: establishment: '1.5' is not")
    assert [text.split(": ", 1)[0] for text in messages(found, "row-shape")] == [
        f"{tmp_path}/list:6",
        f"{tmp_path}/list:8",
    ]


@pytest.mark.parametrize("number", ["1e3", "NaN", "Infinity", "null", "true", '"5448/3048"', "-4.0", "1" * 5000])
def test_json_values_that_are_no_number(tmp_path: Path, number: str) -> None:
    content = json.dumps([API]).replace("12.0", number)
    assert codes(read(write(tmp_path, content))) == ["etab-number"]


def test_fiches_in_an_envelope(tmp_path: Path) -> None:
    found = read(write(tmp_path, FICHES))
    assert list(found.boxes) == ["ec000012", "ec000014", "po000007"]
    unit = found.units["ec", 12]
    assert (unit.name, unit.po, unit.reseaux) == ("Ecole des Tilleuls", 7, ("Libre confessionnel",))
    assert (unit.street, unit.postal_code, unit.bce) == ("Rue du Hibou 1 bte 3", "5000", "0987654321")
    assert [site.number for site in unit.implantations] == [30, 31]
    assert found.units["ec", 14].po == 7
    assert found.units["ec", 14].implantations == ()
    assert unit.source == f"{tmp_path}/list:6"
    assert found.files[0].rows == found.files[0].used == 5


def test_a_fiche_that_holds_another_address_is_told(tmp_path: Path) -> None:
    told = messages(read(write(tmp_path, FICHES)), "address-differs")
    assert "holds ec000013@adm.cfwb.be, its number gives ec000012@adm.cfwb.be" in told[0]


def test_bare_fiches_and_those_that_cannot_be_used(tmp_path: Path) -> None:
    fiches = "".join(
        f"<Fiche><Type>{kind}</Type><Identifiant>{number}</Identifiant><Nom>N</Nom></Fiche>\n"
        for kind, number in [("ETAB", "12"), ("IMPL", "3"), ("SERV", "4"), ("PO", "x")]
    )
    found = read(write(tmp_path, f"<l>\n{fiches}</l>"))
    assert list(found.boxes) == ["ec000012"]
    assert sorted(codes(found)) == ["fiche-orphan", "fiche-type", "row-number"]
    assert (found.files[0].used, found.files[0].set_aside) == (1, 3)


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>'
    with pytest.raises(DocumentError, match="XML with a DTD or entities is not read"):
        read(write(tmp_path, bomb))


REFUSED = {
    "empty": (b"", "the file is empty"),
    "only marks": (b"\xef\xbb\xbf\xef\xbb\xbf \n", "the file is empty"),
    "no-break space": (b"\xc2\xa0", "no known column in the first line"),
    "page": (b"\n<!DOCTYPE html>\n<html><br></html>", "this is a web page"),
    "other page": (b"<html>\n<head></html>", "this is a web page"),
    "zip": (b"PK\x03\x04rest", "this is a zip archive or a spreadsheet"),
    "gzip": (b"\x1f\x8brest", "this is a gzip archive"),
    "utf-16": ("N°".encode("utf-16"), "this is UTF-16 text"),
    "binary": (b"a;b\n\0", "list:2: binary data"),
    "header": (csv_bytes([]), "a header and no row"),
    "cut row": (csv_bytes([row(), row()])[:-40], "list:3: truncated: the last row stops after"),
    "cut letter": (csv_bytes([ROW | {"commune": "éééé"}] * 9)[:-3].replace("é".encode(), b"\xc3", 1), "not UTF-8 like"),
    "open quote": (csv_bytes([row(), row(name="a;b")]).replace(b'a;b"', b"a;b"), "list:3: the quotes of the row"),
    "text": (b"Bonjour\n", "not a FASE list: no known column in the first line, which reads 'Bonjour'"),
    "cut json": (json.dumps([API], indent=1)[:-30].encode(), "not valid JSON"),
    "deep json": (b"[" * 200_000, "nested too deep"),
    "no record": (b'{"results": []}', "JSON without a record"),
    "api error": (b'{"error_code": "X", "message": "no"}', "columns found: 'error_code', 'message'"),
    "scalars": (b"[1, 2]", "columns found: none"),
    "cut xml": (FICHES[:-20].encode(), "list:17: not well-formed XML"),
    "deep xml": (b"<a>" * 5000, "nested more than 100 deep"),
    "no fiche": (b"<a/>", r"XML without a Fiche \(root element a\)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_refused_whole_says_why(tmp_path: Path, case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(DocumentError, match=reason) as fault:
        read(write(tmp_path, content))
    assert str(fault.value).startswith(f"{tmp_path}/list:")
    assert "\n" not in str(fault.value)


def test_what_is_no_readable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="a directory, not a file"):
        read(tmp_path)
    with pytest.raises(DocumentError, match="there is no such file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(DocumentError, match="not a regular file"):
        read(Path("/dev/null"))

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = write_list(tmp_path, row())
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DocumentError, match=r"list\.csv: cannot be read: Permission denied"):
        read(path)


@pytest.mark.parametrize("start", [b"", b"<", b"[", b'{"results": [', csv_bytes([row()])])
@given(rest=st.binary(max_size=300))
def test_no_reader_stumbles_over_any_bytes(tmp_path_factory, start: bytes, rest: bytes) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(start + rest)
    try:
        table = read_table(path)
    except BmaError:
        return
    assert table.rows_read == len(table.rows) + table.set_aside


@pytest.mark.parametrize("content", [csv_bytes([row(), row(etab="13")]), json.dumps([API]).encode(), FICHES.encode()])
@given(data=st.data())
def test_no_reader_stumbles_over_a_damaged_file(tmp_path_factory, content: bytes, data: st.DataObject) -> None:  # type: ignore[no-untyped-def]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=20)) + content[end:])
    with contextlib.suppress(BmaError):
        read(path)
