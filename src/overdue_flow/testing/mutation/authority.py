"""What can be changed in what a role may offer: how much, how long, and whether it may at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.policy.mandates import LetGo, Mandate
from overdue_flow.testing.mutation.change import Change, dropped, each_dropped, one_off, taken_out


def mandate_changes(mandate: Mandate) -> Iterator[Change[Mandate | None]]:
    """Every change of what a role may offer. Without any plan named it may offer every plan."""
    yield taken_out("authority")
    for plans in each_dropped("authority", "plans", mandate.plans):
        yield plans.to(lambda names: replace(mandate, plans=names))
    for instalments in one_off("authority", "instalments", mandate.instalments, 1):
        yield instalments.to(lambda number: replace(mandate, instalments=number))
    for later in one_off("authority", "ends_later_by", mandate.ends_later_by):
        yield later.to(lambda span: replace(mandate, ends_later_by=span))
    for component, much in mandate.waives.items():
        others = {name: one for name, one in mandate.waives.items() if name != component}
        yield dropped("authority", f"waives: {component}", replace(mandate, waives=others))
        for change in _let_go(much, component):
            left = {**mandate.waives, component: change.value}
            yield Change(change.kind, change.said, replace(mandate, waives=left))


def _let_go(much: LetGo, component: str) -> Iterator[Change[LetGo]]:
    for share in one_off("authority", f"{component} share", much.share):
        if share.value <= 1:
            yield share.to(lambda number: replace(much, share=number))
    for amount in one_off("authority", f"{component} amount", much.amount):
        yield amount.to(lambda number: replace(much, amount=number))
