"""`overdue-flow diff OLD NEW [BOOK]`: what changed in a policy, in words; and which loans it treats otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from overdue_flow.cli.backtest import days_of
from overdue_flow.cli.giving import HtmlGiven, JsonGiven, Lang, LangGiven, give
from overdue_flow.cli.inputs import book_at, day_given, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import say
from overdue_flow.policy.compare import Change, Comparison, compare_policies
from overdue_flow.policy.renamed import renamed_stages
from overdue_flow.policy.stage_map import suggested_text
from overdue_flow.reports.changes import changes_report
from overdue_flow.reports.report import Part
from overdue_flow.reports.speech import Said, code
from overdue_flow.reports.speech import say as phrase
from overdue_flow.reports.treated import Figure, on_a_book
from overdue_flow.simulation.backtest import shared_by
from overdue_flow.simulation.beside import stages_of
from overdue_flow.simulation.crew import processes_for
from overdue_flow.simulation.differing import Deed, Differing, Order, differing, empty, shares

OLD = typer.Argument(metavar="OLD", help="The policy as it was: a file, or `pack:area/name`.", show_default=False)
NEW = typer.Argument(metavar="NEW", help="The policy as it is to be.", show_default=False)


def diff(
    old: Annotated[Path, OLD],
    new: Annotated[Path, NEW],
    book: Annotated[
        Path | None, typer.Argument(metavar="[BOOK]", help="The folder of a book.", show_default=False)
    ] = None,
    *,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Live the book to this day; by default the last in it."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Live the loans in N processes; by default as many as it is worth."),
    ] = None,
    stage_map: Annotated[
        bool, typer.Option("--stage-map", help="Only write the stage map that `migrate` needs, as far as it is seen.")
    ] = False,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
) -> None:
    """Say in words what changed from one version of a policy to another. With a book: which loans would be treated
    otherwise and from when, and how many contacts, tasks, suits and cures more or less."""
    until = day_given(last, "--to")
    if until is not None and book is None:
        raise Mistake("--to is about a book; name one")
    comparison = compare_policies(policy_at(old), policy_at(new))
    if stage_map:
        _suggest(comparison)
        return
    found = _lived(comparison, (old, new), book, until, processes) if book is not None else None
    more = _parts(comparison, found) if found is not None else ()
    give(changes_report(comparison, more), lang, html, json=json, data=lambda: _as_json(comparison, found))


def _suggest(comparison: Comparison) -> None:
    """Write the stage map that `migrate` takes. Mistake where nothing can be moved by one."""
    old, new = comparison.old, comparison.new
    if old.id != new.id:
        raise Mistake(f"loans move from one version of a policy to another; these are two policies: {old.id}, {new.id}")
    if old.version == new.version:
        raise Mistake(f"both are version {new.version} of {new.id}; what loans move to needs a version of its own")
    say(suggested_text(comparison).rstrip("\n"))


def _lived(
    comparison: Comparison, paths: tuple[Path, Path], folder: Path, until: Any, processes: int | None
) -> Differing:
    """The book under both versions, by as many processes as it is worth."""
    old, new = comparison.old, comparison.new
    with doing("reading") as progress:
        books = book_at(folder, old, progress.reading), book_at(folder, new, progress.reading)
        days = days_of((None, until), books[1])
        progress.begin("living every loan under both", len(books[1]))
        together = shared_by(old, books[0]) or shared_by(new, books[1])  # shares would part them
        workers = 1 if together else processes or processes_for(len(books[1]))
        if workers == 1:
            return differing(old, new, books, days, progress.done)
        found = empty(old, new, days, books)
        for share in shares(Order(paths, (old.digest, new.digest), books, days), workers):
            found.take_in(share)
            progress.done(share.done)
    return found


# --- how it is told ---


def _parts(comparison: Comparison, found: Differing) -> tuple[Part, ...]:
    days = found.columns[1].summary.days
    leading, figures = _leading(found), _figures(found)
    return on_a_book(found.loans, (days.first, days.last), found.treated, leading, figures, _granted(found))


def _granted(found: Differing) -> Iterator[Said]:
    """What was taken for granted under either version, and what the book does not tell of."""
    summaries = [column.summary for column in found.columns]
    for one in dict.fromkeys(granted for summary in summaries for granted in summary.granted):
        yield phrase(one.words, **dict(one.values))
    for what in dict.fromkeys(what for summary in summaries for what in summary.untold):
        yield phrase("the book tells of no {what}: what rests on them never happens", what=phrase(what))


def _leading(found: Differing) -> Iterator[Figure]:
    """What is asked first: contacts, and suits."""
    yield Figure(phrase("contacts"), "", *found.contacts)
    yield Figure(phrase("loans taken to court"), "", *found.to_court)
    yield Figure(phrase("claims to be filed"), "", *found.claims)


def _figures(found: Differing) -> Iterator[Figure]:
    was, is_ = found.columns
    for channel in sorted({*was.contacts, *is_.contacts}):
        yield Figure(phrase("contacts"), code(channel), was.contacts[channel], is_.contacts[channel])
    yield Figure(phrase("contacts"), phrase("all"), *found.contacts)
    yield Figure(phrase("contacts"), phrase("forbidden by a limit or hold"), was.withheld, is_.withheld)
    yield Figure(phrase("suits"), phrase("loans taken to court"), *found.to_court)
    yield Figure(phrase("suits"), phrase("claims to be filed"), *found.claims)
    yield from _came_into(found)
    for action in sorted({*found.asked[0], *found.asked[1]}):
        yield Figure(phrase("asked for"), action, found.asked[0][action], found.asked[1][action])
    yield Figure(phrase("cures"), "", was.summary.cures, is_.summary.cures)
    yield Figure(phrase("stopped at the end"), "", *found.stopped)
    yield Figure(phrase("moves"), "", was.summary.moves, is_.summary.moves)


def _came_into(found: Differing) -> Iterator[Figure]:
    """The loans that came into each stage or group, under the name that it has now."""
    was, is_ = found.columns
    called = renamed_stages(was.policy, is_.policy)
    before = {called.get(stage, stage): len(dpd) for stage, dpd in was.entered.items()}
    for stage in dict.fromkeys(called.get(stage, stage) for stage in stages_of(found.columns)):
        yield Figure(phrase("loans that came into"), stage, before.get(stage, 0), len(is_.entered.get(stage, ())))


def _as_json(comparison: Comparison, found: Differing | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "old": {"policy": comparison.old.id, "version": comparison.old.version},
        "new": {"policy": comparison.new.id, "version": comparison.new.version},
        "changes": [_change_as_json(change) for change in comparison.changes],
        "stage_map": dict(comparison.stage_map),
    }
    if found is not None:
        said["book"] = {
            "loans": found.loans,
            "old": found.columns[0].as_json(),
            "new": found.columns[1].as_json(),
            "asked_for": {"old": dict(sorted(found.asked[0].items())), "new": dict(sorted(found.asked[1].items()))},
            "stopped": dict(zip(("old", "new"), found.stopped, strict=True)),
            "suits": {
                "loans_taken_to_court": dict(zip(("old", "new"), found.to_court, strict=True)),
                "claims_to_be_filed": dict(zip(("old", "new"), found.claims, strict=True)),
            },
            "treated_otherwise": [
                {
                    "loan": one.loan_id,
                    "from": str(one.on),
                    "only_old": [_deed(deed) for deed in one.before],
                    "only_new": [_deed(deed) for deed in one.now],
                    **{name: dict(zip(("old", "new"), getattr(one, name), strict=True)) for name in _UNDER_BOTH},
                }
                for one in found.treated
            ],
        }
    return said


_UNDER_BOTH = ("contacts", "tasks", "cures", "stages", "to_court", "claims")


def _deed(deed: Deed) -> dict[str, str]:
    return {"kind": deed.kind, "name": deed.name, **({"how": deed.how} if deed.how else {})}


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "section": change.kind,
        "stage": change.owner,
        "name": change.name,
        "how": change.how,
        "line": change.line,
        "before": change.before,
        "after": change.after,
        "weight": change.weight,
        "means_the_same": change.means_the_same,
        "was_at": str(change.was_at) if change.was_at else None,
        "is_at": str(change.is_at) if change.is_at else None,
        "said": str(change),
    }
