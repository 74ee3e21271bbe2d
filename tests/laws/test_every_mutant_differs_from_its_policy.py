"""Every mutant differs from its policy, in the one thing that it says, and compiles."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.mutation.mutants import mutants_of
from overdue_flow.testing.strategies.policies import policy_texts
from support.lives import drawn_machine

WORDS = {"vocabulary", "never_vocabulary", "event_vocabularies"}


@given(policy_texts(), st.data())
def test_every_mutant_differs_from_its_policy(text: str, data: st.DataObject) -> None:
    """One section is another, or what the words mean; no two mutants say the same of the same part."""
    policy = drawn_machine(text).policy
    mutants = mutants_of(policy)
    assert len({mutant.key for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        changed = changed_in(policy, mutant.policy)
        assert changed
        assert len(changed) == 1 or WORDS <= changed <= WORDS | {"buckets"}
    Machine(data.draw(st.sampled_from(mutants)).policy)


def changed_in(policy: Policy, mutant: Policy) -> set[str]:
    """The sections in which two policies differ."""
    pairs = ((field.name, getattr(policy, field.name), getattr(mutant, field.name)) for field in fields(policy))
    return {name for name, one, other in pairs if one is not other and (name in WORDS or one != other)}
