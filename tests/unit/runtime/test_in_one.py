"""One letter for several loans: contacts to one person that say the same go out as one, and count once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import HookError
from overdue_flow.events import ContactAttempted, EffectDelivered, EffectWithheld, Event, HoldPlaced
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.together import LoanOfPerson, live_together
from support.families import opened
from support.telling import noon

TEXT = """\
language: 1
policy: letters
version: "1"
terms: {currency: CNY, time_zone: UTC}
actions:
  letter:
    kind: contact
    purpose: collect
    together: person
    params: {channel: choice, template: {type: choice, of: [first, last]}}
holds:
  hardship: {stops: [contact]}
limits:
  - {id: once, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 1, within: 7 days, per: person}
stages:
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: letter, with: {channel: letter, template: first}}]
    rules: [{id: paid, when: balance == 0, to: calm}]
"""
LETTERS = load_policy(text=TEXT)
Letter = list[tuple[Effect, Case]]


class Host:
    """A host that writes letters, and remembers each."""

    def __init__(self, text: str = TEXT) -> None:
        self.letters: list[list[str]] = []
        self.flow = Flow(load_policy(text=text), MemoryStore(), clock=lambda: noon("2026-01-02"))
        self.flow.on("letter", batch=50)(self.write)

    def write(self, letter: Letter) -> dict[str, Iterable[Event]]:
        self.letters.append([case.id for _effect, case in letter])
        return {
            effect.id: [ContactAttempted(channel="letter", outcome="delivered", purpose="collect")]
            for effect, _case in letter
        }

    def owes(self, loan: str, due_on: str = "2025-01-10", person: str = "p") -> None:
        self.flow.receive(loan, opened(due_on, person=person))

    def delivers(self, day: str) -> list[list[str]]:
        self.flow.wake(date.fromisoformat(day))
        self.letters = []
        self.flow.deliver(noon(day))
        return self.letters


def events(flow: Flow, loan: str, kind: type[Event]) -> list[Event]:
    return [entry.event for entry in flow.history(loan) if isinstance(entry.event, kind)]


def test_one_letter_goes_out_for_all_loans_of_a_person_that_it_is_due_for() -> None:
    host = Host()
    for loan, person in (("a", "p"), ("b", "p"), ("c", "q"), ("d", "p")):
        host.owes(loan, person=person)
    assert host.delivers("2025-01-11") == [["a", "b", "d"], ["c"]]
    assert host.delivers("2025-01-12") == []


def test_it_counts_once_and_each_loan_knows_of_it() -> None:
    host = Host()
    host.owes("a")
    host.owes("b")
    host.delivers("2025-01-11")
    lines = host.flow._turns.store.contacts("p").lines
    assert {line.event.attempt_id for line in lines if isinstance(line.event, ContactAttempted)} == {"a:2:1"}
    delivered = [events(host.flow, loan, EffectDelivered)[0] for loan in "ab"]
    assert [one.along_with for one in delivered if isinstance(one, EffectDelivered)] == [None, "a:2:1"]


def test_a_later_letter_is_kept_back_by_the_limit_that_the_first_one_used_up() -> None:
    host = Host()
    host.owes("a")
    host.owes("b", "2025-01-12")
    assert host.delivers("2025-01-11") == [["a"]]
    assert host.delivers("2025-01-13") == []
    assert [one.how for one in events(host.flow, "b", EffectWithheld) if isinstance(one, EffectWithheld)] == [
        "deferred"
    ]
    assert host.delivers("2025-01-18") == [["b"]]


def test_a_loan_under_a_hold_is_in_no_letter() -> None:
    host = Host()
    host.owes("a")
    host.owes("b")
    host.flow.receive("b", HoldPlaced(id="h", at=noon("2025-01-05"), hold="hardship"))
    assert host.delivers("2025-01-11") == [["a"]]


def test_another_text_is_another_letter() -> None:
    host = Host(
        TEXT.replace("template: first}}]", "template: first}, when: balance > 150}]")
        .replace(
            "rules: [{id: paid",
            "rules: [{id: small, when: balance <= 150, do: letter, with: {channel: letter, template: last}}, {id: paid",
        )
        .replace("at_most: 1", "at_most: 9")
    )
    host.owes("a")
    host.flow.receive("b", opened("2025-01-10", "300.00"))
    assert sorted(host.delivers("2025-01-11")) == [["a"], ["b"]]


def test_what_other_workers_have_claimed_of_the_person_is_left_to_them() -> None:
    host = Host()
    host.owes("a")
    host.owes("b")
    host.flow.wake(date(2025, 1, 11))
    host.flow.deliver(noon("2025-01-11"), limit=1)
    assert host.letters == [["a", "b"]], "one claimed, the other claimed with it"


def test_a_hook_that_takes_one_effect_cannot_write_a_letter_for_several() -> None:
    flow = Flow(LETTERS, MemoryStore())
    flow.on("letter")(lambda effect, case: None)
    with pytest.raises(HookError, match=r"contacts of `letter` to one person go out as one"):
        flow.open()


def test_a_backtest_writes_one_letter_and_counts_it_once() -> None:
    told = [LoanOfPerson(loan, [(noon("2025-01-01"), opened("2025-01-10"))]) for loan in "ab"]
    lives = live_together(Machine(LETTERS), told, date(2025, 1, 20))
    for life in lives:
        assert life is not None
        gone = [entry.event for entry in life.entries if isinstance(entry.event, EffectDelivered)]
        assert len(gone) == 1
    attempts = [
        entry.event.attempt_id
        for life in lives
        if life is not None
        for entry in life.entries
        if isinstance(entry.event, ContactAttempted)
    ]
    assert attempts == ["a:2:1", "a:2:1"]


def test_a_limit_per_person_counts_over_all_loans_of_a_book() -> None:
    policy = load_policy(text=TEXT.replace("    together: person\n", ""))
    told = [LoanOfPerson(loan, [(noon("2025-01-01"), opened("2025-01-10"))]) for loan in "ab"]
    lives = live_together(Machine(policy), told, date(2025, 1, 30))
    days = sorted(
        entry.day
        for life in lives
        if life is not None
        for entry in life.entries
        if isinstance(entry.event, EffectDelivered)
    )
    assert days == [date(2025, 1, 11), date(2025, 1, 18)]
