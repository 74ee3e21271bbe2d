"""The parts of a policy: each thing that scenarios can reach, once, by the place where it is written."""

from __future__ import annotations

from overdue_flow.policy.load import load_policy
from overdue_flow.testing.coverage.parts import parts_of
from support.covered import COVERED, covered


def test_every_part_is_named_once() -> None:
    said = [str(part) for part in parts_of(covered())]
    assert len(said) == len(set(said))
    assert said[:7] == [
        "rule cured: fired",
        "rule cured: arrears_cleared true",
        "rule cured: arrears_cleared false",
        "stage current: entered",
        "stage current: left",
        "rule overdue: fired",
        "rule overdue: dpd >= 3 true",
    ]
    for part in (
        "entry hello: asked", "entry look: asked", "entry look: frail true", "entry look: frail false",
        "late look.else: followed", "beat again: came", "beat again: dpd < 30 false", "rule climb: fired",
        "rung climb 1: call: tried", "rung climb 2: remind: tried", "mark late: began", "mark late: ended",
        "mark late: dpd > 10 true", "mark late at until: arrears_cleared true", "mark lost: score < 0.5 true",
        "limit night: forbade", "limit night: let pass", "limit twice: let pass", "limit gentle: forbade",
        "limit gentle: frail true", "hold dispute: stood", "hold dispute: stopped", "word promises: stopped",
        "never not-early: was broken", "never not-early: dpd <= 30 false",
    ):  # fmt: skip
        assert part in said, part


def test_what_cannot_be_is_no_part() -> None:
    said = {str(part) for part in parts_of(covered())}
    assert "stage gone: left" not in said  # an end is not left
    assert "limit gentle: let pass" not in said  # it forbids whatever it bears on while its condition holds
    assert "mark lost at until: dpd > 20 true" not in said  # its end is the opposite of its beginning
    assert "word plans: stopped" not in said  # the policy does not say what they stop


def test_a_part_stands_where_it_is_written() -> None:
    lines = COVERED.splitlines()
    for part in parts_of(covered()):
        if part.place is not None and part.kind in ("rule", "limit", "never"):
            assert part.name in lines[part.place.line - 1]
    assert {part.name for part in parts_of(covered()) if part.place is None} == {"promises"}


def test_a_rule_that_is_taken_in_as_it_is_is_the_same_part() -> None:
    (once,) = [one for one in parts_of(load_policy("pack:cn/changjiang")) if str(one) == "rule sue: fired"]
    (again,) = [one for one in parts_of(load_policy("pack:cn/general")) if str(one) == "rule sue: fired"]
    (other,) = [one for one in parts_of(load_policy("pack:cn/spd-hefei")) if str(one) == "rule sue: fired"]
    assert once == again
    assert once != other
