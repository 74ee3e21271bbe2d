"""Marks as a policy says them: what is read, what is refused and why."""

from __future__ import annotations

import pytest

from overdue_flow.guards.vocabulary import Kind
from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import Problem
from support.road import one_stage, road_policy

TWO = """
  watch: {label: {en: on watch, zh: 关注}, when: dpd > 30, because: {en: the circular, zh: 办法}}
  npa: {when: dpd > 90, until: arrears_cleared and days_since_mark_npa >= 90}
"""


def refused(marks: str, **sections: str) -> list[Problem]:
    head = {"language": "1", "policy": "road", "version": '"1"', "marks": marks} | sections
    text = "".join(f"{name}: {said}\n" for name, said in head.items()) + f"stages:{one_stage()}"
    return [problem for problem in check_policy(text=text) if problem.refused]


def marked(marks: str = TWO) -> Policy:
    return road_policy(one_stage(), marks=marks)


# --- what is read ---


def test_marks_read_as_they_are_written_in_their_order() -> None:
    watch, npa = marked().marks
    assert (watch.name, watch.when.text, watch.until.text, watch.ends_apart) == (
        "watch", "dpd > 30", "not (dpd > 30)", False,
    )  # fmt: skip
    assert (watch.label, watch.because) == ({"en": "on watch", "zh": "关注"}, {"en": "the circular", "zh": "办法"})
    assert (npa.name, npa.when.text, npa.ends_apart) == ("npa", "dpd > 90", True)
    assert npa.until.names == {"arrears_cleared", "days_since_mark_npa"}
    assert watch.place is not None
    assert watch.place.line == 9


def test_each_gives_its_facts_with_clocks_and_all_together_the_classification() -> None:
    words = marked().vocabulary
    flag, since, ended = (words[name] for name in ("mark_watch", "mark_watch_on", "mark_watch_ended_on"))
    assert (flag.kind, flag.label, flag.label_zh, flag.may_be_missing) == (Kind.FLAG, "on watch", "关注", False)
    assert (since.kind, since.label, since.label_zh) == (Kind.DATE, "date of the mark on watch", "关注起始日")
    assert (ended.label, ended.label_zh) == ("date of the end of the mark on watch", "关注终止日")
    assert {"days_since_mark_watch", "days_until_mark_watch", "days_since_mark_npa_ended"} <= set(words)
    assert (words["mark_npa"].label, words["mark_npa_on"].label_zh) == ("marked npa", "")
    assert words["classified_as"].choices == ("watch", "npa")


def test_without_marks_there_is_no_word_of_them() -> None:
    assert not [name for name in road_policy().vocabulary if "mark_" in name or name == "classified_as"]


def test_the_order_of_marks_is_part_of_what_a_policy_means_and_labels_are_not() -> None:
    one, two = "a: {when: dpd > 30}", "b: {when: dpd > 90}"
    meaning = meaning_of(marked(f"{{{one}, {two}}}"))
    assert meaning != meaning_of(marked(f"{{{two}, {one}}}"))
    assert marked(f"{{{one}, {two}}}") != marked(f"{{{two}, {one}}}")
    assert meaning == meaning_of(marked("{a: {label: late, when: 'dpd>30'}, b: {when: dpd > 90}}"))
    assert meaning != meaning_of(marked(f"{{{one}, b: {{when: dpd > 90, until: dpd == 0}}}}"))
    with_end = "{a: {when: dpd > 30, until: 'dpd  ==  0'}}"
    assert meaning_of(marked(with_end)) == meaning_of(marked(with_end.replace("  ", " ")))


def test_a_policy_that_is_written_out_has_the_same_marks() -> None:
    policy = marked()
    again = load_policy(text=dump_policy(policy))
    assert again == policy
    assert meaning_of(again) == meaning_of(policy)


# --- what is refused ---


NOT_YET = "`{}` is about the mark `{}`, which is not settled yet"
BEFORE_MOVES = "`{}` is about the stage, and marks are settled before a loan moves"
ASKED = "`odds` is asked of the host when a rule needs it; a mark cannot wait for the answer"


@pytest.mark.parametrize(
    ("mark", "code", "message"),
    [
        ("when: days_in_stage > 3", "stage-in-mark", BEFORE_MOVES.format("days_in_stage")),
        ("when: dpd > 3, until: stage is None", "stage-in-mark", BEFORE_MOVES.format("stage")),
        ("when: bucket is None", "stage-in-mark", BEFORE_MOVES.format("bucket")),
        ("when: mark_below", "mark-not-settled", NOT_YET.format("mark_below", "below")),
        ("when: days_since_mark_a > 3", "mark-not-settled", NOT_YET.format("days_since_mark_a", "a")),
        ("when: classified_as is None", "mark-not-settled", "`classified_as` is known when all marks are settled"),
        ("when: odds > 0.5", "asked-in-mark", ASKED),
        ("when: mark_c", "unknown-word", "unknown word `mark_c`"),
        ("until: dpd > 3", "missing", "`a` has no `when`"),
    ],
)
def test_what_a_mark_cannot_read_is_refused(mark: str, code: str, message: str) -> None:
    """Buckets that are bands of days in the stage are about the stage too."""
    marks = f"{{a: {{{mark}}}, below: {{when: dpd > 3}}}}"
    (problem,) = refused(marks, buckets="{by: days_in_stage, M1: 1..30}", facts="{odds: {type: number, ask: true}}")
    assert (problem.code, problem.message) == (code, message)
    assert problem.place is not None


def test_the_condition_of_an_end_may_read_the_mark_itself() -> None:
    assert refused("{a: {when: dpd > 3, until: days_since_mark_a > 3}}") == []


def test_a_condition_may_read_of_any_mark_whether_a_loan_of_the_borrower_stands_under_it() -> None:
    assert refused("{a: {when: borrower_marked_b}, b: {when: dpd > 9 or borrower_marked_b, until: dpd == 0}}") == []


@pytest.mark.parametrize(
    ("mark", "facts", "gives"),
    [("a", "{mark_a: flag}", "mark_a"), ("a", "{mark_a_on: date}", "mark_a_on"), ("b_ended", "{}", "mark_b_ended_on")],
)
def test_a_mark_whose_facts_have_the_names_of_others_is_refused(mark: str, facts: str, gives: str) -> None:
    (problem,) = refused(f"{{b: {{when: dpd > 3}}, {mark}: {{when: dpd > 9}}}}", facts=facts)
    message = f"the mark `{mark}` gives the fact `{gives}`, and there is one of this name"
    assert (problem.code, problem.message, problem.hint) == ("name-taken", message, "give the mark another name")
    assert [word for _place, word in problem.also] == ["declared here"]


def test_the_name_of_the_classification_is_taken() -> None:
    (problem,) = refused("{a: {when: dpd > 3}}", facts="{classified_as: text}")
    assert problem.message == "`classified_as` is a built-in fact already; a declared fact needs another name"


def test_the_host_cannot_tell_a_mark() -> None:
    scenario = "[{name: told, given: {instalments: [{due_on: 2025-01-01, amount: 1}], facts: {mark_watch: true}},"
    scenario += " then: [{on: 2025-01-02, marks: []}]}]"
    (problem,) = refused(TWO, scenarios=scenario)
    assert problem.message == "`mark_watch` follows from what happens to the loan; it cannot be told"
