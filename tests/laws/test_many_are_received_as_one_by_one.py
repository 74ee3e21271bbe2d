"""Many are received as one by one: several events in one commit give what each alone would have given, refusals too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Decision, Flow, MemoryStore
from overdue_flow.errors import OverdueFlowError
from overdue_flow.events import Event
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import drawn_machine
from support.people import peopled_histories


@given(policy_texts(), peopled_histories(), peopled_histories(), st.integers(1, 20), st.data())
def test_many_are_received_as_one_by_one(
    text: str, one: History, other: History, chunk: int, data: st.DataObject
) -> None:
    """Two loans, their events in any mixture, some of them twice: the outcomes and the journals are equal."""
    policy = drawn_machine(text).policy
    told: list[tuple[str, Event]] = [("a", one.opened), ("b", other.opened)]
    told += sorted([("a", e) for e in one.events] + [("b", e) for e in other.events], key=lambda pair: str(pair[1].at))
    told += [("a", event) for event in data.draw(st.lists(st.sampled_from([e for _, e in told]), max_size=3))]
    singly, together = Flow(policy, MemoryStore()), Flow(policy, MemoryStore())
    found = [_outcome(singly, case_id, event) for case_id, event in told]
    many = [_told(outcome) for outcome in together.receive_many(told, on_error="collect", chunk=chunk)]
    assert many == found
    for case_id in ("a", "b"):
        assert together.history(case_id) == singly.history(case_id)


def _outcome(flow: Flow, case_id: str, event: Event) -> object:
    try:
        return _told(flow.receive(case_id, event))
    except OverdueFlowError as refused:
        return _told(refused)


def _told(outcome: Decision | OverdueFlowError) -> object:
    """An outcome as it can be compared: an error by its kind and words."""
    return outcome if isinstance(outcome, Decision) else (type(outcome), str(outcome))
