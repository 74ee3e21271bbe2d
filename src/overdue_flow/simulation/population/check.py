"""A population file under the policies it is lived under: every word means something, every chance is one.

A stage, an action or a fact must be known to one of the policies at least: a challenger may have what a champion lacks.
A condition must make sense under all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import get_args
from zoneinfo import available_timezones

from overdue_flow.cases.events import KINDS
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.cases.events.contact import Channel, Outcome
from overdue_flow.errors import MoneyError
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.money import to_minor
from overdue_flow.policy.currencies import CURRENCIES
from overdue_flow.policy.places import Path, Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.policy.words import read_value
from overdue_flow.problems import Problem, did_you_mean
from overdue_flow.simulation.population.check_events import EventCheck
from overdue_flow.simulation.population.happen import NOT_SENT
from overdue_flow.simulation.population.model import (
    LANGUAGE,
    QUESTIONS,
    Effect,
    Happens,
    Loans,
    Pays,
    PopulationFile,
    Reacts,
    Row,
    Staff,
)
from overdue_flow.simulation.population.paying import ALL, BALANCE
from overdue_flow.simulation.population.texts import Drawn
from overdue_flow.simulation.trial.figures import BY_NAME

ASKED_OF_PEOPLE = ("approval", "attention", "hold_review")
"""Actions of the engine's own that people do."""

BORROWERS_MAX, MONTHS_MAX, INSTALMENTS_MAX, DAYS_MAX = 10_000_000, 600, 1_200, 36_500
"""More is no simulation that anybody waits for."""

SEED_MAX = 999_999_999
"""The greatest seed: as many digits as a file may say."""

_NEAR_MAX = 8
_DAYS_OF = {"hours": 0, "days": 1, "business days": 2, "weeks": 7, "months": 31, "years": 366}


def check(file: PopulationFile, source: Source, policies: Sequence[Policy]) -> Iterator[Problem]:
    """Every problem of a file whose values are well formed."""
    found = _Check(file, source, policies)
    found.whole()
    yield from found.problems


@dataclass(slots=True)
class _Check:
    file: PopulationFile
    source: Source
    policies: Sequence[Policy]
    problems: list[Problem] = field(default_factory=list)

    # --- what is known ---

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages and groups of all policies."""
        return tuple(dict.fromkeys(path for policy in self.policies for path in policy.stages))

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions of all policies."""
        return tuple(dict.fromkeys([*(name for policy in self.policies for name in policy.actions), *ASKED_OF_PEOPLE]))

    @property
    def host_events(self) -> tuple[str, ...]:
        """The host's own events of all policies."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.spec.events))

    @property
    def deeds(self) -> tuple[str, ...]:
        """The words for what may be done or happen."""
        events = tuple(kind for kind in KINDS if kind not in NOT_SENT)
        return (*self.actions, *get_args(Channel), *self.host_events, *events, *self.stages)

    # --- saying what is wrong ---

    def refuse(self, code: str, message: str, path: Path, hint: str | None = None, *, key: bool = False) -> None:
        """Note what makes the population unusable."""
        place = self.source.key_place(path) if key else self.source.place(path)
        self.problems.append(Problem(code, message, place, hint=hint))

    def knows(self, word: str, known: Iterable[str], what: str, path: Path, *, key: bool = False) -> bool:
        """Whether `word` is among the `known`; a problem where it is not."""
        names = tuple(known)
        if word in names:
            return True
        hint = did_you_mean(word, names)
        if hint is None and names:
            near = names[:_NEAR_MAX]
            hint = "known: " + ", ".join(f"`{one}`" for one in near) + (", ..." if len(names) > len(near) else "")
        self.refuse(f"unknown-{what.split()[-1]}", f"there is no {what} `{word[:60]}`", path, hint, key=key)
        return False

    def within(self, number: int, least: int, most: int, path: Path) -> None:
        """That a number is not too small and not too great."""
        if not least <= number <= most:
            self.refuse("wrong-value", f"`{number}` stands here; expected {least} to {most:,}", path)

    # --- the file ---

    def whole(self) -> None:
        """The file from top to bottom."""
        file = self.file
        if file.language != str(LANGUAGE):
            self.refuse("wrong-language", f"this release reads language {LANGUAGE}", ("language",))
        self.within(file.seed, 0, SEED_MAX, ("seed",))
        self.within(file.borrowers, 2, BORROWERS_MAX, ("borrowers",))
        self.within(file.months, 1, MONTHS_MAX, ("months",))
        self.within(file.lost_after_days, 0, DAYS_MAX, ("lost_after_days",))
        self.knows(file.primary, BY_NAME, "figure", ("primary",))
        self.currency()
        self.shares("the shares of `kinds`", [kind.share for kind in file.kinds.values()] or [Decimal(1)], ("kinds",))
        for kind in file.kinds or (None,):
            owned = [one.share for one in file.loans if kind is None or not one.kinds or kind in one.kinds]
            of = "" if kind is None else f" that borrowers of kind `{kind}` have"
            self.shares(f"the shares of the `loans`{of}", owned, ("loans",))
        for where, loans in enumerate(file.loans):
            self.loans(loans, ("loans", where) if isinstance(self.source.at(("loans",)), list) else ("loans",))
        self.rows("pays", file.pays)
        self.rows("answers", file.answers)
        self.rows("promises", file.promises)
        self.rows("reacts", file.reacts)
        self.rows("staff", file.staff)
        self.rows("effects", file.effects)
        for where, cost in enumerate(file.costs):
            self.done(cost.of, ("costs", where, "of"))
            self.money(cost.each, ("costs", where, "each"))

    def currency(self) -> None:
        """That there is such a currency, and one for all: figures of two currencies cannot be compared."""
        path: Path = ("currency",)
        if self.file.currency is not None and self.file.currency not in CURRENCIES:
            hint = did_you_mean(self.file.currency.upper(), CURRENCIES) or "expected an ISO 4217 code, such as `CNY`"
            self.refuse("unknown-currency", f"there is no currency `{self.file.currency[:60]}`", path, hint)
        found = tuple(dict.fromkeys(policy.terms.currency for policy in self.policies))
        if self.file.currency is None and len(found) > 1:
            said = " and ".join(f"`{one}`" for one in found)
            hint = f"say which, such as `currency: {found[0]}`"
            self.refuse("other-currency", f"the policies are in {said}; expected the currency of the loans", path, hint)

    def shares(self, what: str, shares: Sequence[Decimal], path: Path) -> None:
        """That shares are 1 together."""
        if (total := sum(shares, Decimal())) != 1:
            self.refuse("wrong-shares", f"{what} are {total:f} together; expected 1", path, key=True)

    def rows(self, section: str, rows: Sequence[Row]) -> None:
        """What rows of all sections say of whom they are about, and what each says beside."""
        for where, row in enumerate(rows):
            path: Path = (section, where)
            self.row(row, path)
            match row:
                case Pays():
                    self.pays(row, path)
                case Effect():
                    self.effect(row, path)
                case Staff():
                    self.staff(row, path)
                case _:
                    self.others(row, path)

    def row(self, row: Row, path: Path) -> None:
        """Of whom a row is about."""
        for kind in row.kinds:
            self.knows(kind, self.file.kinds, "kind", (*path, "kinds"))
        for stage in row.in_ if self.policies else ():
            self.knows(stage, self.stages, "stage", (*path, "in"))
        if row.after is not None:
            self.done(row.after.done, (*path, "after"))
            self.days(row.after.within, (*path, "after"))
        for policy in self.policies if row.when is not None else ():
            faults = read_guard(row.when or "", policy.vocabulary, policy.terms.currency).faults
            for fault in faults:
                place = self.source.place_in((*path, "when"), fault.start)
                self.problems.append(Problem(fault.code, fault.message, place, hint=fault.hint))

    def done(self, word: str, path: Path) -> None:
        """That a word says something that can be done, or happen."""
        if self.policies:
            self.knows(word, self.deeds, "action, channel, event or stage", path)

    def days(self, span: Span, path: Path) -> None:
        """That a span is counted in days at least."""
        if span.unit == "hours" or span.is_for_windows or span.count == 0:
            self.refuse("wrong-value", f"`{span}` stands here; expected days, business days, weeks or months", path)

    def money(self, amount: Decimal, path: Path) -> None:
        """That an amount can be paid in the currency."""
        for policy in self.policies[:1]:
            try:
                to_minor(amount, self.file.currency or policy.terms.currency)
            except MoneyError as error:
                self.refuse("wrong-amount", str(error), path)

    def pays(self, row: Pays, path: Path) -> None:
        """That a number of instalments is one."""
        for word in row.chances:
            if not (word in (ALL, BALANCE) or (word.isdecimal() and len(word) < 4)):
                message = f"`{word[:60]}` is no number of instalments; expected `0`, `1`, ..., `all` or `balance`"
                self.refuse("wrong-value", message, (*path, "chances", word), key=True)

    def effect(self, row: Effect, path: Path) -> None:
        """What an effect is of and on."""
        self.done(row.of, (*path, "of"))
        self.days(row.for_, (*path, "for"))
        reactions = [one.name for one in self.file.reacts if one.name not in QUESTIONS]
        self.knows(row.on, (*QUESTIONS, *reactions), "question", (*path, "on"))

    def staff(self, row: Staff, path: Path) -> None:
        """What people do, and what comes of it."""
        if self.policies:
            self.knows(row.does, self.actions, "action", (*path, "does"))
        if row.role is not None and self.policies:
            roles = dict.fromkeys(one for policy in self.policies for one in policy.roles)
            self.knows(row.role, roles, "role", (*path, "role"))
        self.ways(row.leads_to, (*path, "leads_to"))

    def others(self, row: Row, path: Path) -> None:
        """What answers and reactions say."""
        for word in getattr(row, "chances", ()):
            self.knows(word, get_args(Outcome), "outcome", (*path, "chances", word), key=True)
        if (to := getattr(row, "to", None)) is not None:
            if isinstance(row, Reacts) and row.name in QUESTIONS:
                message = f"`{row.name}` is a question of its own; expected another name for a reaction"
                self.refuse("wrong-name", message, (*path, "name"))
            self.done(to, (*path, "to"))
            self.ways(getattr(row, "leads_to", ()), (*path, "leads_to"))

    def ways(self, ways: Sequence[Happens], path: Path) -> None:
        """The ways in which things may go on."""
        total = sum(one.chance for one in ways)
        if total > 1:
            self.refuse("wrong-chances", f"the chances are {total:f} together; expected 1 at most", path, key=True)
        events = EventCheck(self.source, self.policies, self.host_events, self.problems, self.knows)
        for number, one in enumerate(ways):
            for place, event in enumerate(one.events):
                events.check(event, (*path, number, "events", place), self.file.starts_on)

    def loans(self, loans: Loans, path: Path) -> None:
        """What the loans are like."""
        for kind in loans.kinds:
            self.knows(kind, self.file.kinds, "kind", (*path, "kinds"))
        self.within(loans.instalments, 1, INSTALMENTS_MAX, (*path, "instalments"))
        self.within(loans.missed, 0, INSTALMENTS_MAX, (*path, "missed"))
        self.days(loans.every, (*path, "every"))
        self.years(loans, path)
        self.amounts(loans.amount, (*path, "amount"))
        if loans.stage is not None and self.policies:
            for policy in self.policies:
                self.knows(loans.stage, policy.stages, "stage", (*path, "stage"))
        for zone in loans.time_zones or ():
            self.knows(zone, sorted(available_timezones()), "time zone", (*path, "time_zones", zone), key=True)
        for name, values in loans.facts.items() if self.policies else ():
            known = {fact: policy for policy in self.policies for fact in policy.spec.facts}
            if self.knows(name, known, "declared fact", (*path, "facts", name), key=True):
                fact = known[name].vocabulary[name]
                for value in values:
                    if read_value(value, fact.kind, fact.choices) is None:
                        choices = fact.choices or (("true", "false") if fact.kind is Kind.FLAG else ())
                        expected = ", ".join(f"`{one}`" for one in choices) or f"a value of type `{fact.kind}`"
                        message = f"`{value[:60]}` stands here; expected {expected}"
                        self.refuse("wrong-fact", message, (*path, "facts", name, value), key=True)

    def years(self, loans: Loans, path: Path) -> None:
        """That every day of such loans is one that an event may name."""
        each = loans.every.count * _DAYS_OF[loans.every.unit.removeprefix("calendar ")]
        first = max(days.last or 0 for days in loans.first_due)
        lived = max(first + (loans.instalments + 1) * each, self.file.months * _DAYS_OF["months"])
        year = self.file.starts_on.year
        if year - loans.missed * each // 365 - 1 < FIRST_YEAR or year + lived // 365 + 1 > LAST_YEAR:
            message = f"such loans may have days outside the years {FIRST_YEAR} to {LAST_YEAR}"
            self.refuse(
                "wrong-value", message, path, "expected another `starts_on`, or fewer `instalments` or `months`"
            )

    def amounts(self, drawn: Drawn, path: Path) -> None:
        """That every amount that may be drawn can be owed."""
        for amount in drawn.between or [one for one, _chance in drawn.choices]:
            if amount <= 0:
                self.refuse("wrong-amount", "an instalment of nothing stands here; expected an amount above 0", path)
            self.money(amount, path)
