"""A policy file becomes the checked `Policy` that the engine works with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from overdue_flow.errors import PolicyError
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.policy import FactRef, Policy
from overdue_flow.policy.spans import Span

HEAD = "language: 1\npolicy: small\nversion: 1\n"


@pytest.fixture(scope="module")
def bank(examples: Path) -> Policy:
    return load_policy(examples / "changjiang-retail" / "policy.yaml")


def loaded(body: str) -> Policy:
    return load_policy(text=HEAD + body)


def codes(body: str) -> list[str]:
    return [problem.code for problem in check_policy(text=HEAD + body) if problem.refused]


def test_the_example_of_the_bank_has_no_refusals_and_explains_what_is_found(examples: Path) -> None:
    problems = check_policy(examples / "changjiang-retail" / "policy.yaml")
    assert [problem for problem in problems if problem.refused or not problem.explained] == []


def test_rules_compete_in_the_order_everywhere_group_stage(bank: Policy) -> None:
    assert [rule.id for rule in bank.moves_in("legal.assessment")] == [
        "cured",
        "paid-in-court",
        "settled",
        "contested",
        "sue",
        "not-worth-it",
        "counsel-says-no",
    ]
    assert [rule.id for rule in bank.moves_in("reminder")] == ["cured", "agreed", "talks-begin"]


def test_a_rule_does_not_apply_where_it_is_excepted(bank: Policy) -> None:
    assert "cured" not in {rule.id for rule in bank.rules_in("plan")}
    assert "cured" in {rule.id for rule in bank.rules_in("negotiation")}


def test_a_rule_does_not_compete_in_the_stage_it_leads_to(bank: Policy) -> None:
    assert "cured" in {rule.id for rule in bank.rules_in("performing")}
    assert [rule.id for rule in bank.moves_in("performing")] == ["agreed", "overdue", "over"]


def test_no_rule_applies_in_an_end(bank: Policy) -> None:
    assert bank.rules_in("closed") == ()


def test_a_group_as_a_target_means_its_first_leaf(bank: Policy) -> None:
    assert bank.rule("legal-threshold").to == "legal.assessment"
    assert bank.leaf_of("legal") == "legal.assessment"
    assert bank.leaf_of("legal.trial") == "legal.trial"


def test_groups_nest_and_first_leads_down_to_a_leaf() -> None:
    policy = loaded(
        """
stages:
  a: {start: true, rules: [{id: in, when: dpd > 1, to: outer}]}
  outer:
    first: inner
    rules: [{id: out, when: balance == 0, to: b}]
    stages:
      inner:
        first: deep
        rules: [{id: up, when: dpd > 9, to: outer.side}]
        stages: {deep: {}}
      side: {}
  b: {end: true}
"""
    )
    assert policy.rule("in").to == "outer.inner.deep"
    assert policy.stages["outer.inner.deep"].owners == ("outer", "outer.inner", "outer.inner.deep")
    assert [rule.id for rule in policy.moves_in("outer.inner.deep")] == ["out", "up"]
    assert policy.leaves == ("a", "outer.inner.deep", "outer.side", "b")


def test_what_is_done_carries_its_typed_parameters(bank: Policy) -> None:
    reminder, _by_phone, _help = bank.stages["reminder"].on_enter
    assert reminder.id == "reminder-notice"
    assert dict(reminder.params) == {
        "channel": FactRef("preferred_channel"),
        "template": "overdue_notice_and_consequences",
        "amount": FactRef("overdue_amount"),
        "due_on": FactRef("oldest_due_on"),
    }
    assert (reminder.kind, reminder.purpose, reminder.must) == ("contact", "collect", True)
    assert reminder.after == Span(1, "business days")
    beat, _monthly = bank.stages["plan"].beats
    assert (beat.each, beat.task.id, beat.task.purpose) == (Span(14, "days"), "plan-call", "inform")


def test_a_deadline_says_what_follows_it(bank: Policy) -> None:
    assign, assess = bank.stages["negotiation"].on_enter
    assert assign.role_param == "role"
    assert assign.otherwise is not None
    assert (assign.otherwise.id, assign.otherwise.action) == ("team.else", "escalate_to_supervisor")
    assert (assess.otherwise, assess.done_by) == (None, ("FinancesAssessed",))
    assert {"team", "finances", "dispute-proof"} <= {*bank.deadline_ids}


def test_a_contact_without_a_purpose_is_to_collect() -> None:
    policy = loaded(
        """
actions: {call: {kind: contact}, file: {kind: record}}
stages:
  a: {start: true, on_enter: [{do: call}, {do: file}], rules: [{id: r, when: arrears_cleared, to: b}]}
  b: {end: true}
"""
    )
    assert [task.purpose for task in policy.stages["a"].on_enter] == ["collect", None]


def test_true_means_once_an_episode() -> None:
    body = """
actions: {{file: {{kind: record}}}}
stages:
  a: {{start: true, rules: [{{id: r, when: dpd > 1, do: file, once: {once}}}, {{id: s, when: dpd > 9, to: b}}]}}
  b: {{end: true}}
"""
    said = {
        word: loaded(body.format(once=word)).rule("r").once for word in ("true", "false", "stage", "episode", "case")
    }
    assert said == {"true": "episode", "false": None, "stage": "stage", "episode": "episode", "case": "case"}


def test_rules_on_an_event_know_its_fields_and_others_do_not(bank: Policy) -> None:
    assert "outcome" in bank.vocabulary_on("ComplaintAnswered")
    assert "outcome" not in bank.vocabulary
    assert bank.vocabulary_on(None) is bank.vocabulary


def test_a_field_that_sets_a_fact_is_read_as_the_fact(bank: Policy) -> None:
    assert not bank.vocabulary_on("CaseAssessed")["expected_recovery"].on_event
    assert bank.vocabulary_on("CaseAssessed")["recommendation"].on_event


def test_never_clauses_also_know_that_a_contact_goes_out(bank: Policy) -> None:
    assert "contact_delivered" in bank.never_vocabulary
    assert codes("stages: {a: {start: true, rules: [{id: r, when: contact_delivered, to: b}]}, b: {end: true}}") == [
        "unknown-word"
    ]


def test_the_policy_says_what_the_engine_and_the_reports_ask(bank: Policy) -> None:
    assert bank.buckets == {"M1": (1, 30), "M2": (31, 60), "M3": (61, 90), "M4+": (91, None)}
    assert bank.bucket_by == "dpd"
    assert bank.limit_ids[:4] == ("night", "complaint-pause", "gentle-pace", "agency-speaks")
    assert "three-conversations-a-day" in bank.limit_ids[4:], "what it builds on comes after its own"
    assert [fact.name for fact in bank.asked_facts] == ["repayment_odds"]
    assert bank.promises_stop == bank.plans_stop == frozenset({"collect", "legal"})
    assert bank.in_force == (date(2025, 1, 1), None)
    assert len(bank.digest) == 64


def test_counts_per_person_are_named_as_counts_beyond_one_case() -> None:
    policy = loaded(
        """
counts:
  talks_today: {of: ContactAttempted, within: 1 calendar day, per: person}
  calls: {of: ContactAttempted, within: 1 calendar day}
stages: {a: {start: true, rules: [{id: r, when: talks_today > 1 and calls > 1, to: b}]}, b: {end: true}}
"""
    )
    assert policy.counts_beyond_one_case == ("talks_today",)


def test_promises_and_plans_stop_nothing_where_there_is_no_legal() -> None:
    policy = loaded("stages: {a: {start: true, rules: [{id: r, when: dpd > 1, to: b}]}, b: {end: true}}")
    assert policy.promises_stop == policy.plans_stop == frozenset()


def test_holds_of_the_policy_become_facts_of_their_own() -> None:
    policy = loaded(
        """
holds: {flood: {stops: contact, ends_after: 90 days}}
stages: {a: {start: true, rules: [{id: r, when: dpd > 1 and not hold_flood, to: b}]}, b: {end: true}}
"""
    )
    assert policy.holds["flood"].stops == frozenset({"contact"})


def test_a_date_of_the_host_brings_its_clocks() -> None:
    policy = loaded(
        """
facts: {visit_on: date}
stages: {a: {start: true, rules: [{id: r, when: days_until_visit <= 3, to: b}]}, b: {end: true}}
"""
    )
    assert "days_since_visit" in policy.vocabulary


def test_the_hosts_own_event_may_be_what_a_rule_is_on() -> None:
    policy = loaded(
        """
events: {VisitReported: {outcome: {type: choice, of: [met, absent]}, distance: {type: number, optional: true}}}
stages: {a: {start: true, rules: [{id: r, on: VisitReported, when: outcome == "met", to: b}]}, b: {end: true}}
"""
    )
    assert policy.rule("r").on == "VisitReported"
    assert policy.vocabulary_on("VisitReported")["distance"].may_be_missing


def test_the_same_text_gives_equal_policies_and_other_text_does_not() -> None:
    body = "stages: {a: {start: true, rules: [{id: r, when: dpd > 1, to: b}]}, b: {end: true}}"
    assert loaded(body) == loaded(f"# a remark\n{body}")
    assert loaded(body) != loaded(body.replace("dpd > 1", "dpd > 2"))
    assert hash(loaded(body)) == hash(loaded(body))


def test_loading_raises_once_with_every_problem_in_the_order_of_the_file() -> None:
    with pytest.raises(PolicyError) as raised:
        loaded("stages:\n  a: {start: yes, rules: [{id: r, when: ddp > 1, to: c}]}\n  b: {end: on}\n")
    assert [str(problem.place) for problem in raised.value.problems] == [
        "policy.yaml:5:14", "policy.yaml:5:41", "policy.yaml:5:54", "policy.yaml:6:12",
    ]  # fmt: skip


def test_a_text_is_called_as_the_caller_says() -> None:
    (problem, *_) = check_policy(text="- x", name="draft")
    assert str(problem.place) == "draft"


def test_a_policy_comes_from_a_path_or_a_text() -> None:
    with pytest.raises(TypeError, match="give a path"):
        load_policy()


def test_too_many_rules_are_refused() -> None:
    rules = "".join(f"      - {{id: r{n}, when: dpd == {n}, to: b}}\n" for n in range(2001))
    assert codes(f"stages:\n  a:\n    start: true\n    rules:\n{rules}  b: {{end: true}}\n") == ["too-many-rules"]


def test_of_a_thousand_mistakes_the_first_are_told() -> None:
    problems = check_policy(text=HEAD + "".join(f"word{n}: 1\n" for n in range(3000)))
    assert len(problems) == 201
    assert problems[0].code == "many-problems"


@pytest.mark.parametrize("key", ["counting: {paid_when_short_by", "counting: {material: {above", "plan: {short_by"])
def test_an_amount_of_the_terms_is_above_zero_and_in_the_currency_of_the_policy(key: str) -> None:
    stages = "stages: {a: {start: true, rules: [{id: r, when: dpd > 1, to: b}]}, b: {end: true}}"
    end = "}" * key.count("{")

    def told(amount: str) -> list[tuple[str, int]]:
        text = f"terms:\n  currency: CNY\n  {key}: {amount}{end}\n{stages}"
        return [(one.code, one.place.column - len(key)) for one in check_policy(text=HEAD + text) if one.place]

    assert told("0.50") == told("0.50 CNY") == []
    assert told("-0.50") == [("negative-amount", 5)]
    assert told("0.50 EUR") == [("other-currency", 5)]


@pytest.mark.parametrize(
    "body",
    [
        # what follows from a mistake that is told already is left unsaid
        "facts: {x: {type: bool}}\nstages: {a: {start: true, rules: [{id: r, when: x, to: b}]}, b: {end: true}}",
        "facts: nothing\nstages: {a: {start: true, rules: [{id: r, when: x > 1, to: b}]}, b: {end: true}}",
        "roles: none\nattention: boss\nstages: {a: {start: true, rules: [{id: r, on: Closed, to: b}]}, b: {end: true}}",
        "stages: {a: {start: true, rules: [{id: r, when: dpd > 1, too: b}]}, b: {end: true}}",
        "stages: {a: {start: true, rules: [{id: r, when: dpd > 1, to: c}]}, b: {end: true}}",
        "stages: {a: {start: true, rules: soon}, b: {end: true}}",
        "stages: {a: {start: yes, rules: [{id: r, when: dpd > 1, to: b}]}, b: {end: true}}",
        (
            "actions: {c: {kind: d}}\n"
            "stages: {a: {start: true, on_enter: [{do: c}], rules: [{id: r, to: b}]}, b: {end: true}}"
        ),
        "events: {E: {x: {type: y}}}\nstages: {a: {start: true, rules: [{id: r, on: E, to: b}]}, b: {end: true}}",
    ],
)
def test_one_mistake_is_one_problem(body: str) -> None:
    assert len(codes(body)) == 1


@pytest.mark.parametrize("word", ["ends_after", "review_after"])
def test_a_hold_of_no_days_is_refused(word: str) -> None:
    body = f"roles: [boss]\nholds: {{dispute: {{stops: contact, lifted_by: boss, {word}: 0 days}}}}\n"
    assert "empty-span" in codes(body)
