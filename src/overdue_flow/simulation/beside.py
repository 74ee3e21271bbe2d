"""Several policies side by side on one book: who comes where and when, how often borrowers are contacted, who is sued.

A stage inside a group counts as the group, so that policies of different detail can be compared. Days past due are
those of the turn in which a loan came into a stage for the first time, as they were known then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered
from overdue_flow.cases.evolve import evolve
from overdue_flow.policy.bounds import Label
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Outcome
from overdue_flow.simulation.summary import Counts, Summary, told_as

NO_CHANNEL = "other"
"""What a contact is counted under that does not say its channel."""

MADE = "planned"


@dataclass(slots=True)
class Beside:
    """What one policy comes to on the book; feed it outcomes one by one.

    `entered` gives, by stage or group, the days past due at which each loan came into it first; `contacts` counts those
    that would have gone out, by channel; `contacted` is the days past due of each loan's first one; `tasks` are those
    given to people; `withheld` counts contacts that a limit or hold forbade.
    """

    summary: Summary
    entered: dict[str, list[int]] = field(default_factory=dict)
    standing: Counter[str] = field(default_factory=Counter)
    contacts: Counter[str] = field(default_factory=Counter)
    contacted: list[int] = field(default_factory=list)
    tasks: int = 0
    withheld: int = 0

    @property
    def policy(self) -> Policy:
        """Whose column this is."""
        return self.summary.policy

    def add(self, outcome: Outcome) -> None:
        """Count one loan in."""
        self.summary.add(outcome)
        self.standing[top_of(outcome.life.case.course.stage)] += 1
        self._count_effects(outcome)
        self._relive(outcome)

    def counts(self) -> Counts:
        """Everything that was counted, by its name: what another process can take in."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "summary"} | {
            "summary": self.summary.counts()
        }

    def take_in(self, counts: Counts) -> None:
        """Count in what was counted of other loans under the same policy."""
        for stage, dpd in counts["entered"].items():
            self.entered.setdefault(stage, []).extend(dpd)
        self.standing.update(counts["standing"])
        self.contacts.update(counts["contacts"])
        self.contacted += counts["contacted"]
        self.tasks += counts["tasks"]
        self.withheld += counts["withheld"]
        self.summary.take_in(counts["summary"])

    def _count_effects(self, outcome: Outcome) -> None:
        for _entry, effect, status, _reason in outcome.life.effects:
            how = told_as(status)
            if effect.decided_on not in self.summary.days:
                continue
            if effect.kind == "task":
                self.tasks += 1
            elif effect.kind == "contact" and how == MADE:
                self.contacts[str(effect.params.get("channel") or NO_CHANNEL)] += 1
            elif effect.kind == "contact" and how == "vetoed":
                self.withheld += 1

    def _relive(self, outcome: Outcome) -> None:
        """The days past due as they were told when the loan moved, and when its borrower was first contacted."""
        case: Case | None = None
        seen: set[str] = set()
        asked = {effect.id for _entry, effect, *_rest in outcome.life.effects if effect.kind == "contact"}
        for entry in outcome.life.entries:
            case = evolve(case, entry)
            for move in entry.results.moves:
                top = top_of(move.to_stage)
                if move.from_stage is not None and top not in seen and move.on in self.summary.days:
                    self.entered.setdefault(top, []).append(self._dpd(case, entry))
                seen.add(top)
            if isinstance(entry.event, EffectDelivered) and entry.event.effect_id in asked:
                asked.clear()
                self.contacted.append(self._dpd(case, entry))

    def _dpd(self, case: Case, entry: Entry) -> int:
        return int(str(self.policy.vocabulary["dpd"].read(case, entry.day) or 0))

    def as_json(self) -> dict[str, Any]:
        """The column as plain data."""
        policy = self.policy
        return {
            "policy": {"id": policy.id, "version": policy.version, "title": dict(policy.title)},
            "entered": {
                stage: {"loans": len(dpd), "median_dpd": middle(dpd), "dpd": sorted(dpd)}
                for stage, dpd in self.entered.items()
            },
            "stages": dict(sorted(self.summary.stages.items())),
            "stage_flow": [
                {"from": earlier, "to": later, "moves": moves}
                for (earlier, later), moves in sorted(self.summary.flow.items())
            ],
            "cures": self.summary.cures,
            "contacts": dict(sorted(self.contacts.items())),
            "first_contact": {"loans": len(self.contacted), "median_dpd": middle(self.contacted)},
            "withheld": self.withheld,
            "tasks": self.tasks,
            "assumed": list(self.summary.assumed),
        }


def top_of(stage: str) -> str:
    """The outermost group that a stage is in, or the stage."""
    return stage.partition(".")[0]


def middle(dpd: list[int]) -> int | None:
    """The median of days past due, rounded up to a day; None of none."""
    return -int(-median(dpd) // 1) if dpd else None


def stages_of(columns: Iterable[Beside]) -> tuple[str, ...]:
    """The stages and groups in which a loan was, in the order of the policies' files."""
    found: dict[str, None] = {}
    for column in columns:
        found |= dict.fromkeys(_in_order(column))
    return tuple(found)


def _in_order(column: Beside) -> Iterator[str]:
    for leaf in column.policy.leaves:
        top = top_of(leaf)
        if column.entered.get(top) or column.standing[top]:
            yield top


def label_of(columns: Iterable[Beside], stage: str, lang: str) -> str:
    """What a stage is called, where all policies that have it call it the same; else its name."""
    labels: list[Label] = [one.policy.stages[stage].label for one in columns if stage in one.policy.stages]
    words = {label.get(lang, stage) for label in labels}
    return words.pop() if len(words) == 1 else stage
