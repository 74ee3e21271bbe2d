"""Everything that overdue_flow raises on purpose.

    OverdueFlowError
    ├── PolicyError       a policy file is refused; `.problems` holds every Problem of the file
    ├── BookError         a book of loans is refused; `.problems` holds every Problem of its files
    ├── ScenarioError     a scenario file is refused; `.problems` likewise
    ├── MoneyError        an amount that is no amount, or two currencies that meet
    ├── CalendarError     a day or country that the holiday calendar does not know
    ├── EventRefused      an event that cannot have happened to this case; nothing was recorded
    ├── EventConflict     an event id that came before with other content
    ├── UnknownCase       no case of that id in the store
    ├── NotInForce        no policy version is in force on the day a case is opened
    ├── ConcurrentTurn    another turn was recorded first; decide again
    ├── NotBuiltYet       a live delivery needs a part of the policy that this release only checks
    └── MissingExtra      an optional package is not installed; the message names the install line

A bug in the library raises something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overdue_flow.problems import Problem, Sources


class OverdueFlowError(Exception):
    """Base of every error that overdue_flow raises on purpose."""


class ProblemsError(OverdueFlowError):
    """An input with problems; each has a place. `sources` has the lines that they point at, for `problems.render`."""

    def __init__(self, problems: Sequence[Problem], sources: Sources | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.sources: Sources = sources or {}
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PolicyError(ProblemsError):
    """A policy that cannot be used."""


class BookError(ProblemsError):
    """A book of loans that cannot be read."""


class ScenarioError(ProblemsError):
    """A scenario that cannot be run."""


class MoneyError(OverdueFlowError, ValueError):
    """An amount of money that makes no sense."""


class CalendarError(OverdueFlowError, ValueError):
    """A day or a country that the holiday calendar does not know."""


class EventRefused(OverdueFlowError, ValueError):
    """An event that cannot have happened to this case."""


class EventConflict(OverdueFlowError):
    """An event id that was used before, with other content."""


class UnknownCase(OverdueFlowError, KeyError):
    """A case that the store does not hold."""

    def __str__(self) -> str:
        return Exception.__str__(self)


class NotInForce(OverdueFlowError):
    """A day on which no version of the policy is in force."""


class ConcurrentTurn(OverdueFlowError):
    """A turn that another turn of the same case overtook."""


class NotBuiltYet(OverdueFlowError, NotImplementedError):
    """A part of the policy that this release checks but does not yet carry out."""


class MissingExtra(OverdueFlowError, ImportError):
    """An optional package that is not installed."""
