"""What can be changed in what a policy counts: how far a count looks back, and where one bucket ends.

Both are facts, so what changes is what the words of the policy mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from overdue_flow.cases.facts import bucket_fact
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.vocabulary import Fact, Vocabulary
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.words import count_fact, fields_in, window_of
from overdue_flow.testing.mutation.change import Change, one_off


def count_changes(policy: Policy) -> Iterator[tuple[str, Change[Policy]]]:
    """Every change of a count, each with its name: its window one off, and its condition."""
    for name, count in policy.spec.counts.items():
        fields = Vocabulary(fields_in(policy.spec, count.of))
        where = read_guard(count.where, fields).guard if count.where is not None else None
        for within in one_off("count", "within", count.within, 1):
            window = window_of(within.value)
            if window is not None:
                fact = count_fact(name, count, window, where, policy.spec)
                yield name, Change(within.kind, within.said, with_word(policy, fact))


def bucket_changes(policy: Policy) -> Iterator[tuple[str, Change[Policy]]]:
    """Every bucket that ends one earlier and one later, each with its name; the next begins where it ends."""
    if policy.bucket_by is None:
        return
    bands = [(name, low, high) for name, (low, high) in policy.buckets.items()]
    for number, ((name, low, high), (after, _next, end)) in enumerate(pairwise(bands)):
        for change in one_off("count", "its end", high, low):
            last = change.value
            if end is None or last + 1 <= end:
                moved = [*bands[:number], (name, low, last), (after, last + 1, end), *bands[number + 2 :]]
                yield name, Change(change.kind, change.said, _with_bands(policy, moved))


def _with_bands(policy: Policy, bands: list[tuple[str, int, int | None]]) -> Policy:
    fact = bucket_fact(policy.vocabulary[policy.bucket_by or ""], bands)
    return replace(with_word(policy, fact), buckets={name: (low, high) for name, low, high in bands})


def with_word(policy: Policy, fact: Fact) -> Policy:
    """The policy in whose words a fact means something else."""
    return replace(
        policy,
        vocabulary=policy.vocabulary.plus([fact]),
        never_vocabulary=policy.never_vocabulary.plus([fact]),
        event_vocabularies={event: words.plus([fact]) for event, words in policy.event_vocabularies.items()},
    )
