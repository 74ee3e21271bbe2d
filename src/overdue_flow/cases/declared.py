"""Facts that the host tells: how a policy's declaration gives a type to what travels as flags, counts and text.

What travels   flag: true or false; number: a whole number or text; money: the same, or text with a code (`120.00 CNY`);
               date: text (`2025-01-31`); choice: one of its words; text: text.

A value that does not fit is refused at the door (`refuse_misfits`). One that is in the case already, from before the
policy declared the type, reads as if it had never been said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from overdue_flow.cases.events.contact import HostEvent
from overdue_flow.errors import EventRefused, MoneyError, shown
from overdue_flow.guards.vocabulary import Fact, Kind, Motion, Value
from overdue_flow.money import Money, exact_decimal, to_minor
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

BUILT_IN = "built in"
"""The source of a fact that is worked out here, and so cannot be told."""

# --- types ---


def typed(value: Any, kind: Kind, choices: tuple[str, ...] = (), currency: str | None = None) -> Value | None:
    """What travels as `value`, as a value of `kind`; None where it does not fit.

    Money comes in major units; with a `currency`, it must be in that one and have no more decimals than that has.
    """
    if kind is Kind.FLAG:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if kind is Kind.NUMBER:
        return _number(value)
    if kind is Kind.MONEY:
        return _money(value, currency)
    if not isinstance(value, str):
        return None
    if kind is Kind.DATE:
        return _day(value)
    if kind is Kind.CHOICE:
        return value if value in choices else None
    return value if kind is Kind.TEXT else None


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, int):
        return value
    try:
        return exact_decimal(value)
    except MoneyError:
        return None


def _money(value: Any, currency: str | None) -> Decimal | None:
    try:
        if isinstance(value, str) and any(letter.isalpha() for letter in value):
            money = Money.parse(value)
            return money.amount if currency in (None, money.currency) else None
        amount = exact_decimal(value)
        if currency is not None:
            to_minor(amount, currency)
    except MoneyError:
        return None
    return amount


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


# --- the door ---


def fits(value: Any, fact: Fact, currency: str | None = None) -> bool:
    """Whether the host may tell `value` as `fact`. Nothing (None) always fits: the fact is unsaid again."""
    return value is None or typed(value, fact.kind, fact.choices, currency) is not None


def refuse_misfits(told: Mapping[str, Any], known: Mapping[str, Fact], currency: str | None = None) -> None:
    """EventRefused, with every reason, where something `told` is worked out here, or does not fit its type.

    A name that is not `known` is kept with the case for a policy that may declare it, and not judged.
    """
    faults = []
    for name, value in told.items():
        fact = known.get(name)
        if fact is None:
            continue
        if fact.source == BUILT_IN:
            faults.append(f"`{name}` is worked out from what happens to the loan, and cannot be told")
        elif not fits(value, fact, currency):
            faults.append(_misfit(value, fact, currency))
    if faults:
        raise EventRefused("; ".join(faults))


_EXPECTED = {
    Kind.FLAG: "true or false",
    Kind.NUMBER: "a number, such as 12 or 0.25",
    Kind.MONEY: "an amount, such as 120.00",
    Kind.DATE: "a date, such as 2025-01-31",
    Kind.TEXT: "text",
}


def _misfit(value: Any, fact: Fact, currency: str | None) -> str:
    said = f"`{fact.name}` cannot be `{shown(value)}`; expected "
    if fact.kind is Kind.CHOICE:
        hint = did_you_mean(str(value), fact.choices)
        return said + "one of " + ", ".join(f"`{word}`" for word in fact.choices) + (f" ({hint})" if hint else "")
    expected = _EXPECTED.get(fact.kind, f"a {fact.kind}")
    return said + expected + (f" in {currency}" if fact.kind is Kind.MONEY and currency else "")


# --- the facts ---


def declared(
    name: str,
    kind: Kind,
    *,
    label: str = "",
    label_zh: str = "",
    unit: str = "",
    choices: tuple[str, ...] = (),
    default: Value | None = None,
    ask: bool = False,
    max_age_days: int | None = None,
    source: str = "policy",
    doc: str = "",
) -> Fact:
    """A fact of the host's own, as a policy declares it.

    `default` holds where nothing was said, or what was said is older than `max_age_days` (the last day of that age is
    usable in full). The age that an event gives goes before the declared one.
    """

    def read(case: Case, day: date) -> Value | None:
        told = case.assessment.told.get(name)
        if told is None:
            return default
        stale_on = told.stale_on(max_age_days)
        if stale_on is not None and day >= stale_on:
            return default
        value = typed(told.value, kind, choices, case.terms.currency)
        return default if value is None else value

    def until(case: Case, day: date) -> date | None:
        told = case.assessment.told.get(name)
        stale_on = None if told is None else told.stale_on(max_age_days)
        return stale_on if stale_on is not None and day < stale_on else None

    return Fact(
        name,
        kind,
        label or name.replace("_", " "),
        read,
        unit=unit,
        may_be_missing=default is None,
        motion=Motion.CLOCK,
        until=until,
        choices=choices,
        ask=ask,
        source=source,
        doc=doc,
        label_zh=label_zh,
    )


def declared_field(
    name: str, kind: Kind, *, label: str = "", label_zh: str = "", unit: str = "", choices: tuple[str, ...] = ()
) -> Fact:
    """A field of an event of the host's own, as a policy declares it; it is read from the event."""

    def read(event: HostEvent, _day: date) -> Value | None:
        return typed(event.fields.get(name), kind, choices)

    return Fact(
        name,
        kind,
        label or name.replace("_", " "),
        read,
        unit=unit,
        may_be_missing=True,
        choices=choices,
        on_event=True,
        source="policy",
        label_zh=label_zh,
    )
