"""The process that is killed: it goes on with the steps where the one before it fell, and marks each that it ends."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from overdue_flow import Flow, load_policy
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.errors import EventRefused
from overdue_flow.events import ContactAttempted, Event
from overdue_flow.store.sql import SqlStore
from support.crashes.world import LEASE, LONG_AFTER, POLICY, Step
from support.kills import Fuse, MortalStore

ZONE = ZoneInfo("Asia/Shanghai")
BEGUN, ENDED = b"b", b"."
"""The marks of a step."""
ANSWERS = ("no_answer", "voicemail", "no_answer", "conversation")


class OtherSide:
    """What stands on the other side of the hooks: a gateway that acts once on an effect's id, and counts the calls."""

    def __init__(self, path: Path) -> None:
        self._ledger = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._ledger.execute("PRAGMA journal_mode = WAL")
        self._ledger.execute("CREATE TABLE IF NOT EXISTS acted (effect_id TEXT PRIMARY KEY, person TEXT, action TEXT)")
        self._ledger.execute("CREATE TABLE IF NOT EXISTS called (effect_id TEXT)")

    def act(self, effect: Effect, person: str) -> None:
        """Do it, unless it was done."""
        self._ledger.execute("INSERT INTO called VALUES (?)", (effect.id,))
        self._ledger.execute("INSERT OR IGNORE INTO acted VALUES (?, ?, ?)", (effect.id, person, effect.action))

    def acted(self) -> dict[str, str]:
        """The action of every effect that was acted on."""
        return dict(self._ledger.execute("SELECT effect_id, action FROM acted"))

    def calls(self) -> int:
        """How often a hook called."""
        return int(self._ledger.execute("SELECT count(*) FROM called").fetchone()[0])


def end_process() -> None:
    """End this process at once, as a machine that loses its power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def service(url: str, other_side: Path, fuse: Fuse) -> Flow:
    """The lender's service: a flow whose hooks tell the other side."""
    other = OtherSide(other_side)
    store: Any = MortalStore(SqlStore(url), fuse)
    flow = Flow(load_policy(text=POLICY), store, clock=lambda: LONG_AFTER, lease=LEASE, worker=f"service-{os.getpid()}")

    def contact(effect: Effect, case: Case) -> Event:
        fuse.burn()
        other.act(effect, case.person_id)
        fuse.burn()
        outcome = ANSWERS[sum(map(ord, effect.id)) % len(ANSWERS)]
        channel = effect.params["channel"]
        said = outcome if channel == "phone" else "delivered"
        return ContactAttempted(id=f"{effect.id}:outcome", channel=channel, outcome=said, effect_id=effect.id)

    def other_work(effect: Effect, case: Case) -> None:
        fuse.burn()
        other.act(effect, case.person_id)
        fuse.burn()

    for action in ("send_message", "call"):
        flow.on(action)(contact)
    for action in ("assign", "note_down"):
        flow.on(action)(other_work)
    return flow


def go_on(flow: Flow, todo: Sequence[Step], marks: Path) -> None:
    """Do the steps from the first that is not ended. A step is marked when it begins and when it ends: what the dead
    had in their hands is theirs until their lease is over, so that a step that was begun before is done as many leases
    later."""
    said = marks.read_bytes() if marks.exists() else b""
    tried = len(said) - len(said.rstrip(BEGUN))
    with marks.open("ab", buffering=0) as book:
        for step in todo[said.count(ENDED) :]:
            book.write(BEGUN)
            do(flow, step, tried)
            book.write(ENDED)
            tried = 0


def do(flow: Flow, step: Step, tried: int = 0) -> None:
    """One step."""
    if step.what == "wake":
        flow.wake(until=step.at.astimezone(ZONE).date())
    elif step.what == "deliver":
        flow.deliver(now=step.at + 2 * LEASE * tried)
    elif step.what == "batch":
        flow.receive_many(step.events, on_error="collect")
    else:
        ((loan, event),) = step.events
        try:
            flow.receive(loan, event)
        except EventRefused:
            return
