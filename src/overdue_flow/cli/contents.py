"""What a policy holds, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from overdue_flow.cli.screen import say, show
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy


def contents_of(policy: Policy) -> dict[str, Any]:
    """What a policy holds, as plain data."""
    spec = policy.spec
    groups = [path for path, stage in policy.stages.items() if stage.children]
    return {
        "policy": policy.id,
        "version": policy.version,
        "title": dict(policy.title),
        "digest": policy.digest,
        "meaning": meaning_of(policy),
        "in_force": {"from": _day(policy.in_force[0]), "to": _day(policy.in_force[1])},
        "currency": policy.terms.currency,
        "time_zone": policy.terms.time_zone,
        "stages": list(policy.leaves),
        "groups": groups,
        "start": policy.start,
        "ends": [path for path in policy.leaves if policy.stages[path].end],
        "rules": [rule.id for rule in policy.rules],
        "facts": list(spec.facts),
        "events": list(spec.events),
        "counts": list(spec.counts),
        "actions": list(policy.actions),
        "roles": list(policy.roles),
        "buckets": list(policy.buckets),
        "marks": [mark.name for mark in policy.marks],
        "holds": list(policy.holds),
        "limits": [limit.id for limit in policy.limits],
        "never": [clause.id for clause in policy.never],
        "scenarios": [scenario.name for scenario in policy.scenarios],
    }


def _day(day: object) -> str | None:
    return str(day) if day else None


def show_contents(policy: Policy) -> None:
    """Print what a policy holds."""
    say_heading(policy)
    say(f"{_in_force(policy)}; amounts in {policy.terms.currency}, days in {policy.terms.time_zone}")
    say()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for kind, names in _rows(policy):
        table.add_row(kind, str(len(names)), ", ".join(names))
    show(table)


def say_heading(policy: Policy) -> None:
    """Name the policy."""
    title = default_text(policy.title)
    say(f"{policy.id} {policy.version}" + (f": {title}" if title else ""))


def _in_force(policy: Policy) -> str:
    first, last = policy.in_force
    if first is None and last is None:
        return "in force on every day"
    return "in force" + (f" from {first}" if first else "") + (f" to {last}" if last else "")


def _rows(policy: Policy) -> list[tuple[str, Sequence[str]]]:
    found = contents_of(policy)
    rows: list[tuple[str, Sequence[str]]] = [("stages", [_stage(policy, path) for path in policy.leaves])]
    rows.append(("rules", found["rules"]))
    for kind in _KINDS:
        rows += [(kind, found[kind])] if found[kind] else []
    return rows


_KINDS = (
    "actions", "roles", "facts", "events", "counts", "buckets", "marks", "holds", "limits", "never", "scenarios",
)  # fmt: skip


def _stage(policy: Policy, path: str) -> str:
    stage = policy.stages[path]
    return path + (" (start)" if stage.start else "") + (" (end)" if stage.end else "")
