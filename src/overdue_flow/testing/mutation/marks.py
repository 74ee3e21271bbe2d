"""What can be changed in a mark: whether there is one, when it begins, when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.marks import opposite
from overdue_flow.policy.policy import Mark
from overdue_flow.testing.mutation.change import Change, dropped, taken_out
from overdue_flow.testing.mutation.conditions import condition_changes


def mark_changes(mark: Mark, words: Vocabulary) -> Iterator[Change[Mark | None]]:
    """Every change of a mark. One that ends where it does not begin keeps that."""
    yield taken_out("mark")
    for begins in condition_changes(mark.when, words):
        yield begins.to(
            lambda guard: replace(mark, when=guard, until=mark.until if mark.ends_apart else opposite(guard))
        )
    if mark.ends_apart:
        for ends in condition_changes(mark.until, words):
            said = f"`until` {ends.said}"
            yield Change(ends.kind, said, replace(mark, until=ends.value))
        left = replace(mark, until=opposite(mark.when), ends_apart=False)
        yield dropped("mark", f"until: {mark.until.text}", left)
