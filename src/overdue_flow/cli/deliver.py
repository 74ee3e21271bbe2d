"""`overdue-flow deliver POLICY STORE`: what is due in the outbox goes to the host's hooks; what is parked is shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from overdue_flow.cases.effects import Status
from overdue_flow.cli.access import remember
from overdue_flow.cli.hooks import Register, hooks_named
from overdue_flow.cli.inputs import moment_given, policies_at
from overdue_flow.cli.manners import REFUSED, Mistake
from overdue_flow.cli.night import table
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import complain, number_of, say, say_json, show
from overdue_flow.cli.stores import store_at, switch_as_json, switch_in_words
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.errors import StoreBusy, StoreUnavailable
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.report import DeliveryReport, NotDelivered
from overdue_flow.runtime.switches import stopping
from overdue_flow.store.protocol import Parcel, Store, Switch

WITHHELD = {
    "deferred": "deferred to the first instant that is permitted",
    "held": "held until what stops it has ended",
    "vetoed": "vetoed: nothing will permit it",
    "superseded": "superseded by a newer contact of its purpose",
    "expired": "expired: its last day is over",
    "skipped": "skipped: nothing went out, and nothing is sent later",
    "left": "left to a worker that has its version",
}
"""How an effect does not go out, in words: `NotDelivered.how` of what was withheld."""

TOLD = 20
"""So many effects that failed are told one by one; the journal and the outbox have all."""


def deliver(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    *,
    hooks: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME",
            help="What registers the hooks: a function that takes the flow, or a mapping from actions to hooks.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        float | None,
        typer.Option(
            min=0.1, metavar="SECONDS", help="Look again every so often, until it is stopped.", show_default=False
        ),
    ] = None,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Record each effect as skipped; nothing goes out, no hook is called.")
    ] = False,
    parked: Annotated[
        bool, typer.Option("--parked", help="List what waits for a person, and deliver nothing.")
    ] = False,
    redeliver: Annotated[
        str | None,
        typer.Option(metavar="ID|all", help="Try this parked effect again, or all of them.", show_default=False),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="What was due at this instant, not one to come; by default now.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Deliver what is due: each effect is looked at once more and handed to its hook, or withheld with the reason."""
    versions = policies_at(policy)
    register = hooks_named(hooks) if hooks is not None else None
    instant = moment_given(at, "--at", versions[-1].terms.zone) if at is not None else None
    if register is None and not (parked or redeliver or shadow):
        raise Mistake("nothing can be delivered without hooks: say --hooks MODULE:NAME (or --shadow, --parked)")
    with store_at(store) as opened:
        if redeliver is not None:
            _redeliver(opened, redeliver, instant or datetime.now(UTC))
        if parked:
            found = list(opened.outbox(parked=True))
            if found:
                remember(opened, ("",), "deliver --parked")  # what went wrong may name somebody
            _show_parked(found, as_json)
        elif register is not None or shadow:
            flow = _flow(versions, opened, register, shadow=shadow)
            if watch is not None:
                _watch(flow, opened, watch, instant, as_json)
            _once(flow, opened, instant, as_json)


def _flow(versions: Sequence[Policy], store: Store, register: Register | None, *, shadow: bool) -> Flow:
    flow = Flow(versions, store, shadow=shadow)
    if register is not None:
        register(flow)
    return flow


def _redeliver(store: Store, which: str, now: datetime) -> None:
    count = store.redeliver(None if which == "all" else [which], now=now)
    if not count and which != "all":
        raise Mistake(f"no effect `{which[:200]}` is parked; --parked lists those that are")
    say(f"{number_of(count, 'parked effect')} may be tried again", on_error=True)


def _once(flow: Flow, store: Store, at: datetime | None, as_json: bool) -> None:
    """Deliver once. Exit code 1 where something was due that went wrong, or was left to another worker."""
    with doing("delivering"):
        report = flow.deliver(at)
    _tell(report, _waiting(store, at or datetime.now(UTC)), as_json=as_json, quiet=False)
    if report.failed or report.parked or any(one.how == "left" for one in report.withheld):
        raise typer.Exit(REFUSED)


def _watch(flow: Flow, store: Store, seconds: float, at: datetime | None, as_json: bool) -> NoReturn:
    """Deliver again and again; a store that cannot be reached is tried again, too. What is stopped is told when that
    changes, or something else is. Ctrl-C or SIGTERM ends it: what it had claimed is anybody's after its lease."""
    known: frozenset[str] = frozenset()
    while True:
        try:
            report = flow.deliver(at)
            stopped = frozenset(store.switches())
            changed, known = stopped != known, stopped
            told = changed or bool(_counted(report))
            waiting = _waiting(store, at or datetime.now(UTC)) if told else {}
        except (StoreBusy, StoreUnavailable) as away:
            complain(str(away))
        else:
            _tell(report, waiting, as_json=as_json, quiet=True)
        time.sleep(seconds)


def _waiting(store: Store, now: datetime) -> dict[Switch, int]:
    """What is stopped, and how many effects that are due wait for it."""
    switches = store.switches()
    counts = dict.fromkeys(sorted(switches.values()), 0)
    for parcel in takewhile(lambda one: one.effect.due_at <= now, store.outbox(parked=False) if switches else ()):
        switch = stopping(parcel.effect, switches) if parcel.effect.status is Status.PENDING else None
        if switch is not None:
            counts[switch] += 1
    return counts


# --- what it came to ---


def _tell(report: DeliveryReport, waiting: Mapping[Switch, int], *, as_json: bool, quiet: bool) -> None:
    """Say what a delivery came to, and what waits; `quiet`: nothing where there was nothing to do."""
    if as_json:
        say_json(_as_json(report, waiting), indent=None if quiet else 2)
        return
    rows = _counted(report)
    if quiet and (rows or waiting):
        say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", on_error=True)
    for switch, count in waiting.items():
        waits = "waits" if count == 1 else "wait"
        say(Text(f"{switch_in_words(switch)}; {number_of(count, 'effect')} {waits} for it", "bold yellow"))
    if not rows:
        if not quiet:
            say("nothing else was due" if any(waiting.values()) else "nothing was due")
        return
    show(table(("action", "outcome", "effects"), rows), wide=True)
    _reasons("Withheld", report.withheld)
    _one_by_one("Failed; they are tried again", report.failed)
    _one_by_one("Parked; `--redeliver` tries them again", report.parked)


def _counted(report: DeliveryReport) -> list[tuple[Any, ...]]:
    counts = Counter((effect.action, "delivered") for effect in report.delivered)
    for one in (*report.withheld, *report.failed, *report.parked):
        counts[one.effect.action, one.how] += 1
    return [(*key, count) for key, count in sorted(counts.items())]


def _reasons(title: str, effects: Iterable[NotDelivered]) -> None:
    reasons = Counter((one.how, one.reason) for one in effects)
    if reasons:
        say()
        say(Text(title, "bold yellow"))
        rows = [(WITHHELD[how], why, count) for (how, why), count in sorted(reasons.items())]
        show(table(("how", "why", "effects"), rows), wide=True)


def _one_by_one(title: str, effects: Sequence[NotDelivered]) -> None:
    if not effects:
        return
    say()
    say(Text(title, "bold red"))
    for one in effects[:TOLD]:
        say(f"  {one.effect.id}  {one.effect.action}: {one.reason}")
    if len(effects) > TOLD:
        say(f"  and {len(effects) - TOLD:,} more")


def _as_json(report: DeliveryReport, waiting: Mapping[Switch, int]) -> dict[str, Any]:
    others = {"withheld": report.withheld, "failed": report.failed, "parked": report.parked}
    return {
        "delivered": [{"id": effect.id, "action": effect.action} for effect in report.delivered],
        **{
            name: [
                {"id": one.effect.id, "action": one.effect.action, "how": one.how, "why": one.reason} for one in found
            ]
            for name, found in others.items()
        },
        "stopped": [{**switch_as_json(switch), "waiting": count} for switch, count in waiting.items()],
    }


# --- what is parked ---


def _show_parked(found: Sequence[Parcel], as_json: bool) -> None:
    if as_json:
        say_json([_parcel(parcel) for parcel in found])
    elif not found:
        say("nothing is parked")
    else:
        for parcel in found:
            say(f"{parcel.effect.id}  {parcel.effect.action}, tried {number_of(parcel.tries, 'time')}: {parcel.error}")
        say()
        say(Text(f"{number_of(len(found), 'parked effect')}; --redeliver all, or one by its id", "bold"))


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "id": parcel.effect.id,
        "loan": parcel.case_id,
        "action": parcel.effect.action,
        "tries": parcel.tries,
        "error": parcel.error,
    }
