"""Conditions, actions and rules of a policy in plain words, English and Chinese, for its handbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from overdue_flow.guards.phrases import in_words
from overdue_flow.guards.phrases_zh import in_chinese
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.policy import Beat, FactRef, Policy, Rule, Rung, Task
from overdue_flow.policy.spans import Span
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.speech import Code, Named, Said, code, fact_label, listed, named, say, spoken
from overdue_flow.reports.speech import in_chinese as translated

_ONCE = {"stage": say("once a stay"), "episode": say("once in these arrears"), "case": say("once and never again")}


def guard_said(policy: Policy, guard: Guard | None, words: Vocabulary | None = None) -> Said:
    """A condition in words; nothing where there is none."""
    if guard is None:
        return ""
    words = policy.vocabulary if words is None else words
    currency = policy.terms.currency
    chinese = in_chinese(
        guard,
        words,
        currency,
        label=lambda fact: fact.label_zh or translated(fact.label, "phrases", "fields"),
        word=lambda word: spoken(Code(word, written=True), "zh"),
    )
    return Named((("en", in_words(guard, words, currency)), ("zh", chinese)))


def span_said(span: Span | None) -> Said:
    """A span such as "5 business days"; nothing where there is none."""
    if span is None:
        return ""
    return listed((str(span.count), code(_unit(span))), " ")


def _unit(span: Span) -> str:
    return span.unit[:-1] if span.count == 1 else span.unit


def days_in_force(in_force: tuple[date | None, date | None]) -> Said:
    """From when until when something is in force; nothing where it always is."""
    first, last = in_force
    if first is None and last is None:
        return ""
    since = say("from {day}", day=first) if first else ""
    until = say("to {day}", day=last) if last else ""
    return listed((since, until), " ")


# --- what is done ---


def task_said(policy: Policy, task: Task) -> Said:
    """What is asked for, of whom, when, and what follows where it is not done."""
    what = listed((say("contacts in turn"), listed(_rung(policy, one) for one in task.ladder)), ": ")
    done = (
        what
        if task.ladder
        else listed((action_called(policy, task.action), _given(policy, task.action, task.params)), " ")
    )
    parts = [
        done,
        say("if {condition}", condition=guard_said(policy, task.guard)) if task.guard else "",
        say("{span} later", span=span_said(task.after)) if task.after else "",
        say("within {span}", span=span_said(task.within)) if task.within else "",
        say("not later than {span}", span=span_said(task.not_after)) if task.not_after else "",
        say("done once {events}", events=listed(code(one) for one in task.done_by)) if task.done_by else "",
        say("it must happen, or a person is told") if task.must else "",
    ]
    if task.otherwise is not None:
        parts.append(say("else: {what}", what=task_said(policy, task.otherwise)))
    return listed(parts, "; ")


def action_called(policy: Policy, name: str) -> Said:
    """An action by its label; without one, by its name."""
    action = policy.actions.get(name)
    return named(action.label, name) if action is not None else code(name)


def _given(policy: Policy, name: str, params: Mapping[str, Any]) -> Said:
    """The parameters with which an action is asked for; words of a choice are the format's, all else is the host's."""
    action = policy.actions.get(name)
    of_choice = {name for name, one in action.params.items() if one.type == "choice"} if action is not None else set()
    found = [
        listed((Code(name, field=True), _param(policy, value, a_word=name in of_choice)), " ")
        for name, value in params.items()
    ]
    return say("({params})", params=listed(found)) if found else ""


def _param(policy: Policy, value: Any, *, a_word: bool) -> Said:
    if isinstance(value, FactRef):
        return say("by the fact {fact}", fact=fact_label(policy.vocabulary[value.fact]))
    if isinstance(value, tuple):
        return listed(remedy_called(policy, one) for one in value)
    return Code(value, written=True) if a_word and isinstance(value, str) else str(value)


def remedy_called(policy: Policy, name: str) -> Said:
    """A remedy by its label."""
    return named(policy.remedies[name].label, name) if name in policy.remedies else name


def _rung(policy: Policy, rung: Rung) -> Said:
    times = say("{count} times", count=rung.times) if rung.times > 1 else ""
    wait = say("then {span} for an answer", span=span_said(rung.wait)) if rung.wait else ""
    hours = say("in working hours") if rung.in_working_hours else ""
    asks = say("approved by {role}", role=rung.approve) if rung.approve else ""
    what = listed((action_called(policy, rung.action), _given(policy, rung.action, rung.params)), " ")
    return listed((what, times, hours, asks, wait), " ")


def beat_said(policy: Policy, beat: Beat) -> Said:
    """What is done again and again."""
    every = say("every {span}", span=span_said(beat.each))
    while_ = (
        say("while {condition}", condition=guard_said(policy, beat.guard))
        if beat.guard and beat.task.guard is None
        else ""
    )
    return listed((every, while_, task_said(policy, beat.task)), ": ")


# --- rules ---


def when_said(policy: Policy, rule: Rule) -> Said:
    """When a rule applies: the event that it is tried on, and its condition."""
    condition = guard_said(policy, rule.guard, policy.vocabulary_on(rule.on))
    on = say("at: {event}", event=code(rule.on)) if rule.on else ""
    excepted = say("not in {stages}", stages=listed(_stages(policy, rule.excepted))) if rule.excepted else ""
    return listed((on, condition, excepted), "; ") if (on or condition or excepted) else say("always")


def then_said(policy: Policy, rule: Rule) -> Said:
    """What a rule does: where the loan goes, or what is asked for."""
    if rule.to is not None:
        what: Said = say("the loan moves to {stage}", stage=stage_called(policy, rule.to))
    else:
        assert rule.task is not None  # a rule has one of the two
        what = task_said(policy, rule.task)
    asks = say("approved by {role}", role=rule.approve) if rule.approve else ""
    return listed((what, asks, _ONCE[rule.once] if rule.once else ""), "; ")


def _stages(policy: Policy, paths: Collection[str]) -> Iterator[Said]:
    return (named(policy.stages[path].label, path) for path in policy.stages if path in paths)


__all__ = [
    "action_called", "beat_said", "days_in_force", "guard_said", "span_said", "task_said", "then_said", "when_said",
]  # fmt: skip
