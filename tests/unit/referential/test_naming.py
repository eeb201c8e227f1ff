from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.referential.naming import group_names, slug, suffixed

LABELS = st.lists(st.one_of(st.text(max_size=80), st.sampled_from(["A b", "a-B", "a_b", "À b", "", "?"])), unique=True)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("WBE", "wbe"),
        ("Huy-Waremme", "huy_waremme"),
        ("Subventionné officiel (HE)", "subventionne_officiel_he"),
        ("Haute École", "haute_ecole"),
        ("{{ lookup('pipe','id') }}", "lookup_pipe_id"),
        ("œuvre", "oeuvre"),
        ("?", ""),
    ],
)
def test_slugs(label: str, expected: str) -> None:
    assert slug(label) == expected


@given(LABELS)
def test_names_are_valid_distinct_and_carry_their_prefix(labels: list[str]) -> None:
    names = group_names("bassin", labels)
    assert set(names) == set(labels)
    assert len(set(names.values())) == len(labels)
    assert all(re.fullmatch(r"bassin_[a-z0-9][a-z0-9_]*", name) for name in names.values())


@given(LABELS, st.randoms())
def test_the_order_of_the_labels_does_not_matter(labels: list[str], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(labels, len(labels))
    assert group_names("bassin", labels) == group_names("bassin", shuffled)


def test_labels_spelled_alike_all_carry_a_suffix() -> None:
    names = group_names("type", ["A b", "a-b", "c"])
    assert names["c"] == "type_c"
    assert set(suffixed("type", names)) == {"A b", "a-b"}


def test_a_label_cannot_take_the_name_of_a_suffix() -> None:
    taken = group_names("type", ["A b", "a-b"])["A b"].removeprefix("type_")
    assert len(set(group_names("type", ["A b", "a-b", taken]).values())) == 3
