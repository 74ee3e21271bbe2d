"""The rules of a policy: what moves a loan, what is done without moving it, on entry and in a rhythm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import Beat, Rule, Stage, Task
from overdue_flow.policy.road import Asked, BeatAsked, RuleWritten
from overdue_flow.policy.stages import Chart, Spot, covered, target
from overdue_flow.policy.tasks import Tasks
from overdue_flow.policy.words import words_on
from overdue_flow.problems import Place

_OF_A_MOVE = ("step", "approve", "ask_again_after", "gives_way_to")
_OF_A_TASK = ("with_", "purpose", "after", "within", "done_by", "not_after", "else_", "must", "until", "once")


@dataclass(slots=True)
class RuleReader:
    """Reads the rules of one policy. `ids` are those said so far, with where; `vocabularies` what rules `on` an event
    may say.
    """

    desk: Desk
    chart: Chart
    tasks: Tasks
    ids: dict[str, Place] = field(default_factory=dict)
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    clashes: dict[str, frozenset[str]] = field(default_factory=dict)

    def stages(self) -> dict[str, Stage]:
        """Every stage and group with its rules, in file order."""
        return {name: self._stage(spot) for name, spot in self.chart.spots.items()}

    def _stage(self, spot: Spot) -> Stage:
        written = spot.written
        first = self.chart.leaf_of(spot.name) if spot.children else None
        return Stage(
            path=spot.name,
            owners=spot.owners,
            children=spot.children,
            first=first,
            start=written.start and not spot.children,
            end=written.end and not spot.children,
            label=written.label or {},
            on_enter=tuple(self._on_enter(spot)),
            beats=tuple(self._beats(spot)),
            rules=self.rules(written.rules, (*spot.path, "rules"), spot.name),
            place=self.desk.source.key_place(spot.path),
        )

    def _on_enter(self, spot: Spot) -> Iterator[Task]:
        for path, asked in self.desk.source.each((*spot.path, "on_enter"), spot.written.on_enter):
            task = self.tasks.read(asked, path, self._task_id(asked, path, spot.name))
            self._claim_what_follows(asked, path)
            if task:
                yield task

    def _beats(self, spot: Spot) -> Iterator[Beat]:
        for path, asked in self.desk.source.each((*spot.path, "every"), spot.written.every):
            if asked.each.count < 1 or asked.each.unit == "hours" or asked.each.is_for_windows:
                message = f"`{asked.each}` is no rhythm; expected days, business days, weeks, months or years"
                self.desk.refuse("wrong-unit", message, (*path, "each"))
            task = self.tasks.read(asked, path, self._task_id(asked, path, spot.name))
            self._claim_what_follows(asked, path)
            if task:
                yield Beat(asked.each, task, task.guard)

    def _task_id(self, asked: Asked | BeatAsked, path: Path, owner: str) -> str:
        if asked.id is None:
            return f"{owner}.{path[-2]}[{path[-1]}]"
        self._claim(asked.id, (*path, "id"))
        return asked.id

    def _claim_what_follows(self, asked: Asked | RuleWritten, path: Path) -> None:
        """Take the ids of what follows on missed deadlines."""
        while asked.else_ is not None:
            asked, path = asked.else_, (*path, "else")
            if asked.id is not None:
                self._claim(asked.id, (*path, "id"))

    def _claim(self, name: str, path: Path) -> None:
        """Take an id; a problem where it is taken."""
        place = self.desk.source.place(path)
        if name in self.ids:
            also = [(self.ids[name], "the first one")]
            self.desk.refuse("duplicate-id", f"the id `{name}` is taken already", path, also=also)
        else:
            self.ids[name] = place

    # --- rules ---

    def rules(self, written: Sequence[RuleWritten], path: Path, owner: str) -> tuple[Rule, ...]:
        """The rules of a list, in order."""
        read = [self._rule(rule, where, owner) for where, rule in self.desk.source.each(path, written)]
        return tuple(rule for rule in read if rule is not None)

    def _rule(self, rule: RuleWritten, path: Path, owner: str) -> Rule | None:
        desk = self.desk
        self._claim(rule.id, (*path, "id"))
        known_event = rule.on is None or desk.event(rule.on, (*path, "on"))
        guard = self._guard(rule, path) if known_event else None
        to = None
        if rule.to is not None:
            to = target(desk, self.chart, rule.to, (*path, "to"))
        excepted = covered(desk, self.chart, rule.except_, (*path, "except"))
        self._check_shape(rule, path)
        task = None
        does = rule.do is not None or rule.ladder is not None
        if does and rule.to is None:
            task = self.tasks.read(rule, path, rule.id)
            self._claim_what_follows(rule, path)
        if rule.approve:
            desk.role(rule.approve, (*path, "approve"))
        if to is None and task is None:
            return None
        return Rule(
            id=rule.id,
            owner=owner,
            on=rule.on,
            guard=guard,
            to=to,
            task=task,
            excepted=excepted,
            step=rule.step,
            approve=rule.approve,
            ask_again_after=rule.ask_again_after,
            once=rule.once,  # type: ignore[arg-type]  # the schema lets only these through
            because=rule.because or {},
            place=desk.source.place((*path, "id")),
            gives_way_to=rule.gives_way_to,
        )

    def _guard(self, rule: RuleWritten, path: Path) -> Guard | None:
        if rule.on is None:
            return self.desk.guard(rule.when, (*path, "when"))
        guard = self.desk.guard(rule.when, (*path, "when"), self.words_on(rule.on))
        for name in sorted(self.clashes[rule.on] & (guard.names if guard else frozenset())):
            section = "counts" if name in self.desk.file.counts else "facts"
            also = [(self.desk.source.key_place((section, name)), "declared here")]
            message = (
                f"`{name}` is a field of `{rule.on}` and a fact of this policy, so the condition could mean either"
            )
            hint = "give the fact another name"
            self.desk.refuse("field-clash", message, (*path, "when"), hint=hint, also=also)
        return guard

    def words_on(self, event: str) -> Vocabulary:
        """What a rule that is `on` an event may say."""
        if event not in self.vocabularies:
            self.vocabularies[event], self.clashes[event] = words_on(self.desk, event)
        return self.vocabularies[event]

    def _check_shape(self, rule: RuleWritten, path: Path) -> None:
        """That a rule moves a loan or does something, and says nothing that belongs to the other kind."""
        desk = self.desk
        does = rule.do is not None or rule.ladder is not None
        # a key that nobody knows may have been meant as `to` or `do`
        lost = any(one[:-1] == path for one in desk.source.damaged)
        if (rule.to is not None) and does:
            word = "do" if rule.do is not None else "ladder"
            message = f"`{rule.id}` has both `to` and `{word}`; a rule moves a loan or does something"
            desk.refuse("to-and-do", message, (*path, word), key=True, hint="make it two rules, or use `on_enter`")
        elif rule.to is None and not does and lost:
            desk.uncertain = True
        elif rule.to is None and not does:
            desk.refuse("no-to-no-do", f"`{rule.id}` has neither `to` nor `do`: it would do nothing", path)
            desk.uncertain = True
        elif not lost:
            strange, kind = (_OF_A_TASK, "`do`") if rule.to is not None else (_OF_A_MOVE, "`to`")
            for word in sorted(rule.model_fields_set & set(strange)):
                name = word.rstrip("_")
                message = f"`{name}` belongs to a rule with {kind}"
                desk.refuse("wrong-kind-of-rule", message, (*path, name), key=True)
        if rule.ask_again_after and not rule.approve and rule.to is not None:
            message = "`ask_again_after` says when to ask for approval again, and there is no `approve`"
            desk.refuse("ask-without-approve", message, (*path, "ask_again_after"), key=True)
        elif rule.ask_again_after and rule.on:
            message = (
                "after a refusal, a rule with `on` asks again at the next such event; `ask_again_after` has no say"
            )
            desk.find("ask-again-on-event", message, desk.source.key_place((*path, "ask_again_after")))

    def check_order(self, rules: Mapping[str, Rule]) -> None:
        """That `gives_way_to` names rules that move a loan."""
        lists: list[tuple[Path, Sequence[RuleWritten]]] = [(("everywhere",), self.desk.file.everywhere)]
        lists += [((*spot.path, "rules"), spot.written.rules) for spot in self.chart.spots.values()]
        for path, written in lists:
            for where, rule in self.desk.source.each(path, written):
                movers = [one for one, known in rules.items() if known.to and one != rule.id]
                for name in rule.gives_way_to:
                    if name in rules or name not in self.ids:
                        self.desk.knows(name, movers, "rule", (*where, "gives_way_to"))
