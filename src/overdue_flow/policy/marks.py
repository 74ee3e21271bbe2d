"""Marks of a policy, read and checked: what each is called, when it begins, when it ends.

Marks are settled in every turn before a loan moves, in the order of the file. So the condition of a mark says nothing
of the stage, and reads no mark but those above it; the condition of its end reads the mark itself too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from overdue_flow.cases.borrower import marked_fact
from overdue_flow.cases.facts import STAGE_FACTS
from overdue_flow.cases.marks import CLASSIFIED_AS, Label, facts_of, mark_facts
from overdue_flow.guards.tree import Guard, Not
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.declared import MarkDeclared
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import Mark

_ABOVE = "marks are settled in the order of the file: write `{mark}` above"

# --- the words ---


def mark_words(desk: Desk) -> tuple[Fact, ...]:
    """The facts of the marks that the policy declares; a problem where one of them is called like another word."""
    known: dict[str, Path] = {}
    sound = []
    for name, mark in desk.file.marks.items():
        path: Path = ("marks", name)
        label = _label_of(name, mark)
        words = _words_of(name)
        taken = next((word for word in words if word in desk.vocabulary or word in known), None)
        if taken is not None:
            _refuse_taken(desk, name, taken, path, known.get(taken))
        else:
            known |= dict.fromkeys(words, path)
            sound.append(label)
    return (*mark_facts(sound), *(marked_fact(mark.name, mark.label, mark.label_zh) for mark in sound))


def _label_of(name: str, mark: MarkDeclared) -> Label:
    said = mark.label or {}
    return Label(name, default_text(said), said.get("zh", ""))


def _words_of(name: str) -> list[str]:
    """The names of the facts that a mark gives, of this loan and of all of the borrower's."""
    return [fact.name for fact in (*facts_of(Label(name)), marked_fact(name))]


def _refuse_taken(desk: Desk, name: str, word: str, path: Path, other: Path | None) -> None:
    for section in ("facts", "counts"):
        if word in getattr(desk.file, section):
            other = (section, word)
    also = [(desk.source.key_place(other), "declared here")] if other is not None else []
    message = f"the mark `{name}` gives the fact `{word}`, and there is one of this name"
    desk.refuse("name-taken", message, path, key=True, hint="give the mark another name", also=also)


# --- the conditions ---


def read_marks(desk: Desk) -> tuple[Mark, ...]:
    """What a loan can be marked as, in file order."""
    names = tuple(desk.file.marks)
    # what other loans say of a mark is read as it was said: those words may name any
    marks_of = {fact.name: name for name in names for fact in facts_of(Label(name))}
    found = []
    for position, (name, mark) in enumerate(desk.file.marks.items()):
        path: Path = ("marks", name)
        reader = _Conditions(desk, marks_of, frozenset(names[:position]))
        begins = reader.read(mark.when, (*path, "when"))
        ends = reader.and_itself(name).read(mark.until, (*path, "until"))
        if begins is not None and (ends is not None or mark.until is None):
            until = ends or opposite(begins)
            label, because = mark.label or {}, mark.because or {}
            found.append(Mark(name, begins, until, label, because, desk.source.key_place(path), mark.until is not None))
    return tuple(found)


def opposite(guard: Guard) -> Guard:
    """The condition that holds where `guard` does not: the end of a mark that says none."""
    return Guard(f"not ({guard.text})", Not(guard.tree), guard.names, guard.currencies)


class _Conditions:
    """Reads conditions of one mark: `above` are the marks that are settled before it, `marks_of` says which mark a
    fact is about."""

    def __init__(self, desk: Desk, marks_of: Mapping[str, str], above: frozenset[str]) -> None:
        self.desk = desk
        self.marks_of = marks_of
        self.above = above

    def and_itself(self, name: str) -> _Conditions:
        """The same for the condition of its end."""
        return _Conditions(self.desk, self.marks_of, self.above | {name})

    def read(self, text: str | None, path: Path) -> Guard | None:
        """The condition at `path`, typed; None where it is not sound."""
        guard = self.desk.guard(text, path)
        faults = [] if guard is None else list(self._faults(guard))
        for code, message, hint in faults:
            self.desk.refuse(code, message, path, hint=hint)
        return None if faults else guard

    def _faults(self, guard: Guard) -> Iterator[tuple[str, str, str]]:
        vocabulary, by = self.desk.vocabulary, self.desk.file.buckets.get("by", "")
        for name in sorted(guard.names):
            read = by if name == "bucket" else name
            mark = self.marks_of.get(read)
            if read in STAGE_FACTS:
                message = f"`{name}` is about the stage, and marks are settled before a loan moves"
                yield "stage-in-mark", message, "mark a loan by what is true of it, such as `dpd > 90`"
            elif vocabulary[name].ask:
                message = f"`{name}` is asked of the host when a rule needs it; a mark cannot wait for the answer"
                yield "asked-in-mark", message, "declare it without `ask`, and let the host tell it"
            elif read == CLASSIFIED_AS:
                message = f"`{name}` is known when all marks are settled"
                yield "mark-not-settled", message, "name marks that stand above, such as `mark_watch`"
            elif mark is not None and mark not in self.above:
                message = f"`{name}` is about the mark `{mark}`, which is not settled yet"
                yield "mark-not-settled", message, _ABOVE.format(mark=mark)
