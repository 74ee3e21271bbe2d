"""The file of a stage map: suggested, completed by a person, read."""

from __future__ import annotations

import pytest

from overdue_flow import compare_policies, load_policy
from overdue_flow.errors import StageMapError
from overdue_flow.policy.stage_map import MapRead, read_stage_map, suggested_text
from support.adopted import FIRST, two_versions
from support.small_policy import POLICY


def test_what_is_suggested_is_read_as_it_was_meant() -> None:
    old, new = two_versions()
    read = read_stage_map(suggested_text(compare_policies(old, new)), [old, new])
    assert read == MapRead("town", "1", "2", {"talks": "negotiation"})


def test_where_every_stage_keeps_its_name_there_is_nothing_to_say() -> None:
    old = load_policy(text=FIRST)
    again = load_policy(text=FIRST.replace('version: "1"', 'version: "2"'))
    text = suggested_text(compare_policies(old, again))
    assert "stages" not in text
    assert read_stage_map(text, [old, again]).stages == {}


def test_a_stage_that_nobody_can_place_is_left_to_a_person_and_refused_until_then() -> None:
    old, new = two_versions()
    gone = load_policy(
        text=FIRST.replace('version: "1"', 'version: "3"')
        .replace("  talks:\n    label: {en: negotiation, zh: 协商}", "  waiting:")
        .replace("to: talks", "to: waiting")
        .replace("id: sue", "id: x")
        .replace("id: long-overdue", "id: y")
    )
    text = suggested_text(compare_policies(old, gone))
    with pytest.raises(StageMapError) as refused:
        read_stage_map(text, [old, new, gone])
    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("not-placed", "it does not say where `talks` goes")
    completed = text.replace("'?'", "waiting").replace('"?"', "waiting").replace(": ?", ": waiting")
    assert read_stage_map(completed, [old, new, gone]).stages == {"talks": "waiting"}


def test_every_problem_is_told_at_once() -> None:
    old, new = two_versions()
    text = 'policy: town\nfrom: "1"\nto: "2"\nstages: {tolks: x, talks: negotation}\n'
    with pytest.raises(StageMapError) as refused:
        read_stage_map(text, [old, new])
    assert [(str(one.place), one.message, one.hint) for one in refused.value.problems] == [
        ("stage-map.yaml:4:10", "there is no stage of version 1 `tolks`", "did you mean `talks`?"),
        ("stage-map.yaml:4:17", "there is no stage of version 2 `x`", None),
        ("stage-map.yaml:4:27", "there is no stage of version 2 `negotation`", "did you mean `negotiation`?"),
    ]


def test_a_group_without_a_first_stage_is_no_place_to_stand() -> None:
    text = POLICY.replace('version: "1"', 'version: "2"').replace("    first: waiting\n", "").replace(
        "to: court,", "to: court.waiting,"
    )  # fmt: skip
    old, new = load_policy(text=POLICY), load_policy(text=text)
    with pytest.raises(StageMapError, match="`court` is a group; expected one of its stages"):
        read_stage_map('policy: small\nfrom: "1"\nto: "2"\nstages: {early: court}\n', [old, new])


@pytest.mark.parametrize("text", ["", "[]", "policy: town", "policy: [", b"\xff"])
def test_what_is_no_stage_map_is_refused(text: str | bytes) -> None:
    with pytest.raises(StageMapError):
        read_stage_map(text, two_versions())
