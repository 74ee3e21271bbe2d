"""`overdue-flow migrate POLICIES STORE --to VERSION`: open cases move to another version, after a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from overdue_flow.cli.inputs import day_given, policies_at
from overdue_flow.cli.manners import REFUSED, Mistake, why_not
from overdue_flow.cli.night import table
from overdue_flow.cli.outlook import TOLD
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import complain, number_of, say, say_json, show
from overdue_flow.cli.stores import store_at
from overdue_flow.cli.tasks import STORE
from overdue_flow.errors import MigrationRefused
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.stage_map import read_stage_map
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.migrate import Migrated, Migration, Moved


def migrate(
    policies: Annotated[
        Path, typer.Argument(metavar="POLICIES", help="The folder of the policy's versions.", show_default=False)
    ],
    store: Annotated[str, STORE],
    *,
    stage_map: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where each stage goes; `overdue-flow diff OLD NEW --stage-map` writes one. Without it, stages keep"
            " their names.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="The version to move to, where no map says it."),
    ] = None,
    night: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Look as far as the night to this day; by default tomorrow."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Move every open case to another version of its policy. Says where each goes and what the first night would do;
    moves them with --yes. Refused, with every case, where the map forgets a stage. What was cut short goes on."""
    versions = policies_at(policies)
    migration = _migration(versions, stage_map, to)
    today = datetime.now(versions[-1].terms.zone).date()
    until = day_given(night, "--night") or today + timedelta(days=1)
    with store_at(store) as opened, doing("holding every case against the map") as progress:
        flow = Flow(versions, opened)
        try:
            outlook = _seen(flow, migration, until, progress)
            done = _carry_out(flow, migration, progress, outlook) if yes else None
        except MigrationRefused as refusal:
            _refuse(refusal, as_json=as_json)
            raise typer.Exit(REFUSED) from None
    notes = [*_to_know(outlook, next(one for one in versions if one.version == outlook.to), today)]
    if as_json:
        carried_out = {"moved": done.moved, "refused": dict(done.refused)} if done else {}
        say_json(outlook.as_json() | {"notes": notes} | carried_out)
    else:
        _show(outlook, notes, done)
    if done is not None and done.refused:
        raise typer.Exit(REFUSED)


def _migration(versions: Sequence[Policy], file: Path | None, to: str | None) -> Migration:
    """Where to, as the map and the options say."""
    if file is None:
        if to is None:
            raise Mistake("--to names the version to move to, or --stage-map a map that does")
        return Migration(to)
    try:
        read = read_stage_map(file.read_bytes(), versions, str(file))
    except OSError as error:
        raise Mistake(f"cannot read the stage map `{file}`: {why_not(error)}") from None
    if to not in (None, read.new):
        raise Mistake(f"--to {to} is not what the map says: it goes to {read.new}")
    return Migration(read.new, read.stages, read.old, read.entered)


@dataclass
class _Outlook:
    """What a migration would do, counted: `cases` one by one in JSON only."""

    to: str
    until: date
    cases: list[Moved] = field(default_factory=list)

    @property
    def stages(self) -> Counter[tuple[str, str, str]]:
        """By version and stage before, and the stage it goes to."""
        return Counter((one.version, one.stage, one.goes_to) for one in self.cases)

    @property
    def night(self) -> tuple[Counter[tuple[str, str, str]], Counter[str], Counter[str]]:
        """The moves that rules make then, what is asked for, and what is dropped."""
        moves = (move for one in self.cases for move in one.moves if move.how not in ("adopted", "renamed"))
        return (
            Counter((move.from_stage or "", move.to_stage, move.rule or move.how) for move in moves),
            Counter(effect.action for one in self.cases for effect in one.effects),
            Counter(effect.action for one in self.cases for effect in one.dropped),
        )

    def of(self, what: str) -> dict[str, str]:
        """The cases that would be stopped, or are refused, each with the reason."""
        return {one.case_id: why for one in self.cases if (why := getattr(one, what)) is not None}

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "to": self.to,
            "first_night": str(self.until),
            "cases": [
                {
                    "case": one.case_id,
                    "version": one.version,
                    "stage": one.stage,
                    "goes_to": one.goes_to,
                    "goes_on": one.goes_on,
                    "stage_then": one.stage_then,
                    "moves": [{"from": m.from_stage, "to": m.to_stage, "rule": m.rule} for m in one.moves],
                    "asked_for": [effect.action for effect in one.effects],
                    "dropped": [effect.action for effect in one.dropped],
                    "stopped": one.stopped,
                    "refused": one.refused,
                }
                for one in self.cases
            ],
        }


def _seen(flow: Flow, migration: Migration, until: date, progress: Doing) -> _Outlook:
    outlook = _Outlook(migration.version, until)
    for one in flow.preview_migration(migration, until):
        outlook.cases.append(one)
        progress.done(len(outlook.cases))
    return outlook


def _carry_out(flow: Flow, migration: Migration, progress: Doing, outlook: _Outlook) -> Migrated:
    progress.begin("moving", len(outlook.cases))
    return flow.migrate(migration, on_progress=progress.done)


def _refuse(refusal: MigrationRefused, *, as_json: bool) -> None:
    """Say why nothing was moved: each reason, with every case as JSON."""
    forgotten = [
        {"version": version, "stage": stage, "cases": list(cases)}
        for (version, stage), cases in refusal.forgotten.items()
    ]
    if as_json:
        say_json({"faults": list(refusal.faults), "forgotten": forgotten})
        return
    for fault in refusal.faults:
        complain(fault)
    if forgotten:
        complain("`overdue-flow diff OLD NEW --stage-map` suggests a map; nothing was moved")


def _to_know(outlook: _Outlook, new: Policy, today: date) -> Iterator[str]:
    """What the tables do not say."""
    first, last = new.in_force
    if (first is not None and today < first) or (last is not None and last < today):
        since = f"from {first}" if first is not None else ""
        until = f"until {last}" if last is not None else ""
        yield f"version {new.version} is in force {' '.join(filter(None, (since, until)))}, and today is {today}"
    moving = [one for one in outlook.cases if one.refused is None and one.goes_to != one.stage]
    goes_on = sum(one.goes_on for one in moving)
    if goes_on:
        yield (
            f"{number_of(goes_on, 'case')} {'goes' if goes_on == 1 else 'go'} on in a stage of another name: what it"
            " asks for on entry is not asked for, and the days in it count on"
        )
    left_out = {(one.stage, one.goes_to, one.not_asked) for one in moving if one.not_asked}
    for stage, goes_to, actions in sorted(left_out):
        yield (
            f"`{goes_to}` asks on entry for what `{stage}` did not: {', '.join(actions)};"
            f" `entered: [{stage}]` in the map has it asked for"
        )
    anew = len(moving) - goes_on
    if anew:
        yield (
            f"{number_of(anew, 'case')} {'enters' if anew == 1 else 'enter'} a stage of another name: what it asks for"
            " on entry is asked for then, and the days in it count from then on"
        )


def _show(outlook: _Outlook, notes: Sequence[str], done: Migrated | None) -> None:
    if done is None:
        say(f"{number_of(len(outlook.cases), 'open case')} to move to version {outlook.to}")
    else:
        say(f"{number_of(done.moved, 'open case')} moved to version {outlook.to}")
    moves, effects, dropped = outlook.night
    parts = (
        ("Where they stand, and go to", ("version", "stage", "goes to", "cases"), outlook.stages),
        (f"By the night to {outlook.until}: moves", ("from", "to", "by", "cases"), moves),
        ("By then: asked for", ("action", "effects"), effects),
        ("Dropped with the stage or the version that asked for it", ("action", "effects"), dropped),
    )
    for title, columns, counts in parts:
        if counts:
            _section(title)
            rows = sorted(((*_key(key), count) for key, count in counts.items()), key=str)
            show(table(columns, rows), wide=True)
    if notes and outlook.cases:
        say()
        for note in notes:
            say(note)
    _one_by_one("Stopped; a person must look", outlook.of("stopped"))
    _one_by_one("Cannot move", dict(done.refused) if done is not None else outlook.of("refused"))
    if done is None and outlook.cases:
        say("nothing was written; --yes does it", on_error=True)


def _key(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def _section(title: str, style: str = "bold") -> None:
    say()
    say(Text(title, style))


def _one_by_one(title: str, reasons: dict[str, str]) -> None:
    if reasons:
        _section(title, "bold yellow")
        for case, why in list(reasons.items())[:TOLD]:
            say(f"  {case}  {why}")
        if len(reasons) > TOLD:
            say(f"  and {len(reasons) - TOLD:,} more")
