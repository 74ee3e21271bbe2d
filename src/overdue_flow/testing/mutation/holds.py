"""What can be changed in what stops things: holds, promises, plans, and the clauses of what must never happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.bounds import Passing
from overdue_flow.policy.policy import HoldKind, Never
from overdue_flow.testing.mutation.change import (
    Change,
    each_dropped,
    one_off,
    taken_out,
    turned,
)
from overdue_flow.testing.mutation.conditions import condition_changes


def hold_changes(hold: HoldKind) -> Iterator[Change[HoldKind | None]]:
    """Every change of a kind of hold."""
    yield taken_out("hold")
    for stops in each_dropped("hold", "stops", sorted(hold.stops)):
        yield stops.to(lambda words: replace(hold, stops=frozenset(words)))
    for allows in each_dropped("hold", "allows", hold.allows, _passing_in_words):
        yield allows.to(lambda passing: replace(hold, allows=passing))
    yield from _reviews(hold)
    if len(hold.lifted_by) > 1 or (hold.lifted_by and hold.review_after is None):  # a review needs its role
        for lifted_by in each_dropped("hold", "lifted_by", hold.lifted_by):
            yield lifted_by.to(lambda roles: replace(hold, lifted_by=roles))
    for placed_by in each_dropped("hold", "placed_by", hold.placed_by):
        yield placed_by.to(lambda roles: replace(hold, placed_by=roles))
    if hold.of_person:
        yield turned("hold", "person", "loan", replace(hold, of_person=False), "of")


def _passing_in_words(one: Passing) -> str:
    return ", ".join((*one.purposes, *one.channels, *one.parties, *one.contact_points))


def _reviews(hold: HoldKind) -> Iterator[Change[HoldKind]]:
    for review in one_off("hold", "review_after", hold.review_after, 1):
        yield review.to(lambda span: replace(hold, review_after=span))
    for within in one_off("hold", "review_within", hold.review_within, 1):
        yield within.to(lambda span: replace(hold, review_within=span))
    for every in one_off("hold", "review_every", hold.review_every, 1):
        yield every.to(lambda span: replace(hold, review_every=span))
    for ends in one_off("hold", "ends_after", hold.ends_after, 1):
        yield ends.to(lambda span: replace(hold, ends_after=span))
    for again in one_off("hold", "again_after", hold.again_after, 1):
        yield again.to(lambda span: replace(hold, again_after=span))


def stops_changes(stops: frozenset[str]) -> Iterator[Change[frozenset[str]]]:
    """What an open promise, or a plan that is kept, stops, without each of it."""
    for change in each_dropped("hold", "stops", sorted(stops)):
        yield change.to(frozenset)


def clause_changes(clause: Never, words: Vocabulary) -> Iterator[Change[Never | None]]:
    """Every change of a clause of what must never happen."""
    yield taken_out("never clause")
    for change in condition_changes(clause.guard, words):
        yield change.to(lambda guard: replace(clause, guard=guard))
    before, after = str(clause.on_entry).lower(), str(not clause.on_entry).lower()
    yield turned("never clause", before, after, replace(clause, on_entry=not clause.on_entry), "on_entry")
