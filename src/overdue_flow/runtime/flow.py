"""Flow: a policy, a store and the host's hooks. Events come in, turns are recorded, effects go out."""

from __future__ import annotations

import os
import random
import socket
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any, Literal, overload

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import CaseAdopted, Event, LoanOpened
from overdue_flow.engine.decide import check_instant
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import CasesLeft, EventsRefused, HookError, OverdueFlowError
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime import asking, looks, retention, switches
from overdue_flow.runtime.adopt import FirstNight, preview, with_stage
from overdue_flow.runtime.batch import Outcome
from overdue_flow.runtime.clearance import Clearance
from overdue_flow.runtime.deciding import Decider, check_day, sound
from overdue_flow.runtime.forewarn import Forewarned, due_then, foreseen
from overdue_flow.runtime.hooks import Hook, Hooks
from overdue_flow.runtime.migrate import Migrated, Migrating, Migration, Moved
from overdue_flow.runtime.outbox import Outbox
from overdue_flow.runtime.patience import PATIENT, Patience
from overdue_flow.runtime.reading import Reading
from overdue_flow.runtime.report import DeliveryReport
from overdue_flow.runtime.retention import Retained
from overdue_flow.runtime.settings import Refresh, Settings
from overdue_flow.runtime.telemetry import Telemetry
from overdue_flow.runtime.texts import Texts
from overdue_flow.runtime.turns import Turns
from overdue_flow.runtime.versions import Versions
from overdue_flow.runtime.watching import Observer, Observers
from overdue_flow.store.protocol import Parcel, Store, Switch

Events = Iterable[tuple[str, Event]]
"""Events, each with its loan."""


class Flow(Reading):
    """The life of many loans under the versions of one policy.

    `policies` is one version or several: a case is opened under the one in force on that day and stays with it until
    `PolicyAdopted`; limits, holds and never clauses are those of the newest in force. VersionTaken for one that said
    something else when it decided in this store before. `clock` gives the instant at which an event without `at` was
    noticed, and at which effects go out.

    Hooks: `hooks` by action, or `@flow.on(action)`. `refresh(case)` gives what happened to a loan since, right before
    something goes out to it. `ask(case, facts)` answers asked facts. In `shadow` mode all is decided and recorded,
    and nothing goes out.

    Delivery: `worker` is this worker's name among those that share the store (by default one that nobody else has);
    what it claims is another's when it says nothing for `lease`. A hook may take `time_limit` (None: for ever), and is
    tried again with `patience`. `draw` is where chance comes from.
    """

    def __init__(
        self,
        policies: Policy | Sequence[Policy],
        store: Store,
        *,
        hooks: Mapping[str, Hook] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        shadow: bool = False,
        refresh: Refresh | None = None,
        ask: asking.AskedAll | None = None,
        worker: str | None = None,
        lease: timedelta = timedelta(minutes=5),
        time_limit: timedelta | None = timedelta(seconds=30),
        patience: Patience = PATIENT,
        draw: random.Random | None = None,
    ) -> None:
        if time_limit is not None and lease <= time_limit:
            raise ValueError(f"a hook may take {time_limit}, so a lease of {lease} is too short")
        versions = Versions((policies,) if isinstance(policies, Policy) else policies)
        store.keep_apart(frozenset[str]().union(*(policy.personal_facts for policy in versions.all)))
        self._decider = Decider(versions)
        self._turns = Turns(self._decider, store, sound(clock), draw or random.Random(), Texts(versions.all, store))
        self._hooks = Hooks(versions.all, hooks or {}, needs_all=not shadow)
        self._clearance = Clearance(self._decider, shadow)
        self._questions = asking.Questions(versions.all, ask, time_limit)
        self._decider.asks = ask is not None
        self._settings = Settings(worker or _a_name(), lease, time_limit, patience, refresh)
        self._observers = Observers()
        self._telemetry = Telemetry()
        self._is_hosts = False

    # --- hooks ---

    def on(self, action: str, *, batch: int | None = None) -> Callable[[Hook], Hook]:
        """Register the hook of an action: `@flow.on("send_message")`, plain or `async`.

        It is called as `hook(effect, case)`, with those of the effect's parameters that it names after a `*`, and may
        return events, which come in again. With `batch`, it is given up to so many effects at once, as a list of
        (effect, case), and may return what it would for each by effect id. HookError for an action that no version
        has.
        """
        self._hooks.check_name(action)

        def register(hook: Hook) -> Hook:
            self._hooks.add(action, hook, batch)
            return hook

        return register

    def elsewhere(self, *actions: str) -> None:
        """These actions are delivered by another process."""
        self._hooks.elsewhere(*actions)

    def asks(self, fact: str) -> Callable[[asking.Asked], asking.Asked]:
        """Register who answers an asked fact: `@flow.asks("repayment_odds")`, called with the case, plain or `async`.

        HookError for a fact that no version asks for.
        """

        def register(hook: asking.Asked) -> asking.Asked:
            self._questions.add(fact, hook)
            self._decider.asks = True
            return hook

        return register

    def watch(self, observer: Observer) -> Observer:
        """Register an observer: `@flow.watch`, called as `observer(case, entry)` when a case has moved, and that is
        recorded."""
        self._observers.add(observer)
        return observer

    def open(self) -> Flow:
        """Check hooks against the policy: HookError, with every reason, unless every action of every version has its
        hook or is delivered `elsewhere`, and every hook asks for parameters that its action has.

        Tasks need no hook: without one they stand on the list of tasks. `deliver` opens a flow that is not.
        """
        self._hooks.open()
        return self

    # --- events in ---

    def receive(self, case_id: str, event: Event, *, at: datetime | None = None) -> Decision:
        """What happened to a loan. The days that should have begun before it are lived first, in the same commit.

        Raises EventRefused (it cannot have happened; nothing is recorded), EventConflict (its id came before, with
        other content), UnknownCase, ConcurrentTurn (others were faster again and again). A repeat changes nothing: the
        decision says `repeated`.
        """
        with self._telemetry.span("receive", case_id=case_id, event=getattr(event, "kind", "")):
            decisions = self._turns.receive(case_id, event, at)
            self._after(decisions)
        return decisions[-1]

    @overload
    def receive_many(self, events: Events, *, on_error: Literal["raise"] = ..., chunk: int = ...) -> list[Decision]: ...
    @overload
    def receive_many(self, events: Events, *, on_error: Literal["collect"], chunk: int = ...) -> list[Outcome]: ...

    def receive_many(self, events: Events, *, on_error: Literal["raise", "collect"] = "raise", chunk: int = 500) -> Any:
        """Several events, each with its loan, in the order given: what one by one would give, in one commit for each
        `chunk` of them.

        A refused one never keeps the others back. At the end EventsRefused is raised if there was any, with all
        outcomes; with `on_error="collect"`, the error stands in its place among the decisions.
        """
        outcomes: list[Outcome] = []
        rest = iter(events)
        while some := list(islice(rest, chunk)):
            with self._telemetry.span("receive_many", events=len(some)):
                found, decisions = self._turns.receive_many(some)
                self._after(decisions)
            outcomes += found
        if on_error == "raise" and any(isinstance(one, OverdueFlowError) for one in outcomes):
            raise EventsRefused(outcomes)
        return outcomes

    def within(self, connection: Any) -> Flow:
        """This flow inside a transaction of the host's: what it records is committed or rolled back with it.

        The store must be one of a database (`SqlStore`), the connection not in AUTOCOMMIT: StoreUnavailable. Nobody is
        asked or told of anything before the host commits: hand the decisions to `announce` then.
        """
        inside = copy(self)
        store: Any = self._turns.store
        inside._turns = self._turns.within(store.within(connection))
        inside._is_hosts = True
        return inside

    def announce(self, decisions: Iterable[Decision]) -> None:
        """Tell observers of decisions that were made `within` a transaction of the host's and are committed now, and
        ask what they ask."""
        self._after(list(decisions))

    # --- days ---

    def wake(
        self, until: date, *, batch: int = 200, on_progress: Callable[[int], object] | None = None
    ) -> list[Decision]:
        """Every case that has to be looked at up to and including `until`; the turns in which something happened.

        Safe to run twice, to kill, and to run in several processes at once. `on_progress` is told how many cases each
        batch had. CasesLeft, when all others are lived, if some could not be.
        """
        found: list[Decision] = []
        for decisions, cases in self.nights(until, batch=batch):
            found += decisions
            if on_progress is not None:
                on_progress(cases)
        return found

    def nights(self, until: date, *, batch: int = 200) -> Iterator[tuple[list[Decision], int]]:
        """The same, batch by batch, for a book whose turns of one night should not all stand in memory: the turns of
        each batch, once they are recorded, and how many cases it had."""
        check_day(until, "woken on")
        self._turns.texts.look(self._turns.store, lasts=not self._is_hosts)
        faults: dict[str, Exception] = {}
        batches = self._turns.nights(until, batch)
        while True:
            with self._telemetry.span("wake", until=until.isoformat()):
                night = next(batches, None)
                if night is None:
                    break
                decisions = [one for one in night.decisions if one.entry is not None]
                self._tell(decisions)
                asked = self._ask(night.asking, self._end_of(until))
                decisions += [one for one in asked if one.entry is not None]
                faults |= night.faults
            yield decisions, len(night.case_ids)
        if faults:
            raise CasesLeft(faults)

    def forewarn(self, until: date) -> Iterator[Forewarned]:
        """What `wake(until)` would do, loan by loan. Nothing is recorded."""
        check_day(until, "woken on")
        return foreseen(self._decider, self._turns.store, until)

    def due_on(self, until: date) -> Iterator[Parcel]:
        """What is in the outbox already, and may go out up to the end of `until`, by due instant."""
        check_day(until)
        return due_then(self._turns.store, until)

    # --- effects out ---

    def deliver(self, now: datetime | None = None, *, limit: int | None = None) -> DeliveryReport:
        """Hand every effect that is due to its hook, at most `limit`; what became of each. In a loop the report gives
        the effects that were delivered.

        Right before, the loan is lived up to now and brought up to date by `refresh`, and the effect is checked
        against the case and all contacts of its person: what may not go out is deferred, held, vetoed, superseded by a
        newer contact of its purpose, or expired, and the journal says so. HookError where the flow cannot be opened;
        VersionTaken, before any hook is called, where another text has decided in the store meanwhile.
        """
        if self._is_hosts:
            raise HookError("hooks are called outside of transactions: deliver by the flow that is not `within` one")
        self.open()
        if now is not None:
            check_instant(now)
        self._turns.texts.before_delivery(self._turns.store, self._decider.versions, now or self._turns.clock())
        outbox = Outbox(
            self._turns, self._hooks, self._clearance, self._settings, self._telemetry, partial(self._after, now=now)
        )
        with self._telemetry.span("deliver", worker=self._settings.worker):
            return outbox.deliver(now, limit)

    def redeliver(self, effect_ids: Collection[str] | None = None) -> int:
        """Parked effects (None: all) may be tried again from now on; how many there were."""
        return self._turns.store.redeliver(effect_ids, now=self._turns.clock())

    def stop(self, what: str, *, by: str, reason: str) -> None:
        """Stop an action, or all `contact`, at once and for every worker. HookError for a name that is neither."""
        switches.stop(self._turns.store, self._hooks, Switch(what, self._turns.clock(), by, reason))

    def resume(self, what: str) -> bool:
        """Let it go on; False if it was not stopped."""
        return self._turns.store.resume(what)

    def stopped(self) -> Mapping[str, Switch]:
        """What is stopped now, by name."""
        return self._turns.store.switches()

    # --- switching on ---

    def adopt(self, adopted: Iterable[tuple[str, CaseAdopted]], *, chunk: int = 500) -> list[Decision]:
        """Bring loans that are on their way already under the policy. EventsRefused as in `receive_many`."""
        return self.receive_many(adopted, chunk=chunk)

    def preview_adoption(self, adopted: Iterable[tuple[str, CaseAdopted]], first_night: date) -> Iterator[FirstNight]:
        """What adopting these loans, and the nights up to `first_night`, would do. Nothing is recorded."""
        return preview(self._decider, adopted, first_night, self._turns.clock())

    def propose(self, case_id: str, opened: LoanOpened, *, muted_until: date | None = None) -> CaseAdopted:
        """A loan as a case to adopt, in the stage to which the rules lead it at once; a person may give another."""
        return with_stage(self._decider, case_id, opened, self._turns.clock(), muted_until)

    def migrate(self, migration: Migration, *, on_progress: Callable[[int], object] | None = None) -> Migrated:
        """Move every open case to another version, and say how many moved and which could not. MigrationRefused,
        before anything is recorded, where the stage map forgets a stage. Cut short, it goes on where it stopped;
        `on_progress` is told how many cases are done."""
        moving = Migrating(self._decider, self._turns.store, migration)
        return moving.carry_out(partial(self.receive_many, on_error="collect"), on_progress)

    def preview_migration(self, migration: Migration, first_night: date) -> Iterator[Moved]:
        """What `migrate`, and the nights up to `first_night`, would do, case by case. Nothing is recorded."""
        return Migrating(self._decider, self._turns.store, migration).preview(first_night, self._turns.clock())

    # --- what is no longer to be kept ---

    def retain(self, on: date, *, by: str) -> list[Retained]:
        """Erase what is personal of every case that is due for it on a day (`retention` says which those are), and
        remember it with the looks, as done by `by`; what was erased. Backups, archives and what hooks sent are not
        reached. StoreUnavailable for a store that cannot erase."""
        check_day(on)
        at = self._turns.clock()
        return retention.erase(looks.access_of(self._decider.versions.all, at), self._turns.store, on, by, at)

    # --- after a commit ---

    def _after(self, decisions: Sequence[Decision], now: datetime | None = None) -> None:
        if self._is_hosts:
            return
        self._tell(decisions)
        if self._decider.asks:
            self._ask({one.case.id: one.case for one in decisions if not one.repeated}.values(), now)

    def _tell(self, decisions: Sequence[Decision]) -> None:
        self._telemetry.count_turns(decisions)
        self._observers.tell(decisions)

    def _end_of(self, day: date) -> datetime:
        """Now, or the end of a day that is over: what is found out for a night that is made up for belongs there."""
        end = datetime.combine(day, time.max, self._decider.versions.newest.terms.zone)
        return min(self._turns.clock(), end)

    def _ask(self, cases: Iterable[Case], now: datetime | None) -> list[Decision]:
        """Put the open questions of some cases, and record the answers; the turns that this led to."""
        found: list[Decision] = []
        for decisions in asking.find_out(self._questions, self._turns, cases, now):
            self._tell(decisions)
            found += decisions
        return found


def _a_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
