"""`overdue-flow tasks STORE`: what waits for people, by role and deadline. `complete` and `reassign` change one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from overdue_flow.cases.effects import params_in_words
from overdue_flow.cli.access import remember
from overdue_flow.cli.inputs import day_given, moment_given, policies_at, words_given
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.cli.stores import store_at
from overdue_flow.events import TaskCompleted, TaskReassigned
from overdue_flow.problems import did_you_mean
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.protocol import OpenTask, Store


class Outcome(StrEnum):
    """How a task ended."""

    DONE = "done"
    APPROVED = "approved"
    REFUSED = "refused"


APPROVALS = ("approval", "offer_approval")
"""The action of a request: the only task that is answered, and not done."""

NEAR = 1_000
"""Among so many open tasks one is looked for that may be meant."""

STORE = typer.Argument(metavar="STORE", help="The store: a file such as loans.db, or a URL.", show_default=False)
POLICY = typer.Argument(metavar="POLICY", help="The policy file, or a folder of its versions.", show_default=False)
TASK = typer.Argument(metavar="TASK", help="The id of the task, as `tasks` shows it.", show_default=False)
AT = typer.Option(metavar="INSTANT", help="When it was noticed; by default now.", show_default=False)
BY = typer.Option(metavar="NAME", help="Who says so.", show_default=False)


def tasks(
    store: Annotated[str, STORE],
    *,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="Of this role only.", show_default=False)] = None,
    due_by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="With a last day up to this one only.", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="What is overdue on this day; by default today.", show_default=False),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="POLICY",
            help="Today is where this policy is; without one, where this machine is.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """List the open tasks by role and deadline; those whose last day is over come first and stand out."""
    last = day_given(due_by, "--due-by")
    zone = policies_at(policy)[-1].terms.zone if policy is not None else None
    today = day_given(as_of, "--as-of") or datetime.now(UTC).astimezone(zone).date()
    with store_at(store) as opened:
        found = sorted(opened.tasks(role=role, due_by=last), key=_by_role)
        roles = {task.effect.role or "" for task in islice(opened.tasks(), NEAR)} if role and not found else set()
        if found:
            remember(opened, ("",), "tasks")  # their parameters may name somebody
    if as_json:
        say_json([_as_json(task, today) for task in found])
    elif found:
        show(_table(found, today), wide=True)
        say()
        by_machine = f" on {today} as this machine has it" if as_of is None and zone is None else ""
        say(Text(_counted(found, today, by_machine), "bold"))
    else:
        hint = did_you_mean(role, roles) if role and role not in roles else ""
        say("no open tasks" + (f" of role `{role}`; {hint}" if hint else ""))


def complete(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    task: Annotated[str, TASK],
    *,
    by: Annotated[str, BY],
    outcome: Annotated[Outcome, typer.Option(help="A request for approval is approved or refused.")] = Outcome.DONE,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What there is to say about it.", show_default=False)] = "",
    at: Annotated[str | None, AT] = None,
) -> None:
    """Say that a person has done a task, or has answered a request for approval."""
    versions = policies_at(policy)
    words_given(by, "--by")
    noticed = moment_given(at, "--at", versions[-1].terms.zone)
    with store_at(store) as opened:
        found = _task(opened, task)
        _check_outcome(found, outcome)
        with _told():
            event = TaskCompleted(
                id=f"{task}:completed", effect_id=task, outcome=outcome.value, role=found.effect.role, by=by, note=note
            )
        decision = Flow(versions, opened).receive(found.case_id, event, at=noticed)
    say(f"{found.effect.action} of {found.case_id}: {outcome.value}")
    for line in decision.because:
        say(f"  {line}")


def reassign(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    task: Annotated[str, TASK],
    *,
    to: Annotated[str, typer.Option(metavar="ROLE", help="The role that it falls to.", show_default=False)],
    by: Annotated[str, BY],
    last_day: Annotated[
        str | None, typer.Option(metavar="DATE", help="Another last day, usable in full.", show_default=False)
    ] = None,
    at: Annotated[str | None, AT] = None,
) -> None:
    """Give a task to another role."""
    day = day_given(last_day, "--last-day")
    versions = policies_at(policy)
    words_given(to, "--to")
    words_given(by, "--by")
    noticed = moment_given(at, "--at", versions[-1].terms.zone)
    with store_at(store) as opened:
        found = _task(opened, task)
        with _told():
            event = TaskReassigned(
                id=f"{task}:reassigned:{noticed:%Y%m%dT%H%M%S%f}", effect_id=task, role=to, by=by, deadline_on=day
            )
        Flow(versions, opened).receive(found.case_id, event, at=noticed)
    say(f"{found.effect.action} of {found.case_id} falls to {to}" + (f", last day {day}" if day else ""))


def _check_outcome(task: OpenTask, outcome: Outcome) -> None:
    """Mistake for an answer to what is no request for approval."""
    if task.effect.action not in APPROVALS and outcome is not Outcome.DONE:
        raise Mistake(
            f"`{task.effect.action}` asks for no approval, so it cannot be {outcome.value}; expected --outcome done"
        )


@contextmanager
def _told() -> Iterator[None]:
    """Words that an event does not take are a mistake of the one who said them."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        raise Mistake(f"`{first['loc'][0]}` is not taken: {first['msg'].lower()}") from None


def _task(store: Store, task_id: str) -> OpenTask:
    found = store.task(task_id)
    if found is not None:
        return found
    loan = task_id.rsplit(":", 2)[0]
    if any(effect.id == task_id for entry in store.journal(loan) for effect in entry.results.effects):
        raise Mistake(f"task `{task_id}` is not open any more; `overdue-flow history` tells what became of it")
    hint = did_you_mean(task_id, _near(store, loan))
    raise Mistake(
        f"there is no open task `{task_id[:200]}`" + (f"; {hint}" if hint else "") + "; `overdue-flow tasks` lists them"
    )


def _near(store: Store, loan: str) -> list[str]:
    """The ids of open tasks that may be meant: those of the loan, or some of all."""
    case = store.load(loan)
    of_the_loan = [one.id for one in case.course.open_effects if one.kind == "task"] if case is not None else []
    return of_the_loan or [task.effect.id for task in islice(store.tasks(), NEAR)]


def _by_role(task: OpenTask) -> tuple[str, date, str]:
    return task.effect.role or "", task.effect.deadline_on or date.max, task.effect.id


def _is_overdue(task: OpenTask, today: date) -> bool:
    return task.effect.deadline_on is not None and task.effect.deadline_on < today


def _table(found: Iterable[OpenTask], today: date) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("role", "last day", "task", "loan", "asked on", "about", "id"):
        table.add_column(column, overflow="fold", style="bold" if column == "role" else "")
    before: str | None = None
    for task in found:
        effect = task.effect
        overdue = _is_overdue(task, today)
        table.add_row(
            "" if effect.role == before else effect.role or "nobody",
            f"{effect.deadline_on} OVERDUE" if overdue else str(effect.deadline_on or "none"),
            effect.action,
            task.case_id,
            str(effect.decided_on),
            _about(task),
            effect.id,
            style="red" if overdue else "",
        )
        before = effect.role
    return table


def _about(task: OpenTask) -> str:
    """What the task is about: a complaint or an offer, and its parameters, but for the role, which has its own
    column."""
    effect = task.effect
    about = [effect.about] if effect.about else []
    return ", ".join([*about, *params_in_words(effect.params, effect.role)])


def _counted(found: list[OpenTask], today: date, by_machine: str) -> str:
    overdue = sum(_is_overdue(task, today) for task in found)
    return number_of(len(found), "open task") + (f", {overdue:,} overdue{by_machine}" if overdue else "")


def _as_json(task: OpenTask, today: date) -> dict[str, Any]:
    effect = task.effect
    return {
        "id": effect.id,
        "loan": task.case_id,
        "action": effect.action,
        "role": effect.role,
        "last_day": str(effect.deadline_on) if effect.deadline_on else None,
        "overdue": _is_overdue(task, today),
        "asked_on": str(effect.decided_on),
        "cause": effect.cause,
        "about": effect.about,
        "params": {name: str(value) for name, value in effect.params.items()},
    }
