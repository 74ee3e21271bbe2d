"""What somebody should look at: a policy that can be used, and may not do what was meant.

Each check is a plain function from a view of the policy to findings. A finding shows every place involved, and a loan
where one was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from overdue_flow.cases.attempts import CHANNELS_OF
from overdue_flow.cases.holds import HOLDS
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Kind, Motion, Value
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.lint_marks import marks_that_never_begin, marks_that_never_end
from overdue_flow.policy.lint_rules import CHECKS_OF_RULES
from overdue_flow.policy.lint_tasks import tasks_that_nothing_shows_done
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import FactRef, Policy, Stage, Task
from overdue_flow.policy.spelt_out import meanings, spell, spelt_out
from overdue_flow.policy.view import View, finding
from overdue_flow.policy.witness import Loan
from overdue_flow.problems import Problem, misspelt

Check: TypeAlias = Callable[[View], Iterator[Problem]]


def findings(policy: Policy, source: Source, used: Mapping[str, set[str]]) -> list[Problem]:
    """All findings on a policy. `used` says what of each section was named somewhere."""
    view = View.of(spelt_out(policy), source, used)
    found = [problem for check in CHECKS for problem in check(view)]
    if view.budget.left < 0:
        message = "not every rule was compared with every other: the policy is too large to look through"
        found.append(finding("not-looked-through", message, source.key_place(("stages",))))
    return found


# --- limits ---


def limits_that_never_apply(view: View) -> Iterator[Problem]:
    """A limit that bears on no effect of the policy, on no day, or on no loan. One that was taken in may well find
    nothing to forbid here: the law is the same for who does none of it."""
    for limit in view.policy.limits:
        reason = (_why_idle(view.policy, limit) if _is_own(view, limit) else None) or _why_never(view, limit)
        if reason:
            yield finding("limit-never-applies", f"the limit `{limit.id}` can never apply: {reason}", limit.place)


def _why_idle(policy: Policy, limit: Limit) -> str | None:
    """Why a limit forbids nothing of what a policy does."""
    if not any(_bears_on(policy, limit, task) for task in _things_to_do(policy)):
        return "nothing that this policy does is what it looks at"
    first, last = policy.in_force
    if limit.in_force[1] and first and limit.in_force[1] < first:
        return f"it ends on {limit.in_force[1]}, before the policy begins on {first}"
    if limit.in_force[0] and last and limit.in_force[0] > last:
        return f"it begins on {limit.in_force[0]}, after the policy ends on {last}"
    return None


def _why_never(view: View, limit: Limit) -> str | None:
    """Why a limit would forbid nothing in any policy."""
    if limit.counts and limit.channels and CHANNELS_OF[limit.counts].isdisjoint(limit.channels):
        by = " or ".join(f"`{channel}`" for channel in limit.channels)
        return f"it counts `{limit.counts}`, and there is none by {by}"
    if limit.guard:
        search = view.search()
        if search.find([limit.guard]) is None and search.complete:
            return "no loan meets its condition"
    return None


def _things_to_do(policy: Policy) -> list[Task]:
    """Every task, rungs of ladders as tasks of their own."""
    found = []
    for task in policy.tasks:
        rungs = [Task(task.id, rung.action, rung.kind, rung.purpose, rung.params) for rung in task.ladder]
        found += rungs or [task]
    return found


def _bears_on(policy: Policy, limit: Limit, task: Task) -> bool:
    asked = (
        (limit.kinds, {task.kind}),
        (limit.purposes, {task.purpose}),
        (limit.channels, _channels_of(policy, task)),
        (limit.parties, _words_of(policy, task, "party", ("borrower",))),
        (limit.contact_points, _words_of(policy, task, "contact_point", ())),
    )
    return all(not allowed or found is None or not found.isdisjoint(allowed) for allowed, found in asked)


def _channels_of(policy: Policy, task: Task) -> set[str | None] | None:
    """By what a task may go; None where it may be anything."""
    anything = task.kind == "contact" and task.params.get("channel") is None
    return None if anything else _words_of(policy, task, "channel", ())


def _words_of(policy: Policy, task: Task, param: str, default: tuple[str, ...]) -> set[str | None] | None:
    """What a parameter of a task may be; None where it may be anything."""
    value = task.params.get(param)
    if isinstance(value, FactRef):
        fact = policy.vocabulary.get(value.fact)
        return set(fact.choices) if fact and fact.kind is Kind.CHOICE else None
    return {value} if value is not None else set(default)


def contacts_without_a_channel(view: View) -> Iterator[Problem]:
    """A contact that does not say by which channel it goes, where there are limits on some channels: all look at it."""
    policy = view.policy
    seen: set[str] = set()
    for task in _things_to_do(policy):
        if task.kind != "contact" or task.params.get("channel") is not None or task.action in seen:
            continue
        found = [limit for limit in policy.limits if limit.channels and _bears_on(policy, limit, task)]
        if found:
            seen.add(task.action)
            names = ", ".join(f"`{limit.id}`" for limit in found)
            message = f"`{task.action}` does not say its channel, so limits on any channel look at it: {names}"
            yield finding(
                "contact-without-channel", message, task.place, hint="give it the parameter `channel: choice`"
            )


def contacts_without_a_place(view: View) -> Iterator[Problem]:
    """Limits of a place that were taken in, where no contact says its contact point: they would look at none."""
    policy, tasks = view.policy, _things_to_do(view.policy)
    if any(task.kind == "contact" and task.params.get("contact_point") is not None for task in tasks):
        return
    of_a_place = [limit for limit in policy.limits if limit.contact_points and not _is_own(view, limit)]
    for task in tasks:
        found = [one.id for one in of_a_place if _bears_on(policy, replace(one, contact_points=()), task)]
        if task.kind == "contact" and found:
            names = ", ".join(f"`{name}`" for name in found)
            message = f"no contact says its contact point, so limits of a place look at none: {names}"
            hint = "give contacts the parameter `contact_point`, with the words that the limits name"
            yield finding("contact-without-place", message, task.place, hint=hint)
            return


def _is_own(view: View, limit: Limit) -> bool:
    return limit.place is None or limit.place.file == view.source.file


# --- holds ---


def holds_that_look_misspelt(view: View) -> Iterator[Problem]:
    """A kind of hold of the policy's own whose name is almost that of a built-in one."""
    for kind, hold in view.policy.holds.items():
        known = misspelt(kind, HOLDS)
        if known is not None:
            message = f"`{kind}` is a kind of hold of its own, and stops nothing of a hold `{known}`"
            yield finding("misspelt-hold", message, hold.place, hint=f"did you mean `{known}`?")


# --- stages ---


def stages_where_silence_rests(view: View) -> Iterator[Problem]:
    """A stage that a borrower who never says or pays anything stays in for ever, and of which nobody is told."""
    policy = view.policy
    for leaf in policy.leaves:
        stage = policy.stages[leaf]
        if stage.end or _time_leads_out(view, leaf) or any(_keeps_alive(policy.stages[one]) for one in stage.owners):
            continue
        message = (
            f"a borrower who stays silent rests in `{leaf}` for ever: no rule leads out in time, and nobody is told"
        )
        hint = "add a rule with a threshold such as `days_in_stage >= 60`, an `every`, or a task on entry"
        yield finding("silent-rest", message, stage.place, hint=hint)


def _time_leads_out(view: View, leaf: str) -> bool:
    if any(rule.on is None and _comes_in_time(view, rule.guard, leaf) for rule in view.moves[leaf]):
        return True
    return any(
        rule.task is not None and rule.on is None and rule.task.kind == "task" and rule.owner
        for rule in view.policy.rules_in(leaf)
    )


def _comes_in_time(view: View, guard: Guard | None, leaf: str) -> bool:
    """Whether a condition comes to hold by itself for a borrower who owes and stays silent."""
    guard = spell(guard, meanings(view.policy.marks))  # a mark comes when its condition does
    if guard is None or not guard.names:
        return True
    vocabulary = view.policy.vocabulary
    moving = [name for name in guard.names if vocabulary[name].motion is not Motion.STILL]
    if not moving:
        return False
    fixed: dict[str, Value | None] = {"stage": leaf}
    if all(vocabulary[name].kind is Kind.FLAG for name in moving):
        # time ends a plan, a promise, a hold; it begins none
        fixed |= {name: name == "arrears_report_stale" for name in moving}
    search = view.search(fixed=fixed)
    return search.find([guard], also=_owes) is not None or not search.complete


def _owes(loan: Loan) -> bool:
    """Whether nothing about a made-up loan says that it is paid."""
    return not any(name in loan and loan[name] == _PAID[name] for name in _PAID)


def _keeps_alive(stage: Stage) -> bool:
    """Whether something is done again and again, or a person has a task."""
    return bool(stage.beats) or any(
        "task" in (task.kind, *(rung.kind for rung in task.ladder)) for task in stage.on_enter
    )


_OWED: dict[str, Value | None] = {
    "arrears_cleared": True, "dpd": 0, "dpd_net": 0, "days_material": 0, "months_past_due": 0, "overdue_amount": 0,
    "overdue_principal": 0, "overdue_interest": 0, "overdue_costs": 0, "missed_instalments": 0, "oldest_due_on": None,
    "bucket": None, "plan_active": False,
}  # fmt: skip

_PAID: dict[str, Value | None] = {
    **{name: _OWED[name] for name in _OWED.keys() - {"overdue_interest", "overdue_costs", "plan_active"}},
    "balance": 0, "claim_outstanding": 0,
}  # fmt: skip

_SAYS_WHAT_IS_OWED = frozenset({*_OWED, "balance", "claim_outstanding"} - {"plan_active"})


def stages_that_pursue_nothing_owed(view: View) -> Iterator[Problem]:
    """A stage that sends contacts to collect, and keeps a loan that has nothing overdue."""
    policy = view.policy
    fixed = {name: value for name, value in _OWED.items() if name in policy.vocabulary}
    for leaf in policy.leaves:
        stage = policy.stages[leaf]
        asked = [one for owner in stage.owners for one in _collects(policy.stages[owner])]
        if stage.end or not asked:
            continue
        by_itself = [rule.guard for rule in view.moves[leaf] if rule.on is None]
        cures = [guard for guard in by_itself if guard is None or guard.names & _SAYS_WHAT_IS_OWED]
        if not any(_can_fire(view, guard, leaf, fixed) for guard in cures):
            also = [(asked[0].place, "this goes out to collect")] if asked[0].place else []
            message = f"`{leaf}` can pursue a loan that owes nothing: no rule moves one on whose arrears are cleared"
            hint = "add a rule such as `when: arrears_cleared`"
            yield finding("pursues-nothing", message, stage.place, also=also, hint=hint)


def _can_fire(view: View, guard: Guard | None, leaf: str, fixed: Mapping[str, Value | None]) -> bool:
    search = view.search(fixed={**fixed, "stage": leaf})
    return search.find([guard]) is not None or not search.complete


def _collects(stage: Stage) -> list[Task]:
    tasks = [*stage.on_enter, *(beat.task for beat in stage.beats), *(rule.task for rule in stage.rules if rule.task)]
    return [task for task in tasks if task.kind == "contact" and task.purpose == "collect"]


# --- what nobody uses ---

_SECTIONS = {
    "facts": ("fact", "no condition and no parameter reads it"),
    "counts": ("count", "no condition reads it"),
    "events": ("event", "no rule and no count names it"),
    "actions": ("action", "nothing asks for it"),
    "roles": ("role", "nothing is given to it"),
    "ladders": ("ladder", "nothing climbs it"),
    "remedies": ("remedy", "nothing names it"),
}


def declared_and_unused(view: View) -> Iterator[Problem]:
    """What is declared and named nowhere."""
    for section, (what, why) in _SECTIONS.items():
        declared = getattr(view.policy.spec, section)
        for position, name in enumerate(declared):
            path = (section, position) if section == "roles" else (section, name)
            if not _is_used(view, section, name) and not view.source.is_taken_in(path):
                yield finding(
                    f"unused-{what}", f"the {what} `{name}` is declared, and {why}", view.source.key_place(path)
                )


def _is_used(view: View, section: str, name: str) -> bool:
    used = view.used.get(section, set())
    clocks = {f"days_since_{name.removesuffix('_on')}", f"days_until_{name.removesuffix('_on')}"}
    return name in used or (section == "facts" and not clocks.isdisjoint(used))


CHECKS: tuple[Check, ...] = (
    *CHECKS_OF_RULES,
    marks_that_never_begin,
    marks_that_never_end,
    tasks_that_nothing_shows_done,
    limits_that_never_apply,
    contacts_without_a_channel,
    contacts_without_a_place,
    holds_that_look_misspelt,
    stages_where_silence_rests,
    stages_that_pursue_nothing_owed,
    declared_and_unused,
)
"""Every check, in the order in which they are made."""
