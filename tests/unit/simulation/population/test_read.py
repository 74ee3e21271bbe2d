"""A population file: read, checked under several policies, and written again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from overdue_flow.errors import PopulationError
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.population.read import load_population, population_of, population_text
from support.called import calling_on

TEXT = """\
language: 1
population: everything
title: {en: "everything", zh: 全部}
seed: 9
borrowers: 50
starts_on: 2026-01-01
months: 6
currency: CNY
lost_after_days: 90
rolls_by: dpd
primary: cures
kinds: {steady: {share: 0.7, label: pays}, stretched: {share: 0.3}}
loans:
  - instalments: 12
    every: 2 weeks
    first_due: {0: 0.5, 1-9: 0.5}
    amount: {from: 100, to: 200.50}
    kinds: steady
    facts: {frail: {true: 0.1, false: 0.9}}
    time_zones: {Asia/Shanghai: 1}
  - {instalments: 3, amount: {50: 0.5, 60.00: 0.5}, missed: 2, stage: late, kinds: stretched}
pays:
  - {kinds: steady, in: [current, late], missed: [0, 3+], after: call, when: dpd < 30, chances: {1: 0.9, all: 0.05},
     on: {0: 0.7, 1-20: 0.3}, observed: 1200, source: the book of 2025}
  - {after: {done: phone, within: 2 weeks, answered: true}, chances: {balance: 0.1}}
answers: [{channel: phone, chances: {conversation: 0.3}}]
promises: [{chance: 0.3, due: 2-9, of: instalment, keeps: 0.5}]
reacts:
  - to: late
    answered: false
    name: complains
    leads_to: [{chance: 0.1, events: [{after: 2, ComplaintReceived: {}}]}]
staff: [{does: approval, role: boss, takes: 3, approves: 0.9}]
costs: [{of: call, each: 3.50, source: the contract}]
effects:
  - {name: calls, of: call, answered: true, on: complains, times: 1.5, for: 1 month, because: {en: so, zh: 是}}
calibrated: {book: books/2025}
"""


def test_a_file_is_read_with_everything_that_it_says() -> None:
    population = load_population(None, calling_on(3), text=TEXT)
    file = population.file

    assert (file.population, file.seed, file.borrowers, file.months, file.rolls_by) == ("everything", 9, 50, 6, "dpd")
    assert [str(between) for between in file.pays[0].missed] == ["0", "3+"]
    assert str(file.loans[0].every) == "2 weeks"
    assert population.digest == hashlib.sha256(TEXT.encode()).hexdigest()


def test_what_is_written_is_read_back_the_same() -> None:
    policy = calling_on(3)
    file = load_population(None, policy, text=TEXT).file

    assert population_of(file, policy).file == file
    assert population_text(population_of(file, policy).file) == population_text(file)


def test_a_file_is_taken_at_its_name(tmp_path: Path) -> None:
    path = tmp_path / "borrowers.yaml"
    path.write_text("language: 1\npopulation: p\n", "utf-8")

    with pytest.raises(PopulationError, match=r"borrowers\.yaml:1:1: a population has no `loans`"):
        load_population(path)


def test_a_word_of_one_policy_is_enough_and_a_condition_must_make_sense_under_all() -> None:
    other = load_policy(
        text="language: 1\npolicy: p\nversion: '1'\nfacts: {odds: number}\nstages: {open: {start: true, rules:"
        " [{id: over, when: balance == 0, to: closed}]}, closed: {end: true}}"
    )
    head = "language: 1\npopulation: p\nstarts_on: 2026-01-01\nloans: {instalments: 1, amount: 1}\npays:\n"
    known = load_population(None, calling_on(3), other, text=head + "  - {in: [late, open], chances: {all: 1}}\n")

    assert known.file.pays[0].in_ == ("late", "open")
    with pytest.raises(PopulationError, match="unknown word `odds`"):
        load_population(None, calling_on(3), other, text=head + "  - {when: odds < 1, chances: {all: 1}}\n")


@pytest.mark.parametrize("text", ["", "- a list", "pays: [", "population: p\x00"])
def test_a_file_that_is_none_is_refused_and_not_raised_over(text: str) -> None:
    with pytest.raises(PopulationError) as refused:
        load_population(None, calling_on(3), text=text)
    assert len(refused.value.problems) == 1


HEAD = "language: 1\npopulation: p\nstarts_on: 2026-01-01\n"
LOANS = "loans: {instalments: 3, amount: 10}\n"
PAYS = "pays: [{chances: {1: 1}}]\n"


def refused(text: str) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(PopulationError) as refusal:
        load_population(None, calling_on(3), text=text)
    return [str(problem).splitlines()[0] for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loans: []\n", "the shares of the `loans` are 0 together; expected 1"),
        (
            "loans: [{instalments: 3, amount: 10, share: 0.2}]\n",
            "the shares of the `loans` are 0.2 together; expected 1",
        ),
        (
            "kinds: {a: {share: 0.5}, b: {share: 0.5}}\nloans: {instalments: 3, amount: 10, kinds: a}\n",
            "the shares of the `loans` that borrowers of kind `b` have are 0 together; expected 1",
        ),
        ("kinds: {a: {share: 0.5}}\n" + LOANS, "the shares of `kinds` are 0.5 together; expected 1"),
        ("loans: {instalments: 1200, every: 1 year, amount: 10}\n", "days outside the years 1900 to 2200"),
        ("loans: {instalments: 3, every: 1 year, missed: 200, amount: 10}\n", "days outside the years 1900 to 2200"),
        ("lost_after_days: -5\n" + LOANS, "`-5` stands here; expected 0 to 36,500"),
        ("loans: {instalments: 3, amount: 10, facts: {frail: {yes: 1}}}\n", "expected `true`, `false`"),
    ],
)
def test_borrowers_whom_nobody_could_draw_are_refused(text: str, said: str) -> None:
    [problem] = refused(HEAD + text + PAYS)
    assert said in problem


@pytest.mark.parametrize("name", ["pays", "answers", "promises", "keeps"])
def test_a_reaction_is_not_called_like_a_question_of_its_own(name: str) -> None:
    reacts = (
        f"reacts: [{{to: call, name: {name}, leads_to: []}}]\neffects: [{{of: call, on: {name}, times: 2, for: 1 day}}]"
    )

    [problem] = refused(HEAD + LOANS + PAYS + reacts)
    assert f"`{name}` is a question of its own; expected another name for a reaction" in problem


def test_a_currency_that_is_none_is_refused() -> None:
    with pytest.raises(PopulationError, match=r"there is no currency `cyn`.*did you mean `CNY`"):
        load_population(None, calling_on(3), text=TEXT.replace("currency: CNY", "currency: cyn"))


def test_without_a_policy_no_word_of_one_is_asked_for() -> None:
    assert (
        load_population(None, text=TEXT.replace("of: call, each", "of: whatever, each")).file.costs[0].of == "whatever"
    )


def test_a_refusal_reads_the_same_in_every_process() -> None:
    """What is known is said in an order that does not hang on how a process hashes."""
    with pytest.raises(PopulationError) as refused:
        load_population(None, calling_on(3), text=TEXT.replace("Asia/Shanghai: 1", "Nowhere/At-all: 1"))
    assert (
        refused.value.problems[0].hint
        == "known: " + ", ".join(f"`{zone}`" for zone in sorted(available_timezones())[:8]) + ", ..."
    )
