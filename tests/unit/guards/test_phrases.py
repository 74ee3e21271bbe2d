"""Sums and stages in words, where a bare number must not be taken for days. Whole guards stand in `tests/golden`."""

from __future__ import annotations

import pytest

from overdue_flow.guards.phrases import in_words
from support.guards import VOCABULARY, typed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(dpd + left) + 3 > 5", "(days past due plus days until the promise) plus 3 is more than 5"),
        ("3 + (dpd - left) > 5", "3 plus (days past due minus days until the promise) is more than 5"),
        ("(filed_on - due_on) + 3 > 5", "(date of the claim minus oldest due date) plus 3 is more than 5"),
        ('due_on + 3 > "2025-01-01"', "oldest due date plus 3 days is after 2025-01-01"),
        ('(due_on + dpd) - 1 > "2025-01-01"', "(oldest due date plus days past due) minus 1 day is after 2025-01-01"),
        ('(dpd + due_on) - 1 > "2025-01-01"', "(days past due plus oldest due date) minus 1 day is after 2025-01-01"),
        ("2 * (dpd + 1) > 5", "2 times (days past due plus 1) is more than 5"),
        ("-(dpd + 1) < 5", "minus (days past due plus 1) is less than 5"),
        ("owed + 3 > 5", "overdue amount plus 3.00 CNY is more than 5.00 CNY"),
        ("stage not in [legal]", "stage is not in legal"),
    ],
)
def test_a_bare_number_counts_days_only_beside_a_date(text: str, words: str) -> None:
    assert in_words(typed(text), VOCABULARY, "CNY") == words
