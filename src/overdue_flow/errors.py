"""Everything that overdue_flow raises on purpose.

    OverdueFlowError
    ├── PolicyError       a policy file is refused; `.problems` holds every Problem of the file
    ├── BookError         a book of loans is refused; `.problems` holds every Problem of its files
    ├── ScenarioError     a scenario file is refused; `.problems` likewise
    ├── StageMapError     a stage map is refused; `.problems` likewise
    ├── PopulationError   a population file is refused; `.problems` likewise
    ├── MoneyError        an amount that is no amount, or two currencies that meet
    ├── CalendarError     a day or country that the holiday calendar does not know
    ├── EventRefused      an event that cannot have happened to this case; nothing was recorded
    ├── AccessRefused     somebody who may not see this case, or says in no role who looks; nothing was shown
    ├── OfferRefused      an offer that cannot be worked out, or that makes no sense for this loan
    ├── EventConflict     an event id that came before with other content
    ├── UnknownCase       no case of that id in the store
    ├── NotInForce        no policy version is in force on the day a case is opened
    ├── MigrationRefused  loans stand where the stage map says nothing; `.forgotten` has each of them
    ├── VersionTaken      a version of a policy has decided in this store already, and said something else then
    ├── EventsRefused     of several events some were refused; the others were recorded, `.outcomes` has all
    ├── CasesLeft         some cases could not be lived in a night; `.errors` says why of each
    ├── HookError         hooks and policy do not fit each other; `.faults` has every reason
    ├── ConcurrentTurn    another turn was recorded first; decide again
    ├── SchemaError       a database that is not a store's, or (`OtherSchema`) one of another release
    ├── StoreBusy         the store is locked, and stayed so; nothing was recorded
    ├── StoreUnavailable  the store cannot be reached or written; the message says what was recorded
    ├── KeysError         a key that is missing, is another one than the store's, or can be none
    ├── JournalError      a journal that was changed, or an archive of one that cannot be taken in
    └── MissingExtra      an optional package is not installed; the message names the install line

A bug in the library raises something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from overdue_flow.problems import Problem, Sources


LONGEST = 4_000
"""An error that is said on one line is no longer than this."""


def in_print(said: str) -> str:
    """Text with what cannot be printed written out (`\\n`, `\\x00`, `\\u202e`), as it may stand in a line of a log."""
    if said.isprintable():
        return said
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in said)


def shown(value: object, longest: int = 60) -> str:
    """A value from outside, whatever it is, as an error says it between backticks: in print, and not for ever."""
    try:
        return in_print(str(value)[:longest])
    except Exception:  # noqa: BLE001  # it is nested too deeply, has too many digits, or cannot say what it is
        return "..."


class OverdueFlowError(Exception):
    """Base of every error that overdue_flow raises on purpose."""


class OneLineError(OverdueFlowError):
    """An error on one line, whatever it quotes."""

    def __init__(self, said: str) -> None:
        super().__init__(in_print(said if len(said) <= LONGEST else f"{said[:LONGEST]}..."))


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


class StageMapError(ProblemsError):
    """A stage map that cannot be used."""


class PopulationError(ProblemsError):
    """A population that cannot be lived."""


class MoneyError(OneLineError, ValueError):
    """An amount of money that makes no sense."""


class CalendarError(OneLineError, ValueError):
    """A day or a country that the holiday calendar does not know."""


class EventRefused(OneLineError, ValueError):
    """An event that cannot have happened to this case."""


class AccessRefused(OneLineError):
    """A look at a case by somebody who may not see it."""


class OfferRefused(OneLineError, ValueError):
    """An offer that cannot be worked out, or that makes no sense for this loan."""


class EventConflict(OneLineError):
    """An event id that was used before, with other content."""


class EventsRefused(OverdueFlowError):
    """Of several events some were refused; the others were recorded.

    `outcomes` has, for each event in order, its Decision or the error with which it was refused.
    """

    def __init__(self, outcomes: Sequence[Any]) -> None:
        self.outcomes: tuple[Any, ...] = tuple(outcomes)
        refused = [one for one in self.outcomes if isinstance(one, OverdueFlowError)]
        first = f"; the first: {refused[0]}" if refused else ""
        super().__init__(f"{len(refused)} of {len(self.outcomes)} events were refused, the others recorded{first}")


class CasesLeft(OverdueFlowError):
    """Cases that could not be lived in a night; all others were. They are still due.

    `errors` says why, by case id.
    """

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        self.errors: dict[str, Exception] = dict(errors)
        first, why = next(iter(self.errors.items()))
        left = f"{len(self.errors)} {'case' if len(self.errors) == 1 else 'cases'}"
        super().__init__(f"{left} could not be lived, the others were; `{first}`: {why}")


class HookError(OverdueFlowError, ValueError):
    """Hooks that do not fit the policy. `faults` has every reason."""

    def __init__(self, *faults: str) -> None:
        self.faults: tuple[str, ...] = faults
        super().__init__("\n".join(faults))


class UnknownCase(OneLineError, KeyError):
    """A case that the store does not hold."""

    def __str__(self) -> str:
        return Exception.__str__(self)


class NotInForce(OneLineError):
    """A day on which no version of the policy is in force."""


class MigrationRefused(OverdueFlowError):
    """Cases that cannot move to another version of their policy; none was moved.

    `faults` has every reason; `forgotten` every case that stands where the stage map says nothing, by version and
    stage.
    """

    def __init__(self, faults: Sequence[str], forgotten: Mapping[tuple[str, str], Sequence[str]]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        self.forgotten: dict[tuple[str, str], tuple[str, ...]] = {key: tuple(ids) for key, ids in forgotten.items()}
        super().__init__("\n".join(faults))


class VersionTaken(OneLineError):
    """A version of a policy under which a store has decided already, by another text."""


class ConcurrentTurn(OneLineError):
    """A turn that another turn of the same case overtook."""


class JournalError(OverdueFlowError):
    """A journal that is not what was written, or an archive of one that cannot be taken in."""


class SchemaError(OverdueFlowError):
    """A database whose tables this release does not know."""


class OtherSchema(SchemaError):
    """A store whose tables another release made: a newer one, or an older one whose tables were not upgraded yet."""


class StoreBusy(OverdueFlowError):
    """A store that others keep locked; nothing was recorded, and the same may be tried again."""


class StoreUnavailable(OverdueFlowError):
    """A store that cannot be reached or written: a lost connection, a full disk."""


class KeysError(OverdueFlowError):
    """A key that is missing, that is another one than the store's, or that can be none."""


class MissingExtra(OverdueFlowError, ImportError):
    """An optional package that is not installed."""
