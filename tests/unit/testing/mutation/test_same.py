"""A mutant that no loan can tell from the policy is known as such, and no other is."""

from __future__ import annotations

import pytest

from overdue_flow.events import DebtSold
from overdue_flow.policy.load import load_policy
from overdue_flow.testing.building import scenario
from overdue_flow.testing.mutation.mutants import mutants_of
from overdue_flow.testing.mutation.same import Sameness
from overdue_flow.testing.scenarios import run_scenario

POLICY = """\
language: 1
policy: small
version: "1"
roles: [agent]
actions: {call: {kind: task, params: {role: role}}}
everywhere:
  - {id: cured, when: arrears_cleared, to: current, except: [current, gone, court]}
  - {id: chase, when: dpd >= 1 and dpd > 5, do: call, with: {role: agent}, except: [court, gone]}
stages:
  current: {start: true, rules: [{id: late, when: dpd >= 1 or dpd >= 9, to: early}]}
  early: {rules: [{id: to-court, when: dpd > 30, to: court}]}
  court: {rules: [{id: won, on: JudgmentGiven, to: gone}, {id: paid, when: balance == 0, to: gone}]}
  gone: {end: true}
never: [{id: silence, that: dpd > 3 and dpd > 2 and contact_delivered}]
"""


def verdicts(part: str) -> dict[str, bool]:
    policy = load_policy(text=POLICY)
    same = Sameness(policy)
    return {one.said: same.holds(one.policy) for one in mutants_of(policy) if one.part == part}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("late", "is without `dpd >= 9`"),
        ("late", "`dpd >= 9` becomes `dpd > 9`"),
        ("chase", "is without `dpd >= 1`"),
        ("chase", "`dpd >= 1` becomes `dpd >= 0`"),
        ("cured", "is without `except: current`"),
        ("cured", "is without `except: gone`"),
        ("silence", "is without `dpd > 2`"),
    ],
)
def test_what_no_loan_can_tell_is_the_same(part: str, said: str) -> None:
    """A part that another implies; a rule where it leads to the stage it would be in; one in an end."""
    assert verdicts(part)[said]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("late", "is without `dpd >= 1`"),
        ("late", "is taken out"),
        ("chase", "`dpd > 5` becomes `dpd > 6`"),
        ("chase", "is without `except: court`"),
        ("chase", "is without `except: gone`"),  # what was asked for is dropped there
        ("cured", "is without `except: court`"),
        ("silence", "is without `dpd > 3`"),
        ("silence", "`on_entry` `false` becomes `true`"),
        ("won", "`to` `gone` becomes `current`"),
    ],
)
def test_what_a_loan_can_tell_is_not(part: str, said: str) -> None:
    assert verdicts(part)[said] is False


LIMITED = """\
language: 1
policy: limited
version: "1"
actions: {text: {kind: contact, purpose: collect}, note: {kind: record}}
limits:
  - {id: collecting, strength: block, applies_to: {kind: contact, purpose: collect}, when: dpd >= 0}
  - {id: all, strength: block, applies_to: {kind: contact}, when: dpd > 9}
stages:
  start: {start: true, rules: [{id: write, when: dpd > 1, do: text}, {id: note, when: dpd > 2, do: note},
    {id: over, when: balance == 0, to: over}]}
  over: {end: true}
"""


def test_a_limit_says_nothing_of_what_is_never_asked_for() -> None:
    """All contacts are there to collect here; a limit on all that is done bears on records too."""
    policy = load_policy(text=LIMITED)
    same = Sameness(policy)
    told = {str(one): same.holds(one.policy) for one in mutants_of(policy)}
    assert told["`collecting` `kind` is without `contact`"]
    assert told["`collecting` `purpose` is without `collect`"]
    assert not told["`all` `kind` is without `contact`"]


BY_CHANNEL = """\
language: 1
policy: by-channel
version: "1"
facts: {preferred: {type: choice, of: [sms, email], default: sms, label: preferred channel}}
actions: {text: {kind: contact, purpose: collect, params: {channel: choice}}}
limits:
  - {id: sundays, strength: block, applies_to: {channel: [sms, visit]}, blocked_days: sunday}
  - {id: often, strength: block, applies_to: {channel: [sms, visit]}, counts: attempt, at_most: 1, within: 7 days}
stages:
  start: {start: true, rules: [{id: write, when: dpd > 1, do: text, with: {channel: {fact: preferred}}},
    {id: over, when: balance == 0, to: over}]}
  over: {end: true}
"""


def test_a_limit_says_nothing_of_a_channel_by_which_nothing_goes_unless_it_is_counted() -> None:
    """Nobody is asked to visit; but visits that were made are counted."""
    policy = load_policy(text=BY_CHANNEL)
    same = Sameness(policy)
    told = {str(one): same.holds(one.policy) for one in mutants_of(policy)}
    assert told["`sundays` `channel` is without `visit`"]
    assert not told["`sundays` `channel` is without `sms`"]
    assert not told["`often` `channel` is without `visit`"]


def test_what_is_true_of_every_loan_is_known() -> None:
    """Nobody is less than 0 days past due."""
    policy = load_policy(text=LIMITED)
    same = Sameness(policy)
    told = {one.said: same.holds(one.policy) for one in mutants_of(policy) if one.part == "collecting"}
    assert told["`dpd >= 0` becomes `dpd >= -1`"]
    assert told["is without `when: dpd >= 0`"]
    assert told["`dpd >= 0` becomes `dpd > 0`"] is False


SOLD = """\
language: 1
policy: sold
version: "1"
stages:
  start: {start: true, rules: [{id: late, when: dpd > 30 and borrower_dpd > 20, to: over},
    {id: paid, when: balance == 0 and dpd <= borrower_dpd, to: over}]}
  over: {end: true}
"""


def test_a_loan_that_was_sold_tells_its_own_arrears_from_those_of_its_borrower() -> None:
    """It counts for nothing with the borrower, and its own days run on."""
    policy = load_policy(text=SOLD)
    given = scenario("sold on day 15", policy).given(instalments="1000.00 on 2025-01-10")
    looking = given.at_dpd(15, DebtSold, buyer="a fund").at_dpd(40).expect(stage="start")
    assert looking.run().passed
    same = Sameness(policy)
    told = {str(one): one.policy for one in mutants_of(policy)}
    mutant = told["`late` is without `borrower_dpd > 20`"]
    assert not run_scenario(mutant, looking.build()).passed
    assert not same.holds(mutant)
    assert same.holds(told["`paid` is without `dpd <= borrower_dpd`"])


MEETING = """\
language: 1
policy: meeting
version: "1"
facts: {period: {type: number, unit: days, default: 31}, eased_on: {type: date}}
marks:
  eased: {when: 0 <= days_since_eased < 366, until: arrears_cleared and days_since_eased >= 2 * period}
  bad:
    when: dpd > 90
    until: >-
      arrears_cleared and days_since_cleared >= 184 and days_since_cleared >= 2 * period
      and not mark_eased and (eased_on is not None or not plan_active)
stages:
  start: {start: true, rules: [{id: over, when: balance == 0, to: over}]}
  over: {end: true}
"""


def test_what_one_part_implies_is_known_though_facts_meet_in_others() -> None:
    """The days since arrears were cleared are missing while there are some."""
    policy = load_policy(text=MEETING)
    same = Sameness(policy)
    told = {one.said: same.holds(one.policy) for one in mutants_of(policy) if one.part == "bad"}
    assert told["`until` is without `arrears_cleared`"]
    assert told["`until` is without `days_since_cleared >= 184`"] is False


LADDERS = """\
language: 1
policy: ladders
version: "1"
actions: {ring: {kind: contact, purpose: collect}}
ladders:
  once: [{do: ring, wait: 2 days}, {do: ring, wait: 3 days}]
  often: [{do: ring, times: 2, wait: 3 days}]
stages:
  start: {start: true, rules: [{id: one, when: dpd > 1, ladder: once}, {id: two, when: dpd > 9, ladder: often},
    {id: over, when: balance == 0, to: over}]}
  over: {end: true}
"""


def test_nothing_waits_after_the_last_try_of_a_ladder() -> None:
    policy = load_policy(text=LADDERS)
    same = Sameness(policy)
    told = {str(one): same.holds(one.policy) for one in mutants_of(policy)}
    assert told["`one` rung 2, `ring`, `wait` `3 days` becomes `4 days`"]
    assert not told["`one` rung 1, `ring`, `wait` `2 days` becomes `3 days`"]
    assert not told["`one` rung 2, `ring`, `times` `1` becomes `2`"]
    assert not told["`two` rung 1, `ring`, `wait` `3 days` becomes `4 days`"]
