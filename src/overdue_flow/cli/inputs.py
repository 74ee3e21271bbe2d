"""What commands are given: policies, books, scenario files, days. A mistake in naming them is one line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from overdue_flow.cases.declared import LIMITATION
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.errors import PolicyError, ScenarioError
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.policy.load import Examined, examine_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.simulation.book import Book, read_book


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


def book_at(path: Path, policy: Policy, progress: Callable[[str, int], None]) -> Book:
    """The book in the folder at `path`. BookError, with every problem, where it is refused."""
    if not path.exists():
        raise Mistake(f"cannot read the book `{path}`: it does not exist")
    if not path.is_dir():
        raise Mistake(
            f"cannot read the book `{path}`: it is a file; a book is a folder with `loans`, `instalments`, `payments`"
        )
    try:
        return read_book(path, policy.terms.zone, facts=_told(policy), progress=progress)
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
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Mistake(f"the year of {option} {text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day
