"""The study of calibration: what the first half of real months foretells of the second, as tables for a page.

Everything that was chosen (which rows of behaviour, how many months a row needs, how unrest is found) was chosen within
the first half of `credit_record`: `early` is what that was chosen by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.calibration.foretelling import Foretold, Lives, foretell
from overdue_flow.simulation.calibration.intervals import LEVEL, Interval
from overdue_flow.simulation.calibration.rolls import Cell, Counts, Pair, cells, in_known_rows, judged, seen, unrest_of
from overdue_flow.simulation.population.model import PopulationFile
from overdue_flow.simulation.population.read import population_of
from overdue_flow.simulation.trial.run import simulate
from support import credit_record, real_data
from support.reckoned import reckoned

SPLIT = -30
"""The month end at which the sixty months of `credit_record` are halved."""

PARTINGS = (-50, -45, -40)
"""Where the first half is parted in turn."""

POLICY = """\
language: 1
policy: monthly-record
version: "1"
terms: {currency: USD}
stages:
  current:
    start: true
    rules: [{id: overdue, when: dpd >= 30, to: overdue, because: 30 days past due}]
  overdue:
    rules: [{id: cured, when: dpd < 30, to: current, because: fewer than 30 days past due}]
"""
"""The policy that they live under does nothing to them: the record does not say what was done to those on it."""


@dataclass(frozen=True)
class Study:
    """What a part of the record foretold of another, with the unrest that was reckoned with."""

    cells: tuple[Cell, ...]
    unrest: float
    carried: frozenset[Pair]
    simulated: Counts


class Record:
    """`credit_record`, read up to a month, and foretold with so many borrowers of each population."""

    def __init__(self, data: Path, last: int, policy: Path, borrowers: int) -> None:
        self.accounts = credit_record.accounts(data, last)
        self.policy, self.borrowers = policy, borrowers

    def simulated(self, split: int, last: int) -> Counts:
        """The rolls after `split` up to `last`, as the months before foretell them."""
        return self._told(split, last, self._live)

    def reckoned(self, split: int, last: int) -> Counts:
        """The same on average: what endlessly many borrowers would be lived to."""
        return self._told(split, last, reckoned)

    def _told(self, split: int, last: int, live: Callable[[PopulationFile], Lives]) -> Counts:
        of, months = credit_record.past(self.accounts, credit_record.FIRST, split), last - split
        standing, new = (live(file) for file in credit_record.populations(of, months, seed=1))
        return credit_record.on_the_record(of, standing, new, months)

    def _live(self, file: PopulationFile) -> Lives:
        population = population_of(file, load_policy(self.policy))
        found = simulate(self.policy, population, borrowers=self.borrowers)
        return Lives.of(self.borrowers, found.champion.rolls)

    def study(self, split: int, last: int, unrest: float | None = None, *, lived: bool = True) -> Study:
        """The months up to `split` foretell those up to `last`, by borrowers who are lived or on average; the unrest is
        found in them where it is not given."""
        before = seen(credit_record.steps(self.accounts, credit_record.FIRST, split))
        after = seen(credit_record.steps(self.accounts, split, last))
        simulated = self.simulated(split, last) if lived else self.reckoned(split, last)
        restless = unrest_of(before, after, simulated) if unrest is None else unrest
        carried = credit_record.past(self.accounts, credit_record.FIRST, split).jumps
        return Study(cells(before, after, simulated, restless), restless, frozenset(carried), simulated)


def kiva(data: Path, schedule: str, policy: Path, folder: Path, borrowers: int) -> Foretold:
    """Kiva's loans on one of their two schedules: the first half of the months foretells the second."""
    book = read_book(real_data.write_book(real_data.kiva(data, schedule), folder), load_policy(policy).terms.zone)
    return foretell(book, policy, borrowers=borrowers)


def table(found: Iterable[Cell], order: Iterable[Pair] | None = None) -> list[str]:
    """The cells that are judged, as the rows of a page's table."""
    known = {(one.begins, one.ends): one for one in judged(found)}
    rows = [
        "| from | to | seen | of | rate | foretold | 95 % | | plain | 95 % | |",
        "|---|---|--:|--:|--:|--:|---|---|--:|---|---|",
    ]
    return rows + [_row(known[pair]) for pair in order or sorted(known) if pair in known]


def _row(one: Cell) -> str:
    said = [
        one.begins,
        one.ends,
        f"{one.count:,}",
        f"{one.of:,}",
        _percent(one.rate),
        _percent(one.foretold),
        f"{_percent(one.interval.low)} to {_percent(one.interval.high)}",
        "within" if one.within else "**outside**",
        _percent(one.plain),
        f"{_percent(one.plain_interval.low)} to {_percent(one.plain_interval.high)}",
        "within" if one.plainly_within else "**outside**",
    ]
    return f"| {' | '.join(said)} |"


def _percent(rate: float) -> str:
    return f"{100 * rate:.3f}" if rate < 0.01 else f"{100 * rate:.2f}"


@dataclass(frozen=True)
class Shares:
    """Of some cells: how many there are, how many lie within, and how many within the interval of the plain answer.

    For each of the two, how wide the intervals are and what they score, on average.
    """

    cells: int
    within: int
    plainly: int
    widths: tuple[float, float]
    scores: tuple[float, float]

    @classmethod
    def of(cls, found: Sequence[Cell]) -> Shares:
        """How many of these lie within."""
        several = [[one.interval for one in found], [one.plain_interval for one in found]]
        rates = [one.rate for one in found]
        own, plain = (
            (_mean(high - low for low, high in stated), _mean(map(score, stated, rates))) for stated in several
        )
        return cls(
            len(found),
            sum(one.within for one in found),
            sum(one.plainly_within for one in found),
            (own[0], plain[0]),
            (own[1], plain[1]),
        )

    def in_brief(self) -> str:
        """How many lie within, as cells of a table."""
        return f"{self.cells} | {_share(self.within, self.cells)} | {_share(self.plainly, self.cells)} |"

    def said(self) -> str:
        """All of it, as cells of a table; widths and scores in points of a hundred."""
        figures = " | ".join(f"{100 * one:.1f}" for one in (*self.widths, *self.scores))
        return f"{self.in_brief()} {figures} |"


def score(stated: Interval, rate: float) -> float:
    """How bad an interval was: its width, and 2 / (1 - LEVEL) times how far the rate lies outside of it.

    On average least for who states what is so: neither too wide nor too narrow. Source: Gneiting and Raftery, Strictly
    Proper Scoring Rules, Prediction, and Estimation, Journal of the American Statistical Association 102 (2007), 6.2.
    """
    beyond = max(0.0, stated.low - rate, rate - stated.high)
    return stated.high - stated.low + 2 / (1 - LEVEL) * beyond


def _mean(several: Iterable[float]) -> float:
    known = list(several)
    return sum(known) / len(known) if known else 0.0


def _share(some: int, of: int) -> str:
    return f"{some} ({some / of:.0%})" if of else "0"


def shares_table(found: Sequence[Cell], carried: frozenset[Pair] = frozenset()) -> list[str]:
    """How many cells lie within, by which of them are asked about."""
    seen_often = judged(found)
    heads = ("how many", "within", "plainly within", "width", "plain width", "score", "plain score")
    rows = [f"| cells | {' | '.join(heads)} |", f"|---{'|--:' * len(heads)}|"]
    rows.append(f"| **seen 30 times or more** | {Shares.of(seen_often).said()}")
    if carried:
        own = [one for one in seen_often if (one.begins, one.ends) not in carried]
        rows.append(f"| of these, those that paying leads to | {Shares.of(own).said()}")
    rows.append(f"| of rows with 30 observations or more | {Shares.of(in_known_rows(found)).said()}")
    return rows


def early_table(early: Mapping[int, Study]) -> list[str]:
    """How the first half foretells itself, parted in three places."""
    rows = ["| months | foretell the | cells | within | plainly within | unrest |", "|--:|--:|--:|--:|--:|--:|"]
    for split, one in sorted(early.items()):
        months = f"first {split - credit_record.FIRST} | next {SPLIT - split}"
        rows.append(f"| {months} | {Shares.of(judged(one.cells)).in_brief()} {one.unrest:.4f} |")
    return rows


def page_of(study: Study, on_average: Study) -> list[str]:
    """What the record's first half foretold of its second, as the page shows it; also on average."""
    order = credit_record.rows_of((one.begins, one.ends) for one in study.cells)
    shares = [*shares_table(study.cells, study.carried), average_row(on_average)]
    return [*shares, "", *table(study.cells, order)]


def average_row(on_average: Study) -> str:
    """How many of the cells seen often lie within, as endlessly many borrowers would have it."""
    return f"| seen 30 times or more, on average | {Shares.of(judged(on_average.cells)).said()}"


def page_of_kiva(found: Foretold) -> list[str]:
    """What the first half of Kiva's months foretold of the second, as the page shows it."""
    days = f"{found.first} to {found.split} foretell the months up to {found.last}; unrest {found.unrest:.4f}."
    return [days, "", *shares_table(found.cells), "", *table(found.cells)]


def written(page: str, name: str, lines: Iterable[str]) -> str:
    """The page with a table of that name written anew."""
    begins, ends = f"<!-- study: {name} -->\n", "\n<!-- end -->"
    before, rest = page.split(begins, 1)
    return "".join([before, begins, "\n", "\n".join(lines), "\n", ends, rest.split(ends, 1)[1]])


def shown(page: str, name: str) -> list[str]:
    """The lines of that table of the page."""
    return page.split(f"<!-- study: {name} -->\n", 1)[1].split("<!-- end -->", 1)[0].strip().splitlines()
