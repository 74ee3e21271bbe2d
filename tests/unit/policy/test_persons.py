"""What a policy asks of a person's loans together, and what it may not ask."""

from __future__ import annotations

import pytest

from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.persons import holds_of_the_person, looks_at_other_loans, reads_the_borrower
from support.road import one_stage, road_policy

LETTER = "{letter: {kind: contact, together: person, params: {channel: choice}}}"


@pytest.mark.parametrize(
    "text",
    [
        one_stage("{id: r, when: borrower_dpd > 90, do: visit}"),
        one_stage("{id: r, when: days_since_borrower_cleared > 90, to: gone}"),
        one_stage(on_enter="[{do: visit, when: borrower_loans > 1}]"),
    ],
)
def test_a_condition_that_names_a_fact_of_the_borrower_reads_all_loans(text: str) -> None:
    policy = road_policy(text)
    assert reads_the_borrower(policy)
    assert looks_at_other_loans(policy)


def test_limits_clauses_marks_and_parameters_are_read_too() -> None:
    limit = "[{id: l, strength: block, applies_to: {kind: contact}, when: borrower_dpd > 90}]"
    assert reads_the_borrower(road_policy(one_stage(), limits=limit))
    assert reads_the_borrower(road_policy(one_stage(), never="[{id: n, that: borrower_loans > 9}]"))
    assert reads_the_borrower(road_policy(one_stage(), marks="{npa: {when: dpd > 90 or borrower_marked_npa}}"))
    actions = "{tell: {kind: notice, params: {sum: money}}}"
    tell = one_stage("{id: r, when: dpd > 1, do: tell, with: {sum: {fact: borrower_balance}}}")
    assert reads_the_borrower(road_policy(tell, actions=actions))


def test_a_policy_about_one_loan_reads_no_other() -> None:
    policy = road_policy(one_stage("{id: r, when: dpd > 90 and days_since_cleared > 3, do: visit}"))
    assert not reads_the_borrower(policy)
    assert not looks_at_other_loans(policy)


def test_what_limits_count_per_person_looks_at_other_loans_and_needs_no_word() -> None:
    limit = "[{id: l, strength: block, counts: attempt, at_most: 1, within: 7 days, per: person}]"
    policy = road_policy(one_stage(), limits=limit)
    assert looks_at_other_loans(policy)
    assert not reads_the_borrower(policy)


def test_a_hold_is_of_the_loan_unless_it_says_of_whom() -> None:
    policy = road_policy(one_stage(), holds="{hardship: {of: person, stops: [contact]}, fire: {stops: [contact]}}")
    assert holds_of_the_person(policy) == {"hardship"}
    plain = road_policy(one_stage(), holds="{hardship: {stops: [contact]}, fire: {stops: [contact]}}")
    said = road_policy(one_stage(), holds="{hardship: {of: loan, stops: [contact]}, fire: {stops: [contact]}}")
    assert meaning_of(plain) == meaning_of(said) != meaning_of(policy)


def test_a_dispute_is_of_one_debt() -> None:
    text = road_policy(one_stage()).source + "\nholds: {dispute: {of: person, stops: [contact]}}\n"
    (problem,) = [one for one in check_policy(text=text) if one.code == "dispute-of-person"]
    assert "a dispute is about one debt" in problem.message
    assert problem.place is not None


def test_contacts_to_a_person_go_out_as_one_where_the_action_says_so() -> None:
    policy = road_policy(one_stage("{id: r, when: dpd > 1, do: letter, with: {channel: letter}}"), actions=LETTER)
    assert policy.actions["letter"].together
    assert looks_at_other_loans(policy)
    assert not reads_the_borrower(policy)


def test_what_is_no_contact_cannot_go_out_as_one() -> None:
    text = road_policy(one_stage("{id: r, when: dpd > 1, do: file}"), actions="{file: {kind: task}}").source
    problems = check_policy(text=text.replace("file: {kind: task}", "file: {kind: task, together: person}"))
    assert [one.code for one in problems if one.refused] == ["together-without-contact"]


def test_each_mark_gives_a_flag_that_is_read_from_all_loans() -> None:
    text = road_policy(one_stage(), marks="{npa: {when: dpd > 90}}").source
    assert "borrower_marked_npa" in load_policy(text=text).vocabulary


def test_no_loan_is_made_up_that_is_overdue_beside_a_borrower_who_is_not() -> None:
    """Two rules that only such a loan could obey do not chase each other."""
    stages = """
  open: {start: true, rules: [{id: worse, when: borrower_dpd > 90, to: watched}]}
  watched: {rules: [{id: fine, when: days_since_borrower_cleared >= 30, to: open}, {id: end, when: sold, to: gone}]}
  gone: {end: true}
"""
    found = {one.code for one in check_policy(text=road_policy(stages, actions="{}").source)}
    assert "chasing-rules" not in found
