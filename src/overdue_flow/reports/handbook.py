"""The handbook of a policy: what its file says, in plain words, made from the policy itself.

It says what happens to a loan stage by stage, what must never be done, who may do what, and on which law each part
rests, with how well that law was read. Nothing of it is about a single loan, so everybody may see all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from overdue_flow.cases.groups import GROUPS
from overdue_flow.policy.bounds import Limit, Passing
from overdue_flow.policy.mandates import LetGo, Mandate
from overdue_flow.policy.policy import HoldKind, Policy, Rule, Stage
from overdue_flow.reports.handbook_words import (
    action_called,
    beat_said,
    days_in_force,
    guard_said,
    span_said,
    task_said,
    then_said,
    when_said,
)
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, columns
from overdue_flow.reports.speech import Said, as_said, code, fact_label, listed, named, say, spoken

_LEVELS = {
    "P": say("read in the primary text"),
    "Q": say("seen as a quotation, not in the primary text"),
    "S": say("read on a secondary page, not in the primary text"),
    "K": say("from knowledge: no text was read"),
}


def handbook(policy: Policy) -> Report:
    """The handbook of one version of a policy."""
    title = named(policy.title, policy.id)
    about = [Note(say("policy {policy}, version {version}", policy=policy.id, version=policy.version))]
    if days := days_in_force(policy.in_force):
        about.append(Note(say("in force {days}", days=days)))
    parts = (
        _in_short(policy),
        _counting(policy),
        _buckets(policy),
        _marks(policy),
        _road(policy),
        _everywhere(policy),
        *(_stage(policy, stage) for stage in policy.stages.values()),
        _limits(policy),
        _never(policy),
        _holds(policy),
        _authority(policy),
        _roles(policy),
        _access(policy),
        _retention(policy),
        _remedies(policy),
        _sources(policy),
    )
    told = tuple(_filled(part) for part in parts if part.rows or part.fields or part.notes)
    return Report("handbook", say("handbook: {title}", title=title), tuple(about), told)


def _filled(part: Part) -> Part:
    """The part without the columns that say nothing in any row."""
    kept = [place for place in range(len(part.columns)) if any(spoken(row.cells[place]) for row in part.rows)]
    rows = tuple(row._replace(cells=tuple(row.cells[place] for place in kept)) for row in part.rows)
    return replace(part, columns=tuple(part.columns[place] for place in kept), rows=rows)


# --- what it counts with ---


def _in_short(policy: Policy) -> Part:
    leaves = policy.leaves
    fields = (
        Field(say("stages"), str(len(leaves)), "open", lead=True),
        Field(say("rules"), str(len(policy.rules)), "open", lead=True),
        Field(say("limits"), str(len(policy.limits)), "open", lead=True),
        Field(say("a loan begins in"), stage_called(policy, policy.start), "open"),
        Field(say("its road ends in"), listed(_ends(policy)), "open"),
        Field(say("currency"), policy.terms.currency, "open"),
        Field(say("time zone"), policy.terms.time_zone, "open"),
        Field(say("calendar"), as_said(policy.terms.calendar), "open"),
        Field(say("working hours"), as_said(policy.working_hours), "open"),
    )
    return Part(say("in short"), fields=tuple(one for one in fields if one.value != ""))


def _ends(policy: Policy) -> Iterator[Said]:
    return (stage_called(policy, path) for path, stage in policy.stages.items() if stage.end)


def _counting(policy: Policy) -> Part:
    counting, allocation = policy.terms.counting, policy.terms.allocation
    notes = [
        say("the due date is day {day}: of a loan due on the 1st and unpaid, the 2nd is day {next} past due",
            day=counting.due_date_is_day, next=counting.due_date_is_day + 1),
        say("{days} days of grace", days=counting.grace_days),
        say("an instalment is paid when no more than {amount} is missing", amount=counting.paid_when_short_by),
        say("payments cover the {order}, in it {within}", order=code(allocation.order),
            within=listed(code(one) for one in allocation.within)),
    ]  # fmt: skip
    if counting.paused_by:
        notes.append(say("days under {holds} are left out of the net count",
                         holds=listed(code(one) for one in counting.paused_by)))  # fmt: skip
    limitation = policy.terms.limitation
    if limitation is not None:
        notes.append(say("limitation: {period}", period=span_said_of(limitation.period)))
    return Part(say("how days and amounts are counted"), notes=tuple(Note(one) for one in notes))


def span_said_of(text: object) -> Said:
    """A span that the terms keep as text, such as `3 years`."""
    count, _blank, unit = str(text).partition(" ")
    return listed((count, code(unit)), " ")


def _buckets(policy: Policy) -> Part:
    by = policy.vocabulary.get(policy.bucket_by or "")
    rows = tuple(
        Row((band, str(first), str(last) if last is not None else say("and more")))
        for band, (first, last) in policy.buckets.items()
    )
    head = columns("open", "bucket", "from", "to", figures=("from", "to"))
    notes = (Note(say("by {fact}", fact=fact_label(by))),) if by is not None and rows else ()
    return Part(say("buckets"), head, rows, notes)


def _marks(policy: Policy) -> Part:
    rows = tuple(
        Row((named(one.label, one.name), one.name, guard_said(policy, one.when), guard_said(policy, one.until),
             named(one.because), _rests_on(policy, one.name)))
        for one in policy.marks
    )  # fmt: skip
    head = columns("open", "mark", "name", "begins when", "ends when", "because", "source")
    return Part(say("how loans are marked"), head, rows)


# --- the road ---


def _road(policy: Policy) -> Part:
    rows = []
    for path, stage in policy.stages.items():
        if not stage.children:
            ways = dict.fromkeys(rule.to for rule in policy.moves_in(path) if rule.to)
            onward = listed(named(policy.stages[to].label, to) for to in ways)
            kind = code("start") if stage.start else code("end") if stage.end else ""
            rows.append(Row((named(stage.label, path), path, kind, onward)))
    head = columns("open", "stage", "name", "kind", "leads on to")
    return Part(say("the stages of the road"), head, tuple(rows))


def _rules_head() -> tuple[Column, ...]:
    return columns("open", "rule", "when", "what happens", "because", "source")


def _rule_rows(policy: Policy, rules: Iterable[Rule]) -> tuple[Row, ...]:
    return tuple(
        Row(
            (rule.id, when_said(policy, rule), then_said(policy, rule), named(rule.because), _rests_on(policy, rule.id))
        )
        for rule in rules
    )


def _rests_on(policy: Policy, part: str) -> Said:
    """The sources on which a part of the policy rests, by their keys."""
    return ", ".join(name for name, one in policy.citations.items() if part in one.parts)


def _everywhere(policy: Policy) -> Part:
    note = Note(say("tried before the rules of a stage; of the rules that move a loan, the first that applies does"))
    rows = _rule_rows(policy, policy.everywhere)
    return Part(say("in every stage"), _rules_head(), rows, (note,) if rows else ())


def _stage(policy: Policy, stage: Stage) -> Part:
    said = stage_called(policy, stage.path)
    title = say("stages of {stage}", stage=said) if stage.children else say("stage {stage}", stage=said)
    notes = [say("on entering: {what}", what=task_said(policy, task)) for task in stage.on_enter]
    notes += [say("in it, {what}", what=beat_said(policy, beat)) for beat in stage.beats]
    if stage.end:
        notes.append(say("the road ends here: a loan leaves it by hand only"))
    rows = _rule_rows(policy, stage.rules)
    return Part(title, _rules_head(), rows, tuple(Note(one) for one in notes))


# --- what may not be done ---


def _limits(policy: Policy) -> Part:
    rows = tuple(
        Row((limit.id, code(limit.strength), _bears_on(policy, limit), _forbids(limit), days_in_force(limit.in_force),
             named(limit.because), _rests_on(policy, limit.id)))
        for limit in policy.limits
    )  # fmt: skip
    head = columns("open", "limit", "strength", "bears on", "forbids", "in force", "because", "source")
    note = Note(say("`block` forbids; `presume` and `advise` let it pass, and flag it"))
    return Part(say("limits"), head, rows, (note,) if rows else ())


def _bears_on(policy: Policy, limit: Limit) -> Said:
    what = _matching(limit.kinds, limit.purposes, limit.channels, limit.parties, limit.contact_points)
    when = say("if {condition}", condition=guard_said(policy, limit.guard)) if limit.guard else ""
    return listed((what, when), "; ") if what != say("everything") or not when else when


def _matching(*words: tuple[str, ...]) -> Said:
    found = [listed(code(one) for one in some) for some in words if some]
    return listed(found, "; ") if found else say("everything")


def _forbids(limit: Limit) -> Said:
    parts: list[Said] = []
    if limit.hours is not None:
        parts.append(say("outside {hours}", hours=limit.hours))
    if limit.blocked_days:
        parts.append(say("on {days}", days=listed(code(str(one)) for one in limit.blocked_days)))
    if limit.counts is not None and limit.at_most is not None and limit.within is not None:
        parts.append(
            say(
                "more than {count} times ({counted}) in {span} per {per}",
                count=limit.at_most,
                counted=code(limit.counts),
                span=span_said(limit.within),
                per=listed(code(one) for one in limit.per),
            )
        )
    if limit.excluding:
        parts.append(say("not counted: {what}", what=listed(code(one) for one in limit.excluding)))
    return listed(parts, "; ") if parts else say("altogether")


def _never(policy: Policy) -> Part:
    rows = tuple(
        Row((one.id, guard_said(policy, one.guard, policy.never_vocabulary),
             say("when a loan moves") if one.on_entry else say("at any time"), named(one.because),
             _rests_on(policy, one.id)))
        for one in policy.never
    )  # fmt: skip
    head = columns("open", "clause", "what must never be", "looked at", "because", "source")
    return Part(say("what must never happen"), head, rows)


def _holds(policy: Policy) -> Part:
    rows = tuple(Row(tuple(_hold(policy, one))) for one in policy.holds.values())
    head = columns("open", "hold", "stops", "lets pass", "placed by", "lifted by", "ends", "reviewed", "source")
    return Part(say("holds: what stops, and for how long"), head, rows)


def _hold(policy: Policy, hold: HoldKind) -> Iterator[Said]:
    fact = policy.vocabulary.get(f"hold_{hold.kind}")
    yield fact_label(fact) if fact is not None else code(hold.kind)
    yield listed(stage_called(policy, one) if one in policy.stages else code(one) for one in sorted(hold.stops))
    yield listed((_passing(one) for one in hold.allows), "; ")
    yield listed(hold.placed_by) if hold.placed_by else say("everybody")
    yield listed(hold.lifted_by) if hold.lifted_by else say("everybody")
    yield say("after {span}", span=span_said(hold.ends_after)) if hold.ends_after else say("when it is lifted")
    yield say("after {span}", span=span_said(hold.review_after)) if hold.review_after else ""
    yield _rests_on(policy, hold.kind) or _rests_on(policy, f"holds.{hold.kind}")


def _passing(one: Passing) -> Said:
    return _matching(one.purposes, one.channels, one.parties, one.contact_points)


# --- who may what ---


def _authority(policy: Policy) -> Part:
    rows = tuple(Row(tuple(_mandate(one))) for one in policy.authority)
    head = columns("open", "role", "plans", "may let go", "longer by at most", "instalments at most")
    return Part(say("who may offer what"), head, rows)


def _mandate(one: Mandate) -> Iterator[Said]:
    yield one.role
    yield listed(code(plan) for plan in one.plans) if one.plans else say("every kind")
    waives = (listed((code(name), _let_go(bound)), " ") for name, bound in one.waives.items())
    yield listed(waives) if one.waives else say("nothing")
    yield span_said(one.ends_later_by)
    yield as_said(one.instalments)


def _let_go(bound: LetGo) -> Said:
    share = f"{(100 * bound.share).normalize():f} %" if bound.share not in (None, 1) else ""
    amount = f"{bound.amount:f}" if bound.amount is not None else ""
    return listed((share, amount)) if share or amount else code("all")


def _roles(policy: Policy) -> Part:
    rows = tuple(Row((role, listed(_work(policy, role)))) for role in policy.roles)
    notes = (
        (Note(say("{role} gets stopped cases and missed notices", role=policy.attention)),) if policy.attention else ()
    )
    return Part(say("roles"), columns("open", "role", "what is asked of them"), rows, notes)


def _work(policy: Policy, role: str) -> Iterator[Said]:
    """What the policy asks of a role: tasks by their actions, and moves to approve."""
    actions = dict.fromkeys(task.action for task in policy.tasks if role in task.params.values())
    yield from (action_called(policy, name) for name in actions)
    yield from (say("approval of {rule}", rule=rule.id) for rule in policy.rules if rule.approve == role)


def _access(policy: Policy) -> Part:
    rows = tuple(
        Row((name, _groups(one.seen.groups), listed(sorted(one.seen.facts)), code(one.loans), named(one.because)))
        for name, one in policy.access.items()
    )
    head = columns("open", "role", "sees", "and the facts", "of which loans", "because")
    return Part(say("who may see what"), head, rows)


def _groups(groups: Iterable[str]) -> Said:
    """Groups of what is known, by their labels."""
    return listed(named({"en": one.label, "zh": one.label_zh}) for name, one in GROUPS.items() if name in groups)


def _retention(policy: Policy) -> Part:
    rows = tuple(
        Row((one.name, span_said(one.keep), code(one.kept_from), guard_said(policy, one.guard), named(one.because)))
        for one in policy.retention
    )
    head = columns("open", "what", "is kept for", "counted from", "where", "because")
    return Part(say("how long what is personal is kept"), head, rows)


def _remedies(policy: Policy) -> Part:
    rows = tuple(Row((named(one.label, name), named(one.reach))) for name, one in policy.remedies.items())
    return Part(say("where a borrower finds help"), columns("open", "who helps", "how to reach them"), rows)


def _sources(policy: Policy) -> Part:
    rows = tuple(
        Row((name, named(one.citation), _LEVELS[one.level], one.status, days_in_force(one.in_force),
             named(one.unverified), listed(one.parts), one.url))
        for name, one in policy.citations.items()
    )  # fmt: skip
    head = columns("open", "source", "citation", "how it was read", "status", "in force", "not verified",
                   "on it rest", "where it is")  # fmt: skip
    return Part(say("sources"), head, rows)


__all__ = ["handbook"]
