"""Erasing leaves the case as it stands: what is personal decides neither a stage nor an amount."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given

from overdue_flow import replay
from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.store.personal import ERASED
from overdue_flow.store.rows import to_entry, to_row
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import asleep, drawn_machine
from support.people import peopled_histories

SAID = ("dpd", "overdue_amount", "balance", "contact_lost", "negotiation_open", "promise_open", "plan_active")
NOTED = datetime(2026, 1, 1, tzinfo=UTC)


def standing(case: Case) -> list[object]:
    facts = built_in()
    return [
        case.course.stage,
        case.course.stopped is None,
        [(effect.id, effect.action, effect.status, effect.due_at) for effect in case.course.open_effects],
        *(facts[name].read(case, case.day) for name in SAID),
    ]


@given(policy_texts(), peopled_histories())
def test_erasing_leaves_the_case_as_it_stands(text: str, history: History) -> None:
    """Though every fact of the host's own is personal too."""
    case, entries = asleep(drawn_machine(text), history, history.opened.opened_on + timedelta(days=120))
    facts = ("score", "visit_on", "limitation_ends_on")
    rows = [to_row(entry, "", NOTED, b"salt", case=case, personal_facts=facts)[0] for entry in entries]
    erased = replay(to_entry(row, ERASED) for row in rows)
    assert standing(erased) == standing(case._replace(day=erased.day))
