"""Grants on a box: who has one, who may, and what becomes of the others."""

from __future__ import annotations

from typing import Any

import pytest

from bma.resources.box import GRANTS
from bma.resources.box.grants import full_access_of, send_as_of
from bma.resources.kinds import NotUnderstoodError
from bma.resources.observation import Unknown
from bma.resources.table import Converged, Target

BOX = Target("guid")


def access(user: str = "EXAMPLE\\ann", **changed: Any) -> dict[str, Any]:
    return {"User": user, "AccessRights": ["FullAccess"], "IsInherited": False, "Deny": False, **changed}


@pytest.mark.parametrize(
    ("row", "who"),
    [
        (access(), ("EXAMPLE\\ann",)),
        (access(AccessRights="FullAccess, ReadPermission"), ("EXAMPLE\\ann",)),
        (access("NT AUTHORITY\\SELF"), ()),
        (access("AUTORITE NT\\SELF"), ()),
        (access("S-1-5-10"), ()),
        (access(IsInherited=True), ()),
        (access(Deny=True), ()),
        (access(AccessRights=["ReadPermission"]), ()),
        (access(Deny=None), ("EXAMPLE\\ann",)),
    ],
)
def test_who_was_given_full_access(row: dict[str, Any], who: tuple[str, ...]) -> None:
    assert full_access_of([row]) == who


@pytest.mark.parametrize("right", ["Send-As", "Send As", "send-as"])
def test_the_right_to_send_as_in_every_spelling(right: str) -> None:
    row = {"User": "EXAMPLE\\ann", "ExtendedRights": [right], "IsInherited": False, "Deny": False}
    assert send_as_of([row]) == ("EXAMPLE\\ann",)
    assert send_as_of([{**row, "ExtendedRights": None}]) == ()
    with pytest.raises(NotUnderstoodError, match="which of them is not told"):
        send_as_of([{**row, "ExtendedRights": None, "AccessRights": ["ExtendedRight"]}])


@pytest.mark.parametrize("lost", ["User", "AccessRights", "IsInherited", "Deny"])
def test_a_row_that_cannot_be_judged_is_not_passed_over(lost: str) -> None:
    row = access()
    del row[lost]
    with pytest.raises(NotUnderstoodError):
        full_access_of([access(), row])


def converged(observed: dict[str, Any], **wanted: Any) -> Converged:
    nobody = {"full_access": (), "send_as": (), "send_on_behalf": ()}
    return GRANTS.converge({**nobody, **wanted}, {**nobody, **observed}, BOX)


def test_each_kind_of_grant_is_taken_away_by_its_own_cmdlet() -> None:
    made = converged(
        {"full_access": ("X\\a",), "send_as": ("X\\b", "X\\c"), "send_on_behalf": ("x.be/U/d", "x.be/U/e")}
    )
    assert [command.cmdlet for command in made.commands] == [
        "Remove-MailboxPermission",
        "Remove-ADPermission",
        "Remove-ADPermission",
        "Set-Mailbox",
    ]
    assert made.commands[-1].parameters["GrantSendOnBehalfTo"] == {"Remove": ["x.be/U/d", "x.be/U/e"]}
    assert all(command.parameters["Identity"] == "guid" for command in made.commands)
    assert all(command.parameters["Confirm"] is False for command in made.commands[:3])


@pytest.mark.parametrize("named", ["X\\Ann", "ann", "ANN"])
def test_who_is_in_the_list_keeps_it(named: str) -> None:
    assert converged({"full_access": ("X\\ann",)}, full_access=(named,)) == Converged()
    assert converged({"send_on_behalf": ("x.be/Users/Ann",)}, send_on_behalf=("ann",)) == Converged()
    assert len(converged({"full_access": ("X\\anna",)}, full_access=(named,)).commands) == 1


def test_a_kind_that_could_not_be_read_is_unknown_and_the_others_are_judged() -> None:
    made = converged({"full_access": Unknown("no right"), "send_as": ("X\\b",)})
    assert made.unknown == {"grants.full_access": "no right"}
    assert [command.cmdlet for command in made.commands] == ["Remove-ADPermission"]


def test_a_policy_that_reports_changes_nothing() -> None:
    made = converged({"send_as": ("X\\b",)}, found="report")
    assert made.commands == ()
    assert made.findings == ("grants: X\\b has send_as",)
