"""What commands are given: policies, books, scenario files, days. A mistake in naming them is one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.cases.limitation import LIMITATION
from overdue_flow.cases.terms import Terms
from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.errors import PolicyError, ScenarioError
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.policy.load import Examined, examine_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.simulation.book import Book, read_book

NOTHING_MORE: Mapping[str, Fact] = {}

ScenarioFilesGiven: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILES]...", help="Files of scenarios alone, or folders of them.", show_default=False),
]
OwnGiven: TypeAlias = Annotated[bool, typer.Option("--own", help="Only what is written in the file itself.")]
FailUnderGiven: TypeAlias = Annotated[
    float | None, typer.Option(min=0, max=100, help="Exit with 1 below so many percent.", show_default=False)
]


def examined_at(path: Path) -> Examined:
    """The policy file at `path`, examined. Mistake where there is none."""
    try:
        return examine_policy(path)
    except OSError as error:
        raise Mistake(f"cannot read the policy `{path}`: {why_not(error)}") from None


def policy_at(path: Path) -> Policy:
    """The policy in the file at `path`. PolicyError, with every problem, where it is refused."""
    examined = examined_at(path)
    if examined.policy is None:
        raise PolicyError([problem for problem in examined.problems if problem.refused], examined.sources)
    return examined.policy


def policies_at(path: Path) -> tuple[Policy, ...]:
    """The versions of a policy: those in the files of the folder at `path`, or the one in the file.

    PolicyError, with the problems of every file, where one is refused; Mistake where they are not versions of one
    policy.
    """
    if not path.is_dir():
        return (policy_at(path),)
    files = _files_in(path, "policy")
    examined = [examined_at(file) for file in files]
    problems = [problem for one in examined for problem in one.problems if problem.refused]
    if problems:
        raise PolicyError(problems, {name: text for one in examined for name, text in one.sources.items()})
    found = tuple(one.policy for one in examined if one.policy is not None)
    _check_versions(path, files, found)
    return found


def _files_in(folder: Path, what: str) -> list[Path]:
    """The YAML files of a folder, by name."""
    files = sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml"))
    if not files:
        raise Mistake(f"cannot read the {what} `{folder}`: it is a folder without a `.yaml` file")
    return files


def _check_versions(folder: Path, files: Sequence[Path], found: Sequence[Policy]) -> None:
    seen: dict[str, Path] = {}
    for file, policy in zip(files, found, strict=True):
        if policy.id != found[0].id:
            raise Mistake(
                f"the files in `{folder}` are not versions of one policy:"
                f" `{files[0].name}` is {found[0].id}, `{file.name}` is {policy.id}"
            )
        if policy.version in seen:
            raise Mistake(f"version {policy.version} is there twice: `{seen[policy.version]}` and `{file}`")
        seen[policy.version] = file


def scenario_files(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and those in the folders that are."""
    return [file for path in paths for file in (_files_in(path, "scenarios") if path.is_dir() else (path,))]


def scenarios_at(path: Path, policy: Policy) -> tuple[Scenario, ...]:
    """The scenarios in the file at `path`. ScenarioError, with every problem, where one is refused."""
    try:
        return load_scenarios(path, policy=policy, name=str(path))
    except OSError as error:
        raise Mistake(f"cannot read the scenarios `{path}`: {why_not(error)}") from None
    except ScenarioError as refusal:
        with suppress(OSError, UnicodeDecodeError):
            raise ScenarioError(refusal.problems, {str(path): path.read_text("utf-8")}) from None
        raise


def book_at(
    path: Path, policy: Policy | None, progress: Callable[[str, int], None], more: Mapping[str, Fact] = NOTHING_MORE
) -> Book:
    """The book in the folder at `path`. BookError, with every problem, where it is refused.

    `more` are columns of `loans` beside the facts of the policy. Without a policy any column is a fact, and a day is
    one of the default terms.
    """
    if not path.exists():
        raise Mistake(f"cannot read the book `{path}`: it does not exist")
    if not path.is_dir():
        raise Mistake(
            f"cannot read the book `{path}`: it is a file; a book is a folder with `loans`, `instalments`, `payments`"
        )
    terms, facts = (policy.terms, {**_told(policy), **more}) if policy is not None else (Terms(), None)
    try:
        return read_book(path, terms.zone, facts=facts, progress=progress)
    except OSError as error:
        raise Mistake(f"cannot read the book `{error.filename or path}`: {why_not(error)}") from None


def _told(policy: Policy) -> dict[str, Fact]:
    """The facts that the host tells: those that the policy declares, and the built-in one that only a host can know."""
    return {name: policy.vocabulary[name] for name in (*policy.spec.facts, LIMITATION.name)}


def day_given(text: str | None, option: str) -> date | None:
    """The day that an option gives, if it does."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise Mistake(f"`{text}` is no day; {option} expects one such as 2025-01-31")
    _check_year(day, text, option)
    return day


def instant_given(text: str | None, option: str, zone: tzinfo) -> datetime | None:
    """The instant that an option gives, if it does; one that names no time zone is in `zone`."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        instant = None
    if instant is None:
        raise Mistake(f"`{text}` is no instant; {option} expects one such as 2025-01-31T09:30 or ...T09:30+08:00")
    _check_year(instant, text, option)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def refuse_to_come(given: date, now: date, option: str, text: str | None) -> None:
    """Mistake for a day or an instant that is later than now: living it is no rehearsal, what it records stays."""
    if given > now:
        raise Mistake(
            f"{option} {text} is to come, and what is done is done for good; it is now {_as_given(given, now)};"
            " `overdue-flow forewarn` says what would happen, and records nothing"
        )


def _as_given(given: date, now: date) -> str:
    """Now as the user speaks of time: a day, or an instant in the zone of the one that was given."""
    if isinstance(given, datetime) and isinstance(now, datetime):
        return f"{now.astimezone(given.tzinfo):%Y-%m-%dT%H:%M%z}"
    return str(now)


def words_given(text: str, option: str) -> str:
    """The words that an option gives. Mistake for none: the journal would name nobody, or no reason."""
    if not text.strip():
        raise Mistake(f"{option} is empty; the journal keeps what it says")
    return text


def moment_given(text: str | None, option: str, zone: tzinfo) -> datetime:
    """The instant that an option gives, or now. Mistake for one to come."""
    now = datetime.now(UTC)
    instant = instant_given(text, option, zone)
    if instant is not None:
        refuse_to_come(instant, now, option, text)
    return instant or now


def _check_year(day: date, text: str, option: str) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Mistake(f"the year of {option} {text} is not between {FIRST_YEAR} and {LAST_YEAR}")
