"""What changed from one version of a policy to another, as a report: conditions in words, each change with its place.

Nothing of it is about a single loan, so everybody may see all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from overdue_flow.policy.compare import Change, Comparison
from overdue_flow.policy.parts import STANDS_IN
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reworded import condition_of
from overdue_flow.problems import Place
from overdue_flow.reports.handbook_words import guard_said, then_said, when_said
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.report import Field, Note, Part, Report, Row, columns
from overdue_flow.reports.speech import Said, as_said, code, listed, named, say

_GROUPS = (
    (say("the road: stages, rules, what is done"), ("stages", "rules", "on_enter", "every", "ladders")),
    (say("what may not be done"), ("limits", "never", "holds", "promises", "plans", "working_hours")),
    (say("how days and amounts are counted"), ("terms", "buckets", "marks", "counts")),
    (say("who does what, and what is declared"), ()),
)
"""The sections of a policy as the report puts them together; the last has all others."""

_PART_CALLED = {
    "rules": say("rule"), "stages": say("stage"), "on_enter": say("on entry"), "every": say("rhythm"),
    "limits": say("limit"), "never": say("never clause"), "holds": say("hold"), "marks": say("mark"),
    "facts": say("fact"), "events": say("event"), "counts": say("count"), "actions": say("action"),
    "ladders": say("ladder"), "buckets": say("bucket"), "remedies": say("remedy"), "sources": say("source"),
    "scenarios": say("scenario"), "terms": say("terms"), "roles": say("roles"), "attention": say("role for attention"),
    "promises": say("an open promise"), "plans": say("a plan that is kept"), "authority": say("authority"),
    "access": say("who may look"), "retention": say("how long it is kept"), "in_force": say("in force"),
    "title": say("name of the policy"), "working_hours": say("working hours"), "explained": say("finding explained"),
}  # fmt: skip
_HOW = {
    "added": say("new"), "removed": say("gone"), "renamed": say("has another name"), "reordered": say("another order"),
}  # fmt: skip


def changes_report(comparison: Comparison, more: Iterable[Part] = ()) -> Report:
    """The report of a comparison; `more` are parts that follow it, such as what it comes to on a book."""
    old, new = comparison.old, comparison.new
    told = named(new.title, new.id)
    about = say("from {old} {was} to {new} {is}", old=old.id, was=old.version, new=new.id, **{"is": new.version})
    parts = [_in_short(comparison)] if comparison else []
    parts += [part for part in _by_group(comparison) if part.rows]
    parts += [
        part
        for part in (
            _table(comparison, say("conditions that are written otherwise, and mean the same: that is proved"),
                   comparison.reworded),
            _table(comparison, say("reasons that are given otherwise"), comparison.told),
            _table(comparison, say("beside the decisions: labels, sources, scenarios, who may look"),
                   comparison.beside),
            _stage_map(comparison),
        )
        if part.rows
    ]  # fmt: skip
    notes = (Note(about), *_to_know(comparison))
    return Report("changes", say("what changed: {policy}", policy=told), notes, (*parts, *more))


def _to_know(comparison: Comparison) -> Iterator[Note]:
    """What to know before the changes are read."""
    old, new = comparison.old, comparison.new
    if not comparison:
        yield Note(say("nothing changed"))
    if old.id != new.id:
        yield Note(say("these are two policies, not two versions of one: loans cannot be moved from one to the other"))
    elif old.version == new.version and (comparison.deciding or comparison.reworded or comparison.told):
        yield Note(say("both say version {version}; a store takes one text for a version, so give the new one its own",
                       version=new.version))  # fmt: skip


def _in_short(comparison: Comparison) -> Part:
    fields = (
        Field(say("may decide otherwise"), str(len(comparison.deciding)), "open", lead=True),
        Field(say("only written otherwise"), str(len(comparison.reworded)), "open", lead=True),
        Field(say("other reasons given"), str(len(comparison.told)), "open", lead=True),
        Field(say("beside the decisions"), str(len(comparison.beside)), "open", lead=True),
    )
    return Part(say("in short"), fields=fields)


def _by_group(comparison: Comparison) -> Iterator[Part]:
    named_kinds = {kind for _title, kinds in _GROUPS for kind in kinds}
    for title, kinds in _GROUPS:
        changes = [
            one for one in comparison.deciding if one.kind in kinds or (not kinds and one.kind not in named_kinds)
        ]
        yield _table(comparison, title, sorted(changes, key=lambda one: kinds.index(one.kind) if kinds else 0))


def _table(comparison: Comparison, title: Said, changes: Iterable[Change]) -> Part:
    head = columns("open", "what", "name", "stage", "line", "was", "is now", "in the file")
    return Part(title, head, tuple(Row(tuple(_cells(comparison, change))) for change in changes))


def _cells(comparison: Comparison, change: Change) -> Iterator[Said]:
    yield _PART_CALLED.get(change.kind) or code(change.kind)
    yield change.name
    yield change.owner if change.kind != "stages" else ""
    yield _HOW.get(change.how) or as_said(change.line)
    yield _value_said(comparison.old, change, change.before, change.was_at)
    yield _value_said(comparison.new, change, change.after, change.is_at)
    yield as_said(change.place)


def _value_said(policy: Policy, change: Change, value: Any, place: Place | None) -> Said:
    """What a part or one of its lines says, in words as far as it is a condition, a stage or a rule."""
    if value is None:
        return ""
    if change.how in ("added", "removed"):
        return _part_said(policy, change, value, place)
    if change.how == "renamed":
        return str(value)
    return _line_said(policy, change, value, place)


def _line_said(policy: Policy, change: Change, value: Any, place: Place | None) -> Said:
    condition = condition_of(policy, change.kind, change.name, change.line, place)
    if condition is not None:
        return guard_said(policy, *condition)
    if change.line in ("to", STANDS_IN) and value in policy.stages:
        return stage_called(policy, value)
    return _written(value)


def _part_said(policy: Policy, change: Change, lines: dict[str, Any], place: Place | None) -> Said:
    """All of a part that came or went; of a rule as the handbook says it."""
    if change.kind == "rules":
        rule = policy.rule(change.name)
        return listed((when_said(policy, rule), then_said(policy, rule)), ": ")
    said = ((line, _line_said(policy, replace(change, line=line), value, place)) for line, value in lines.items())
    return listed((listed(pair, " ") for pair in said), "; ")


def _written(value: Any) -> Said:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return code("yes" if value else "no")
    if isinstance(value, dict):
        return listed((listed((str(name), _written(inside)), " ") for name, inside in value.items()), ", ")
    if isinstance(value, list | tuple):
        return listed((_written(one) for one in value), ", ") if value else code("nothing")
    return str(value)


def _stage_map(comparison: Comparison) -> Part:
    """Where the stages of loans that are on their way seem to go, as far as it is not where they stand."""
    rows = tuple(
        Row((leaf, now if now is not None else say("a person must say it")))
        for leaf, now in comparison.stage_map.items()
        if leaf != now
    )
    note = Note(say("what `migrate` needs in a stage map; stages that keep their name need no word"))
    return Part(say("where loans on their way would stand"), columns("open", "stage", "goes to"), rows, (note,))


__all__ = ["changes_report"]
