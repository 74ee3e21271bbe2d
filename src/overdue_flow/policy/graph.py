"""What the graph of stages proves by itself: roads that do not exist, rules that cannot fire."""

from __future__ import annotations

from collections.abc import Mapping

from overdue_flow.policy.desk import Desk
from overdue_flow.policy.policy import Rule, Stage
from overdue_flow.policy.stages import Chart, stages_damaged
from overdue_flow.problems import Problem

Roads = Mapping[str, tuple[Rule, ...]]
"""The rules that can move a loan out of each leaf, in the order in which they are tried."""


def roads(chart: Chart, everywhere: tuple[Rule, ...], stages: Mapping[str, Stage]) -> dict[str, tuple[Rule, ...]]:
    """For each leaf the rules that can move a loan out of it. None leads out of an end."""
    found: dict[str, tuple[Rule, ...]] = {}
    for leaf in chart.leaves:
        rules = list(everywhere)
        for owner in chart.spots[leaf].owners:
            rules.extend(stages[owner].rules)
        ends = stages[leaf].end
        found[leaf] = () if ends else tuple(r for r in rules if r.to and r.to != leaf and leaf not in r.excepted)
    return found


def check_graph(
    desk: Desk, chart: Chart, start: str | None, everywhere: tuple[Rule, ...], stages: Mapping[str, Stage]
) -> None:
    """Stages that no path reaches or that have no way out, and rules that have nowhere to move a loan to."""
    out = roads(chart, everywhere, stages)
    certain = not desk.uncertain and not stages_damaged(desk)
    for leaf in chart.leaves:
        # a rule whose target is not known is a way out all the same
        if not out[leaf] and not stages[leaf].end and certain:
            message = f"`{leaf}` is no end, and no rule leads out of it"
            hint = "add a rule with `to`, or `end: true`"
            desk.refuse("no-way-out", message, chart.spots[leaf].path, key=True, hint=hint)
    _check_targets(desk, chart, everywhere, stages)
    if certain and start is not None:
        _check_reached(desk, chart, start, out)


def _check_targets(desk: Desk, chart: Chart, everywhere: tuple[Rule, ...], stages: Mapping[str, Stage]) -> None:
    owned = [(rule, frozenset(chart.leaves)) for rule in everywhere]
    owned += [(rule, chart.within(name)) for name, stage in stages.items() for rule in stage.rules]
    for rule, leaves in owned:
        if rule.owner and stages[rule.owner].end:
            continue  # an end has no rules: that is said where it stands
        lives_in = {leaf for leaf in leaves - rule.excepted if not stages[leaf].end}
        if rule.to is not None and lives_in <= {rule.to} and rule.place is not None:
            where = (
                f"`{rule.to}`, where the loan is already" if lives_in else "nowhere: every stage is excepted or an end"
            )
            message = f"`{rule.id}` can never fire: it leads to {where}" if lives_in else f"`{rule.id}` applies {where}"
            desk.problems.append(_refused("rule-without-a-road", message, rule))


def _refused(code: str, message: str, rule: Rule) -> Problem:
    return Problem(code, message, rule.place)


def _check_reached(desk: Desk, chart: Chart, start: str, out: Roads) -> None:
    reached, todo = {start}, [start]
    while todo:
        for rule in out[todo.pop()]:
            if rule.to is not None and rule.to not in reached:
                reached.add(rule.to)
                todo.append(rule.to)
    lost = [leaf for leaf in chart.leaves if leaf not in reached]
    for leaf in lost:
        # of a chain of stages that nothing reaches, only the first is the mistake
        leads_here = [one for one in lost if one != leaf and any(rule.to == leaf for rule in out[one])]
        if not leads_here or all(_leads_to(out, leaf, one) for one in leads_here):
            message = f"no path from `{start}` reaches `{leaf}`"
            hint = f"add a rule with `to: {leaf}`, or delete the stage"
            desk.refuse("unreachable", message, chart.spots[leaf].path, key=True, hint=hint)


def _leads_to(out: Roads, leaf: str, other: str) -> bool:
    """Whether a path goes from `leaf` to `other`."""
    reached, todo = {leaf}, [leaf]
    while todo:
        for rule in out[todo.pop()]:
            if rule.to == other:
                return True
            if rule.to is not None and rule.to not in reached:
                reached.add(rule.to)
                todo.append(rule.to)
    return False
