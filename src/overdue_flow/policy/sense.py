"""What is true of every loan, whatever a policy says: how facts hang together, in the language of guards.

A search among made-up loans keeps to it, so that what it shows is a loan that there can be. It is true as long as what
the host tells fits together: a report of arrears in itself, a plan with what is owed. Of facts that are not named here
nothing is known; what is proved is proved all the same.

Law (tests/laws): `what cannot be never is`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise

from overdue_flow.cases.facts import built_in
from overdue_flow.cases.marks import CLASSIFIED_AS
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.grid import WHOLE_UNITS, Bounds, BoundsOf, usual_bounds
from overdue_flow.guards.prove import equals
from overdue_flow.guards.tree import All, AnyOf, Comparison, Condition, Constant, Flag, Missing, Not, Read, names_of
from overdue_flow.guards.vocabulary import Fact, Kind, Vocabulary
from overdue_flow.money import decimals_of
from overdue_flow.policy.policy import Policy

ALWAYS = """
not (plan_active and plan_completed)
not (offer_open and counter_offer_open)
failed_negotiations_in_a_row <= negotiations_failed
broken_promises_in_a_row <= promises_broken
plan_part_kept_instalments <= plan_missed_instalments
plan_missed_instalments <= plan_instalments_left
(dispute_open and dispute_on is not None) or (not dispute_open and dispute_on is None)
(complaint_open and complaint_on is not None) or (not complaint_open and complaint_on is None)
(promise_open and promise_due_on is not None) or (not promise_open and promise_due_on is None)
on_hold or not (hold_dispute or hold_hardship or hold_vulnerable or hold_bankruptcy)
on_hold or not (hold_deceased or hold_cease_contact or hold_breathing_space or hold_legal_stay)
(sold and sold_on is not None) or (not sold and sold_on is None)
(charged_off and charged_off_on is not None) or (not charged_off and charged_off_on is None)
(written_off and written_off_on is not None) or (not written_off and written_off_on is None)
(credit_reported and credit_reported_on is not None) or (not credit_reported and credit_reported_on is None)
(law_firm_engaged and law_firm_engaged_on is not None) or (not law_firm_engaged and law_firm_engaged_on is None)
(placed_with_agency and placed_with_agency_on is not None) or (not placed_with_agency and placed_with_agency_on is None)
judgment_on is not None or not judgment_final
judgment_on is not None or judgment_outcome is None
case_assessed_on is not None or legal_recommendation is None
claim_outstanding is None or filed_on is not None
claim_outstanding is None or claim_amount is None or claim_outstanding <= claim_amount
not enforcement_open or enforcement_started_on is not None
not enforcement_open or enforcement_ends_on is None
not negotiation_open or negotiation_opened_on is not None
ability_worked_out == False or ability is not None
closed_by_host or closed_on is None
""".strip().splitlines()

OF_THE_LEDGER = """
(arrears_cleared and dpd == 0) or (not arrears_cleared and dpd > 0)
(arrears_cleared and overdue_amount == 0) or (not arrears_cleared and overdue_amount > 0)
(arrears_cleared and missed_instalments == 0) or (not arrears_cleared and missed_instalments > 0)
(arrears_cleared and oldest_due_on is None) or (not arrears_cleared and oldest_due_on is not None)
(arrears_cleared and cleared_on is not None) or (not arrears_cleared and cleared_on is None)
oldest_due_on is None or days_since_oldest_due == dpd
months_past_due == 0 or dpd >= 28
dpd <= 31 or months_past_due > 0
dpd_net <= dpd
not arrears_cleared or days_material == 0
""".strip().splitlines()
"""Where the host reports arrears, as long as its reports agree with themselves."""

OF_THE_BALANCE = """
overdue_amount <= balance
""".strip().splitlines()
"""As long as no plan and no settlement is for more than is owed."""

_ONE_OF_THEIRS = (
    "dpd <= borrower_dpd",
    "overdue_amount <= borrower_overdue_amount",
    "balance <= borrower_balance",
    "(arrears_cleared or not borrower_arrears_cleared)",
)

OF_THE_BORROWER = (
    """
{one_of_theirs} or sold or closed_by_host
(borrower_arrears_cleared and borrower_dpd == 0) or (not borrower_arrears_cleared and borrower_dpd > 0)
borrower_arrears_cleared or borrower_cleared_on is None
not borrower_arrears_cleared or borrower_cleared_on is not None
borrower_arrears_cleared or borrower_loans_overdue > 0
not borrower_arrears_cleared or borrower_loans_overdue == 0
borrower_overdue_amount <= borrower_balance
borrower_loans_overdue <= borrower_loans
""".strip()
    .format(one_of_theirs=f"({' and '.join(_ONE_OF_THEIRS)})")
    .splitlines()
)
"""A loan that is closed or sold is the borrower's no more. As long as what is told of the others agrees with itself."""


@cache
def _built_in() -> tuple[tuple[frozenset[str], Condition], ...]:
    vocabulary = Vocabulary(built_in().values())
    found = []
    for text in (*ALWAYS, *OF_THE_LEDGER, *OF_THE_BALANCE, *OF_THE_BORROWER):
        guard = read_guard(text, vocabulary).guard
        assert guard is not None, f"`{text}` is a sound sentence about loans"
        found.append((guard.names, guard.tree))
    return tuple(found)


def sense_of(policy: Policy, vocabulary: Vocabulary, names: Iterable[str]) -> Iterator[Condition]:
    """What is true of every loan under a policy, as far as `vocabulary` has words for it; of clocks only what joins
    some of these `names`, or what else is said, to each other."""
    spoken = {*names, "days_in_stage", "days_since_stage_entered"}
    for read, condition in _built_in():
        if all(name in vocabulary for name in read):
            spoken |= read
            yield condition
    for condition in (*_of_stages(vocabulary), *_of_marks(policy, vocabulary), *_of_buckets(policy, vocabulary)):
        spoken |= names_of(condition)
        yield condition
    yield from _of_clocks(vocabulary, spoken)


def bounds_in(currency: str | None) -> BoundsOf:
    """What values facts can have: money is counted in the smallest unit of the currency, counts are not below zero, and
    only clocks of days to come are."""
    cent = Fraction(1, 10 ** decimals_of(currency)) if currency else None

    def bounds(fact: Fact) -> Bounds:
        if fact.kind is Kind.MONEY:
            return Bounds(Fraction(), cent)
        if fact.kind is Kind.NUMBER and fact.unit in WHOLE_UNITS:
            return Bounds(None if fact.name.startswith(("days_since_", "days_until_")) else Fraction(), Fraction(1))
        return usual_bounds(fact)

    return bounds


# --- facts that a policy makes ---


def _of_stages(vocabulary: Vocabulary) -> Iterator[Condition]:
    """A loan is in a stage, and has been for so many days."""
    for name in ("stage", "days_in_stage", "days_since_stage_entered"):
        if name in vocabulary:
            yield Missing(name, negated=True)
    if "days_in_stage" in vocabulary and "days_since_stage_entered" in vocabulary:
        days = [Read(name, Kind.NUMBER, "days") for name in ("days_in_stage", "days_since_stage_entered")]
        yield Comparison(days[0], "==", days[1], Kind.NUMBER)


def _of_clocks(vocabulary: Vocabulary, spoken: Collection[str]) -> Iterator[Condition]:
    """A clock is missing while its day is."""
    for name in sorted({_day_of(name) for name in spoken}):
        if name in vocabulary and vocabulary[name].kind is Kind.DATE:
            word = name.removesuffix("_on")
            trio = (name, f"days_since_{word}", f"days_until_{word}")
            known = [one for one in trio if one in spoken and one in vocabulary and vocabulary[one].may_be_missing]
            for one, other in pairwise(known):
                yield _alike(Missing(one), Missing(other))


def _day_of(name: str) -> str:
    """The day that a clock counts from or to; any other name as it is."""
    for clock in ("days_since_", "days_until_"):
        if name.startswith(clock):
            return f"{name.removeprefix(clock)}_on"
    return name


def _of_marks(policy: Policy, vocabulary: Vocabulary) -> Iterator[Condition]:
    """A mark that stands began on a day, and has not ended; what a loan is classified as stands."""
    for mark in policy.marks:
        stands = Flag(f"mark_{mark.name}")
        yield _alike(stands, Missing(f"mark_{mark.name}_on", negated=True))
        yield AnyOf((Not(stands), Missing(f"mark_{mark.name}_ended_on")))
        yield AnyOf((Not(stands), Missing(CLASSIFIED_AS, negated=True)))
        yield AnyOf((stands, Not(equals(CLASSIFIED_AS, mark.name, vocabulary))))
        yield AnyOf((Not(stands), Flag(f"borrower_marked_{mark.name}")))


def _of_buckets(policy: Policy, vocabulary: Vocabulary) -> Iterator[Condition]:
    """The bucket of a loan is the one whose band its count is in."""
    if policy.bucket_by is None or "bucket" not in vocabulary:
        return
    fact = vocabulary[policy.bucket_by]
    counted = Read(fact.name, fact.kind, fact.unit)
    for name, (low, high) in policy.buckets.items():
        inside: list[Condition] = [Comparison(counted, ">=", Constant(low, fact.kind), fact.kind)]
        if high is not None:
            inside.append(Comparison(counted, "<=", Constant(high, fact.kind), fact.kind))
        yield _alike(equals("bucket", name, vocabulary), All(tuple(inside)))


def _alike(one: Condition, other: Condition) -> Condition:
    return AnyOf((All((one, other)), All((Not(one), Not(other)))))
