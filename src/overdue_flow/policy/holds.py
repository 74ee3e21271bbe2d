"""What stops things, and where the borrower finds help: holds, promises, plans and remedies, read and checked."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.policy.bounds import Passing, Remedy
from overdue_flow.policy.declared import AppliesTo, HoldDeclared
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import HoldKind
from overdue_flow.policy.stages import Chart
from overdue_flow.problems import did_you_mean

_CONTACTS = ("contact", "collect")
_SPANS = ("review_after", "review_within", "review_every", "ends_after", "again_after")
_NARROWS = ("purpose", "channel", "party", "contact_point")


def read_holds(desk: Desk, chart: Chart) -> dict[str, HoldKind]:
    """What each kind of hold stops and lets pass, who places and lifts it, when it is reviewed and ends."""
    found = {}
    for kind, hold in desk.file.holds.items():
        path: Path = ("holds", kind)
        for where, name in desk.source.each((*path, "stops"), hold.stops):
            if name not in _CONTACTS:
                _check_stage(desk, chart, name, where, _CONTACTS)
        for word in ("placed_by", "lifted_by"):
            for where, role in desk.source.each((*path, word), getattr(hold, word)):
                desk.role(role, where)
        if kind == "dispute" and hold.of == "person":
            message = "a dispute is about one debt, and stops nothing on the person's other loans"
            desk.refuse("dispute-of-person", message, (*path, "of"), key=True)
        _check_reviews(desk, hold, path)
        _check_spans(desk, hold, path)
        found[kind] = HoldKind(
            kind=kind,
            stops=frozenset(hold.stops),
            review_after=hold.review_after,
            ends_after=hold.ends_after,
            lifted_by=hold.lifted_by,
            place=desk.source.key_place(path),
            allows=tuple(_allowed(desk, hold, path)),
            placed_by=hold.placed_by,
            review_within=hold.review_within,
            review_every=hold.review_every,
            again_after=hold.again_after,
            of_person=hold.of == "person",
        )
    return found


def _check_reviews(desk: Desk, hold: HoldDeclared, path: Path) -> None:
    """That a review has somebody to make it, and a first one before the next."""
    if hold.review_after and not hold.lifted_by and not desk.is_damaged((*path, "lifted_by")):
        message = "a review goes to the first role of `lifted_by`, and there is none"
        desk.refuse("review-without-role", message, (*path, "review_after"), key=True)
    if hold.review_after or desk.is_damaged((*path, "review_after")):
        return
    hint = "add the first review, such as `review_after: 15 business days`"
    if hold.review_every:
        message = "`review_every` says when the next review comes, and there is no first one"
        desk.refuse("review-without-first", message, (*path, "review_every"), key=True, hint=hint)
    if hold.review_within and not hold.placed_by:
        message = "`review_within` is the deadline of a review, and there is none"
        desk.refuse("review-without-first", message, (*path, "review_within"), key=True, hint=hint)


def _check_spans(desk: Desk, hold: HoldDeclared, path: Path) -> None:
    for word in _SPANS:
        span = getattr(hold, word)
        if span and (span.unit == "hours" or span.is_for_windows):
            message = f"`{span}` stands here; expected days, business days, weeks or months"
            desk.refuse("wrong-unit", message, (*path, word))
        elif span and not span.count:
            desk.refuse("empty-span", f"`{span}` stands here; expected at least one", (*path, word))


def _allowed(desk: Desk, hold: HoldDeclared, path: Path) -> Iterator[Passing]:
    """The contacts that pass: narrower than all, of a hold that stops some."""
    base: Path = (*path, "allows")
    if hold.allows and not desk.is_damaged((*path, "stops")) and not {*_CONTACTS} & {*hold.stops}:
        message = "`allows` says which contacts pass, and this hold stops none"
        desk.refuse("allows-without-contact", message, base, key=True, hint="add `contact` or `collect` to `stops`")
    for place, one in desk.source.each(base, hold.allows):
        where = base if isinstance(desk.source.at(base), dict) else place
        _check_allowed(desk, one, where)
        yield Passing(one.purpose, one.channel, one.party, one.contact_point)


def _check_allowed(desk: Desk, one: AppliesTo, path: Path) -> None:
    if one.kind:
        message = "`kind` says nothing here: a hold stops contacts alone"
        desk.refuse("allows-kind", message, (*path, "kind"), key=True)
    lost = any(damaged[: len(path)] == path for damaged in desk.source.damaged)
    if not lost and not any(getattr(one, word) for word in _NARROWS):
        message = "this lets every contact pass; expected `purpose`, `channel`, `party` or `contact_point`"
        desk.refuse("allows-everything", message, path, hint="a hold that stops no contact says so under `stops`")


def _check_stage(desk: Desk, chart: Chart, name: str, path: Path, others: tuple[str, ...]) -> None:
    """That a name is a stage or group; `others` are words that may stand there too."""
    if name not in chart.spots:
        words = ", ".join(f"`{word}`" for word in others)
        wants = desk.source.taken_from(path)
        hint = did_you_mean(name, (*others, *chart.spots)) or (
            f"`{wants}` is for policies with a stage or group of that name: give yours one"
            if wants
            else f"expected {words}, or a stage or group"
        )
        desk.refuse("unknown-stage", f"there is no stage `{name[:60]}`", path, hint=hint)


def read_stops(desk: Desk, chart: Chart, section: str) -> frozenset[str]:
    """The groups and stages that an open promise, or a kept plan, stops, and `collect`; by default `legal` where there
    is one."""
    said = getattr(desk.file, section)
    if said is None:
        return frozenset({"legal"} & set(chart.spots))
    for where, name in desk.source.each((section, "stops"), said.stops):
        if name == "contact":
            message = f"`{section}` stop contacts to collect; all contact is stopped by a hold"
            desk.refuse("stops-contact", message, where, hint="did you mean `collect`?")
        elif name != "collect":
            _check_stage(desk, chart, name, where, ("collect",))
    return frozenset(said.stops)


def read_remedies(desk: Desk) -> dict[str, Remedy]:
    """Where the borrower finds help or a judgment outside the lender."""
    return {
        name: Remedy(name, remedy.label, remedy.reach, desk.source.key_place(("remedies", name)))
        for name, remedy in desk.file.remedies.items()
    }
