"""Rules that can never move a loan, since what their condition asks for stops them, and what follows for clauses."""

from __future__ import annotations

import pytest

from overdue_flow.policy.claims import claims
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.problems import Problem
from overdue_flow.testing.prove import prove

POLICY = """language: 1
policy: held
version: 1
roles: [counsel]
actions: {{work: {{kind: task, params: {{role: role}}}}}}
holds: {{dispute: {{stops: [{stopped}], lifted_by: [counsel]}}}}
promises: {{stops: [suit]}}
plans: {{stops: [suit]}}
never: [{{id: none-disputed, that: stage in suit and hold_dispute, on_entry: true}}]
stages:
  talks:
    start: true
    on_enter: [{{do: work, with: {{role: counsel}}}}]
    rules: [{{id: sue, when: {when}, to: suit}}, {{id: sold, on: DebtSold, to: end}}]
  suit:
    first: filed
    stages:
      filed:
        on_enter: [{{do: work, with: {{role: counsel}}}}]
        rules: [{{id: on-word, when: promise_open and dpd > 300, to: suit.enforced}}]
      enforced: {{on_enter: [{{do: work, with: {{role: counsel}}}}], rules: [{{id: over, when: dpd > 600, to: end}}]}}
  end: {{end: true}}
"""


def written(when: str, stopped: str = "suit") -> str:
    return POLICY.format(when=when, stopped=stopped)


def findings(text: str) -> list[Problem]:
    return [one for one in check_policy(text=text) if not one.code.startswith("unused")]


@pytest.mark.parametrize(
    ("when", "by"),
    [
        ("hold_dispute and dpd > 90", "a hold `dispute`"),
        ("promise_open and dpd > 90", "an open promise"),
        ("plan_active and plan_missed_instalments == 0", "a plan that is kept"),
        ("dpd > 90 and (hold_dispute or promise_open)", "a hold `dispute` or an open promise or a plan that is kept"),
    ],
)
def test_a_rule_that_is_stopped_whenever_it_holds_is_found(when: str, by: str) -> None:
    found = findings(written(when))
    assert [one.code for one in found] == ["never-holds", "never-reached", "never-reached"]
    assert found[0].message == f"`sue` can never fire: whenever its condition holds, it is stopped by {by}"


@pytest.mark.parametrize(
    "when",
    ["dpd > 90", "dpd > 90 or hold_dispute", "plan_active and dpd > 90", "plan_active and plan_missed_instalments > 0"],
)
def test_a_rule_that_some_loan_gets_past_is_not(when: str) -> None:
    assert findings(written(when)) == []


def test_promises_stop_no_move_inside_the_group() -> None:
    assert "on-word" not in " ".join(one.message for one in findings(written("dpd > 90")))


@pytest.mark.parametrize(("stopped", "answer"), [("suit", "proved"), ("contact", "refuted")])
def test_what_a_hold_stops_breaks_no_clause(stopped: str, answer: str) -> None:
    policy = load_policy(text=written("dpd > 90", stopped))
    (entered,) = (one for one in claims(policy) if "forbids on entry" in one.said)
    assert bool(entered.findings) is (answer == "refuted")
    (clause,) = (one for one in prove(policy, turns=500) if "none-disputed" in one.said)
    assert clause.answer == answer


@pytest.mark.parametrize(("first", "shadowed"), [("dpd >= 1", True), ("dpd >= 60", False)])
def test_a_rule_that_waits_for_no_event_comes_first_at_an_event_too(first: str, shadowed: bool) -> None:
    text = written("dpd > 90").replace(
        "rules: [{id: sue,", f"rules: [{{id: first, when: {first}, to: end}}, {{id: paid, on: PaymentReceived, "
        "when: dpd > 30, to: end}, {id: sue, gives_way_to: first,"
    )  # fmt: skip
    found = [one.message for one in findings(text) if one.code == "shadowed-rule"]
    assert any("`paid` can never fire" in one for one in found) is shadowed
