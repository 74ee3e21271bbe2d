"""A champion and a challenger as a simulation would have found them: made up, whole, and the same every time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise, product

from overdue_flow.simulation.trial.figures import COMPARED, MEASURES
from overdue_flow.simulation.trial.results import (
    Difference,
    EffectStated,
    Estimate,
    Figure,
    Flow,
    Occupancy,
    Passage,
    Rolls,
    Run,
    Sensitivity,
    Series,
    Simulation,
    Unit,
)

BORROWERS = 20_000
"""How many live."""

MONTHS = (*(date(2025, month + 1, 1) for month in range(1, 12)), date(2026, 1, 1))

STAGES: tuple[tuple[str, str, str, float], ...] = (
    ("performing", "performing", "正常", 0.80),
    ("reminder", "reminder", "提醒", 0.08),
    ("negotiation", "negotiation", "协商", 0.05),
    ("plan", "repayment plan", "还款计划", 0.03),
    ("legal.assessment", "assessment", "诉讼评估", 0.012),
    ("legal.filing", "claim", "立案", 0.006),
    ("legal.trial", "trial", "审理", 0.005),
    ("legal.enforcement", "enforcement", "执行", 0.004),
    ("handed_over.agency", "agency", "委外", 0.006),
    ("handed_over.written_off", "written off", "核销", 0.002),
    ("closed", "closed", "结清", 0.005),
)

_SUMS = {
    "paid": 9_412_345_600.0, "costs": 31_234_500.0, "cures": 14_321.0, "cured": 2_731.0,
    "worse": 9_876.0, "better": 5_432.0, "late": 1_911.0, "lost": 212_345_600.0, "contacts": 61_234.0,
    "contacts_phone": 18_432.0, "contacts_sms": 35_210.0, "contacts_letter": 5_432.0, "contacts_visit": 1_210.0,
    "contacts_email": 950.0, "reached": 6_543.0, "vetoed": 812.0, "promises": 3_211.0, "complaints": 87.0,
    "disputes": 41.0, "plans": 912.0, "tasks": 8_213.0, "suits": 312.0, "stopped": 3.0,
}  # fmt: skip

_CHANGES = {"paid": 0.012, "costs": 0.063, "cures": 0.031, "worse": -0.042, "late": -0.081, "lost": -0.11,
            "contacts": 0.091, "contacts_phone": 0.17, "complaints": 0.06, "suits": -0.14}  # fmt: skip


def around(value: float, part: float = 0.02) -> Estimate:
    """A figure with an interval of so much of it on both sides."""
    return Estimate(value, value - abs(value) * part, value + abs(value) * part)


def _sum(name: str, challenger: bool) -> float:
    return _SUMS.get(name, 0.0) * (1 + _CHANGES.get(name, 0.0) * challenger)


def _figures(challenger: bool) -> Iterator[Figure]:
    for measure in MEASURES:
        value = _sum("paid", challenger) - _sum("costs", challenger)
        value = value if measure.name == "net" else _sum(measure.name, challenger)
        yield Figure(measure.name, measure.unit, around(value, 1.4 / math.sqrt(value + 1) + 0.004))


def _series(figures: Iterable[Figure]) -> Iterator[Series]:
    monthly = {measure.name for measure in MEASURES if measure.monthly}
    for figure in figures:
        if figure.name in monthly:
            weights = [1 + 0.25 * math.sin(month) - 0.02 * month for month in range(len(MONTHS))]
            shares = [figure.estimate.value * weight / sum(weights) for weight in weights]
            yield Series(figure.name, figure.unit, tuple(around(share, 0.05) for share in shares))


def _standing(month: int, challenger: bool) -> list[int]:
    """How many loans stand in each stage: trouble grows, and stages later on the road fill later."""
    weights = [
        share * (1 if place == 0 else min(1.0, month / (1.5 * place + 1)) * (0.9 if challenger and place > 3 else 1))
        for place, (_name, _en, _zh, share) in enumerate(STAGES)
    ]
    counts = [round(BORROWERS * weight / sum(weights)) for weight in weights]
    counts[0] += BORROWERS - sum(counts)
    return counts


def _occupancy(challenger: bool) -> Occupancy:
    loans = tuple(tuple(_standing(month, challenger)) for month in range(len(MONTHS) + 1))
    return Occupancy(
        tuple(stage[0] for stage in STAGES),
        tuple({"en": stage[1], "zh": stage[2]} for stage in STAGES),
        loans,
        tuple(tuple(around(count) for count in month) for month in loans),
    )


def _rolls(challenger: bool) -> Rolls:
    states = ("0", "1", "2", "3", "4+", "closed")
    counts = (
        (171_234, 9_876 - 900 * challenger, 0, 0, 0, 1_210),
        (4_321 + 400 * challenger, 2_345, 3_210, 0, 0, 120),
        (810, 300, 640, 1_987 - 300 * challenger, 0, 31),
        (240, 20, 110, 380, 1_340, 12),
        (130, 0, 8, 61, 7_430, 22),
        (0, 0, 0, 0, 0, 0),
    )
    return Rolls("missed", states, counts, (counts,), tuple(map(_row_shares, counts)))


def _row_shares(row: tuple[int, ...]) -> tuple[Estimate, ...]:
    whole = sum(row) or 1
    return tuple(around(count / whole, 0.05) for count in row)


def _passages(challenger: bool) -> Iterator[Passage]:
    """Loans that stay as long as they may, and else go to the next stage where there is room."""
    for month, to_month in pairwise((0, 3, 6, 9, 12)):
        left = dict(zip([stage[0] for stage in STAGES], _standing(month, challenger), strict=True))
        room = dict(zip(left, _standing(to_month, challenger), strict=True))
        for same in (True, False):
            for source, target in product(left, room):
                if (source == target) is same and (loans := min(left[source], room[target])):
                    loans = loans if source == "performing" or not same else loans * 4 // 5
                    left[source] -= loans
                    room[target] -= loans
                    yield Passage(month, to_month, source, target, loans)


def run(challenger: bool = False) -> Run:
    """What became of the population under one of the two."""
    figures = tuple(_figures(challenger))
    moves = [
        ("performing", "reminder", 9_876), ("reminder", "performing", 6_010), ("reminder", "negotiation", 3_711),
        ("negotiation", "plan", 912), ("negotiation", "performing", 1_822), ("plan", "performing", 611),
        ("negotiation", "legal.assessment", 702), ("legal.assessment", "legal.filing", 312),
    ]  # fmt: skip
    flows = tuple(Flow(source, target, moves, moves) for source, target, moves in moves)
    return Run(
        "retail-early" if challenger else "retail",
        "2026.1",
        "b" * 64 if challenger else "a" * 64,
        {"en": "Early talks", "zh": "提前协商"} if challenger else {"en": "Retail as it is", "zh": "现行零售政策"},
        MONTHS,
        7_300_000,
        figures,
        tuple(_series(figures)),
        _occupancy(challenger),
        flows,
        _rolls(challenger),
        tuple(_passages(challenger)),
        {"promise: one is open already": 12},
    )


def _ahead(champion: Run) -> Iterator[Series]:
    """The challenger costs more at first, and is paid more later."""
    for name, start in (("paid", 0.0), ("net", -2e6)):
        steps = (start + 1e6 * (month - 3) * month for month in range(len(champion.months)))
        yield Series(name, "money", tuple(Estimate(step, step - 8e6, step + 8e6) for step in steps))


def _roll_differences(champion: Run, challenger: Run) -> Iterator[tuple[Estimate | None, ...]]:
    """Paired, so surer than either; where few stood nothing is said."""
    both = zip(champion.rolls.intervals, challenger.rolls.intervals, champion.rolls.counts, strict=True)
    for ones, others, counts in both:
        changes = [other.value - one.value for one, other in zip(ones, others, strict=True)]
        yield tuple(Estimate(one, one - 0.004, one + 0.004) if sum(counts) > 2_000 else None for one in changes)


def _difference(name: str, champion: Run, challenger: Run) -> Difference:
    one, other = champion.figure(name).estimate.value, challenger.figure(name).estimate.value
    change = other - one
    spread = abs(one) * 0.015
    p = math.erfc(abs(change) / (spread / 1.96) / math.sqrt(2)) if spread else 1.0
    interval = Estimate(change, change - spread, change + spread)
    unit: Unit = champion.figure(name).unit
    return Difference(name, unit, one, other, interval, 1_234, p, min(1.0, 9 * p), 9 * p < 0.05, name == "paid")


EFFECTS = (
    EffectStated(
        "call, on pays",
        "after call that is answered: the daily rate of paying × 1.2 for 14 days",
        "1.2",
        {"en": "two field studies of reminders", "zh": "两项催收提醒的现场研究"},
        "Collections trial 2023, table 4",
        "电话接通后：每日还款率乘以 1.2，持续 14 天",
    ),
    EffectStated("letter, on pays", "after letter: the daily rate of paying × 1.1 for 30 days", "1.1", {}, ""),
)


def simulation(challenger: bool = True) -> Simulation:
    """Both, or the first alone."""
    champion, other = run(), run(challenger=True)
    compared = tuple(_difference(name, champion, other) for name in COMPARED)
    paid = champion.figure("paid").estimate.value
    strengths = (0.0, 0.5, 1.0, 2.0)
    tables = tuple(
        Sensitivity(
            effect.name,
            "paid",
            "money",
            strengths,
            tuple(around(paid * (1 + 0.01 * one), 0.004) for one in strengths),
            tuple(around(paid * 0.012 * one + 1e6, 0.3) for one in strengths) if challenger else (),
        )
        for effect in EFFECTS
    )
    return Simulation(
        population="city-2026",
        title={"en": "Instalment loans of a city bank", "zh": "城商行分期贷款"},
        digest="c" * 64,
        seed=7,
        borrowers=BORROWERS,
        starts_on=date(2025, 2, 1),
        ends_on=date(2026, 2, 1),
        currency="CNY",
        decimals=2,
        kinds={"steady": ({}, 0.8), "irregular": ({"en": "irregular", "zh": "收入不稳"}, 0.2)},
        effects=EFFECTS,
        costs={"call": 350, "visit": 12_000, "file_suit": 80_000},
        assumptions=("borrowers live independently of each other",),
        assumptions_zh=("借款人彼此独立",),
        champion=champion,
        challenger=other if challenger else None,
        differences=compared if challenger else (),
        ahead=tuple(_ahead(champion)) if challenger else (),
        roll_differences=tuple(_roll_differences(champion, other)) if challenger else (),
        sensitivity=tables,
        sensitivity_borrowers=4_000,
        calibrated={"book": "credit_record", "loans": "45985"},
    )


__all__ = ["BORROWERS", "MONTHS", "STAGES", "around", "run", "simulation"]
