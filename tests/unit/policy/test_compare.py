"""What changed from one version of a policy to another."""

from __future__ import annotations

import pytest

from overdue_flow import compare_policies
from overdue_flow.policy.compare import Change, Comparison
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.renamed import renamed_stages, suggested_map
from support.small_policy import POLICY

MORE = """\
limits:
  - {id: quiet, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00", because: nights are quiet}
marks:
  bad: {when: dpd > 90, label: bad}
  worse: {when: dpd > 180}
never:
  - {id: no-early-suit, that: stage in court and dpd <= 30, on_entry: true}
"""


def compared(old: str = "", new: str = "", more: str = MORE) -> Comparison:
    text = POLICY + more
    assert old in text
    return compare_policies(
        load_policy(text=text, name="old.yaml"), load_policy(text=text.replace(old, new, 1), name="new.yaml")
    )


def only(comparison: Comparison) -> Change:
    (change,) = comparison.changes
    return change


def test_nothing_changed_where_only_layout_did() -> None:
    found = compared("when: dpd > 30, to", 'when: "dpd  >30", to')
    assert (found.changes, bool(found), str(found)) == ((), False, "nothing changed")


def test_a_threshold_is_told_with_what_it_was_and_where_it_stands_in_both() -> None:
    change = only(compared("dpd > 30, to", "dpd > 25, to"))
    assert str(change) == "rule `to-court` in early: `when` was `dpd > 30`, and is `dpd > 25`"
    assert (change.weight, change.before, change.after) == ("decides", "dpd > 30", "dpd > 25")
    assert (str(change.was_at), str(change.is_at)) == ("old.yaml:31:9", "new.yaml:31:9")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("due_date_is_day: 0", "due_date_is_day: 1", ["terms: `counting.due_date_is_day` was not said, and is `1`"]),
        ("[agent, counsel, boss]", "[boss, agent, counsel]",
         ["roles was `agent`, `counsel`, `boss`, and is `boss`, `agent`, `counsel`"]),
        ("M1: 1..30, M2: 31..", "M1: 1..20, M2: 21..",
         ["bucket `M1` was `1..30`, and is `1..20`", "bucket `M2` was `31..`, and is `21..`"]),
        ("stops: [contact, court]", "stops: [contact]",
         ["hold `dispute`: `stops` was `contact`, `court`, and is `contact`"]),
        ("once: episode", "once: case", ["rule `care`: `once` was `episode`, and is `case`"]),
        (", approve: counsel", "", ["rule `sue` in court.waiting: `approve` was `counsel`, and is not said any more"]),
        ("with: {channel: sms}", "with: {channel: email}",
         ["on entry `remind` in early: `with.channel` was `sms`, and is `email`"]),
        ("08:00-21:00", "09:00-20:00", ["limit `quiet`: `outside` was `08:00-21:00`, and is `09:00-20:00`"]),
        ("on_entry: true", "on_entry: false",
         ["never clause `no-early-suit`: `on_entry` was yes, and is not said any more"]),
        ("dpd > 180", "dpd > 360", ["mark `worse`: `when` was `dpd > 180`, and is `dpd > 360`"]),
    ],
)  # fmt: skip
def test_every_section_is_compared_line_by_line(old: str, new: str, said: list[str]) -> None:
    assert [str(change) for change in compared(old, new).changes] == said


def test_what_came_and_what_went_is_told_with_all_that_it_says() -> None:
    change = only(compared("    rules: [{id: late,", "    rules: [{id: slow, when: dpd > 5, to: gone}, {id: late,"))
    assert (str(change), change.after) == (
        "rule `slow` in current was added", {"stands in": "current", "when": "dpd > 5", "to": "gone"}
    )  # fmt: skip
    gone = only(compared("  - {id: care, when: frail and dpd >= 1, do: call, with: {role: agent}, once: episode}\n"))
    assert (gone.how, gone.name, gone.is_at, gone.before["once"]) == ("removed", "care", None, "episode")


def test_a_rule_that_stands_in_another_stage_is_the_same_rule() -> None:
    sue = "{id: sue, when: dpd > 40, to: court.filed, approve: counsel, because: worth it}"
    text = POLICY.replace("- {id: to-court,", f"- {sue}\n      - {{id: to-court,").replace(
        f"rules: [{sue}]", "rules: [{id: x, when: dpd > 400, to: gone}]"
    )
    found = compare_policies(load_policy(text=POLICY), load_policy(text=text))
    assert [str(change) for change in found.changes] == [
        "rule `sue` in early: `stands in` was `court.waiting`, and is `early`",
        "rule `x` in court.waiting was added",
    ]


def test_the_order_counts_where_it_decides() -> None:
    early = POLICY.partition("    rules:\n")[2].splitlines(keepends=True)[:2]
    swapped = compare_policies(
        load_policy(text=POLICY), load_policy(text=POLICY.replace("".join(early), "".join(early[::-1])))
    )
    assert str(only(swapped)) == "rules in early: the order was `seen`, `to-court`, and is `to-court`, `seen`"
    marks = MORE.partition("marks:\n")[2].splitlines(keepends=True)[:2]
    assert only(compared("".join(marks), "".join(marks[::-1]))).how == "reordered"
    actions = POLICY.partition("actions:\n")[2].splitlines(keepends=True)[:2]
    assert not compared("".join(actions), "".join(actions[::-1]))


def test_reasons_and_labels_stand_apart_from_what_decides() -> None:
    found = compare_policies(
        load_policy(text=POLICY + MORE),
        load_policy(
            text=(POLICY + MORE)
            .replace("because: unpaid", "because: not paid")
            .replace("label: frail", "label: in frail health")
            .replace("A small policy", "The small policy")
        ),
    )
    assert found.deciding == ()
    assert [str(one) for one in found.told] == ["rule `late` in current: `because` was `unpaid`, and is `not paid`"]
    assert [str(one) for one in found.beside] == [
        "title: `en` was `A small policy`, and is `The small policy`",
        "fact `frail`: `label` was `frail`, and is `in frail health`",
    ]
    assert str(found).splitlines()[0] == "is told otherwise:"


# --- conditions that mean the same ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dpd > 30, to", "dpd >= 31, to"),
        ("dpd > 30, to", "not (dpd <= 30), to"),
        ("frail and dpd >= 1, do", "dpd > 0 and frail, do"),
        ("dpd > 180}", "dpd > 180 or dpd > 200}"),
        ("that: stage in court and dpd <= 30", "that: stage in court and not (dpd > 30)"),
    ],
)
def test_a_condition_that_the_same_loans_meet_is_only_written_otherwise(old: str, new: str) -> None:
    found = compared(old, new)
    change = only(found)
    assert (change.means_the_same, change.weight, found.deciding, found.reworded) == (True, "decides", (), (change,))
    assert str(change).endswith(", which means the same")
    assert str(found).splitlines()[0] == "is written otherwise, and means the same:"


def test_what_is_done_on_entry_and_in_a_rhythm_has_conditions_too() -> None:
    old = POLICY.replace(
        "{do: remind, with: {channel: sms}}]",
        "{do: remind, with: {channel: sms}, when: dpd > 2}]\n"
        "    every: [{each: 7 days, do: file, with: {role: agent}, when: dpd > 3}]",
    )
    new = old.replace("dpd > 2}", "dpd >= 3}").replace("dpd > 3}", "dpd > 4}")
    found = compare_policies(load_policy(text=old), load_policy(text=new))
    assert [(one.kind, one.means_the_same) for one in found.changes] == [("on_enter", True), ("every", False)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dpd > 30, to", "dpd > 31, to"),
        ("frail and dpd >= 1, do", "frail or dpd >= 1, do"),
        ("arrears_cleared, to", "dpd == 0, to"),  # alike by how facts hang together, which a version may say otherwise
    ],
)
def test_what_is_not_proved_may_decide_otherwise(old: str, new: str) -> None:
    found = compared(old, new)
    assert (only(found).means_the_same, found.reworded) == (False, ())


def test_money_is_counted_in_the_smallest_unit_and_odds_are_not() -> None:
    more = MORE + "  - {id: dear, that: balance > 99.99}\n  - {id: odd, that: odds > 0.5}\n"
    assert only(compared("balance > 99.99", "balance >= 100", more)).means_the_same
    assert not only(compared("odds > 0.5", "odds >= 0.51", more)).means_the_same


def test_a_fact_of_another_type_is_another_fact() -> None:
    more = MORE + "  - {id: odd, that: odds is not None}\n"
    old = load_policy(text=POLICY + more)
    new = load_policy(
        text=(POLICY + more)
        .replace("odds: {type: number", "odds: {type: date")
        .replace("that: odds is not None", "that: not (odds is None)")
    )
    assert [one.means_the_same for one in compare_policies(old, new).changes if one.kind == "never"] == [False]


def test_a_choice_that_lost_a_word_is_another_fact() -> None:
    old = POLICY.replace("of: [met, away]", "of: [met, away, moved]")
    new = POLICY.replace('result == "met"', 'result != "away"')
    found = compare_policies(load_policy(text=old), load_policy(text=new))
    assert [(one.kind, one.means_the_same) for one in found.changes] == [("events", False), ("rules", False)]
    fewer = compare_policies(load_policy(text=POLICY), load_policy(text=new))
    assert only(fewer).means_the_same


def test_amounts_in_another_currency_are_not_the_same_amounts() -> None:
    more = MORE + "  - {id: dear, that: balance > 99}\n"
    new = (POLICY + more).replace("currency: CNY", "currency: JPY").replace("balance > 99", "balance >= 100")
    found = compare_policies(load_policy(text=POLICY + more), load_policy(text=new))
    assert [(one.kind, one.means_the_same) for one in found.changes] == [("terms", False), ("never", False)]


# --- stages under another name ---

BY_RULES = POLICY.replace("early", "first_weeks")


def test_a_stage_with_most_of_the_rules_of_one_that_is_gone_is_that_stage() -> None:
    found = compare_policies(load_policy(text=POLICY), load_policy(text=BY_RULES))
    assert [str(change) for change in found.changes] == ["stage `early` is now called `first_weeks`"]
    assert found.stage_map["early"] == "first_weeks"


def test_a_group_under_another_name_takes_its_stages_along() -> None:
    renamed = POLICY.replace("court:", "legal:").replace("court.", "legal.").replace("court]", "legal]")
    renamed = renamed.replace("[court,", "[legal,").replace("to: court,", "to: legal,")
    old, new = load_policy(text=POLICY), load_policy(text=renamed)
    assert renamed_stages(old, new) == {
        "court": "legal", "court.waiting": "legal.waiting", "court.filed": "legal.filed"
    }  # fmt: skip
    assert {change.how for change in compare_policies(old, new).changes if change.kind == "stages"} == {"renamed"}


def test_what_only_follows_the_name_of_a_stage_is_no_change() -> None:
    more = MORE + (
        "promises: {stops: [court]}\n"
        "scenarios:\n"
        "  - {name: sued, given: {instalments: [{due_on: 2025-01-10, amount: 100}]},"
        " then: [{on: 2025-02-12, stage: court.waiting, rule: to-court}]}\n"
    )
    old = POLICY + more
    new = old.replace("court:", "suit:").replace("court.", "suit.").replace("to: court,", "to: suit,")
    new = new.replace("[court,", "[suit,").replace(", court]", ", suit]").replace("[court]", "[suit]")
    new = new.replace("stage in court", "stage in suit")
    found = compare_policies(load_policy(text=old), load_policy(text=new))
    assert [str(one) for one in found.changes] == [
        "stage `court` is now called `suit`",
        "stage `court.waiting` is now called `suit.waiting`",
        "stage `court.filed` is now called `suit.filed`",
    ]
    wider = compare_policies(load_policy(text=old), load_policy(text=new.replace("suit and dpd <= 30", "suit")))
    assert [one.kind for one in wider.changes if one.how == "changed"] == ["never"]


def test_the_order_of_stages_is_none_of_a_condition_that_names_them() -> None:
    old = POLICY + 'never: [{id: n, that: "stage in [early, current] and dpd > 500"}]\n'
    new = old.replace("[early, current]", "[current, early]").replace("early", "a_first")
    found = compare_policies(load_policy(text=old), load_policy(text=new))
    assert [str(one) for one in found.changes] == ["stage `early` is now called `a_first`"]


def test_a_condition_in_other_words_is_told_also_where_a_stage_was_renamed() -> None:
    found = compare_policies(load_policy(text=POLICY), load_policy(text=BY_RULES.replace("dpd > 40", "'(dpd > 40)'")))
    assert {(one.how, one.means_the_same) for one in found.changes} == {("renamed", False), ("changed", True)}


def test_an_end_is_not_taken_for_a_stage_on_the_way_of_the_same_label() -> None:
    old = POLICY.replace("gone: {end: true}", "gone: {end: true, label: left}")
    new = POLICY.replace("gone", "over").replace("to: court, because", "to: lost, because")
    new += "  lost: {label: left, rules: [{id: on, when: dpd > 60, to: court}]}\n"
    assert renamed_stages(load_policy(text=old), load_policy(text=new)) == {}


def test_a_promise_that_stops_a_stage_by_its_name_alone_stops_it_no_more_under_another() -> None:
    old = POLICY.replace("court", "legal")
    found = compare_policies(load_policy(text=old), load_policy(text=POLICY))
    assert [str(one) for one in found.changes if one.how == "changed"] == [
        "promises: `stops` was `court`, and is nothing",
        "plans: `stops` was `court`, and is nothing",
    ]


def test_a_stage_that_two_could_be_is_nobodys_and_a_person_must_say() -> None:
    old = load_policy(text=POLICY.replace("  early:", "  early:\n    label: early"))
    two = (
        POLICY.replace("  early:", "  a:\n    label: early")
        .replace("to: early", "to: a")
        .replace("id: seen", "id: s")
        .replace("id: to-court, when: dpd > 30, to: court", "id: on, when: dpd > 30, to: b")
    ) + "  b: {label: early, rules: [{id: c, when: dpd > 60, to: court}]}\n"
    assert suggested_map(old, load_policy(text=two))["early"] is None


def test_a_stage_that_became_a_group_or_was_part_of_one_finds_its_place() -> None:
    whole, parts = load_policy(text=POLICY), load_policy(text=POLICY.replace(
        "  early:\n    on_enter: [{do: remind, with: {channel: sms}}]\n    rules:",
        "  early:\n    first: start\n    stages: {start: {rules: [{id: y, when: dpd > 9, to: gone}]}}\n    rules:",
    ))  # fmt: skip
    assert suggested_map(whole, parts)["early"] == "early.start"
    assert suggested_map(parts, whole)["early.start"] == "early"
