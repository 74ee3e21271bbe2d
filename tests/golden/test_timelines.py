"""The story of every loan of the example book: each move and each non-move named, with the values that decided it."""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow import load_policy
from overdue_flow.engine.explain import explain
from overdue_flow.engine.machine import Machine
from overdue_flow.reports.timeline import timeline, turns
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.lived import live_through
from support.golden import Golden

LOANS = [f"L-{number:02}" for number in range(1, 14)]


@pytest.fixture(scope="module")
def machine() -> Machine:
    """The example policy, compiled."""
    return Machine(load_policy(Path(__file__).parents[2] / "examples" / "changjiang-retail" / "policy.yaml"))


def book_of(machine: Machine, examples: Path) -> Book:
    """The example book, with the columns that the policy declares."""
    told = {name: machine.policy.vocabulary[name] for name in machine.policy.spec.facts}
    return read_book(examples / "changjiang-retail" / "book", machine.policy.terms.zone, facts=told)


@pytest.mark.parametrize("loan_id", LOANS)
def test_the_story_of_a_loan_reads_as_expected(machine: Machine, examples: Path, golden: Golden, loan_id: str) -> None:
    """The timeline, and then where the loan stands at the end of the book."""
    book = book_of(machine, examples)
    assert book.last_date is not None
    life = live_through(machine, loan_id, book.loan(loan_id).events, book.last_date)
    assert life is not None
    assert not life.refused
    story = timeline(machine, life.entries)
    golden(f"{story}\n{explain(machine, life.case, book.last_date)}\n", f"timelines/{loan_id}.txt")


@pytest.mark.parametrize("loan_id", LOANS)
def test_every_rule_that_was_tried_is_accounted_for(machine: Machine, examples: Path, loan_id: str) -> None:
    """In each turn, every rule of the stage that could have fired either did or says why it did not."""
    book = book_of(machine, examples)
    assert book.last_date is not None
    life = live_through(machine, loan_id, book.loan(loan_id).events, book.last_date)
    assert life is not None
    stage = ""
    for turn in turns(machine, life.entries):
        stage = turn.moves[-1][0].to_stage if turn.moves else stage
        tried = {
            rule.id
            for rule in machine.policy.moves_in(stage)
            if rule.on is None or (rule.on == turn.entry.event.kind and not turn.moves)
        }
        assert {waited.rule for waited in turn.waited} == tried
        for move, why in turn.moves:
            assert move.rule is None or why.startswith("holds") or machine.policy.rule(move.rule).guard is None


def test_a_non_move_is_told_again_only_when_what_it_waits_for_has_changed(machine: Machine, examples: Path) -> None:
    """Two negotiations fail, and days go by between other events: only the failures are news to the rule."""
    book = book_of(machine, examples)
    assert book.last_date is not None
    life = live_through(machine, "L-03", book.loan("L-03").events, book.last_date)
    assert life is not None
    lines = timeline(machine, life.entries).splitlines()
    told = [line.rpartition("(")[2] for line in lines if line.startswith("    no move by legal-threshold")]
    assert told == ["now 0 times)", "now 1 time)", "now 2 times)"]
