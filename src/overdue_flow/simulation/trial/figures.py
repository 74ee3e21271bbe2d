"""Which figures a simulation gives, what people call them, and which way is better."""

from __future__ import annotations

from typing import Literal, NamedTuple

from overdue_flow.simulation.trial.estimates import Moments, share_of
from overdue_flow.simulation.trial.results import Estimate, Unit


class Measure(NamedTuple):
    """One figure: counted for each borrower as a whole number. `better` is 1 where more is better, -1 where less is,
    0 where neither. `monthly`: it is also given month by month. `signed`: it may be below zero."""

    name: str
    unit: Unit
    label: str
    label_zh: str
    better: Literal[-1, 0, 1]
    monthly: bool = True
    signed: bool = False

    def estimate(self, moments: Moments, borrowers: int) -> Estimate:
        """Its sum over so many borrowers, with the interval that fits it."""
        if self.unit == "loans":
            return share_of(moments.total, borrowers)
        if self.signed:
            return moments.estimate(borrowers)
        return moments.estimate_above_zero(borrowers, least=1 if self.unit == "count" else 0)


CHANNELS = ("phone", "sms", "email", "letter", "visit", "app", "chat")

CHANNELS_ZH = ("电话", "短信", "邮件", "信函", "上门", "应用消息", "在线聊天")

MEASURES: tuple[Measure, ...] = (
    Measure("paid", "money", "cash collected", "回款金额", 1),
    Measure("costs", "money", "costs", "催收成本", -1),
    Measure("net", "money", "cash less costs", "回款减成本", 1, signed=True),
    Measure("cures", "count", "cures (arrears back at zero)", "回正次数", 1),
    Measure("cured", "loans", "loans late at some time, not at the end", "曾逾期且期末已回正的贷款", 1, monthly=False),
    Measure("worse", "count", "rolls to a later bucket", "向后迁徙次数", -1),
    Measure("better", "count", "rolls to an earlier bucket", "向前迁徙次数", 1),
    Measure("late", "loans", "loans late at the end", "期末逾期贷款", -1, monthly=False),
    Measure("lost", "money", "owed at the end on loans that count as lost", "期末损失金额", -1, monthly=False),
    Measure("contacts", "count", "contacts", "联系次数", 0),
    *(
        Measure(f"contacts_{channel}", "count", f"contacts by {channel}", f"{zh}联系次数", 0)
        for channel, zh in zip(CHANNELS, CHANNELS_ZH, strict=True)
    ),
    Measure("reached", "count", "contacts that were answered", "接通次数", 0),
    Measure("vetoed", "count", "contacts that a limit or hold forbade", "被限制的联系次数", 0),
    Measure("promises", "count", "promises to pay", "承诺还款次数", 0),
    Measure("complaints", "count", "complaints", "投诉次数", -1),
    Measure("disputes", "count", "disputes", "争议次数", -1),
    Measure("plans", "count", "plans and settlements agreed", "还款计划与和解", 0),
    Measure("tasks", "count", "tasks for people", "人工任务", 0),
    Measure("suits", "count", "suits filed", "起诉次数", 0),
    Measure("stopped", "loans", "loans stopped for a person to look at", "停下待人工处理的贷款", -1, monthly=False),
)

BY_NAME = {measure.name: measure for measure in MEASURES}

COMPARED = ("paid", "costs", "net", "cures", "worse", "late", "lost", "contacts", "complaints", "suits")
"""The figures for which two policies are told apart."""

AHEAD = ("paid", "net")
"""The figures of which it is said month by month by how much the challenger is ahead."""
