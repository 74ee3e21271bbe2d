"""`overdue-flow store ...`: making a store, bringing it to this release, what is in it, and what is stopped in it.
Backups and keys are in `keeping.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.inputs import policies_at, words_given
from overdue_flow.cli.keeping import COMMANDS
from overdue_flow.cli.manners import Mistake, mannerly
from overdue_flow.cli.screen import say, say_json, show
from overdue_flow.cli.stores import shown, store_at, switch_as_json, switch_in_words, upgraded
from overdue_flow.cli.tasks import STORE
from overdue_flow.errors import OverdueFlowError
from overdue_flow.problems import did_you_mean
from overdue_flow.store.protocol import EVERY_CONTACT, PolicyText, Store, Switch

store = typer.Typer(
    help="Make a store, upgrade it, look at it, back it up, encrypt it, and stop what goes out of it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

NAME = typer.Argument(
    metavar="NAME", help=f"An action of the policy, or `{EVERY_CONTACT}` for all contact.", show_default=False
)


def create(where: Annotated[str, STORE]) -> None:
    """Make an empty store. Of one that is there already nothing is lost or changed; triggers that keep its journal and
    are gone are made anew."""
    with store_at(where, create=True) as opened:
        with opened.records() as records:
            lost = " and ".join(f"`{table}`" for table in records.unguarded())
        if lost:
            opened.create()
    say(f"{shown(where)}: a store of schema {_schema()}")
    if lost:
        say(
            f"nothing in the database kept {lost} append-only: triggers were missing, or switched off;"
            " they are there again"
        )


def _schema() -> int:
    """The version of a store that could be opened."""
    from overdue_flow.store.tables import SCHEMA_VERSION  # only with SQLAlchemy, which opened it

    return SCHEMA_VERSION


def upgrade(where: Annotated[str, STORE]) -> None:
    """Bring a store of an earlier release to the schema of this one. Make a copy first."""
    before, after = upgraded(where)
    say(f"{shown(where)}: " + (f"schema {after} already" if before == after else f"schema {before}, now {after}"))


def info(
    where: Annotated[str, STORE],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say what is in a store."""
    with store_at(where, closed=True) as opened:
        counted, policies, keys = opened.contents(), opened.policies(), opened.known_keys()
    found = {
        "schema": _schema(),
        "cases": counted.cases,
        "effects_on_the_way": counted.on_the_way,
        "effects_parked": counted.parked,
        "open_tasks": counted.tasks,
        "switches": counted.switches,
    }
    if as_json:
        encrypted = {"keys": list(keys.names), "clear_left": keys.clear_left} if keys.names else {}
        say_json({**found, **encrypted, "policies": [_policy(text) for text in policies]})
        return
    _show([(name.replace("_", " "), f"{count:,}") for name, count in found.items()], figures=True)
    if keys.names:
        say(f"encrypted with {' and '.join(f'`{name}`' for name in keys.names)}")
    if keys.clear_left or len(keys.names) > 1:
        left = ("older keys are needed", "what is from before the first key stands in the clear")[keys.clear_left]
        say(f"{left}, until `overdue-flow store rotate-keys {shown(where)}` has gone over it")
    if policies:
        say()
        say(Text("Policies that have decided in it", "bold"))
        rows = [(one.policy, one.version, f"since {_day(one)}", f"means {one.digest[:12]}") for one in policies]
        _show(rows)


def _show(rows: Iterable[tuple[str, ...]], *, figures: bool = False) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        while len(table.columns) < len(row):
            table.add_column(justify="right" if figures and table.columns else "left", overflow="fold")
        table.add_row(*row)
    show(table, wide=True)


def _policy(text: PolicyText) -> dict[str, str]:
    return {"policy": text.policy, "version": text.version, "since": _day(text), "digest": text.digest}


def _day(text: PolicyText) -> str:
    return f"{text.since.astimezone(UTC):%Y-%m-%d}"


def stop(
    where: Annotated[str, STORE],
    name: Annotated[str, NAME],
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who stops it.", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.", show_default=False)],
    policy: Annotated[
        Path | None,
        typer.Option(metavar="POLICY", help="The policy whose actions may be named, too.", show_default=False),
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Stop a name that nothing has now.")] = False,
) -> None:
    """Stop an action, or all contact, at once and for every worker; what is due waits until `resume`."""
    words_given(by, "--by")
    words_given(reason, "--reason")
    words_given(name, "NAME")
    with store_at(where) as opened:
        if name != EVERY_CONTACT and not anyway:
            _check_action(name, opened, policy)
        opened.stop(Switch(name, datetime.now(UTC), by, reason))
    say(f"{name} is stopped; `overdue-flow store resume {shown(where)} {name}` lets it go on")


def _check_action(name: str, opened: Store, policy: Path | None) -> None:
    """OverdueFlowError for a name that nothing in the outbox has, nor any version of the policy."""
    known = {EVERY_CONTACT, *opened.actions_waiting()}
    if policy is not None:
        known.update(action for one in policies_at(policy) for action in one.actions)
    if name not in known:
        hint = did_you_mean(name, known)
        raise OverdueFlowError(
            f"nothing was stopped: no action `{name}` is on its way"
            + ("" if policy is None else ", and the policy has none")
            + (f"; {hint}" if hint else "")
            + "; --anyway stops it all the same"
        )


def resume(where: Annotated[str, STORE], name: Annotated[str, NAME]) -> None:
    """Let something go on that was stopped."""
    with store_at(where) as opened:
        if not opened.resume(name):
            stopped = ", ".join(sorted(opened.switches())) or "nothing"
            raise Mistake(f"`{name}` is not stopped; what is: {stopped}")
    say(f"{name} goes on")


def switches(
    where: Annotated[str, STORE],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say what is stopped, since when, by whom and why."""
    with store_at(where) as opened:
        found = sorted(opened.switches().values())
    if as_json:
        told = [switch_as_json(one) for one in found]
        say_json(told)
    for one in found if not as_json else ():
        say(switch_in_words(one))
    if not found and not as_json:
        say("nothing is stopped")


for _command in (create, upgrade, info, stop, resume, switches):
    store.command(_command.__name__)(mannerly(_command))
for _name, _keeping in COMMANDS:
    store.command(_name)(mannerly(_keeping))
