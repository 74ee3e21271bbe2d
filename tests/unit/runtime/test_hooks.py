"""Hooks: registered by the names of the policy, checked against it when a flow is opened, called as they ask."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.errors import HookError
from overdue_flow.events import ContactAttempted, Event, PaymentReceived
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.hooks import BUILT_IN_ACTIONS
from support.road import at, one_stage, opening, road_policy
from support.terminal import ROOT

ACTIONS = "{send: {kind: contact, params: {channel: choice, text: {type: text, optional: true}}}, ask: {kind: task}}"
SENDS = one_stage("{id: r, when: dpd >= 1, do: send, with: {channel: sms}}")
TWICE = one_stage(
    "{id: r, when: dpd >= 1, do: send, with: {channel: sms}}, {id: s, when: dpd >= 1, do: send, with: {channel: email}}"
)


def policy_of(stages: str = SENDS, **sections: str) -> Policy:
    return road_policy(stages, actions=ACTIONS, **sections)


def flow_of(policy: Policy | Sequence[Policy], **options: Any) -> Flow:
    flow = Flow(policy, MemoryStore(), clock=lambda: at("2025-01-11"), **options)
    flow.receive("a", opening(), at=at("2025-01-01"))
    flow.wake(at("2025-01-11").date())
    return flow


# --- opening ---


def test_every_reason_is_told_at_once_when_a_flow_is_opened() -> None:
    first = policy_of(in_force="{from: 2025-01-01}")
    more = ACTIONS.replace("ask: {kind: task}", "post: {kind: notice}")
    second = road_policy(SENDS, version='"2"', in_force="{from: 2026-01-01}", actions=more)

    def send(effect: Effect, case: Case, *, chanel: str, text: str) -> None:
        raise AssertionError("it is never called")

    with pytest.raises(HookError) as found:
        Flow((first, second), MemoryStore(), hooks={"send": send}).open()
    hint = "(did you mean `channel`?)"
    unknown = f"the hook of `send` asks for `chanel`, which the action of policy road {{}} does not have {hint}"
    left_out = (
        "the hook of `send` needs `text`, which may be left out in the action of policy road {}; give it a default"
    )
    assert found.value.faults == (
        "action `post` of policy road 2 has no hook; register one, or name it as delivered `elsewhere`",
        unknown.format(1),
        left_out.format(1),
        unknown.format(2),
        left_out.format(2),
    )


def test_delivering_opens_a_flow_that_is_not() -> None:
    with pytest.raises(HookError, match="action `send` of policy road 1 has no hook"):
        flow_of(policy_of()).deliver()


def test_tasks_need_no_hook_and_nothing_does_in_shadow_mode() -> None:
    assert flow_of(policy_of(), hooks={"send": lambda effect, case: None}).open()
    assert flow_of(policy_of(), shadow=True).open()


def test_a_hook_of_an_action_that_no_version_has_is_refused_at_once() -> None:
    said = r"policy road has no action `sned`; it has ask, send \(did you mean `send`\?\)"
    with pytest.raises(HookError, match=said):
        flow_of(policy_of()).on("sned")
    with pytest.raises(HookError, match=said):
        flow_of(policy_of()).elsewhere("sned")
    with pytest.raises(HookError, match=said):
        Flow(policy_of(), MemoryStore(), hooks={"sned": print})


@pytest.mark.parametrize(
    ("hook", "batch", "says"),
    [
        (lambda effect: None, None, r"the hook of `send` cannot be called with \(effect, case\)"),
        (lambda: None, 5, r"the hook of `send` cannot be called with \(effects\)"),
        (lambda effects, *, channel: None, 5, "takes several effects at once; each has its own `params`"),
    ],
)
def test_a_hook_that_cannot_be_called_is_refused(hook: Any, batch: int | None, says: str) -> None:
    flow = flow_of(policy_of())
    flow.on("send", batch=batch)(hook)
    with pytest.raises(HookError, match=says):
        flow.open()


def test_a_batch_of_none_or_of_too_many_is_refused() -> None:
    for batch in (0, 1001):
        with pytest.raises(HookError, match=f"takes {batch} effects at once; expected 1 to 1000"):
            flow_of(policy_of()).on("send", batch=batch)(lambda effects: None)


def test_what_the_machine_asks_of_people_has_its_own_parameters() -> None:
    flow = flow_of(policy_of(), hooks={"send": lambda effect, case: None})
    flow.on("attention")(lambda effect, case, *, reson: None)
    with pytest.raises(HookError, match=r"asks for `reson`, which the action which every policy has does not have"):
        flow.open()


# --- calling ---


def test_a_hook_gets_the_parameters_that_it_names() -> None:
    seen: list[tuple[Any, ...]] = []

    def send(effect: Effect, case: Case, *, channel: str, text: str = "none") -> None:
        seen.append((effect.action, case.id, channel, text))

    flow_of(policy_of(), hooks={"send": send}).deliver()
    assert seen == [("send", "a", "sms", "none")]


def test_a_hook_may_take_whatever_there_is() -> None:
    seen: list[dict[str, Any]] = []
    flow_of(policy_of(), hooks={"send": lambda effect, case, **params: seen.append(params)}).deliver()
    assert seen == [{"channel": "sms"}]


def test_a_hook_may_be_async() -> None:
    async def send(effect: Effect, case: Case) -> Event:
        await asyncio.sleep(0)
        return ContactAttempted(channel="sms", outcome="delivered", effect_id=effect.id)

    flow = flow_of(policy_of(), hooks={"send": send})
    assert len(flow.deliver()) == 1
    assert flow.history("a")[-1].event.kind == "ContactAttempted"


def test_an_object_that_can_be_called_may_be_a_hook_too() -> None:
    class Gateway:
        async def __call__(self, effect: Effect, case: Case) -> None:
            await asyncio.sleep(0)

    assert len(flow_of(policy_of(), hooks={"send": Gateway()}).deliver()) == 1


# --- several at once ---


def test_a_hook_may_take_several_effects_at_once_and_answer_each() -> None:
    seen: list[list[str]] = []
    flow = flow_of(policy_of(TWICE))

    @flow.on("send", batch=10)
    def send(parcels: list[tuple[Effect, Case]]) -> dict[str, Any]:
        seen.append([effect.params["channel"] for effect, _case in parcels])
        first, second = (effect for effect, _case in parcels)
        answer = ContactAttempted(channel="sms", outcome="delivered", effect_id=first.id)
        return {first.id: answer, second.id: ValueError("no address")}

    report = flow.deliver()
    assert seen == [["sms", "email"]]
    assert [effect.params["channel"] for effect in report] == ["sms"]
    assert [(one.effect.params["channel"], one.reason) for one in report.failed] == [
        ("email", "ValueError: no address")
    ]
    assert flow.history("a")[-1].event.kind == "ContactAttempted"


def test_a_batch_is_no_larger_than_was_asked_for() -> None:
    sizes: list[int] = []
    flow = flow_of(policy_of(TWICE))
    flow.on("send", batch=1)(lambda parcels: sizes.append(len(parcels)))
    assert len(flow.deliver()) == 2
    assert sizes == [1, 1]


@pytest.mark.parametrize(
    ("answer", "failed", "parked"),
    [
        ({}, ["the hook said nothing of it"] * 2, []),
        ("sent", [], ["the hook returned `'sent'`; expected a mapping from effect ids to events"] * 2),
        ({"a:2:1": 5, "a:2:2": None}, [], ["the hook returned `5`; expected an event, several, or nothing"]),
    ],
)
def test_a_batch_that_is_not_answered_well(answer: Any, failed: list[str], parked: list[str]) -> None:
    flow = flow_of(policy_of(TWICE))
    flow.on("send", batch=10)(lambda parcels: answer)
    report = flow.deliver()
    assert [one.reason for one in report.failed] == failed
    assert [one.reason for one in report.parked] == parked


def test_a_batch_that_raises_fails_for_all() -> None:
    flow = flow_of(policy_of(TWICE))
    flow.on("send", batch=10)(lambda parcels: 1 / 0)
    assert [one.reason for one in flow.deliver().failed] == ["ZeroDivisionError: division by zero"] * 2


# --- what every policy asks of people ---

BY_RULE = "{id: sue, when: dpd >= 1, to: gone, approve: boss}"
BY_RUNG = "{id: climb, when: dpd >= 1, ladder: ['send (approve: boss)'], with: {channel: sms}}"


def approvals_of(rules: str) -> Flow:
    return flow_of(policy_of(one_stage(rules), roles="[boss]"), hooks={"send": lambda effect, case: None})


def test_a_hook_of_approvals_gets_what_they_are_about() -> None:
    seen: list[Any] = []
    flow = approvals_of(BY_RULE)
    flow.on("approval")(lambda effect, case, *, rule, to: seen.append((rule, to)))
    flow.deliver()
    flow = approvals_of(BY_RUNG)
    flow.on("approval")(lambda effect, case, *, ladder, rung, do: seen.append((ladder, rung, do)))
    flow.deliver()
    assert seen == [("sue", "gone"), ("climb", 1, "send")]


def test_where_both_may_be_asked_for_a_hook_of_approvals_needs_defaults() -> None:
    seen: list[Any] = []
    flow = approvals_of(f"{BY_RULE}, {BY_RUNG}")
    flow.on("approval")(lambda effect, case, *, rule, rung=0: None)
    with pytest.raises(HookError) as found:
        flow.open()
    (fault,) = found.value.faults
    assert fault == (
        "the hook of `approval` needs `rule`, which may be left out in the action which every policy has;"
        " give it a default"
    )
    flow.on("approval")(lambda effect, case, *, rule=None, rung=None: seen.append((rule, rung)))
    flow.deliver()
    assert sorted(seen, key=str) == [("sue", None), (None, 1)]


def test_who_had_a_task_that_need_not_be_done_any_more_is_told_which_and_why() -> None:
    seen: list[Any] = []
    flow = approvals_of(BY_RULE)
    flow.on("task_cancelled")(lambda effect, case, *, task, action, reason: seen.append((task, action, reason)))
    (asked,) = flow.deliver()
    flow.receive(
        "a", PaymentReceived(id="p", at=at("2025-01-11"), amount="1000.00", value_date=at("2025-01-11").date())
    )
    flow.deliver()
    ((task, action, reason),) = seen
    assert (task, action) == (asked.id, "approval")
    assert reason


def test_the_page_on_embedding_tells_what_each_of_them_is_called_with() -> None:
    rows = [line for line in (ROOT / "docs" / "embedding.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    for action, names in BUILT_IN_ACTIONS.items():
        (row,) = [line for line in rows if line.startswith(f"| `{action}` |")]
        assert set(row.split("|")[-2].split("`")[1::2]) == names
