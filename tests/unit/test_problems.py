"""A problem is shown with its line, and a caret under its column, as it looks on a screen."""

from __future__ import annotations

from overdue_flow.problems import Place, Problem, did_you_mean, nearest, render


def test_a_problem_is_shown_with_everything_that_is_known_of_it() -> None:
    problem = Problem(
        "double-id",
        "the rule `a` is there twice",
        Place("policy.yaml", 2, 5),
        hint="rename one",
        also=((Place("policy.yaml", 1, 5), "it was given here first"),),
        witness="a loan 10 days past due",
    )
    assert render([problem], {"policy.yaml": "id: a\nid: a\n"}) == (
        "policy.yaml:2:5: the rule `a` is there twice\n"
        "  2 | id: a\n"
        "    |     ^\n"
        "  policy.yaml:1:5: it was given here first\n"
        "  1 | id: a\n"
        "    |     ^\n"
        "  witness: a loan 10 days past due\n"
        "  hint: rename one\n"
    )


def test_blocks_are_apart_and_nothing_is_nothing() -> None:
    assert render([Problem("a", "one"), Problem("b", "two", Place("book"))]) == "one\n\nbook: two\n"
    assert render([]) == ""


def test_the_caret_stands_under_its_column_behind_wide_letters() -> None:
    shown = render([Problem("a", "no", Place("f", 1, 6))], {"f": {1: "長江: x"}}).splitlines()
    assert shown[1:] == ["  1 | 長江: x", "    |        ^"]


def test_a_long_line_is_shown_around_the_column() -> None:
    line = "a" * 300 + "HERE" + "b" * 300
    source, caret = render([Problem("a", "no", Place("f", 1, 301))], {"f": line}).splitlines()[1:]
    assert source[caret.index("^") :].startswith("HERE")
    assert source.startswith("  1 | …")
    assert source.endswith("…")
    assert len(source) < 120


def test_a_line_that_is_not_known_is_not_shown() -> None:
    assert render([Problem("a", "no", Place("f", 9, 1))], {"f": "one line"}) == "f:9:1: no\n"


def test_hints_name_what_is_near() -> None:
    assert did_you_mean("outcom", ["outcome", "outcomes", "reason"]) == "did you mean `outcome` or `outcomes`?"
    assert did_you_mean("xyz", ["outcome"]) is None
    assert nearest("due_date", ["due_on", "loan_id"]) == "due_on"
    assert nearest("xyz", ["due_on"]) is None


def test_a_word_of_the_same_parts_in_another_order_is_nearest() -> None:
    known = ["failed_talks_in_a_row", "talks_failed", "talks_failing"]
    assert did_you_mean("failed_talks", known) == "did you mean `talks_failed` or `failed_talks_in_a_row`?"
    assert did_you_mean("talks_failed", ["talks_failed"]) == "did you mean `talks_failed`?"
    assert did_you_mean("kept", ["kep_t"]) == "did you mean `kep_t`?"
