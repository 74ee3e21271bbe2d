"""Where a policy lies while it is checked: the file as read, what is known so far, and every problem found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from overdue_flow.cases.events import KINDS
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.syntax import Fault
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.places import Path, Source
from overdue_flow.problems import Place, Problem, Severity, did_you_mean

MACHINE_EVENTS = frozenset({"TimePassed", "PolicyAdopted", "EventRetracted", "HostEvent"})
"""Kinds of event that a rule cannot be `on`: they belong to the machine, or stand for the host's own."""

_NEAR_MAX = 8

_SECTIONS = {
    "fact": "facts",
    "declared fact": "facts",
    "action": "actions",
    "event": "events",
    "ladder": "ladders",
    "remedy": "remedies",
    "mark": "marks",
}


@dataclass(slots=True)
class Desk:
    """The policy under check. `uncertain` says that a road of the graph is not known for sure: a target was unknown, or
    a rule or stage could not be read; what a graph proves is then left unsaid.
    """

    source: Source
    file: PolicyFile
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    problems: list[Problem] = field(default_factory=list)
    uncertain: bool = False
    used: dict[str, set[str]] = field(default_factory=dict)

    def refuse(
        self, code: str, message: str, path: Path, *, key: bool = False, hint: str | None = None,
        also: Iterable[tuple[Place, str]] = (),
    ) -> None:  # fmt: skip
        """Note what makes the policy unusable, unless a problem at this place says so already."""
        if not self.is_damaged(path):
            place = self.source.key_place(path) if key else self.source.place(path)
            self.problems.append(Problem(code, message, place, hint=hint, also=tuple(also)))

    def find(
        self, code: str, message: str, place: Place | None, *, hint: str | None = None,
        also: Iterable[tuple[Place, str]] = (), witness: str | None = None,
    ) -> None:  # fmt: skip
        """Note what somebody should look at."""
        problem = Problem(code, message, place, Severity.FINDING, hint, tuple(also), witness)
        self.problems.append(problem)

    def is_damaged(self, path: Path) -> bool:
        """Whether the file does not say what it means at `path`, and a problem says so already."""
        return any(path[:length] in self.source.damaged for length in range(1, len(path) + 1))

    def is_lost(self, section: str) -> bool:
        """Whether a section as a whole could not be read: nobody can know what it declares."""
        return (section,) in self.source.damaged

    def names(self, section: str) -> tuple[str, ...]:
        """The names that stand in a section of the file, those included whose entry could not be read."""
        found = self.source.at((section,))
        written = found if isinstance(found, dict | list) else ()
        return tuple(dict.fromkeys((*(one for one in written if isinstance(one, str)), *getattr(self.file, section))))

    def knows(self, word: str, known: Iterable[str], what: str, path: Path, *, key: bool = False) -> bool:
        """Whether `word` is among the `known`; a problem where it is not."""
        known = tuple(known)
        if word in known or self.is_lost(_SECTIONS.get(what, "")):
            return True
        hint = did_you_mean(word, known)
        if hint is None and known:
            near = known[:_NEAR_MAX]
            hint = "known: " + ", ".join(f"`{one}`" for one in near) + (", ..." if len(known) > len(near) else "")
        self.refuse(f"unknown-{what.split()[-1]}", f"there is no {what} `{word[:60]}`", path, key=key, hint=hint)
        return False

    def role(self, word: str, path: Path) -> bool:
        """Whether `word` is a declared role."""
        self.use("roles", word)
        if word in self.names("roles") or self.is_lost("roles"):
            return True
        hint = did_you_mean(word, self.names("roles")) or "declare it under `roles`"
        self.refuse("unknown-role", f"there is no role `{word[:60]}`", path, hint=hint)
        return False

    def event(self, word: str, path: Path) -> bool:
        """Whether `word` is an event that a rule or count may name."""
        self.use("events", word)
        if word in MACHINE_EVENTS:
            hint = "leave `on` out: `when` is looked at on every day" if word == "TimePassed" else None
            self.refuse(
                "unknown-event", f"`{word}` is the machine's own; no rule or count can name it", path, hint=hint
            )
            return False
        return self.knows(word, self.event_names(), "event", path)

    def event_names(self) -> tuple[str, ...]:
        """The events that rules and counts may name: the host's own, and those built in."""
        return (*self.names("events"), *(kind for kind in KINDS if kind not in MACHINE_EVENTS))

    def use(self, section: str, word: str) -> None:
        """Note that something declared in a section is used."""
        self.used.setdefault(section, set()).add(word)

    def guard(self, text: str | None, path: Path, vocabulary: Vocabulary | None = None) -> Guard | None:
        """The condition at `path`, typed; None, and every fault of it, where it is not sound."""
        if text is None or self.is_damaged(path):
            return None
        words = self.vocabulary if vocabulary is None else vocabulary
        currency = None if self.is_damaged(("terms", "currency")) else self.file.terms.currency
        checked = read_guard(text, words, currency)
        for fault in checked.faults:
            if not self._follows(fault, text):
                place = self.source.place_in(path, fault.start)
                self.problems.append(Problem(fault.code, fault.message, place, hint=fault.hint))
        guard = checked.guard
        if guard is None:
            return None
        for name in guard.names:
            self.use("facts", name)
            self.use("counts", name)
        return guard

    def _follows(self, fault: Fault, text: str) -> bool:
        """Whether a fault only follows from a declaration that is broken itself."""
        word = text[fault.start : fault.end]
        if any((section, word) in self.source.damaged for section in ("facts", "counts")):
            return True
        return fault.code.startswith("unknown") and (self.is_lost("facts") or self.is_lost("counts"))
