"""Findings: what somebody should look at, and what is in order after all."""

from __future__ import annotations

import pytest

from overdue_flow.policy.load import check_policy
from overdue_flow.problems import Problem

HEAD = """language: 1
policy: small
version: 1
roles: [team]
actions:
  call: {kind: contact, params: {channel: {type: choice, of: [sms, phone]}}}
  work: {kind: task, params: {role: role}}
"""


def findings(body: str) -> list[Problem]:
    problems = check_policy(text=HEAD + body)
    assert not [problem for problem in problems if problem.refused]
    return [problem for problem in problems if not problem.code.startswith("unused")]


def rules(*written: str, more: str = "") -> str:
    lines = "".join(f"      - {{{rule}}}\n" for rule in written)
    return f"stages:\n  a:\n    start: true\n    rules:\n{lines}  b: {{end: true}}\n  c: {{end: true}}\n{more}"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("when: dpd > 10", "when: dpd <= 10"),
        ("when: arrears_cleared", "when: dpd >= 1"),
        ("when: balance == 0", "when: overdue_amount > 10.00"),
        ("when: plan_active", "when: plan_completed"),
        ("on: DebtSold", "when: dpd > 3"),
        ("on: CaseAssessed, when: 'recommendation == \"sue\"'", "on: CaseAssessed"),
        (
            "on: NegotiationClosed, when: 'outcome == \"failed\"'",
            "on: NegotiationClosed, when: 'outcome == \"agreed\"'",
        ),
    ],
)
def test_rules_that_cannot_hold_at_once_do_not_overlap(earlier: str, later: str) -> None:
    found = findings(rules(f"id: one, {earlier}, to: b", f"id: two, {later}, to: c"))
    assert [problem.code for problem in found if problem.code != "silent-rest"] == []


def test_rules_that_can_hold_at_once_are_shown_with_a_loan() -> None:
    (problem,) = findings(rules("id: one, when: dpd > 10, to: b", "id: two, when: balance > 500.00, to: c"))
    assert problem.code == "overlapping-rules"
    assert problem.witness == "balance 1000.00 CNY, dpd 11 days"
    assert [word for _place, word in problem.also] == ["`one` comes first"]


def test_an_overlap_that_is_meant_is_said_with_gives_way_to() -> None:
    two = "id: two, when: balance > 500.00, to: c, gives_way_to: [one]"
    assert findings(rules("id: one, when: dpd > 10, to: b", two)) == []


def test_rules_with_one_target_may_overlap() -> None:
    assert (
        findings(
            rules(
                "id: one, when: dpd > 10, to: b",
                "id: two, when: balance > 5.00, to: b",
                "id: three, on: DebtSold, to: c",
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("when: dpd > 10", "when: dpd > 20"),
        ("when: dpd > 10 or plan_active", "when: plan_active and dpd > 2"),
        ("on: DebtSold", "on: DebtSold, when: price > 3.00"),
    ],
)
def test_a_rule_that_can_never_fire_is_found(earlier: str, later: str) -> None:
    found = findings(rules(f"id: one, {earlier}, to: b", f"id: two, {later}, to: c"))
    codes = [problem.code for problem in found if problem.code != "silent-rest"]
    assert codes == ["shadowed-rule", "never-reached"]


def test_a_rule_without_a_condition_fires_for_every_loan() -> None:
    found = findings(rules("id: one, to: b", "id: two, on: DebtSold, to: c"))
    assert [problem.code for problem in found] == ["always-fires", "shadowed-rule", "never-reached"]


CIRCLE = """stages:
  a:
    start: true
    rules: [{{id: go, when: {go}, to: b}}, {{id: end, on: DebtSold, to: c}}]
  b:
    rules: [{{id: back, when: {back}, to: a{step}}}]
  c: {{end: true}}
"""


@pytest.mark.parametrize(
    ("go", "back", "step", "chase"),
    [
        ("dpd > 10", "dpd > 5", "", True),
        ("dpd > 10", "dpd <= 10", "", False),
        ("dpd > 10", "dpd > 5", ", step: true", False),
        ("dpd > 10", "days_in_stage >= 3 and dpd > 5", "", False),
        ("dpd > 10", "arrears_cleared", "", False),
        ("dpd > 10 and stage == a", "dpd > 5 and stage == b", "", True),
        ("dpd > 10", "dpd > 5 and stage == a", "", False),
    ],
)
def test_rules_that_chase_each_other_on_one_day_are_found(go: str, back: str, step: str, chase: bool) -> None:
    found = [problem.code for problem in findings(CIRCLE.format(go=go, back=back, step=step))]
    assert ("chasing-rules" in found) is chase


LONG_CIRCLE = """stages:
  a: {{start: true, rules: [{{id: one, when: dpd > 10, to: b}}]}}
  b: {{rules: [{first}{{id: two, when: dpd > 20, to: c}}]}}
  c: {{rules: [{{id: three, when: balance > 5.00, to: d}}, {{id: out, on: DebtSold, to: z}}]}}
  d: {{rules: [{{id: four, when: overdue_amount > 3.00, to: e}}]}}
  e: {{rules: [{{id: five, when: "{last}", to: a}}]}}
  z: {{end: true}}
"""


@pytest.mark.parametrize(
    ("first", "last", "chase"),
    [
        ("", "dpd < 30", True),
        ("", "dpd < 20", False),
        ("", "balance < 3.00", False),
        ("{id: before, when: dpd > 15, to: z}, ", "dpd < 30", False),
        ("{id: before, when: dpd > 15, to: z, step: true}, ", "dpd < 30", False),
        ("{id: before, when: dpd > 25, to: z}, ", "dpd < 30", True),
    ],
)
def test_a_long_circle_is_found_where_one_loan_goes_all_the_way(first: str, last: str, chase: bool) -> None:
    found = [one for one in findings(LONG_CIRCLE.format(first=first, last=last)) if one.code == "chasing-rules"]
    assert len(found) == chase
    if chase:
        assert found[0].message.startswith("`one` and `two` and `three` and `four` and `five` can chase each other")
        assert "dpd 21 days" in (found[0].witness or "")


def test_a_limit_that_no_effect_and_no_loan_meets_can_never_apply() -> None:
    body = rules("id: one, when: arrears_cleared, to: b", "id: two, on: DebtSold, to: c", more="""limits:
  - {id: visits, strength: block, applies_to: {channel: visit}, outside: "09:00-18:00"}
  - {id: texts, strength: block, applies_to: {channel: sms}, outside: "09:00-18:00"}
  - {id: nobody, strength: block, applies_to: {kind: contact}, when: dpd > 5 and dpd < 3}
  - {id: over, strength: block, applies_to: {kind: contact}, when: dpd > 5, in_force: {to: 2020-01-01}}
in_force: {from: 2025-01-01}
""").replace("    start: true\n", "    start: true\n    on_enter: [{do: call, with: {channel: sms}}]\n")  # fmt: skip
    found = [problem.message.split("`")[1] for problem in findings(body) if problem.code == "limit-never-applies"]
    assert found == ["visits", "nobody", "over"]


@pytest.mark.parametrize(
    ("stage", "rests"),
    [
        ("rules: [{id: r, on: PaymentReceived, to: b}]", True),
        ("rules: [{id: r, when: arrears_cleared and not plan_active, to: b}]", True),
        ("rules: [{id: r, when: dpd == 0 or balance == 0, to: b}]", True),
        ("rules: [{id: r, when: plan_active or promise_open or hold_hardship, to: b}]", True),
        ("rules: [{id: r, when: arrears_cleared, to: b}, {id: s, when: not plan_active, to: b}]", False),
        ("rules: [{id: r, when: promise_open or dpd > 30, to: b}]", False),
        ("rules: [{id: r, when: hold_bankruptcy and dpd > 30, to: b}]", True),
        ("rules: [{id: r, when: plan_completed and days_in_stage > 30, to: b}]", True),
        ("rules: [{id: r, when: not hold_dispute and dpd > 30, to: b}]", False),
        ("rules: [{id: r, when: judgment_final, to: b}]", False),
        ("rules: [{id: r, when: balance == 0, to: b}, {id: s, when: days_in_stage > 60, to: b}]", False),
        ("on_enter: [{do: work, with: {role: team}}], rules: [{id: r, on: PaymentReceived, to: b}]", False),
        ("every: [{each: 1 month, do: work, with: {role: team}}], rules: [{id: r, on: PaymentReceived, to: b}]", False),
    ],
)
def test_a_stage_where_a_silent_borrower_rests_for_ever_is_found(stage: str, rests: bool) -> None:
    found = findings(f"stages:\n  a: {{start: true, {stage}}}\n  b: {{end: true}}\n")
    assert ("silent-rest" in {problem.code for problem in found}) is rests


@pytest.mark.parametrize(
    ("leads_in", "leads_out", "rests"),
    [
        ("when: dpd > 60", "when: dpd < 30", True),
        ("when: dpd > 60", "when: dpd <= 61", False),
        ("when: dpd > 60", "when: 30 < dpd < 90", False),
        ("when: dpd > 60", "when: 30 < dpd < 60", True),
        ("when: dpd > 60 or balance > 500.00", "when: dpd < 30", False),
        ("on: NegotiationClosed, when: dpd > 60", "when: dpd < 30", True),
        ("on: NegotiationClosed", "when: dpd < 30", False),
        ("when: plan_active and dpd < 90", "when: dpd < 30", False),
    ],
)
def test_a_silent_borrower_is_never_less_late_than_on_the_first_day_in_the_stage(
    leads_in: str, leads_out: str, rests: bool
) -> None:
    found = findings(f"""stages:
  a: {{start: true, rules: [{{id: in, {leads_in}, to: b}}, {{id: far, when: dpd > 400, to: c}}]}}
  b: {{rules: [{{id: out, {leads_out}, to: c}}]}}
  c: {{end: true}}
""")
    assert ("silent-rest" in {problem.code for problem in found}) is rests


def test_what_cannot_stay_below_another_fact_is_no_contradiction() -> None:
    body = rules("id: one, when: dpd_net > 90 and dpd > 30, to: b", "id: two, on: DebtSold, to: c", more="""limits:
  - {id: late, strength: block, applies_to: {kind: contact}, when: dpd_net > 90 and dpd > 30}
""").replace("    start: true\n", "    start: true\n    on_enter: [{do: call, with: {channel: sms}}]\n")  # fmt: skip
    assert not {"limit-never-applies", "silent-rest", "never-holds"} & {problem.code for problem in findings(body)}


@pytest.mark.parametrize(
    ("when", "never"),
    [
        ("dpd > 30 and dpd < 10", True),
        ("dpd < 0", True),
        ("stage == b and stage == c", True),
        ("dpd > 5 and dpd < 7", False),
        ("overdue_amount > 5.00 and overdue_amount < 5.50", False),
        ("0.001 * balance > 100.00", False),
        ("next_due_on - oldest_due_on > 30", False),
        ("plan_active and not promise_open", False),
    ],
)
def test_a_rule_whose_condition_contradicts_itself_is_found(when: str, never: bool) -> None:
    found = findings(rules(f"id: one, when: {when}, to: b", "id: two, on: DebtSold, to: c"))
    assert ("never-holds" in {problem.code for problem in found}) is never


@pytest.mark.parametrize(("kind", "misspelt"), [("bankrupcy", True), ("bankruptcy", False), ("legal_review", False)])
def test_a_hold_that_is_almost_called_as_a_built_in_one_is_found(kind: str, misspelt: bool) -> None:
    body = rules("id: one, when: dpd > 3, to: b", "id: two, on: DebtSold, to: c")
    found = findings(f"holds: {{{kind}: {{stops: contact}}}}\n{body}")
    assert ("misspelt-hold" in {problem.code for problem in found}) is misspelt


@pytest.mark.parametrize(
    ("rule", "pursues"),
    [
        ("when: arrears_cleared", False),
        ("when: dpd == 0", False),
        ("when: overdue_amount < 5.00", False),
        ("when: dpd > 90", True),
        ("when: arrears_cleared and plan_completed", True),
        ("when: arrears_cleared and promises_kept >= 1", True),
        ("when: arrears_cleared and not plan_completed", False),
        ("when: arrears_cleared and days_since_last_payment > 30", False),
        ("when: days_in_stage > 3", True),
        ("on: PaymentReceived, when: arrears_cleared", True),
    ],
)
def test_a_stage_that_can_pursue_a_loan_that_owes_nothing_is_found(rule: str, pursues: bool) -> None:
    on_enter = "on_enter: [{do: call, with: {channel: sms}}]"
    body = f"stages:\n  a: {{start: true, {on_enter}, rules: [{{id: r, {rule}, to: b}}]}}\n  b: {{end: true}}\n"
    found = findings(body)
    assert ("pursues-nothing" in {problem.code for problem in found}) is pursues


@pytest.mark.parametrize(("rule", "breaks"), [("dpd > 90", False), ("dpd > 60", True), ("plan_active", True)])
def test_a_rule_that_can_break_a_never_clause_is_shown_with_a_loan(rule: str, breaks: bool) -> None:
    never = "never:\n  - {id: early, that: stage == b and dpd <= 90, on_entry: true}\n"
    found = findings(rules(f"id: r, when: {rule}, to: b", "id: s, on: DebtSold, to: c", more=never))
    assert ("can-break-never" in {problem.code for problem in found}) is breaks


def test_what_is_declared_and_never_named_is_found_and_what_a_clock_names_is_not() -> None:
    body = "facts: {visit_on: date, salary: money}\n" + rules(
        "id: r, when: days_until_visit < 3, to: b", "id: s, on: DebtSold, to: c"
    )
    unused = [
        problem.message.split("`")[1] for problem in check_policy(text=HEAD + body) if problem.code == "unused-fact"
    ]
    assert unused == ["salary"]


def many_rules(count: int, last: str) -> str:
    some = "".join(
        f"      - {{id: r{n}, when: dpd == {n} and balance > {n + 1}.00 and months_past_due < {n % 7 + 2}, to: b}}\n"
        for n in range(count)
    )
    head = "stages:\n  a:\n    start: true\n    rules:\n"
    return f"{head}{some}      - {{{last}}}\n  b: {{end: true}}\n  c: {{end: true}}\n"


def test_in_a_long_list_every_rule_is_compared_with_every_other() -> None:
    found = findings(many_rules(80, "id: last, when: dpd == 17, to: c"))
    (problem,) = [one for one in found if one.code == "overlapping-rules"]
    assert problem.message.startswith("`r17` and `last` can hold at once")
    assert problem.witness == "balance 18.10 CNY, dpd 17 days, months_past_due 0 months"


def test_a_policy_that_is_too_large_is_looked_through_as_far_as_is_sensible() -> None:
    body = many_rules(400, "id: last, on: DebtSold, to: c")
    assert "not-looked-through" in {problem.code for problem in findings(body)}


GROUPS = """everywhere:
  - {{id: outer, when: {outer}, to: b}}
stages:
  g:
    first: a
    rules: [{{id: middle, {middle}, to: c}}]
    stages:
      a:
        start: true
        rules: [{{id: inner, {inner}, to: d}}, {{id: goes, when: dpd > 5, to: g.e}}]
      e: {{rules: [{{id: on, on: DebtSold, to: d}}, {{id: back, when: days_in_stage > 60, to: c}}]}}
  b: {{end: true}}
  c: {{end: true}}
  d: {{end: true}}
"""


@pytest.mark.parametrize(
    ("outer", "middle", "inner", "shadowed"),
    [
        ("dpd > 30", "when: dpd > 60", "when: promise_open", ["middle"]),
        ("dpd > 90", "when: dpd > 60", "when: dpd > 120", ["inner"]),
        ("dpd > 90", "when: dpd <= 90 and dpd > 40", "when: dpd > 50", ["inner"]),
        ("dpd > 90", "when: dpd <= 90 and dpd > 40", "when: dpd > 30", []),
        ("dpd > 90", "on: DebtSold", "when: dpd > 80", ["on"]),
        ("arrears_cleared", "when: dpd == 0 and plan_active", "when: overdue_amount == 0", ["middle", "inner"]),
    ],
)
def test_a_rule_that_lists_around_it_leave_nothing_to_is_found(
    outer: str, middle: str, inner: str, shadowed: list[str]
) -> None:
    body = GROUPS.format(outer=outer, middle=middle, inner=inner)
    found = [one.message.split("`")[1] for one in findings(body) if one.code == "shadowed-rule"]
    assert found == shadowed


def test_rules_that_only_together_leave_nothing_to_another_are_all_shown() -> None:
    body = rules(
        "id: one, when: dpd > 30, to: b", "id: two, when: dpd <= 30, to: b", "id: three, when: plan_active, to: c"
    )
    (problem,) = [one for one in findings(body) if one.code == "shadowed-rule"]
    assert problem.message == "`three` can never fire: whenever it holds, `one` or `two` holds too and comes first"
    assert [word for _place, word in problem.also] == ["`one` comes first", "`two` comes first"]


def test_a_rule_that_a_promise_may_hold_leaves_the_others_their_turn() -> None:
    stages = """stages:
  a: {start: true, rules: [{id: sue, when: dpd > 30, to: legal.suit}, {id: rest, when: dpd > 60, to: b}]}
  b: {end: true}
  legal: {first: suit, stages: {suit: {rules: [{id: paid, when: balance == 0, to: b}]}}}
"""
    assert "shadowed-rule" not in {one.code for one in findings(stages)}
    unheld = "promises: {stops: []}\nplans: {stops: []}\n"
    assert "shadowed-rule" in {one.code for one in findings(unheld + stages)}


def test_a_stage_to_which_only_dead_rules_lead_is_never_reached() -> None:
    body = rules("id: one, when: dpd > 5 and dpd < 3, to: b", "id: two, on: DebtSold, to: c")
    (problem,) = [one for one in findings(body) if one.code == "never-reached"]
    assert problem.message == "no loan can reach `b`: the rules that lead to it can never fire"
    assert [word for _place, word in problem.also] == ["`one` leads here, and never fires"]


SOLD = "id: sold, on: DebtSold, to: c"


def test_a_limit_that_counts_what_its_channels_never_bring_can_never_apply() -> None:
    call = "id: two, when: dpd > 2, do: call, with: {channel: phone}"
    body = rules("id: one, when: dpd > 10, to: b", SOLD, call, more="""limits:
  - {id: none, strength: block, applies_to: {channel: phone}, counts: message, at_most: 1, within: 1 day}
  - {id: some, strength: block, applies_to: {channel: phone}, counts: unanswered, at_most: 1, within: 1 day}
""")  # fmt: skip
    (problem,) = [problem for problem in findings(body) if problem.code == "limit-never-applies"]
    assert problem.message == "the limit `none` can never apply: it counts `message`, and there is none by `phone`"


def test_a_contact_that_does_not_say_its_channel_is_found_where_limits_name_channels() -> None:
    note = "id: two, when: dpd > 2, do: note"
    actions = (
        "actions: {note: {kind: contact}, memo: {kind: record}, ring: {kind: contact, params: {channel: choice}}}\n"
    )
    ring, memo = "id: four, when: dpd > 3, do: ring, with: {channel: phone}", "id: five, when: dpd > 3, do: memo"
    again = "id: three, when: dpd > 4, do: note"
    limits = """limits:
  - {id: calls, strength: block, applies_to: {channel: phone}, outside: "09:00-18:00"}
  - {id: notes, strength: block, applies_to: {kind: record, channel: phone}, outside: "09:00-18:00"}
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "09:00-18:00"}
"""
    head = HEAD.replace(HEAD[HEAD.index("actions:") :], actions)
    body = rules("id: one, when: dpd > 10, to: b", SOLD, note, again, ring, memo, more=limits)
    found = [one for one in check_policy(text=head + body) if one.code == "contact-without-channel"]
    said = "`note` does not say its channel, so limits on any channel look at it: `calls`"
    assert [problem.message for problem in found] == [said]


@pytest.mark.parametrize(
    ("params", "given", "found"),
    [
        ("channel: choice", "channel: phone", ["two-calls-to-the-residence", "two-calls-elsewhere"]),
        ("channel: choice", "channel: letter", []),
        ("channel: choice, contact_point: choice", "channel: phone, contact_point: mobile", []),
    ],
)
def test_limits_of_a_place_that_were_taken_in_are_found_where_no_contact_says_its_place(
    params: str, given: str, found: list[str]
) -> None:
    text = f"""language: 1
policy: small
version: 1
extends: pack:us/ma-debt-collection
actions: {{reach: {{kind: contact, purpose: collect, params: {{{params}}}}}}}
stages:
  a:
    start: true
    rules: [{{id: reach, when: dpd > 2, do: reach, with: {{{given}}}}}, {{id: one, when: dpd > 10, to: b}}]
  b: {{end: true}}
"""
    problems = [one for one in check_policy(text=text) if one.code == "contact-without-place"]
    said = "no contact says its contact point, so limits of a place look at none: "
    assert [one.message for one in problems] == ([said + ", ".join(f"`{name}`" for name in found)] if found else [])


def test_a_limit_on_a_contact_point_that_a_fact_may_name_may_apply() -> None:
    more = """facts: {number: {type: text, default: home}, where: {type: choice, of: [home, work], default: home}}
limits:
  - {id: text, strength: block, applies_to: {contact_point: home}, when: dpd > 3}
  - {id: never, strength: block, applies_to: {contact_point: mobile}, when: dpd > 3}
"""
    head = HEAD.replace("phone]}}}", "phone]}, contact_point: {type: %s}}}")

    def found(fact: str, kind: str) -> list[str]:
        do = f"id: two, when: dpd > 20, do: call, with: {{channel: phone, contact_point: {{fact: {fact}}}}}"
        text = head % kind + rules("id: one, when: dpd > 30, to: b", SOLD, do, more=more)
        problems = check_policy(text=text)
        assert not [problem for problem in problems if problem.refused]
        return [problem.message.split("`")[1] for problem in problems if problem.code == "limit-never-applies"]

    assert found("number", "text") == []
    assert found("where", "choice") == ["never"]


@pytest.mark.parametrize(
    ("on", "done_by", "why"),
    [
        ("ComplaintReceived", "ComplaintReceived", "it begins something new, with a `complaint_id` of its own"),
        ("ComplaintAnswered", "ComplaintAnswered", "`ComplaintAnswered` is the end already"),
        ("NegotiationClosed", "NegotiationOpened", "it begins something new, with a `negotiation_id` of its own"),
        ("ClaimAccepted", "ClaimFiled", "it begins something new, with a `reference` of its own"),
    ],
)
def test_a_task_waits_for_an_event_that_can_come(on: str, done_by: str, why: str) -> None:
    task = f"on: {on}, do: work, with: {{role: team}}, within: 3 days, done_by: {done_by}"
    ends = ("id: end, when: dpd > 9, to: b", "id: other, on: Closed, to: c")
    (problem,) = findings(rules(f"id: it, {task}", *ends))
    assert problem.code == "done-by-cannot-come"
    assert why in problem.message


@pytest.mark.parametrize(
    ("on", "done_by"),
    [
        ("ComplaintReceived", "ComplaintAnswered"),
        ("ComplaintAnswered", "ComplaintEscalated"),
        ("CounterOffered", "OfferMade"),
        ("PaymentReceived", "ComplaintReceived"),
        ("CaseAssessed", "CaseAssessed"),
    ],
)
def test_a_task_may_wait_for_an_event_about_the_same_or_about_something_else(on: str, done_by: str) -> None:
    task = f"on: {on}, do: work, with: {{role: team}}, done_by: {done_by}"
    ends = ("id: end, when: dpd > 9, to: b", "id: other, on: Closed, to: c")
    assert [one.code for one in findings(rules(f"id: it, {task}", *ends))] == []
