"""The doors of this room: a policy file as a checked `Policy`, or every problem of it.

One run finds what is wrong with the YAML, the schema, the conditions and the graph, in one list in the order of the
file. One mistake is one problem: what follows from a mistake that is told already is left unsaid.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any

from overdue_flow.cases.terms import Terms
from overdue_flow.errors import PolicyError, ScenarioError
from overdue_flow.policy.access_read import read_access, read_retention
from overdue_flow.policy.bounds_read import (
    check_terms,
    read_in_force,
    read_limits,
    read_never,
)
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.explained import explain
from overdue_flow.policy.extends import take_in, unknown_pack, with_what_is_left_out
from overdue_flow.policy.fitting import fit
from overdue_flow.policy.graph import check_graph
from overdue_flow.policy.holds import read_holds, read_remedies, read_stops
from overdue_flow.policy.library import pack_named, packs, text_of
from overdue_flow.policy.lint import findings
from overdue_flow.policy.mandates import read_authority
from overdue_flow.policy.marks import read_marks
from overdue_flow.policy.model import PolicyFile, ScenarioFile
from overdue_flow.policy.parts import written_parts
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy, Rule, Stage
from overdue_flow.policy.rules import RuleReader
from overdue_flow.policy.scenarios import ScenarioReader, check_proofs
from overdue_flow.policy.source import BYTES_MAX, read
from overdue_flow.policy.sources import read_citations, unverified
from overdue_flow.policy.spans import Span
from overdue_flow.policy.stages import Chart, chart, start_of
from overdue_flow.policy.tasks import Tasks, read_actions
from overdue_flow.policy.trials import Scenario
from overdue_flow.policy.typing_of_text import as_declared
from overdue_flow.policy.words import bands_of, check_events, declare_words, never_words
from overdue_flow.problems import Place, Problem

RULES_MAX = 2_000
"""How many rules a policy may have."""

TEXT_NAME = "policy.yaml"
"""What places call a policy that was given as text."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination gives: the policy, or None where it is refused; every problem in the order of the file; the
    texts of its files by name, to show lines from."""

    policy: Policy | None
    problems: tuple[Problem, ...]
    sources: dict[str, str]


def load_policy(
    path: str | PathLike[str] | None = None, *, text: str | bytes | None = None, name: str | None = None
) -> Policy:
    """The policy in a file, or in `text` (called `name` in places).

    PolicyError, with every Problem, where it is refused; OSError where the file cannot be read. Findings do not
    refuse: they are in `Policy.findings`.
    """
    examined = examine_policy(path, text=text, name=name)
    if examined.policy is None:
        raise PolicyError([problem for problem in examined.problems if problem.refused])
    return examined.policy


def check_policy(
    path: str | PathLike[str] | None = None, *, text: str | bytes | None = None, name: str | None = None
) -> list[Problem]:
    """Every refusal and finding of a policy, in the order of the file. Never raises for what a file says."""
    return list(examine_policy(path, text=text, name=name).problems)


def examine_policy(
    path: str | PathLike[str] | None = None, *, text: str | bytes | None = None, name: str | None = None
) -> Examined:
    """A policy, its problems and its texts. The file is taken at its own name; `extends` is resolved beside it.
    `pack:cn/everbright` in place of a path means a pack."""
    content, called, folder = _content(path, text, name)
    source = read(content, called)
    if (why := _no_policy(source)) is not None:
        return Examined(None, (why,), {called: source.text})
    taken = take_in(source, folder) if source.readable else {}
    desk = lay(source) if source.readable else None
    policy = None
    problems = list(source.problems)
    if desk is not None:
        policy = _read_policy(desk)
        if policy is not None:
            check_proofs(desk, desk.file.scenarios, policy)
        problems = [*source.problems, *desk.problems]
        sound = not any(problem.refused for problem in problems)
        if sound and policy is not None:
            problems += [*findings(policy, source, desk.used), *unverified(policy.citations, source)]
        problems = _in_order(explain(problems, desk.file.explained, source, all_found=sound))
        if sound and policy is not None:
            policy = replace(policy, findings=tuple(problem for problem in problems if not problem.refused))
    problems = list(with_what_is_left_out(problems, source))
    refused = any(problem.refused for problem in problems)
    return Examined(None if refused else policy, tuple(_in_order(problems)), {called: source.text, **taken})


def load_scenarios(
    path: str | PathLike[str] | None = None, *, policy: Policy, text: str | bytes | None = None, name: str | None = None
) -> tuple[Scenario, ...]:
    """The scenarios in a file of their own, checked against a policy. ScenarioError, with every Problem, where one is
    wrong.
    """
    content, called, _folder = _content(path, text, name or "scenarios.yaml")
    return scenarios_in(read(content, called), policy)


def scenarios_in(source: Source, policy: Policy) -> tuple[Scenario, ...]:
    """The scenarios of a file as read, or of a tree that never was a file. ScenarioError likewise."""
    found: tuple[Scenario, ...] = ()
    problems = source.problems
    if source.readable:
        file = fit(copy.deepcopy(source.tree), ScenarioFile, source)
        if file is not None:
            desk = Desk(source, policy.spec, policy.vocabulary)
            asking = list(_asking(policy.everywhere, policy.stages))
            reader = ScenarioReader(desk, chart(desk), [rule.id for rule in policy.rules], asking, policy.actions)
            found = reader.read(file.scenarios, ("scenarios",))
            check_proofs(desk, file.scenarios, policy)
            problems = [*source.problems, *desk.problems]
    if problems:
        raise ScenarioError(_in_order(problems))
    return found


def _content(
    path: str | PathLike[str] | None, text: str | bytes | None, name: str | None
) -> tuple[str | bytes, str, FilePath | None]:
    if (path is None) == (text is None):
        raise TypeError("give a path, or text=...")
    if text is not None:
        return text, name or TEXT_NAME, None
    pack = pack_named(str(path))
    if pack is not None:
        return text_of(pack) if pack in packs() else b"", str(path), None
    file = FilePath(fspath(path))  # type: ignore[arg-type]  # one of the two is given
    with file.open("rb") as stream:
        # one byte more than may be: enough to see that it is too many
        return stream.read(BYTES_MAX + 1), name or str(path), file.parent


def _no_policy(source: Source) -> Problem | None:
    """What is said of a pack that is none, and of one that is only a part to build on."""
    pack = pack_named(source.file)
    if pack is not None and pack not in packs():
        return unknown_pack(pack, source)
    if source.readable and source.at(("pack",)) is not None and source.at(("policy",)) is None:
        name = f"`{str(source.at(('pack',)))[:60]}`"
        hint = f"build on it: `extends: {source.file}`"
        return Problem("part-of-a-policy", f"{name} is no whole policy", source.place(("pack",)), hint=hint)
    return None


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By place; what has none comes first. The same thing is said once."""
    first = Place("")
    return sorted(
        dict.fromkeys(problems), key=lambda problem: (problem.place or first, not problem.refused, problem.code)
    )


def lay(source: Source) -> Desk | None:
    """The file on the desk: text made fit, and the model of what is left; None where too little of it makes sense."""
    tree: Any = copy.deepcopy(source.tree)
    if isinstance(tree.get("terms"), dict):
        _type_terms(tree["terms"])
    file = fit(tree, PolicyFile, source)
    return Desk(source, file) if file is not None else None


def _type_terms(terms: dict[str, Any]) -> None:
    for name, value in terms.items():
        field = Terms.model_fields.get(name)
        terms[name] = as_declared(value, field.annotation) if field else value
    stale = terms.get("stale_after")
    span = Span.parse(stale) if isinstance(stale, str) else None
    if span is not None and span.unit in ("days", "calendar days", "weeks"):
        terms["stale_after"] = span.count * (7 if span.unit == "weeks" else 1)


def _read_policy(desk: Desk) -> Policy | None:
    """Everything on the desk, checked. The policy is None where there is no stage to begin in."""
    file = desk.file
    found = chart(desk)
    _check_size(desk, found)
    start = start_of(desk, found)
    _declare(desk, found)
    actions = read_actions(desk)
    tasks = Tasks(desk, actions, found)
    reader = RuleReader(desk, found, tasks)
    everywhere = reader.rules(file.everywhere, ("everywhere",), "")
    stages = reader.stages()
    tasks.check_unused_ladders()
    rules = _by_id(everywhere, stages)
    reader.check_order(rules)
    check_graph(desk, found, start, everywhere, stages)
    asking = list(_asking(everywhere, stages))
    scenarios = ScenarioReader(desk, found, tuple(reader.ids), asking, actions).read(file.scenarios, ("scenarios",))
    limits, holds, never = read_limits(desk), read_holds(desk, found), read_never(desk)
    in_force = read_in_force(desk, file.in_force, ("in_force",))
    if start is None:
        return None
    return Policy(
        id=file.policy,
        version=file.version,
        digest=hashlib.sha256(desk.source.text.encode()).hexdigest(),
        source=desk.source.text,
        in_force=in_force,
        terms=file.terms,
        stages=stages,
        start=start,
        everywhere=everywhere,
        vocabulary=desk.vocabulary,
        never_vocabulary=never_words(desk.vocabulary),
        never=never,
        holds=holds,
        promises_stop=read_stops(desk, found, "promises"),
        plans_stop=read_stops(desk, found, "plans"),
        roles=file.roles,
        attention=file.attention,
        # what was taken in stands in it by now
        spec=file.model_copy(update={"extends": (), "leave_out": ()}),
        title=file.title or {},
        event_vocabularies=reader.vocabularies,
        actions=actions,
        limits=limits,
        buckets=bands_of(file),
        bucket_by=file.buckets.get("by"),
        scenarios=scenarios,
        authority=read_authority(desk),
        working_hours=file.working_hours,
        remedies=read_remedies(desk),
        citations=read_citations(desk),
        access=read_access(desk),
        retention=read_retention(desk),
        marks=read_marks(desk),
        places={part.path: desk.source.key_place(part.path) for part in written_parts(file)},
    )


def _declare(desk: Desk, found: Chart) -> None:
    """What the file declares beside its stages: words, events, terms, roles."""
    declare_words(desk, found.leaves, found.groups)
    check_events(desk)
    check_terms(desk)
    if desk.file.attention is not None:
        desk.role(desk.file.attention, ("attention",))
    _check_roles(desk)


def _by_id(everywhere: tuple[Rule, ...], stages: Mapping[str, Stage]) -> dict[str, Rule]:
    rules = (*everywhere, *(rule for stage in stages.values() for rule in stage.rules))
    return {rule.id: rule for rule in rules}


def _asking(everywhere: tuple[Rule, ...], stages: Mapping[str, Stage]) -> Iterator[str]:
    """The ids by which a person's approval is answered: of rules that move, and of ladders with a rung to approve."""
    rules = list(_by_id(everywhere, stages).values())
    yield from (rule.id for rule in rules if rule.approve)
    first = [rule.task for rule in rules if rule.task]
    first += [task for stage in stages.values() for task in (*stage.on_enter, *(beat.task for beat in stage.beats))]
    tasks = (task for one in first for task in one.and_what_follows)
    yield from (task.id for task in tasks if any(rung.approve for rung in task.ladder))


def _check_size(desk: Desk, found: Chart) -> None:
    rules = len(desk.file.everywhere) + sum(len(spot.written.rules) for spot in found.spots.values())
    if rules > RULES_MAX:
        desk.refuse("too-many-rules", f"the policy has {rules:,} rules; at most {RULES_MAX:,} are read", ("stages",))


def _check_roles(desk: Desk) -> None:
    seen: dict[str, Place] = {}
    for path, role in desk.source.each(("roles",), desk.file.roles):
        if role in seen:
            also = [(seen[role], "the first one")]
            desk.refuse("duplicate-role", f"the role `{role}` is listed twice", path, also=also)
        seen.setdefault(role, desk.source.place(path))
