"""Every parameter table of the lab against the catalogue of documented cmdlets, where that is beside the checkout."""

import json
from functools import cache
from pathlib import Path

import pytest

from lab.exchange.cmdlets import CMDLETS

CATALOGUE = Path(__file__).parents[3].parent / "shared/data/exchange/cmdlet_parameters.json"
VERSIONS = ("e2016", "e2019", "ese")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue of cmdlets is not beside the checkout"),
]


@cache
def catalogue():
    cmdlets = json.loads(CATALOGUE.read_text(encoding="utf-8"))["cmdlets"]
    return {name.lower(): described["parameters"] for name, described in cmdlets.items()}


def listed():
    return sorted(set(CMDLETS) & set(catalogue())) if CATALOGUE.exists() else []


def base(kind):
    """The .NET type without what the lab adds to it: `Unlimited<Size>` is Unlimited, an array its items' type."""
    return kind.partition("<")[0].removesuffix("[]")


@pytest.mark.parametrize("name", listed())
def test_every_parameter_exists_on_premises_and_has_its_type(name):
    known = catalogue()[name]
    for parameter in CMDLETS[name].signature.parameters:
        assert parameter.name in known, parameter.name
        described = known[parameter.name]
        assert all(described[version] for version in VERSIONS), parameter.name
        assert base(described["type"]) == base(parameter.kind), parameter


@pytest.mark.parametrize("name", listed())
def test_what_the_lab_asks_for_is_documented_as_required(name):
    known = catalogue()[name]
    for parameter in CMDLETS[name].signature.parameters:
        if parameter.mandatory:
            assert known[parameter.name]["required"] == "True", parameter.name


def test_most_of_the_endpoint_is_in_the_catalogue():
    assert len(listed()) > len(CMDLETS) / 2
