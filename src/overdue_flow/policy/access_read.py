"""Who may see what, and how long it is kept: read from the file and checked."""

from __future__ import annotations

from overdue_flow.cases.groups import ALL_GROUPS, GROUPS
from overdue_flow.cases.seen import Seen
from overdue_flow.policy.access import EVERY_GROUP, OUTSIDE, Access, AccessDeclared, Retention
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.problems import did_you_mean


def read_access(desk: Desk) -> dict[str, Access]:
    """What each role may see. The words of conditions must be known by now: a role may be shown single facts."""
    found = {}
    for role, said in desk.file.access.items():
        path: Path = ("access", role)
        _check_role(desk, role, path)
        found[role] = Access(role, _seen(desk, role, said, path), said.loans, said.because or {},
                             desk.source.key_place(path))  # fmt: skip
    return found


def _check_role(desk: Desk, role: str, path: Path) -> None:
    desk.use("roles", role)
    if not desk.is_lost("roles"):
        desk.knows(role, (*desk.names("roles"), *OUTSIDE), "role", path, key=True)


def _seen(desk: Desk, role: str, said: AccessDeclared, path: Path) -> Seen:
    groups = _groups(desk, said.sees, (*path, "sees"), facts=True)
    facts = frozenset(said.sees) - groups - {EVERY_GROUP}
    rows = groups if said.journal is None else _groups(desk, said.journal, (*path, "journal"), facts=False)
    return Seen(role, groups, facts, rows)


def _groups(desk: Desk, words: tuple[str, ...], path: Path, *, facts: bool) -> frozenset[str]:
    """The groups among `words`; a problem for each that is neither a group nor, where `facts` may stand, a fact."""
    for where, word in desk.source.each(path, words):
        if word not in (*GROUPS, EVERY_GROUP) and not (facts and _is_fact(desk, word)):
            known = (*GROUPS, EVERY_GROUP, *(desk.vocabulary if facts else ()))
            hint = did_you_mean(word, known) or "groups: " + ", ".join(f"`{group}`" for group in GROUPS)
            what = "group or fact" if facts else "group"
            desk.refuse("unknown-group", f"there is no {what} `{word[:60]}`", where, hint=hint)
    return ALL_GROUPS if EVERY_GROUP in words else frozenset(words) & ALL_GROUPS


def _is_fact(desk: Desk, word: str) -> bool:
    desk.use("facts", word)
    desk.use("counts", word)
    return word in desk.vocabulary or desk.is_lost("facts") or desk.is_lost("counts")


def read_retention(desk: Desk) -> tuple[Retention, ...]:
    """How long personal values are kept, in the order of the file."""
    found = []
    for name, said in desk.file.retention.items():
        path: Path = ("retention", name)
        if said.keep.unit == "hours" or said.keep.is_for_windows:
            message = f"`{said.keep}` stands here; expected days, business days, weeks, months or years"
            desk.refuse("wrong-unit", message, (*path, "keep"))
        guard = desk.guard(said.when, (*path, "when"))
        place = desk.source.key_place(path)
        found.append(Retention(name, said.keep, said.from_, guard, said.because or {}, said.source, place))
    return tuple(found)
