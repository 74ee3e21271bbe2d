"""`prove`: what holds of a policy for every loan, and the loan or the whole history that shows what does not."""

from __future__ import annotations

import pytest

from overdue_flow.engine.machine import Machine
from overdue_flow.guards.solver import Z3
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.prove import Property, prove
from overdue_flow.testing.prove_silence import where_silence_rests
from overdue_flow.testing.scenarios import run_scenario

HEAD = """language: 1
policy: small
version: 1
roles: [team, boss]
attention: boss
actions:
  call: {kind: contact, purpose: collect, params: {channel: {type: choice, of: [sms, phone]}}}
  tell: {kind: contact, purpose: inform, params: {channel: {type: choice, of: [sms, phone]}}}
  work: {kind: task, params: {role: role}}
"""
ROAD = """stages:
  performing: {{start: true, rules: [{{id: overdue, when: dpd >= 1, to: reminder}}]}}
  reminder:
    on_enter: [{{do: call, with: {{channel: sms}}}}]
    rules:
      - {{id: cured, when: arrears_cleared, to: performing}}
      - {{id: suit, when: {suit}, to: legal.filed}}
  legal:
    first: filed
    on_enter: [{{do: work, with: {{role: team}}}}]
    rules: [{{id: paid, when: balance == 0, to: closed}}]
    stages: {{filed: {{}}}}
  closed: {{end: true}}
"""


def policy(more: str = "", *, suit: str = "dpd > 90", road: str = ROAD) -> Policy:
    return load_policy(text=HEAD + more + road.format(suit=suit))


def proved(some: Policy, about: str, *, solver: Z3 | None = None, turns: int = 700) -> Property:
    (one,) = [one for one in prove(some, solver=solver, turns=turns) if about in one.said]
    if one.history is not None:  # what is shown is what the policy does
        assert run_scenario(some, one.history).passed
    return one


def test_a_sound_policy_is_refuted_in_nothing() -> None:
    some = policy("never: [{id: early, that: stage in legal and dpd <= 90, on_entry: true}]\n")
    answers = {one.said: one.answer for one in prove(some, turns=700)}
    assert set(answers.values()) == {"proved", "nothing found"}
    assert answers["every rule can fire"] == "proved"
    assert answers["the clause `early`, checked on entry, is never broken and stops no loan"] == "proved"


# --- what conditions decide ---


def test_what_lint_finds_is_refuted_with_the_same_loan() -> None:
    one = proved(policy(suit="dpd > 90 and dpd < 80"), "every rule can fire")
    assert (one.answer, one.stands) == ("refuted", False)
    assert one.found == "`suit` can never fire: no loan meets its condition"
    assert one.place is not None
    overlap = policy(suit="dpd >= 0 and plan_active")
    two = proved(overlap, "no two rules of one list")
    assert two.loan == "arrears_cleared yes, dpd 0 days, plan_active yes"


def test_where_two_facts_meet_the_solver_decides() -> None:
    facts = "facts: {period: {type: number, unit: days, default: 30}}\n"
    some = policy(facts, suit="dpd >= 2 * period and period >= 60 and dpd < 100")
    open_one = proved(some, "every rule can fire")
    assert (open_one.answer, open_one.why) == ("not decided", "`dpd` and `period` meet in one comparison")
    assert open_one.stands
    assert proved(some, "every rule can fire", solver=Z3()).answer == "refuted"
    assert proved(policy(facts, suit="dpd >= 2 * period"), "every rule can fire", solver=Z3()).answer == "proved"


# --- what histories show ---


def test_a_clause_that_a_rule_can_break_is_refuted_by_a_whole_history() -> None:
    some = policy("never: [{id: early, that: stage in legal and dpd <= 90, on_entry: true}]\n", suit="dpd > 60")
    one = proved(some, "the clause `early`")
    assert one.answer == "refuted"
    assert one.history is not None
    (expected,) = one.history.expects
    assert expected.stage == "reminder"  # the move was withheld


def test_a_standing_clause_that_time_breaks_is_refuted_and_one_that_no_loan_meets_is_proved() -> None:
    never = "never: [{id: old, that: stage == reminder and dpd > 30}, {id: odd, that: dpd > 3 and dpd < 2}]\n"
    some = policy(never)
    one = proved(some, "the clause `old`")
    assert one.answer == "refuted"
    assert one.history is not None
    assert one.history.steps == ()
    assert proved(some, "the clause `odd`").why == "no loan meets its condition"


def test_a_clause_that_only_others_break_is_watched() -> None:
    some = policy("never: [{id: reported, that: credit_reported and dpd == 0}]\n")
    one = proved(some, "the clause `reported`")
    assert (one.answer, one.stands) == ("watched", True)
    assert one.why.startswith("only by what others do, which is reported")
    assert one.history is not None
    assert [step.event.kind for step in one.history.steps if step.event] == ["CreditReported"]


@pytest.mark.parametrize(
    ("stops", "answer"), [("[contact]", "nothing found"), ("[collect]", "nothing found"), ("[legal]", "refuted")]
)
def test_a_hold_that_forgets_contacts_is_shown_with_a_contact_under_it(stops: str, answer: str) -> None:
    some = policy(f"holds: {{bankruptcy: {{stops: {stops}, lifted_by: [boss]}}}}\n")
    one = proved(some, "under a hold `bankruptcy` nobody is contacted to collect")
    assert one.answer == answer
    if one.history is not None:
        assert [step.event.kind for step in one.history.steps if step.event] == ["HoldPlaced"]


def test_a_hold_that_may_let_contacts_pass_is_not_asked_about() -> None:
    some = policy("holds: {vulnerable: {stops: [legal], lifted_by: [boss]}}\n")
    assert not [one for one in prove(some, turns=200) if "`vulnerable`" in one.said]


# --- silence ---

QUIET = """stages:
  performing: {{start: true, rules: [{{id: overdue, when: dpd >= 1, to: reminder}}]}}
  reminder:
    on_enter: [{enter}]
    rules: [{{id: cured, when: arrears_cleared, to: performing}}, {{id: goes, when: {suit}, to: closed}}]
  closed: {{end: true}}
"""
CALL, WORK = "{do: call, with: {channel: sms}}", "{do: work, with: {role: team}}"


@pytest.mark.parametrize(
    ("enter", "goes", "rests"),
    [
        (CALL, "promises_broken >= 1", "reminder"),
        (CALL, "dpd > 400", None),
        (CALL, "unanswered_attempts_in_a_row >= 1", None),
        (WORK, "promises_broken >= 1", None),
    ],
)
def test_a_silent_borrower_rests_where_nothing_happens_and_nobody_has_a_task(
    enter: str, goes: str, rests: str | None
) -> None:
    some = load_policy(text=HEAD + QUIET.format(enter=enter, suit=goes))
    found = where_silence_rests(Machine(some))
    assert [rest.stage for rest in found] == ([rests] if rests else [])
    one = proved(some, "a borrower who stays silent")
    assert one.answer == ("refuted" if rests else "nothing found")
    if rests:
        assert one.history is not None
        assert one.found.startswith(
            f"one rests in `{rests}` since {one.history.expects[0].on}: nothing happened in the "
        )


# --- explained ---


def test_what_the_policy_explains_stands() -> None:
    said = "under a hold `bankruptcy` nobody is contacted to collect"
    more = "holds: {bankruptcy: {stops: [legal], lifted_by: [boss]}}\n"
    reason = "explained: [{finding: can-happen, about: [bankruptcy], because: the court asks us to}]\n"
    one = proved(policy(more + reason), said)
    assert (one.answer, one.explained, one.stands) == ("refuted", "the court asks us to", True)
    assert not proved(policy(more), said).stands


def test_a_finding_that_is_explained_is_explained_here_too() -> None:
    never = "never: [{id: early, that: stage in legal and dpd <= 90, on_entry: true}]\n"
    reason = "explained: [{finding: can-break-never, about: [early], because: it is to be withheld}]\n"
    some = policy(never + reason, suit="dpd > 60")
    found = [one for one in prove(some, turns=700) if "`early`" in one.said + one.found]
    assert [(one.answer, one.explained) for one in found] == [("refuted", "it is to be withheld")] * 2
