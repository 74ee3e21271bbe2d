"""A book's first months foretell its later ones: what they are made of, and whether they hold."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from overdue_flow import load_policy
from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.calibration import foretelling
from overdue_flow.simulation.calibration.foretelling import (
    Lives,
    as_sure_as_lived,
    foretell,
    month_ends,
    parts,
    scaled,
)
from overdue_flow.simulation.calibration.rolls import judged
from overdue_flow.simulation.population.read import Population
from overdue_flow.simulation.trial.results import Rolls, Simulation
from overdue_flow.simulation.trial.run import simulate
from support import real_data
from support.foretelling import POLICY
from support.paying_books import paying


def book_of(folder: Path, months: int) -> Book:
    loans = (one.loan for one in paying(150, months, seed=11))
    return read_book(real_data.write_book(loans, folder), ZoneInfo("UTC"))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return book_of(tmp_path_factory.mktemp("book"), 24)


def test_lives_are_what_a_simulation_found() -> None:
    first, second = ((1, 2), (0, 0)), ((3, 0), (0, 4))
    rolls = Rolls("missed", ("0", "closed"), ((4, 2), (0, 4)), (first, second))
    assert Lives.of(7, rolls) == Lives(
        7, [{("0", "0"): 1, ("0", "closed"): 2}, {("0", "0"): 3, ("closed", "closed"): 4}]
    )


def test_months_are_made_of_those_that_stand_and_those_that_come() -> None:
    standing, new = Lives(100, [{}, {}, {}]), Lives(10, [{}, {}, {}])
    found = [(one.lives is standing, one.weight, one.lived, one.month) for one in parts(standing, 50, new, 2, 3)]
    assert found == [
        (True, 0.5, 0, 0), (True, 0.5, 1, 1), (True, 0.5, 2, 2),
        (False, 0.2, 0, 1), (False, 0.2, 1, 2),  # those that came in the first month live two
        (False, 0.2, 0, 2),  # those that came in the second live one
    ]  # fmt: skip


def test_rates_stay_and_rows_say_how_many_were_lived() -> None:
    lives = Lives(5, [{("a", "a"): 3, ("a", "b"): 1}, {("b", "a"): 2}])
    found = as_sure_as_lived({("a", "a"): 0.3, ("a", "b"): 0.1, ("b", "a"): 9.0}, lives, lives)
    assert found == pytest.approx({("a", "a"): 6, ("a", "b"): 2, ("b", "a"): 4})
    assert scaled({("a", "a"): 0.0}, {"a": 3}) == {}


def test_month_ends_are_those_of_whole_months(book: Book) -> None:
    ends = month_ends(book)
    assert (ends[0], ends[1]) == (date(2022, 12, 31), date(2023, 1, 31))
    assert book.last_date is not None
    assert ends[-1] <= book.last_date


def test_a_book_of_few_months_foretells_nothing(tmp_path: Path) -> None:
    with pytest.raises(
        OverdueFlowError, match="the book tells of 8 whole months; to foretell some from others takes 13"
    ):
        month_ends(book_of(tmp_path, 7))


def test_a_book_is_parted_between_its_ends(book: Book) -> None:
    with pytest.raises(OverdueFlowError, match="cannot be parted at 2023-01-31"):
        foretell(book, load_policy(text=POLICY), split=date(2023, 1, 31))
    with pytest.raises(OverdueFlowError, match="cannot be parted at 2030-01-31"):
        foretell(book, load_policy(text=POLICY), split=date(2030, 1, 31))


def test_where_nothing_changes_the_first_half_foretells_the_second(book: Book) -> None:
    found = foretell(book, load_policy(text=POLICY), borrowers=120)
    cells = judged(found.cells)
    assert (found.first, found.split, found.last) == (date(2022, 12, 31), date(2023, 12, 31), month_ends(book)[-1])
    assert len(cells) >= 6
    assert sum(one.within for one in cells) >= len(cells) - 1
    assert found.as_json()["split"] == "2023-12-31"
    assert len(found.as_json()["cells"]) == len(found.cells)


def test_two_populations_live_on_from_the_day_after_as_the_months_before_it_say(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Population, int]] = []

    def live(policy: Policy, population: Population, *, borrowers: int, seed: int) -> Simulation:
        asked.append((population, seed))
        return simulate(policy, population, borrowers=borrowers, seed=seed)

    monkeypatch.setattr(foretelling, "simulate", live)
    found = foretell(book, load_policy(text=POLICY), borrowers=2, seed=5)
    (standing, one), (new, other) = asked[-2:]  # after those of the partings
    for file in (standing.file, new.file):
        assert file.starts_on == found.split + timedelta(days=1)
        assert file.calibrated["to"] == found.split.isoformat()
        assert file.months == len(month_ends(book)) - 1 - month_ends(book).index(found.split)
    assert (standing.file.population, new.file.population) == ("standing", "new")
    assert (one, other) == (5, 6)


def test_the_greatest_unrest_of_the_partings_counts(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [0.1, 0.4, 0.4, 0.1]
    monkeypatch.setattr(foretelling, "unrest_of", lambda *_given: left.pop())
    policy = load_policy(text=POLICY)
    assert [foretell(book, policy, borrowers=2).unrest for _ in range(2)] == [0.4, 0.4]


def test_a_book_in_which_nothing_lives_on_foretells_nothing(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text("loan_id,currency,opened_on\nA,USD,2023-01-01\nB,USD,2025-01-01\n", "utf-8")
    (tmp_path / "instalments.csv").write_text("loan_id,due_on,amount\nA,2023-02-01,100\nB,2025-02-01,100\n", "utf-8")
    (tmp_path / "payments.csv").write_text(
        "loan_id,payment_id,value_date,amount\nA,p,2023-02-01,100\nB,q,2025-02-05,100\n", "utf-8"
    )
    book = read_book(tmp_path, ZoneInfo("UTC"))
    with pytest.raises(
        OverdueFlowError, match="no loan of the book is open on 2024-01-31: nothing lives on from there"
    ):
        foretell(book, load_policy(text=POLICY), split=date(2024, 1, 31), borrowers=2)


def test_another_seed_is_other_luck_and_the_same_seed_is_the_same(book: Book) -> None:
    policy = load_policy(text=POLICY)
    once, again, other = (foretell(book, policy, borrowers=20, seed=seed).cells for seed in (1, 1, 2))
    assert once == again
    assert [one.foretold for one in once] != [one.foretold for one in other]
