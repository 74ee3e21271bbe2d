"""What a policy asks to be done: ladders, parameters, limits that look at it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

import pytest

from overdue_flow.cases.effects import Effect
from overdue_flow.errors import PolicyError
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.policy import FactRef, Policy
from overdue_flow.policy.spans import Span
from overdue_flow.store.protocol import EVERY_CONTACT
from overdue_flow.testing.scenarios import run_scenarios
from support.road import one_stage, road_policy

HEAD = """language: 1
policy: small
version: 1
roles: [counsel]
working_hours: "09:00-18:00"
facts: {favourite: {type: choice, of: [sms, phone]}, due_note: text}
actions:
  call: {kind: contact, params: {script: text}}
  send_message: {kind: contact, params: {channel: choice, size: {type: number, optional: true}}}
  send_letter: {kind: notice, purpose: legal_notice}
  visit: {kind: task, params: {role: role}}
"""


def policy_with(task: str, more: str = "") -> str:
    stages = f"stages:\n  a: {{start: true, on_enter: [{task}], rules: [{{id: r, when: arrears_cleared, to: b}}]}}\n"
    return f"{HEAD}{stages}  b: {{end: true}}\n{more}"


def loaded(task: str, more: str = "") -> Policy:
    return load_policy(text=policy_with(task, more))


def codes(task: str, more: str = "") -> list[str]:
    return [problem.code for problem in check_policy(text=policy_with(task, more)) if problem.refused]


def test_a_ladder_reads_as_it_is_spoken() -> None:
    rungs = "call x3 in working hours, 'call, wait 2 days', visit (approve: counsel)"
    (task,) = loaded(f"{{ladder: [{rungs}], with: {{script: hi, role: counsel}}}}").stages["a"].on_enter
    assert [(rung.action, rung.times, rung.in_working_hours, rung.wait, rung.approve) for rung in task.ladder] == [
        ("call", 3, True, None, None),
        ("call", 1, False, Span(2, "days"), None),
        ("visit", 1, False, None, "counsel"),
    ]
    assert [dict(rung.params) for rung in task.ladder] == [{"script": "hi"}, {"script": "hi"}, {"role": "counsel"}]


def test_a_ladder_has_a_name_where_several_climb_it() -> None:
    policy = loaded(
        "{ladder: gentle, with: {script: hi}}", "ladders:\n  gentle: [call x2, {do: call, with: {script: bye}}]\n"
    )
    (task,) = policy.stages["a"].on_enter
    assert [dict(rung.params) for rung in task.ladder] == [{"script": "hi"}, {"script": "bye"}]
    assert policy.ladder_ids == ("a.on_enter[0]",)


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("{ladder: [call]}", "missing-parameter"),
        ("{ladder: [call], with: {script: hi, colour: red}}", "unknown-parameter"),
        ("{ladder: [send_letter]}", "wrong-rung"),
        ("{ladder: []}", "empty-ladder"),
        ("{ladder: steep}", "unknown-ladder"),
        ("{ladder: [call three times]}", "wrong-value"),
        ("{do: call, ladder: [call]}", "do-or-ladder"),
        ("{do: call}", "missing-parameter"),
        ("{do: call, with: {scrpt: hi}}", "unknown-parameter"),
        ("{do: send_message, with: {channel: pigeon}}", "unknown-channel"),
        ("{do: send_message, with: {channel: sms, size: big}}", "wrong-parameter"),
        ("{do: send_message, with: {channel: {fact: due_note}}}", "wrong-parameter"),
        ("{do: send_message, with: {channel: {fact: favorite}}}", "unknown-fact"),
        ("{do: send_message, with: {channel: [sms, phone]}}", "wrong-parameter"),
        ("{do: send_message, with: {channel: []}}", "wrong-value"),
        ("{do: visit, with: {role: counsel}, purpose: collect}", "purpose-without-contact"),
        ("{do: visit, with: {role: nobody}}", "unknown-role"),
        ("{do: visit, with: {role: counsel}, within: 3 calendar days}", "wrong-unit"),
        ("{do: attention}", "unknown-action"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused_once(task: str, code: str) -> None:
    assert codes(task) == [code]


@pytest.mark.parametrize("name", [EVERY_CONTACT, "attention", "approval", "hold_review", "task_cancelled", "ladder"])
def test_an_action_has_no_name_that_means_something_else_already(name: str) -> None:
    text = policy_with("{do: call, with: {script: hi}}").replace("  visit:", f"  {name}: {{kind: task}}\n  visit:")
    (problem,) = [one for one in check_policy(text=text) if one.refused]
    assert (problem.code, str(problem.place)) == ("name-taken", "policy.yaml:11:3")
    assert problem.message.startswith(f"`{name}` ")


def test_no_stage_is_called_as_holds_call_all_contact() -> None:
    text = policy_with("{do: call, with: {script: hi}}", "holds: {flood: {stops: [contact]}}\n")
    (problem,) = [
        one
        for one in check_policy(text=text.replace("b: {end", "contact: {end").replace("to: b", "to: contact"))
        if one.refused
    ]
    assert (problem.code, str(problem.place)) == ("name-taken", "policy.yaml:14:3")
    assert problem.message == (
        "`contact` means all contact, where a hold says what it stops; a stage needs another name"
    )


def test_parameters_are_typed_by_the_action() -> None:
    (task,) = loaded("{do: send_message, with: {channel: {fact: favourite}, size: 3}}").stages["a"].on_enter
    assert dict(task.params) == {"channel": FactRef("favourite"), "size": 3}


def effect(**said: object) -> Effect:
    params = {key: said.pop(key) for key in ("channel", "party") if key in said}
    values = {"kind": "contact", "purpose": "collect"} | said
    due_at = datetime(2025, 1, 1, tzinfo=UTC)
    common = {"decided_on": date(2025, 1, 1), "due_at": due_at, "cause": "r", "params": params}
    return Effect("1", "call", **common, **values)  # type: ignore[arg-type]  # words of the table below


@pytest.mark.parametrize(
    ("applies_to", "said", "looks"),
    [
        ("{}", {"kind": "task", "purpose": None}, True),
        ("{kind: contact}", {}, True),
        ("{kind: [task, notice]}", {}, False),
        ("{channel: phone}", {"channel": "phone"}, True),
        ("{channel: [sms, phone]}", {"channel": "sms"}, True),
        ("{channel: phone}", {"channel": "sms"}, False),
        ("{channel: phone}", {}, True),
        ("{channel: phone}", {"kind": "task", "purpose": None}, False),
        ("{purpose: inform}", {}, False),
        ("{party: borrower}", {}, True),
        ("{party: guarantor}", {}, False),
        ("{kind: contact, party: guarantor}", {"party": "guarantor"}, True),
    ],
)
def test_a_limit_looks_at_kind_purpose_channel_and_party(applies_to: str, said: dict[str, object], looks: bool) -> None:
    limit = f"limits:\n  - {{id: l, strength: block, applies_to: {applies_to}, when: dpd > 1}}\n"
    policy = loaded("{do: call, with: {script: hi}}", limit)
    assert policy.limits_on(effect(**said)) == (("l",) if looks else ())


def test_a_count_in_a_limit_is_read_whole() -> None:
    more = """limits:
  - id: seven
    strength: presume
    applies_to: {channel: phone}
    counts: attempt
    at_most: 7
    within: 7 days
    per: person
    excluding: [consent, not_connected]
    in_force: {from: 2021-11-30}
  - {id: night, strength: block, outside: "08:00-24:00"}
"""
    seven, night = loaded("{do: call, with: {script: hi}}", more).limits
    assert (seven.counts, seven.at_most, seven.within, seven.per) == ("attempt", 7, Span(7, "days"), ("person",))
    assert seven.excluding == ("consent", "not_connected")
    assert seven.in_force == (date(2021, 11, 30), None)
    assert night.hours is not None
    assert (night.hours.opens, night.hours.closes) == (time(8), None)


# --- ladders and deadlines ---


def test_a_ladder_has_no_deadline_of_its_own() -> None:
    with pytest.raises(PolicyError, match="a ladder has no deadline of its own: it ends with its last rung"):
        road_policy(one_stage("{id: a, when: dpd == 1, ladder: [call], within: 3 days}"))


def test_the_purpose_that_a_ladder_is_asked_for_with_is_that_of_its_contacts() -> None:
    policy = road_policy(one_stage("{id: a, when: dpd == 1, ladder: [call, help, visit], purpose: inform}"))
    assert [rung.purpose for rung in policy.tasks[0].ladder] == ["inform", "inform", None]
    own = road_policy(one_stage("{id: a, when: dpd == 1, ladder: [call, help, visit]}"))
    assert [rung.purpose for rung in own.tasks[0].ladder] == ["collect", "service", None]


@pytest.mark.parametrize(
    "rules",
    [
        "{id: a, when: dpd == 1, do: visit, within: 1 day, else: {id: a, do: note}}",
        "{id: a, when: dpd == 1, do: visit, within: 1 day, else: {id: b, do: note}}, {id: b, when: dpd == 2, do: note}",
    ],
)
def test_what_follows_on_a_deadline_has_an_id_of_its_own(rules: str) -> None:
    with pytest.raises(PolicyError, match=r"the id `[ab]` is taken already"):
        road_policy(one_stage(rules))


def test_a_scenario_answers_for_a_rung_by_the_ladder_and_expects_its_tries() -> None:
    said = """
  - name: the letter goes out once counsel has approved
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}], opened_on: 2025-01-01}
    when: [{on: 2025-01-12, approved: a}]
    then:
      - {on: 2025-01-11, rule: a, effects: [approval]}
      - {on: 2025-01-12, effects: [call]}
"""
    policy = road_policy(one_stage("{id: a, when: dpd == 1, ladder: [{do: call, approve: counsel}]}"), scenarios=said)
    (result,) = run_scenarios(policy)
    assert result.passed, str(result)
    with pytest.raises(PolicyError, match="no rule `b` asks for approval"):
        road_policy(
            one_stage("{id: a, when: dpd == 1, ladder: [call]}"), scenarios=said.replace("approved: a", "approved: b")
        )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("do: call, with: {script: hi}, done_by: Closed", "this is a contact; only a task waits"),
        ("ladder: [call], with: {script: hi}, done_by: Closed", "this is a ladder; only a task waits"),
        ("do: visit, with: {role: counsel}, done_by: Clsed", "there is no event `Clsed`"),
        ("do: visit, with: {role: counsel}, done_by: [Closed, Clsed]", "there is no event `Clsed`"),
        ("do: visit, with: {role: counsel}, done_by: LoanOpened", "`LoanOpened` comes first of all"),
        ("do: visit, with: {role: counsel}, done_by: TaskCompleted", "`TaskCompleted` speaks of one effect"),
        ("do: visit, with: {role: counsel}, done_by: TimePassed", "`TimePassed` is the machine's own"),
    ],
)
def test_what_shows_that_a_task_is_done_is_an_event_that_can(asked: str, said: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(said)):
        loaded(f"{{{asked}}}")


def test_a_rule_that_moves_a_loan_is_done_by_nothing() -> None:
    with pytest.raises(PolicyError, match="`done_by` belongs to a rule with `do`"):
        loaded("{do: send_letter}", "everywhere: [{id: go, when: dpd > 3, to: b, done_by: Closed}]\n")
