"""A deadline is watched once: what follows on a late task is asked for on the day after its last, and never again; once
the task is done, or an event shows that it is, it need not be done any more."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.events import CaseAssessed, Event, MovedByHand, TaskCompleted, TaskReassigned
from support.lives import drawn_machine
from support.road import Road, on

SPANS = ("0 days", "3 days", "1 business day", "5 business days", "1 week", "1 month")


@st.composite
def policy_texts(draw: st.DrawFn) -> str:
    """A policy whose loans ask for a task on their first day past due, with up to three deadlines in a row."""
    asked = "{do: visit, with: {role: last}}"
    for role in draw(st.permutations(("third", "second", "first")))[: draw(st.integers(1, 3))]:
        after = f", after: {draw(st.integers(0, 9))} days" if draw(st.booleans()) else ""
        within = f"{after}, within: {draw(st.sampled_from(SPANS))}"
        shown = ", done_by: CaseAssessed" if role == "first" else ""
        asked = f"{{do: visit, with: {{role: {role}}}{within}{shown}, else: {asked}}}"
    stops = draw(st.integers(2, 40))
    return f"""language: 1
policy: watched
version: "1"
terms: {{currency: CNY, time_zone: Asia/Shanghai, calendar: CN}}
roles: [first, second, third, last]
attention: last
actions: {{visit: {{kind: task, params: {{role: role}}}}}}
stages:
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late:
    on_enter: [{asked}]
    rules: [{{id: bad, when: dpd == {stops}, to: gone}}, {{id: out, when: dpd > 900, to: gone}}]
  gone: {{end: true}}
never: [{{id: not-there, that: stage == gone and dpd < 500}}]
"""


acts = st.lists(
    st.tuples(
        st.sampled_from(("done", "shown", "handed on", "put off", "freed")), st.integers(0, 25), st.integers(0, 9)
    ),
    max_size=6,
)


@given(policy_texts(), acts)
def test_a_deadline_is_watched_once(text: str, done: list[tuple[str, int, int]]) -> None:
    """What follows is asked for in the first turn after the last day in which the case does not rest, and once for each
    last day; what is open when the case is looked at last follows on nothing that was done."""
    road = Road(drawn_machine(text).policy)
    day = on("2025-01-11")
    for act, days, pick in done:
        day += timedelta(days=days)
        road.live(day)
        road.tell(_event(act, road.case, pick, day), day)
    road.live(day + timedelta(days=100))
    left = _check(road.entries, day + timedelta(days=100))
    assert {one.id for one in road.case.course.open_effects if one.action == "visit"} == left


def _check(entries: list[Entry], until: date) -> set[str]:
    """A naive watch over the tasks on which something follows: their last days as the journal tells of them. Returns
    the tasks that are open at the end."""
    watched: dict[str, date] = {}
    followed: set[tuple[str, date]] = set()
    late_before: dict[str, set[str]] = {}
    shown: set[str] = set()
    rests = False
    for entry in entries:
        event, results = entry.event, entry.results
        if isinstance(event, TaskCompleted | CaseAssessed):
            done = {event.effect_id} if isinstance(event, TaskCompleted) else shown & late_before.keys()
            gone = {task for task, late in late_before.items() if not done.isdisjoint({task, *late})}
            watched = {task: last_day for task, last_day in watched.items() if task not in gone}
            late_before = {task: late for task, late in late_before.items() if task not in gone}
        elif isinstance(event, TaskReassigned) and event.effect_id in watched and event.deadline_on:
            watched[event.effect_id] = event.deadline_on
        rested, rests = rests, results.stopped is not None or (rests and not results.freed)
        new = [task for task, last_day in watched.items() if last_day < entry.day and (task, last_day) not in followed]
        late = [] if rests else new
        asked = [effect for effect in results.effects if effect.action == "visit"]
        follow = [effect for effect in asked if ".else" in effect.cause]
        assert len(follow) == len(late)
        assert rested or all(watched[task] + timedelta(days=1) == entry.day for task in late)
        followed |= {(task, watched[task]) for task in late}
        late_before |= {effect.id: set() for effect in asked}
        shown |= {effect.id for effect in asked if effect.params["role"] == "first"}
        late_before |= {effect.id: {task, *late_before[task]} for task, effect in zip(late, follow, strict=True)}
        watched |= {effect.id: effect.deadline_on for effect in asked if effect.deadline_on}
    unseen = [last_day for task, last_day in watched.items() if (task, last_day) not in followed]
    assert rests or all(last_day >= until for last_day in unseen)
    return set(late_before)


def _event(act: str, case: Case, pick: int, day: date) -> Event:
    if act == "shown":
        return CaseAssessed(recommendation="wait")
    tasks = [effect for effect in case.course.open_effects if effect.action == "visit"]
    if act == "freed" or not tasks:
        return MovedByHand(to="late", role="last", reason="go on")
    task = tasks[pick % len(tasks)]
    if act == "done":
        return TaskCompleted(effect_id=task.id)
    later = day + timedelta(days=pick) if act == "put off" else None
    return TaskReassigned(effect_id=task.id, role="second", deadline_on=later)
