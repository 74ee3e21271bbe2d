"""What comes from outside, at its worst: and whether a store can still be read after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import ValidationError

from overdue_flow import Flow, MemoryStore, SqlStore, load_policy, replay
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.values import changed
from overdue_flow.errors import OverdueFlowError
from overdue_flow.events import KINDS, ComplaintReceived, ContactAttempted, Event
from overdue_flow.store.archive import LinesWriter, export
from overdue_flow.store.evidence import verify
from overdue_flow.store.protocol import Store
from support.small_policy import POLICY
from support.small_store import opening

NOW = datetime(2025, 1, 20, 5, tzinfo=UTC)
"""Early in the afternoon in Shanghai."""

SMALL = load_policy(text=POLICY)

ODD_TEXTS = (
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202egnp.exe", "\u2066\u200f\u200b", "line\nline\r\n", "\x1b[31m\x07",
    "'; DROP TABLE overdue_journal; --", '"', "\\", "%s %(a)s {0}", "../../etc/passwd", "\ufeff", "\uffff", "😀" * 40,
    "e\u0301", "é", " ", "NaN", "null", "true", "1e400", "9" * 60, "x" * 201, "y" * 20_001,
)  # fmt: skip
"""Text that somebody will send."""

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1.5, float("nan"), float("inf"), [], [[]], {}, {"a": {"b": []}}, b"\xff",
    "0001-01-01", "1899-12-31", "9999-12-31", "2025-02-30", "2025-01-20T05:00:00", "2025-01-20T05:00:00+23:59",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e-900000000", "-0", "Infinity", "١٢", "1_000",
    *ODD_TEXTS,
)  # fmt: skip
"""Values of the wrong type, and of the right type that make no sense."""


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(ODD_TEXTS)
"""Text of any characters at all, halves of them too."""


def service(store: Store, now: datetime = NOW, **options: Any) -> Flow:
    """A flow under the small policy, whose hooks answer soundly."""
    options = {"clock": lambda: now} | options
    flow = Flow(SMALL, store, **options)

    def remind(effect: Effect, case: Case) -> Event:
        return ContactAttempted(channel="sms", outcome="delivered", effect_id=effect.id)

    flow.on("remind")(remind)
    return flow


def due(store: Store, **options: Any) -> Flow:
    """The same with the loan `a`, and one reminder that is due."""
    flow = service(store, **options)
    flow.receive("a", opening("a"))
    flow.wake(NOW.date())
    return flow


def told(number: int) -> ComplaintReceived:
    """A complaint that takes some room."""
    return ComplaintReceived(id=f"told-{number}", about="x" * 2_000)


def text_fields(kind: type[Event]) -> list[str]:
    """The names of an event's fields that are text, and whatever one likes."""
    named = [(name, field.annotation) for name, field in kind.model_fields.items()]
    return [name for name, said in named if name not in ("kind", "id", "currency") and str in _parts(said)]


def _parts(annotation: Any) -> Iterator[Any]:
    """The types of which a field's is made: `Word | None` is text or nothing."""
    for part in get_args(annotation) or (annotation,):
        yield get_args(part)[0] if get_origin(part) is Annotated else part


def read_or_refused(read: Callable[[Any], Event], content: Any) -> Event | None:
    """The event, or None where it is refused as pydantic refuses; the refusal can be printed."""
    try:
        return read(content)
    except ValidationError as refused:
        str(refused).encode("utf-8", "strict")
        return None


def is_clear(error: BaseException) -> bool:
    """Whether an error is one of ours, on one line of reasonable length that any terminal and log can show."""
    said = str(error)
    return isinstance(error, OverdueFlowError) and 0 < len(said) < 1_000 and said.isprintable()


def faults(store: Store, folder: Path) -> Iterator[str]:
    """What is wrong with a store: its journal verifies, and each case loads, is explained, replays and is exported."""
    if isinstance(store, SqlStore):
        with store.records() as records:
            yield from map(str, verify(records).findings)
            with (folder / "archive.jsonl").open("wb") as file:
                export(records, LinesWriter(file.write, with_personal=True), with_personal=True)
        fresh: Store = SqlStore(store.engine, cached_cases=0)
    else:
        assert isinstance(store, MemoryStore)
        fresh = store
    flow = service(fresh)
    for case_id in fresh.case_ids():
        case = flow.case(case_id)
        if changed(replay(flow.history(case_id)), day=case.day) != case:
            yield f"case {case_id!r} is not what its journal says"
        if not str(flow.explain(case_id)):
            yield f"case {case_id!r} cannot be explained"
    yield from (f"{one.effect.id} is not a case's" for one in fresh.outbox() if fresh.load(one.case_id) is None)
    yield from (f"{one.effect.id} is not a case's" for one in fresh.tasks() if fresh.load(one.case_id) is None)


assert {kind.__name__ for kind in KINDS.values() if text_fields(kind)} > {"ContactAttempted", "MovedByHand"}
"""The fields that are text are found."""
