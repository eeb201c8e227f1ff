"""Rules inside a box: which of them send mail where it may not go, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.resources.box import INBOX_RULES, SWEEP_RULES
from bma.resources.box.rules import RULES, is_allowed
from bma.resources.observation import Unknown
from bma.resources.table import Converged, Target

BOX = Target("guid", "dc01.example.be")


def rule(**changed: Any) -> dict[str, Any]:
    return {
        "RuleIdentity": "16752869479666417665",
        "Identity": "example.be/BMA/ec000004\\16752869479666417665",
        "Name": "Renvoi",
        "Enabled": True,
        "ForwardTo": None,
        "RedirectTo": None,
        "ForwardAsAttachmentTo": None,
        **changed,
    }


def converged(*rules: dict[str, Any], **wanted: Any) -> Converged:
    said = {"forwarding": "disable", "allowed_targets": (), **wanted}
    return INBOX_RULES.converge(said, INBOX_RULES.observe(list(rules)), BOX)


@pytest.mark.parametrize("way", ["ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"])
@pytest.mark.parametrize(
    "target",
    [['"Ann" [SMTP:Ann@Example.org]'], '"Ann" [SMTP:Ann@Example.org]', ["ann@example.org"], ["smtp:ann@example.org"]],
)
def test_a_rule_that_sends_mail_out_is_disabled_by_its_number(way: str, target: Any) -> None:
    made = converged(rule(**{way: target}))
    (command,) = made.commands
    assert command.cmdlet == "Disable-InboxRule"
    assert command.parameters == {
        "Identity": "16752869479666417665",
        "Mailbox": "guid",
        "AlwaysDeleteOutlookRulesBlob": True,
        "Confirm": False,
        "DomainController": "dc01.example.be",
    }
    (change,) = made.changes
    assert (change.key, change.before) == ("Renvoi", "sends to ann@example.org")
    assert change.after == "sends to ann@example.org, disabled"


def test_before_a_rule_is_changed_the_loss_of_outlooks_own_rules_is_told() -> None:
    assert "Outlook" in converged(rule(ForwardTo=["a@example.org"])).warnings[0]
    assert converged(rule()).warnings == ()


def test_rules_that_send_nothing_are_the_holders() -> None:
    assert converged(rule(), rule(Name="Trier", ForwardTo=[])) == Converged()


@pytest.mark.parametrize("allowed", ["ann@example.org", "@example.org"])
def test_a_rule_that_stays_within_what_is_allowed_is_kept(allowed: str) -> None:
    inside = rule(RedirectTo=['"Ann" [SMTP:Ann@Example.org]'])
    assert converged(inside, allowed_targets=(allowed,)) == Converged()
    beyond = rule(RedirectTo=['"Ann" [SMTP:ann@example.org]', "b@elsewhere.be"])
    assert len(converged(beyond, allowed_targets=(allowed,)).commands) == 1


@pytest.mark.parametrize(
    "target",
    [
        '"x" [MOBILE:+32470@example.org]',
        '"x" [NOTES:x@example.org]',
        '"x" [EX:/o=evil/cn=jean@example.org]',
        "Jean @example.org",
        '"x" [SMTP:@evil.org:x@example.org]',
        '"x" [SMTP:x%evil.org@example.org]',
        '"x" [SMTP:x@evil.org,y@example.org]',
        '"x" [SMTP:x@evil.org] [SMTP:a@example.org]',
        '"x" [SMTP:x@evil.org]; "y" [SMTP:y@example.org]',
        '"a@example.org"@evil.org',
        "x@example.org.evil.org",
    ],
)
def test_only_one_plain_address_is_ever_allowed(target: str) -> None:
    assert len(converged(rule(ForwardTo=[target]), allowed_targets=("@example.org",)).commands) == 1


@pytest.mark.parametrize("odd", [{"InError": True}, {"SupportedByTask": False}])
def test_a_rule_that_exchange_cannot_tell_is_unknown_and_the_others_are_judged(odd: dict[str, Any]) -> None:
    made = converged(rule(Name="Bizarre", RuleIdentity="1", **odd), rule(ForwardTo=["a@example.org"]))
    assert list(made.unknown) == ["inbox_rules.Bizarre"]
    assert [change.key for change in made.changes] == ["Renvoi"]


def test_rules_of_one_name_are_told_apart() -> None:
    made = converged(rule(RuleIdentity="1", ForwardTo=["a@x.be"]), rule(RuleIdentity="2", ForwardTo=["b@x.be"]))
    assert [change.key for change in made.changes] == ["Renvoi (1)", "Renvoi (2)"]


def test_a_message_to_a_telephone_goes_out_as_well() -> None:
    assert len(converged(rule(SendTextMessageNotificationTo=["+32470000000"])).commands) == 1


def test_a_target_that_is_no_address_is_not_allowed() -> None:
    (change,) = converged(rule(ForwardTo=['"Ann" [EX:/o=X/cn=ann]']), allowed_targets=("@example.org",)).changes
    assert "EX:/o=X/cn=ann" in change.before


def test_a_disabled_rule_is_only_in_the_way_of_a_policy_that_removes() -> None:
    asleep = rule(Enabled=False, ForwardTo=["a@example.org"])
    assert converged(asleep) == Converged()
    (command,) = converged(asleep, forwarding="remove").commands
    assert command.cmdlet == "Remove-InboxRule"


def test_a_policy_that_reports_changes_nothing_and_says_what_it_found() -> None:
    made = converged(rule(ForwardTo=["a@example.org"]), forwarding="report")
    assert (made.commands, made.changes) == ((), ())
    assert made.findings == ("inbox_rules: rule 'Renvoi' sends to a@example.org",)


def test_a_policy_that_keeps_does_not_mind_what_could_not_be_read() -> None:
    assert INBOX_RULES.converge({"forwarding": "keep"}, INBOX_RULES.unreadable("no"), BOX) == Converged()


@pytest.mark.parametrize("decision", ["disable", "remove", "report"])
def test_rules_that_could_not_be_read_are_unknown(decision: str) -> None:
    made = INBOX_RULES.converge({"forwarding": decision}, INBOX_RULES.unreadable("no right"), BOX)
    assert (made.commands, made.changes, made.unknown) == ((), (), {"inbox_rules": "no right"})


@pytest.mark.parametrize(
    "odd", [{"RuleIdentity": None, "Identity": ""}, {"Enabled": None}, {"Enabled": "yes"}, {"Name": ["x"]}]
)
def test_a_rule_that_cannot_be_judged_makes_all_unknown(odd: dict[str, Any]) -> None:
    assert isinstance(INBOX_RULES.observe([rule(), rule(**odd)])[RULES], Unknown)


def test_a_rule_without_one_of_the_ways_to_send_is_not_taken_for_harmless() -> None:
    answer = rule()
    del answer["RedirectTo"]
    assert isinstance(INBOX_RULES.observe([answer])[RULES], Unknown)


def test_a_number_beyond_what_an_integer_holds_stays_as_it_is() -> None:
    (found,) = INBOX_RULES.observe([rule(RuleIdentity=16752869479666417665)])[RULES]
    assert found.identity == "16752869479666417665"


def test_sweep_rules_are_judged_by_being_there() -> None:
    answer = {"RuleIdentity": "7", "Name": "Nettoyage", "Enabled": True}
    observed = SWEEP_RULES.observe([answer])
    assert SWEEP_RULES.converge({"found": "report"}, observed, BOX).findings
    (command,) = SWEEP_RULES.converge({"found": "remove"}, observed, BOX).commands
    assert command.cmdlet == "Remove-SweepRule"


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=4))
def test_whatever_the_targets_say_only_what_is_listed_is_allowed(texts: list[str]) -> None:
    (found,) = INBOX_RULES.observe([rule(ForwardTo=texts)])[RULES]
    made = converged(rule(ForwardTo=texts), allowed_targets=("@adm.cfwb.be",))
    assert bool(made.commands) == any(not is_allowed(target, ("@adm.cfwb.be",)) for target in found.targets)
