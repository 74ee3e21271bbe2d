"""Law: a machine that tells which conditions it looks at decides as any other. A loan that is lived once more, to see
what it reaches, reaches what it did the first time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings

from overdue_flow.testing.coverage.parts import parts_of
from overdue_flow.testing.coverage.seen import Watcher
from overdue_flow.testing.coverage.watching import WatchedMachine
from overdue_flow.testing.strategies.policies import policy_texts
from support.happenings import LONGEST_DAYS
from support.histories import History
from support.lives import asleep, drawn_machine
from support.people import peopled_histories


@given(policy_texts(), peopled_histories())
@settings(max_examples=25)
def test_a_watched_machine_decides_as_any_other(text: str, history: History) -> None:
    machine = drawn_machine(text)
    until = history.opened.opened_on + timedelta(days=LONGEST_DAYS + 10)  # after the last that happens
    looked: list[str] = []
    watched = WatchedMachine(machine.policy, lambda look, _case, _day, _event: looked.append(look.owner.name))
    assert asleep(watched, history, until) == asleep(machine, history, until)
    assert looked


@given(policy_texts(), peopled_histories())
@settings(max_examples=25)
def test_what_is_reached_is_what_the_entries_say(text: str, history: History) -> None:
    machine = drawn_machine(text)
    until = history.opened.opened_on + timedelta(days=LONGEST_DAYS + 10)  # after the last that happens
    _case, entries = asleep(machine, history, until)
    seen = Watcher(machine.policy).of_a_loan(entries, until)
    assert seen.reached <= set(parts_of(machine.policy))
    assert {part.key for part in seen.reached} <= seen.touched
    moves = [move for entry in entries for move in entry.results.moves]
    fired = {part.name for part in seen.reached if (part.kind, part.side) == ("rule", "fired")}
    assert {move.rule for move in moves if move.rule} <= fired
    entered = {part.name for part in seen.reached if (part.kind, part.side) == ("stage", "entered")}
    assert entered == {move.to_stage for move in moves}
    marks = {(part.name, part.side) for part in seen.reached if part.kind == "mark" and not part.word}
    changes = [change for entry in entries for change in entry.results.marks]
    assert marks == {(one.mark, "began" if one.began else "ended") for one in changes}
