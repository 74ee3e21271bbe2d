"""`overdue-flow view`: one loan and its journal as one role may see them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Annotated, Any

import typer

from overdue_flow.cases.groups import GROUPS
from overdue_flow.cases.seen import ALL
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoanGiven, LoansGiven, OnGiven, PolicyGiven, loan_told
from overdue_flow.cli.screen import say_json
from overdue_flow.cli.story import tell
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.view import View, view

_CLOCKS = ("days_since_", "days_until_")


def look(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
    on: OnGiven = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show one loan and its journal as a role may see them. In a store the look is remembered."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "view")
    found = view(told.policy, told.case, told.entries, told.seen or ALL)
    if json:
        say_json(found.as_data())
    else:
        tell("\n".join(_lines(found, told.policy)))


def _lines(found: View, policy: Policy) -> Iterator[str]:
    yield f"{found.case_id} on {found.on}, amounts in {found.currency}, under {found.policy} {found.version}"
    if found.hidden:
        hidden = ", ".join(said.label for group, said in GROUPS.items() if group in found.hidden)
        yield f"not shown to {found.role}: {hidden}"
    for part, ids in found.persons.items():
        yield f"{part.replace('_', ' ')}: {', '.join(ids)}"
    yield ""
    for name, value in found.facts.items():
        if value not in (False, 0) and not _is_clock_of(name, found.facts):
            yield f"{policy.vocabulary[name].label} ({name}): {value}"
    for row in found.rows:
        yield ""
        yield f"{row.seq}. {row.day} {row.kind}"
        yield from (f"   {name}: {_short(value)}" for name, value in row.said.items())
        yield from (f"   {_short(done)}" for done in row.done)


def _is_clock_of(name: str, facts: Container[str]) -> bool:
    """Whether a fact only counts the days from or to a date that is shown."""
    return any(f"{name.removeprefix(clock)}_on" in facts for clock in _CLOCKS if name.startswith(clock))


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_short(part)}" for name, part in value.items() if part not in (None, "", [], {}))
    return "; ".join(map(_short, value)) if isinstance(value, list) else str(value)
