"""Where peers contradict each other, the policy says which of them is meant: one history, both answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from support.peers import fineract, killbill
from support.peers.cases import PeerCase, day, on, read_cases
from support.peers.lender import Lender
from support.peers.policies import by_level, by_range, by_severity, policy

DUE = [{"due_on": day(0), "amount": 100}]


@pytest.fixture(scope="module")
def cases(shared_facts: Path) -> dict[str, PeerCase]:
    return read_cases(shared_facts)


def a_loan(text: str, first_seen_on: date | None = None) -> Lender:
    """A hundred, due on day 0."""
    lender = Lender(text)
    lender.open(DUE, opened_on=day(0), first_seen_on=first_seen_on)
    return lender


@pytest.mark.parametrize(("reversal", "days"), [("original_due_date", 35), ("reversal_date", 0)])
def test_reversal_says_whether_a_charged_back_payment_was_never_made(
    reversal: str, days: int, cases: dict[str, PeerCase]
) -> None:
    """KB-06 counts from the invoice, FI-40 from the chargeback: `terms.counting.reversal`."""
    case = cases["KB-06"]
    lender = killbill.opened(case, by_severity([("OD1", "dpd >= 30")], counting={"reversal": reversal}))
    for event in case.events_of({"events_upto": 3}):
        lender.happened(killbill.in_our_words(event, lender), on(event["date"]))
    assert lender.fact("dpd", date(2012, 7, 5)) == days


@pytest.mark.parametrize(("reversal", "days"), [("original_due_date", 35), ("reversal_date", 14)])
def test_the_same_for_a_loan_whose_payment_is_charged_back(
    reversal: str, days: int, cases: dict[str, PeerCase]
) -> None:
    case = cases["FI-40"]
    lender = fineract.loan(case, case.events_of({"events_upto": 3}), fineract.product({}, reversal=reversal))
    assert lender.fact("dpd", date(2012, 4, 5)) == days


def test_a_chargeback_is_overdue_from_the_day_after_it(cases: dict[str, PeerCase]) -> None:
    """FI-40 asserts no day from 23 March to 1 April; Fineract waits for the instalment then, and we do not."""
    case = cases["FI-40"]
    lender = fineract.loan(case, case.events_of({"events_upto": 3}), fineract.product({}))
    assert [lender.fact("dpd", date(2012, 3, day_)) for day_ in (22, 23, 31)] == [0, 1, 9]


@pytest.mark.parametrize(("due_date_is_day", "days", "name"), [(0, 30, "SMA0"), (1, 31, "SMA1")])
def test_due_date_is_day_says_whether_the_due_date_counts(due_date_is_day: int, days: int, name: str) -> None:
    """RG-01 and FR-03 count it, the others do not: `terms.counting.due_date_is_day`."""
    classes = [("SMA1", "dpd > 30"), ("SMA0", "dpd > 0")]
    lender = Lender(by_severity(classes, counting={"due_date_is_day": due_date_is_day}))
    lender.open([{"due_on": date(2021, 3, 31), "amount": 100}], opened_on=date(2021, 3, 31))
    assert (lender.fact("dpd", date(2021, 4, 30)), lender.stage(date(2021, 4, 30))) == (days, name)


@pytest.mark.parametrize(("condition", "stage"), [("dpd >= 90", "npa"), ("dpd > 90", "CLEAR")])
def test_the_operator_stands_in_the_condition(condition: str, stage: str) -> None:
    """FR-09 enters at 90 days, FR-04 and the regulators beyond them."""
    assert a_loan(by_severity([("npa", condition)])).stage(day(90)) == stage


def test_a_pause_stops_one_count_and_not_the_other(cases: dict[str, PeerCase]) -> None:
    """Fineract's pause stops days (FI-02), Kill Bill's does not (KB-14): `dpd_net` and `dpd`."""
    case = cases["FI-02"]
    lender = fineract.loan(case, case.inputs["events"], fineract.product(case.inputs))
    assert (lender.fact("dpd", date(2023, 10, 26)), lender.fact("dpd_net", date(2023, 10, 26))) == (25, 12)


def test_a_pause_takes_away_only_the_days_that_it_shares_with_the_arrears(cases: dict[str, PeerCase]) -> None:
    """FI-01: until October 2025 Fineract took away paused days before the due date of an instalment too."""
    case = cases["FI-01"]
    (check,) = [one for one in case.checks if "expect_before_2025_10" in one]
    lender = fineract.loan(case, case.events_of(check), fineract.product(case.inputs))
    ranges = fineract.instalment_ranges(case, lender, case.events_of(check), on(check["as_of"]))
    assert ranges == check["expect"]["installment_ranges"] != check["expect_before_2025_10"]["installment_ranges"]


def test_grace_counts_for_a_loan_and_not_for_its_instalments(cases: dict[str, PeerCase]) -> None:
    """FI-01, FI-15: `terms.counting.grace_days` is taken off `dpd_net`, and `dpd` never has any."""
    case = cases["FI-15"]
    counts = {}
    for with_grace in (True, False):
        lender = fineract.loan(case, (), fineract.product(case.inputs, with_grace=with_grace))
        counts[with_grace] = (lender.fact("dpd_net", date(2023, 10, 11)), lender.fact("dpd", date(2023, 10, 11)))
    assert counts == {True: (7, 10), False: (10, 10)}


def test_a_late_loan_skips_or_steps_as_its_rules_say() -> None:
    """Kill Bill goes to the most severe state at once, ERPs one level per run."""
    skips = a_loan(by_severity([("level_2", "dpd >= 20"), ("level_1", "dpd >= 10")]), first_seen_on=day(40))
    assert skips.stage(day(40)) == "level_2"
    steps = a_loan(by_level(["dpd >= 10", "dpd >= 20"]), first_seen_on=day(40))
    reached = []
    for run in (day(40), day(41)):
        steps.run(run)
        reached.append(steps.stage(run))
    assert reached == ["level_1", "level_2"]


def test_step_moves_a_level_a_day() -> None:
    """A level per day, however often the day is looked at: `step: true`."""
    step = {"step": "true", "when": "dpd >= 10"}
    stages = {
        "none": {"start": "true", "rules": [{"id": "a", "to": "level_1", **step}]},
        "level_1": {"rules": [{"id": "b", "to": "level_2", **step}]},
        "level_2": {"end": "true"},
    }
    lender = a_loan(policy(stages), first_seen_on=day(40))
    assert [lender.stage(day(number)) for number in (40, 40, 41)] == ["level_1", "level_1", "level_2"]


def test_clear_means_what_the_way_back_says(cases: dict[str, PeerCase]) -> None:
    """KB-07 is clear as soon as no state matches, FR-09 only when nothing is overdue."""
    case = cases["KB-07"]
    both = {
        "matches no more": by_severity([("late", "dpd >= 30")]),
        "nothing overdue": policy(
            {
                "CLEAR": {"start": "true", "rules": [{"id": "in", "when": "dpd >= 30", "to": "late"}]},
                "late": {"rules": [{"id": "out", "when": "overdue_amount == 0", "to": "CLEAR"}]},
            }
        ),
    }
    stages = {}
    for name, text in both.items():
        lender = killbill.opened(case, text)
        (payment,) = case.inputs["events"]
        lender.happened(killbill.in_our_words(payment, lender), on(payment["date"]))
        stages[name] = lender.stage(on(payment["date"]))
    assert stages == {"matches no more": "CLEAR", "nothing overdue": "late"}


@pytest.mark.parametrize(("short_by", "bucket"), [("0.00", "late"), ("0.10", None)])
def test_what_counts_as_paid_is_said_once(short_by: str, bucket: str | None) -> None:
    """OC-22 forgives a small rest, Kill Bill counts every cent: `terms.counting.paid_when_short_by`."""
    lender = Lender(by_range([("late", 1, None)], "dpd", counting={"paid_when_short_by": short_by}))
    lender.open([{"due_on": day(0), "amount": "0.09"}], opened_on=day(0))
    assert lender.fact("bucket", day(9)) == bucket
