from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.errors import DocumentError
from bma.referential.columns import COLUMNS, match_columns, meaning

SEEN = {
    "etab_number": [
        "N° FASE de l'établissement",
        "ndeg_fase_de_l_etablissement",
        "ndegfase_de_l_etablissement",
        "Nº Fase établissement",
        "NUMERO_FASE_ETABLISSEMENT",
        "Numéro FASE de l’établissement",
        "FaseEtablissement",
    ],
    "etab_name": ["Nom de l'établissement", "nom_d_etablissement", "nom_de_l_etablissement", "Nom d'etablissement"],
    "etab_bce": ["Numéro BCE de l'établissement", "numero_bce_de_l_etablissement", "N° BCE établissement"],
    "impl_number": ["ndegfase_de_l_implantation", "N° FASE de l'implantation", "ndeg_fase_de_l_implantation"],
    "po_number": [
        "N° FASE du P.O.",
        "ndeg_fase_du_po",
        "N° FASE du PO",
        "n_fase_du_p_o",
        "N° FASE P.O",
        "Numéro FASE du pouvoir organisateur",
    ],
    "po_name": ["Nom de P.O.", "nom_du_po", "Nom du P.O.", "NOM PO"],
    "po_bce": ["N° BCE du P.O.", "numero_bce_du_po"],
    "type": ["Type d'enseignement", "type_d_enseignement"],
    "arrondissement": ["Arrondissement administratif", "arrondissement_administratif"],
    "etab_postal_code": ["Code postal de l'établissement", "code_postal_de_l_etablissement", "CP établissement"],
    "po_localite": ["Localité du P.O.", "localite_du_po"],
    "bassin": ["Bassin", "Bassin scolaire"],
}


@pytest.mark.parametrize(("field", "header"), [(field, header) for field in SEEN for header in SEEN[field]])
def test_spellings_of_the_editions(field: str, header: str) -> None:
    assert meaning(header) == field


@pytest.mark.parametrize("header", ["", "N° FASE", "Nom", "Type d'établissement", "Latitude", "Nom du directeur", "po"])
def test_what_means_nothing_here(header: str) -> None:
    assert meaning(header) is None


def test_every_column_means_itself() -> None:
    assert {field: meaning(label) for field, label in COLUMNS.items()} == {field: field for field in COLUMNS}


@st.composite
def spelled(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Every column, in any order, in any of the ways an export may spell it."""
    fields = draw(st.permutations(list(COLUMNS)))
    result = []
    for field in fields:
        header = COLUMNS[field]
        for old, new in draw(st.lists(st.sampled_from(SPELLINGS), unique=True)):
            header = header.replace(old, new)
        header = draw(st.sampled_from([str.lower, str.upper, str.title, str]))(header)
        result.append((field, draw(st.sampled_from(["{}", " {} ", "\ufeff{}", "{}_", "{}  "])).format(header)))
    return result


SPELLINGS = [
    ("é", "e"),
    ("é", "e\u0301"),
    ("°", "deg"),
    ("'", "’"),
    (" ", "_"),
    (" ", "  "),
    ("P.O.", "PO"),
    ("de l'", "d'"),
    ("du ", ""),
    ("N°", "Numéro"),
]


@given(spelled())
def test_order_and_spelling_do_not_matter(columns: list[tuple[str, str]]) -> None:
    found = match_columns([header for _, header in columns], Path("list.csv"))
    assert {field: columns[index][0] for field, index in found.items()} == {field: field for field in COLUMNS}


def test_a_missing_column_is_named_with_those_found() -> None:
    headers = [label for field, label in COLUMNS.items() if field != "po_number"]
    with pytest.raises(DocumentError) as fault:
        match_columns([*headers, "Matricule"], Path("list.csv"))
    assert str(fault.value).startswith("list.csv:1: no column can be matched with 'N° FASE du P.O.'; columns found: ")
    assert "'Matricule'" in str(fault.value)


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(DocumentError, match="two columns mean « Niveau »: 'Niveau' and 'niveaux'"):
        match_columns([*COLUMNS.values(), "niveaux"], Path("list.csv"))
