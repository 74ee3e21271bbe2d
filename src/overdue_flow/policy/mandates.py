"""Authority, read and checked: what each role may offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from overdue_flow.money import Amount, Money
from overdue_flow.policy.authority import AuthorityDeclared, WaiverDeclared
from overdue_flow.policy.currencies import CURRENCIES
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.spans import Span
from overdue_flow.problems import Place


@dataclass(frozen=True, slots=True)
class LetGo:
    """How much of a component a role may let go: a share of what is owed of it, an amount (in major units of the
    case's currency), or what is within both; None for no bound."""

    share: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a role may offer. `plans` is empty where every kind of plan is allowed; what `waives` does not name is not
    let go; None means that there is no bound."""

    role: str
    plans: tuple[str, ...] = ()
    waives: Mapping[str, LetGo] = field(default_factory=dict)
    ends_later_by: Span | None = None
    instalments: int | None = None
    place: Place | None = None


def read_authority(desk: Desk) -> tuple[Mandate, ...]:
    """What each role may offer, in the order of the file: who comes first is asked first."""
    found = []
    for role, said in desk.file.authority.items():
        path: Path = ("authority", role)
        _check_role(desk, role, path)
        _check_span(desk, said.ends_later_by, (*path, "ends_later_by"))
        waives = _waives(desk, said, (*path, "waives"))
        place = desk.source.key_place(path)
        found.append(Mandate(role, said.plans, waives, said.ends_later_by, said.instalments, place))
    return tuple(found)


def _check_role(desk: Desk, role: str, path: Path) -> None:
    desk.use("roles", role)
    if not desk.is_lost("roles"):
        desk.knows(role, desk.names("roles"), "role", path, key=True)


def _check_span(desk: Desk, span: Span | None, path: Path) -> None:
    if span is not None and (span.unit == "hours" or span.is_for_windows):
        message = f"`{span}` stands here; expected days, business days, weeks, months or years"
        desk.refuse("wrong-unit", message, path)


def _waives(desk: Desk, said: AuthorityDeclared, path: Path) -> dict[str, LetGo]:
    named = ((name, getattr(said.waives, name)) for name in ("costs", "interest", "principal"))
    return {name: _let_go(desk, one, (*path, name)) for name, one in named if one is not None}


def _let_go(desk: Desk, said: WaiverDeclared, path: Path) -> LetGo:
    lost = any(desk.is_damaged((*path, word)) for word in ("share", "amount"))
    if said.share is None and said.amount is None and not lost:
        hint = "such as `{share: 0.2}`, `{amount: 500.00}` or `all`"
        desk.refuse("empty-waiver", "this does not say how much may be let go", path, hint=hint)
    return LetGo(said.share, _amount(desk, said.amount, (*path, "amount")))


def _amount(desk: Desk, amount: Amount | None, path: Path) -> Decimal | None:
    if not isinstance(amount, Money):
        number = amount
    else:
        number, currency = amount.amount, desk.file.terms.currency
        if currency in CURRENCIES and amount.currency != currency:
            message = f"`{amount}` is not in {currency}, the currency of this policy"
            desk.refuse("other-currency", message, path)
    if number is not None and number < 0:
        desk.refuse("negative-amount", f"`{amount}` is below zero", path)
    return number
