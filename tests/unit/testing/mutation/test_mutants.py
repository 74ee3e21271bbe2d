"""Everything that a policy says is changed, each change is said in words, and stands at its place."""

from __future__ import annotations

import pytest

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.mutation.mutants import Mutant, mutants_of

POLICY = """\
language: 1
policy: all
version: "1"
terms: {calendar: CN, plan: {fails_after_missed: 2}, counting: {grace_days: 3, due_date_is_day: 0},
  in_a_row: {broken_promises: {reset_by: [kept, cured]}}, limitation: {period: 3 years}}
roles: [agent, boss]
counts: {calls: {of: ContactAttempted, where: 'channel == "phone"', within: 7 days}}
actions:
  text: {kind: contact, purpose: collect, params: {channel: choice}}
  call: {kind: task, params: {role: role}}
working_hours: "09:00-18:00"
authority: {agent: {plans: [annuity, deferral], waives: {costs: all, interest: {share: 0.2}}, instalments: 12}}
buckets: {by: dpd, M1: 1..30, M2: 31..60, M3: 61..}
marks:
  watch: {when: dpd > 30}
  bad: {when: dpd > 90, until: arrears_cleared}
holds:
  dispute: {stops: [contact, court], review_after: 5 business days, lifted_by: boss}
  hardship: {stops: collect, allows: {channel: letter}, ends_after: 3 months, placed_by: [agent, boss]}
promises: {stops: [court, collect]}
plans: {stops: [court]}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}
  - {id: few, strength: presume, applies_to: {channel: [sms, phone]}, counts: attempt, at_most: 3, within: 7 days,
     per: person, excluding: [consent], consent_lasts: 30 days, in_force: {from: 2025-02-28}}
  - {id: rest, strength: block, when: calls > 2, blocked_days: [sunday, holidays]}
everywhere:
  - {id: cured, when: arrears_cleared, to: current, except: [court, gone]}
  - {id: chase, when: dpd > 5, do: call, with: {role: agent}, once: episode,
     within: 3 days, else: {do: call, with: {role: boss}}}
stages:
  current: {start: true, rules: [{id: late, when: dpd >= 1, to: early, step: true}]}
  early:
    on_enter:
      - {id: first-text, do: text, with: {channel: sms}, after: 1 business day, must: true, when: dpd < 9}
      - id: reach
        ladder:
          - {do: text, with: {channel: sms}, times: 2, in_working_hours: true, wait: 2 days}
          - {do: text, with: {channel: letter}, approve: boss}
    every: [{id: weekly, each: 7 days, do: text, with: {channel: sms}}]
    rules:
      - {id: to-court, when: dpd > 30, to: court, gives_way_to: [agreed], approve: boss, ask_again_after: 9 days}
      - {id: agreed, on: NegotiationClosed, when: 'outcome == "agreed" and dpd > 1', to: current}
  court:
    rules: [{id: done, when: balance == 0, to: gone}]
  gone: {end: true}
never: [{id: no-early-court, that: stage in court and dpd <= 30, on_entry: true}]
"""

EXPECTED = """\
rule chase is taken out
road chase is without `once: episode`
timing chase `within` `3 days` becomes `4 days`
effect chase is without `else: call`
road cured is without `except: court`
road cured is without `except: gone`
condition late is without `when: dpd >= 1`
road late is without `step: true`
road late `to` `early` becomes `court`
approval to-court is without `approve: boss`
approval to-court `ask_again_after` `9 days` becomes `8 days`
effect first-text is taken out
effect first-text is without `must: true`
timing first-text `after` `1 business day` becomes `2 business days`
timing first-text `after` `1 business day` becomes `0 business days`
effect first-text `purpose` `collect` becomes `inform`
condition first-text is without `when: dpd < 9`
threshold first-text `dpd < 9` becomes `dpd < 8`
ladder reach rung 2, `text`, is taken out
ladder reach rung 1, `text`, `times` `2` becomes `3`
ladder reach rung 1, `text`, `wait` `2 days` becomes `1 day`
ladder reach rung 1, `text`, is without `in working hours`
approval reach rung 2, `text`, is without `approve: boss`
timing weekly `each` `7 days` becomes `6 days`
effect weekly is taken out
limit night is taken out
limit night `outside` `08:00-22:00` becomes `08:00-23:00`
limit night `strength` `block` becomes `advise`
limit few `at_most` `3` becomes `4`
limit few `within` `7 days` becomes `6 days`
limit few `counts` `attempt` becomes `conversation`
limit few `per` `person` becomes `debt`
limit few `excluding` is without `consent`
limit few `consent_lasts` `30 days` becomes `31 days`
limit few `channel` is without `sms`
limit few `in_force from` `2025-02-28` becomes `2025-03-01`
limit rest `blocked_days` is without `sunday`
hold dispute is taken out
hold dispute `stops` is without `contact`
hold dispute `review_after` `5 business days` becomes `6 business days`
hold hardship `allows` is without `letter`
hold hardship `ends_after` `3 months` becomes `4 months`
hold hardship `placed_by` is without `agent`
hold promises `stops` is without `collect`
hold plans `stops` is without `court`
never clause no-early-court is taken out
never clause no-early-court `on_entry` `true` becomes `false`
comparison no-early-court `dpd <= 30` becomes `dpd < 30`
mark bad is taken out
mark bad is without `until: arrears_cleared`
threshold watch `dpd > 30` becomes `dpd > 31`
authority agent is taken out
authority agent `plans` is without `annuity`
authority agent `instalments` `12` becomes `13`
authority agent is without `waives: costs`
authority agent `interest share` `0.2` becomes `0.3`
count calls `within` `7 days` becomes `8 days`
count M1 `its end` `30` becomes `31`
terms terms.plan.fails_after_missed `2` becomes `3`
terms terms.counting.grace_days `3` becomes `2`
terms terms.counting.due_date_is_day `0` becomes `1`
terms terms.in_a_row.broken_promises.reset_by is without `kept`
terms terms.limitation.period `3 years` becomes `2 years`
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY)


@pytest.fixture(scope="module")
def mutants(policy: Policy) -> dict[str, Mutant]:
    return {f"{one.kind} {one.part} {one.said}": one for one in mutants_of(policy)}


@pytest.mark.parametrize("said", EXPECTED.splitlines())
def test_it_is_changed(mutants: dict[str, Mutant], said: str) -> None:
    assert said in mutants


def test_no_change_comes_twice(policy: Policy) -> None:
    found = mutants_of(policy)
    assert len({one.key for one in found}) == len(found)


def test_each_compiles(mutants: dict[str, Mutant]) -> None:
    for one in mutants.values():
        assert Machine(one.policy).policy is one.policy


def test_only_of_what_has_an_order_is_the_order_turned() -> None:
    """A list in which every word stands says nothing else when it is written the other way round."""
    terms = "limitation: {period: 3 years, interrupted_by: [demand, acknowledgement, payment, promise, plan, claim]}"
    within = "allocation: {within: [costs, interest, principal]}"
    policy = load_policy(text=f"policy: all\nversion: '1'\nlanguage: 1\nterms: {{{terms}, {within}}}\n{STAGES}")
    said = [one.said for one in mutants_of(policy) if one.kind == "terms"]
    assert "`costs, interest, principal` becomes `principal, interest, costs`" in said
    assert "is without `demand`" in said
    assert not [one for one in said if one.endswith("demand`") and "becomes" in one]


STAGES = "stages: {open: {start: true, rules: [{id: paid, when: balance == 0, to: closed}]}, closed: {end: true}}"


def test_terms_left_to_their_defaults_are_not_the_policys_own(mutants: dict[str, Mutant]) -> None:
    assert not [said for said in mutants if "terms.allocation" in said or "terms.plan.grace_days" in said]


def test_what_is_said_to_the_checks_alone_is_not_changed(mutants: dict[str, Mutant]) -> None:
    """`gives_way_to` keeps a finding away; which rule goes first is the order of the file."""
    assert not [said for said in mutants if "gives_way_to" in said]


def test_a_mutant_stands_where_the_part_does(policy: Policy, mutants: dict[str, Mutant]) -> None:
    place = policy.rule("to-court").place
    assert {one.place for one in mutants.values() if one.part == "to-court"} == {place}


def test_a_rule_without_its_event_is_one_only_where_its_condition_makes_sense(mutants: dict[str, Mutant]) -> None:
    assert not [said for said in mutants if "is without `on: NegotiationClosed`" in said]


def test_a_changed_word_is_read_as_changed(mutants: dict[str, Mutant]) -> None:
    """A bucket that ends a day later: day 31 is in the first one, of the policy's own bands too."""
    changed = mutants["count M1 `its end` `30` becomes `31`"].policy
    assert changed.buckets == {"M1": (1, 31), "M2": (32, 60), "M3": (61, None)}
    assert changed.vocabulary["bucket"] is changed.never_vocabulary["bucket"]


def test_a_mark_that_says_no_end_ends_where_it_does_not_begin(mutants: dict[str, Mutant]) -> None:
    mark = mutants["threshold watch `dpd > 30` becomes `dpd > 31`"].policy.marks[0]
    assert (mark.when.text, mark.until.text) == ("dpd > 31", "not (dpd > 31)")


def test_it_is_said_in_words(mutants: dict[str, Mutant]) -> None:
    assert str(mutants["threshold watch `dpd > 30` becomes `dpd > 31`"]) == "`watch` `dpd > 30` becomes `dpd > 31`"
