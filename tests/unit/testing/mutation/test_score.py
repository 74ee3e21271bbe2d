"""The score counts what a loan can tell; what is explained is told apart, and a reason for nothing is said."""

from __future__ import annotations

from overdue_flow.problems import Severity
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.mutation.score import Score, scored
from overdue_flow.testing.mutation.trying import Trials
from support.tried import small_suite

WON = """\
explained:
  - {finding: mutant-survives, about: [won, current], because: {en: it is far away, zh: 尚远}}
  - {finding: mutant-survives, about: ["`dpd > 30` becomes `dpd > 29`"], because: nothing of the kind}
"""
PARTS = ("late", "won", "cured", "early.on_enter[0]")


def score_of(suite: Suite, *, all_tried: bool = True) -> Score:
    trials = Trials(suite)
    mutants = [one for one in trials.mutants.values() if one.part in PARTS]
    outcomes = [trials.of(one) for one in mutants]
    return scored(suite.policy, mutants, outcomes, idle_of=suite.policy.spec.explained if all_tried else ())


def test_the_share_is_of_what_a_loan_can_tell() -> None:
    score = score_of(small_suite())
    all_of_them = score.all
    assert all_of_them.mutants == all_of_them.noticed + all_of_them.same + all_of_them.survived
    assert all_of_them.same >= 1
    assert all_of_them.share == all_of_them.noticed / (all_of_them.mutants - all_of_them.same)


def test_each_kind_is_counted() -> None:
    kinds = score_of(small_suite()).by_kind()
    assert {"rule", "condition", "comparison", "road", "effect"} <= set(kinds)
    assert kinds["rule"].mutants == 3
    assert kinds["rule"].noticed == 2


def test_a_survivor_is_a_finding_at_its_place() -> None:
    suite = small_suite()
    one = next(one for one in score_of(suite).survivors if one.mutant.part == "won")
    assert (one.problem.code, one.problem.severity) == ("mutant-survives", Severity.FINDING)
    assert one.problem.place == suite.policy.rule("won").place
    assert one.problem.message == "no scenario notices that `won` is taken out"


def test_a_survivor_that_is_explained_is_no_open_one_and_no_noticed_one() -> None:
    score = score_of(small_suite(WON))
    assert [(str(one.mutant), one.explained) for one in score.explained] == [
        ("`won` `to` `gone` becomes `current`", "it is far away")
    ]
    assert score.all.explained == 1
    assert score.all.share == score_of(small_suite()).all.share
    assert score.explained[0] not in score.survivors


def test_a_reason_that_explains_nothing_is_told_where_all_were_tried() -> None:
    assert [reason.about for reason in score_of(small_suite(WON)).idle] == [("`dpd > 30` becomes `dpd > 29`",)]
    assert score_of(small_suite(WON), all_tried=False).idle == ()


def test_check_does_not_look_for_mutants() -> None:
    """A reason for a survivor is none of the findings of `check`, which tries none."""
    assert "explains-nothing" not in [finding.code for finding in small_suite(WON).policy.findings]
