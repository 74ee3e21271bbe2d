"""A backtest says what the book does not tell of and the policy looks at."""

from __future__ import annotations

import pytest

from overdue_flow import load_policy
from overdue_flow.simulation.untold import untold

POLICY = """\
language: 1
policy: one-rule
version: "1"
stages:
  open: {{start: true, rules: [{{id: r, {words}, to: closed}}]}}
  closed: {{end: true}}
"""


@pytest.mark.parametrize(
    ("words", "kinds", "expected"),
    [
        ("when: dpd > 30", (), ()),
        ("when: failed_negotiations_in_a_row >= 2", (), ("negotiations, promises or plans",)),
        ("when: failed_negotiations_in_a_row >= 2", ("NegotiationClosed",), ()),
        ("on: ComplaintReceived", ("NegotiationClosed",), ("holds, disputes or complaints",)),
        ("when: claim_amount > 5 and disposable_income > 1", (), (
            "assessments of borrowers' finances", "legal steps or hand-over")),
    ],
)  # fmt: skip
def test_what_rules_look_at_and_the_book_lacks_is_named(
    words: str, kinds: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert untold(load_policy(text=POLICY.format(words=words)), kinds) == expected
