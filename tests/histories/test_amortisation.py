"""The test vectors of repayment plans, published and derived: section 8 of the shared `regulation.md`.

Each vector is worked out here by the door that a lender would use, under the name that it has there; one that has none
fails. Every figure must agree in all digits that the vector gives: to the cent, and for ratios to their last decimal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from overdue_flow.cases.events.base import Instalment
from overdue_flow.offers import (
    Amounts,
    Contract,
    Offer,
    Rhythm,
    annuity,
    capitalisation,
    deferral,
    deferral_without_interest,
    equal_principal,
    interest_only,
    term_extension,
)
from overdue_flow.offers import formulas as f
from overdue_flow.offers.contract import amounts_of
from support.contracts import contract

Given: TypeAlias = dict[str, Any]
Found: TypeAlias = dict[str, Any]
VECTORS: dict[str, Callable[[Given], Found]] = {}


def vector(*names: str) -> Callable[[Callable[[Given], Found]], Callable[[Given], Found]]:
    """What works a vector out."""

    def note(work: Callable[[Given], Found]) -> Callable[[Given], Found]:
        VECTORS.update(dict.fromkeys(names, work))
        return work

    return note


def monthly(given: Given) -> Decimal:
    return Rhythm(months=1).part_of(given["annual"])


def plain(given: Given) -> Contract:
    return contract(given["P"], given["annual"], given["n"])


def totals(offer: Offer) -> list[Decimal]:
    return [amounts_of(one).total for one in offer.schedule]


# --- level instalments ---


@vector("npf_pmt", "excel_pmt_1", "excel_pmt_2", "trid_sample")
def payment(given: Given) -> Found:
    in_advance = given.get("due") == "begin"
    found = f.level_payment(Decimal(given["P"]), monthly(given), given["n"], in_advance=in_advance)
    if not in_advance:
        assert totals(annuity(plain(given), given["n"]))[0] == f.rounded(found, Decimal("0.01"))
    return {"payment": found}


@vector("npf_schedule")
def twelve_rows(given: Given) -> Found:
    """The published rows are rounded for print, and not on the way: the formulas give them. The schedule that is paid
    is rounded instalment by instalment; its principal differs by a cent in places, and the last one clears that."""
    rows = f.level_rows(Decimal(given["P"]), monthly(given), given["n"])
    offer = annuity(plain(given), given["n"])
    assert totals(offer) == [Decimal("217.75")] * 11 + [Decimal("217.72")]
    assert offer.totals == Amounts(Decimal(2500), Decimal("112.97"))
    for row, paid in zip(rows, offer.schedule, strict=True):
        assert abs(amounts_of(paid).principal - row.principal) < Decimal("0.03")
        assert abs(amounts_of(paid).interest - row.interest) < Decimal("0.02")
    return {"rows": [list(row) for row in rows], "total_interest": sum(row.interest for row in rows)}


@vector("npf_nper")
def periods(given: Given) -> Found:
    return {"n": f.periods_for(Decimal(given["P"]), monthly(given), Decimal(given["A"]))}


@vector("cn_annuity_630k", "cn_annuity_700k", "cn_annuity_1m_20y")
def level_instalments(given: Given) -> Found:
    """Totals as banks publish them are n times the payment before it is rounded."""
    principal, rate, n = Decimal(given["P"]), monthly(given), given["n"]
    found, rows = f.level_payment(principal, rate, n), f.level_rows(principal, rate, n)
    offer = annuity(plain(given), n)
    first = offer.schedule[0]
    assert totals(offer)[0] == f.rounded(found, Decimal("0.01"))
    assert abs(offer.totals.total - found * n) <= n * Decimal("0.005") * 2
    assert first.interest == f.rounded(rows[0].interest, Decimal("0.01"))
    assert amounts_of(first).principal == totals(offer)[0] - amounts_of(first).interest
    return {
        "payment": found,
        "total": found * n,
        "interest": sum(row.interest for row in rows),
        "first_interest": rows[0].interest,
        "first_principal": rows[0].principal,
    }


@vector("cn_equal_principal_630k", "cn_equal_principal_700k", "d_equal_principal")
def level_principal(given: Given) -> Found:
    """The published figures are those of the formulas. The schedule that is paid rounds principal and interest apart,
    so that its instalments may differ by a cent, and its last one by what that comes to."""
    principal, rate, n = Decimal(given["P"]), monthly(given), given["n"]
    rows, interest = f.equal_principal_rows(principal, rate, n), f.equal_principal_interest(principal, rate, n)
    assert abs(sum(row.interest for row in rows) - interest) < Decimal("0.000001")
    offer = equal_principal(plain(given), n)
    assert abs(offer.totals.interest - interest) <= n * Decimal("0.01")
    assert all(
        abs(paid - row.payment) <= Decimal("0.02") for paid, row in zip(totals(offer)[:-1], rows[:-1], strict=True)
    )
    return {
        "first": rows[0].payment,
        "last": rows[-1].payment,
        "step": rows[0].payment - rows[1].payment,
        "interest": interest,
        "total": principal + interest,
    }


# --- other plans ---


@vector("d_capitalise")
def arrears_become_principal(given: Given) -> Found:
    overdue = Amounts(Decimal(400), Decimal(200))
    loan = contract(given["P"] - 600, given["annual"], given["n"], overdue=overdue)
    return {"payment": totals(capitalisation(loan))[0]}


@vector("d_extend")
def a_longer_term(given: Given) -> Found:
    loan = contract(given["P"], given["annual"], 6)
    return {"before": amounts_of(loan.coming[0]).total, "payment": totals(term_extension(loan, given["n"] - 6))[0]}


@vector("d_defer3")
def three_months_deferred(given: Given) -> Found:
    simple = deferral(plain(given), given["d"])
    compound = deferral(plain(given), given["d"], interest="compounded")
    assert simple.schedule[0].due_on == compound.schedule[0].due_on == date(2026, 5, 15)
    return {"simple": totals(simple)[0], "compound": totals(compound)[0]}


@vector("finaid_capitalised")
def a_student_loan_deferred(given: Given) -> Found:
    """The published total is that of 120 equal payments; the last one that is paid clears five cents of rounding."""
    offer = deferral(plain(given), given["defer_months"])
    paid = totals(offer)
    assert len(paid) == given["n"]
    assert abs(offer.totals.total - paid[0] * given["n"]) <= Decimal("0.60")
    return {
        "accrued": offer.capitalised.interest,
        "balance": offer.totals.principal,
        "payment_without": totals(annuity(plain(given), given["n"]))[0],
        "payment_with": paid[0],
        "total_with": paid[0] * given["n"],
    }


@vector("d_interest_only")
def interest_first(given: Given) -> Found:
    paid = totals(interest_only(plain(given), 3, moves_end=True))
    assert len(paid) == given["n"] + 3
    assert paid[0] == paid[1] == paid[2]
    return {"interest_only": paid[0], "then": paid[3]}


# --- present value ---


@vector("npf_npv")
def present_value(given: Given) -> Found:
    flows = ((Decimal(time), Decimal(flow)) for time, flow in enumerate(given["flows"]))
    return {"npv": f.present_value(given["rate"], flows)}


@vector("d_npv_shift")
def instalments_later(given: Given) -> Found:
    return {"loss": {str(k): deferral_without_interest(plain(given), k).npv_loss for k in (1, 2, 3)}}


@vector("zeb_bullet")
def a_bullet_two_years_later(given: Given) -> Found:
    years = range(1, given["years"] + 1)
    coming = [
        Instalment(due_on=date(2026 + n, 1, 15), interest=Decimal(5), principal=Decimal(100 if n == years[-1] else 0))
        for n in years
    ]
    loan = Contract("EUR", date(2026, 1, 15), tuple(coming), given["rate"], rhythm=Rhythm(months=12))
    assert loan.value == 100
    return {"loss": deferral_without_interest(loan, given["shift"]).npv_loss}


# --- all of them ---


def figures(expected: Any, found: Any, path: str = "") -> Iterator[tuple[str, Decimal, Decimal]]:
    """Each figure that is expected, with what was found, rounded half up to as many decimals: at least two; what a
    binary fraction was printed with beyond eight says nothing."""
    if isinstance(expected, dict):
        for name, one in expected.items():
            yield from figures(one, found[name], f"{path}.{name}")
    elif isinstance(expected, list):
        assert len(expected) == len(found)
        for number, one in enumerate(expected):
            yield from figures(one, found[number], f"{path}[{number}]")
    else:
        exact = Decimal(expected)
        decimals = Decimal(1).scaleb(-min(8, max(2, len(str(exact).partition(".")[2]))))
        yield path, exact.quantize(decimals, ROUND_HALF_UP), Decimal(found).quantize(decimals, ROUND_HALF_UP)


def read(shared_facts: Path) -> dict[str, dict[str, Any]]:
    facts = json.loads((shared_facts / "regulation.json").read_text("utf-8"), parse_float=Decimal)
    return {one["id"]: one for one in facts["amortisation_test_vectors"]}


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_a_vector_agrees_in_every_digit(shared_facts: Path, name: str) -> None:
    one = read(shared_facts)[name]
    compared = list(figures(one["expect"], VECTORS[name](one["input"])))
    assert compared
    assert [(path, found) for path, _, found in compared] == [(path, expected) for path, expected, _ in compared]


def test_every_vector_is_worked_out(shared_facts: Path) -> None:
    assert set(read(shared_facts)) == set(VECTORS)
