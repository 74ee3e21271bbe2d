"""Facts of a loan as fields of a report: each by its label, with its value in words and the group that it is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from overdue_flow.cases.groups import group_of_fact
from overdue_flow.cases.marks import CLASSIFIED_AS
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.reports.overview import mark_called
from overdue_flow.reports.report import Field
from overdue_flow.reports.speech import Said, code, fact_label, say
from overdue_flow.reports.told import Told

NOT_KNOWN = say("not known")

_UNITS = {"days": say("{count} days"), "months": say("{count} months")}
_ONE = {"days": say("1 day"), "months": say("1 month")}


def fact_field(told: Told, name: str, *, lead: bool = False) -> Field | None:
    """A fact as a field; None where the policy has none of that name."""
    fact = told.policy.vocabulary.get(name)
    if fact is None:
        return None
    value = told.fact(name)
    shown = NOT_KNOWN if value is None else value_said(value, fact)
    if name == CLASSIFIED_AS and value is not None:
        shown = mark_called(told.policy, str(value))
    return Field(fact_label(fact), shown, group_of_fact(name), name, lead)


def known(told: Told, names: Iterable[str], *, lead: bool = False) -> Iterator[Field]:
    """Those of the facts that are known: one that is missing, or a flag that is false, says nothing."""
    for name in names:
        if told.fact(name) not in (None, False):
            field = fact_field(told, name, lead=lead)
            assert field is not None  # it has a value
            yield field


def value_said(value: Value, fact: Fact) -> Said:
    """A value in words."""
    if isinstance(value, bool):
        return code("yes" if value else "no")
    if isinstance(value, Decimal):
        return f"{value:f}" if fact.unit != "share" else f"{100 * value:.1f} %"
    if isinstance(value, date):
        return str(value)
    if isinstance(value, int):
        return number_said(value, fact.unit)
    return code(value) if fact.kind is Kind.CHOICE else value


def number_said(count: int, unit: str) -> Said:
    """Such as "12 days"."""
    if count == 1 and unit in _ONE:
        return _ONE[unit]
    return say(_UNITS[unit].words, count=count) if unit in _UNITS else str(count)
