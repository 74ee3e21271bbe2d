"""No delivery breaks a block: two workers, hooks that dial and then fail, outcomes that come late and are withdrawn.

Everything goes through the front door: a `Flow`, its outbox and a store. The other side notes what was really dialled;
in the end each call is held against the rules, which are worked out the slow way, with all that was really said and
tried before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Flow, MemoryStore, load_policy
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ChannelOptedOut,
    ConsentChanged,
    ContactAttempted,
    Event,
    EventRetracted,
    HostEvent,
    Instalment,
    LoanOpened,
)
from support.limited import TURNING_DAYS, ZONES, counting_rules, hours_rules
from support.naive_limits import Rule, Said, World, forbids, opted_out

POLICY = """
language: 1
policy: calls
version: "1"
terms: {{currency: USD, time_zone: {zone}, calendar: US}}
events: {{ask_phone: {{}}, ask_sms: {{}}, ask_visit: {{}}}}
actions:
  dial: {{kind: contact, params: {{channel: choice}}}}
limits: [{limits}]
stages:
  open:
    start: true
    rules:
      - {{id: phone, on: ask_phone, do: dial, with: {{channel: phone}}}}
      - {{id: sms, on: ask_sms, do: dial, with: {{channel: sms}}}}
      - {{id: visit, on: ask_visit, do: dial, with: {{channel: visit}}}}
      - {{id: done, when: balance == 0, to: done}}
  done: {{end: true}}
"""
LOANS = ("loan-1", "loan-2", "loan-3")
OUTCOMES = {
    "phone": ("no_answer", "busy", "voicemail", "connected", "conversation"),
    "visit": ("no_answer", "connected", "conversation"),
    "sms": ("delivered", "bounced"),
}


class Dropped(Exception):
    """The line was dropped after the call was made."""


@dataclass
class Events:
    """What really happened, and what the lender was told of it."""

    data: st.DataObject
    now: datetime
    said: list[Said] = field(default_factory=list)
    dialled: dict[str, int] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    numbered: int = 0

    def name(self) -> str:
        """A new id."""
        self.numbered += 1
        return f"e-{self.numbered}"

    def dial(self, effect: Effect, case: Case) -> ContactAttempted | None:
        """The hook: it dials, once for each effect; then it says what came of it, or nothing, or fails."""
        channel = str(effect.params["channel"])
        if effect.id not in self.dialled:
            outcome = self.data.draw(st.sampled_from(OUTCOMES[channel]))
            self.dialled[effect.id] = len(self.said)
            self.said.append(Said(case.id, self.now, channel=channel, outcome=outcome))
        how = self.data.draw(st.sampled_from(["tells", "tells", "says nothing", "fails"]))
        if how == "fails":
            raise Dropped
        if how == "says nothing":
            self.untold.append(effect.id)
            return None
        self.told[f"{effect.id}:0"] = case.id
        return self.outcome(effect.id)

    def outcome(self, effect_id: str, **more: Any) -> ContactAttempted:
        """What came of a call."""
        one = self.said[self.dialled[effect_id]]
        return ContactAttempted.model_validate(
            {"channel": one.channel, "outcome": one.outcome, "effect_id": effect_id, "happened_at": one.at, **more}
        )


@given(st.data())
def test_deliveries_break_no_block(data: st.DataObject) -> None:
    rules = data.draw(st.lists(counting_rules() | hours_rules, min_size=1, max_size=2))
    zones = tuple(data.draw(st.lists(st.sampled_from(ZONES), max_size=2, unique=True)))
    loan_zone = data.draw(st.sampled_from(ZONES))
    day = data.draw(st.sampled_from(TURNING_DAYS))
    world = Events(data, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    flows = two_workers(rules, zones, loan_zone, world)
    for _step in range(data.draw(st.integers(4, 18))):
        world.now += timedelta(minutes=data.draw(st.sampled_from([0, 0, 1, 20, 300, 1440, 4000, -60])))
        act = data.draw(st.sampled_from(["ask"] * 4 + ["deliver"] * 5 + ["outcome", "withdraw", "inbound", "wish"]))
        flow = data.draw(st.sampled_from(flows))
        if act == "deliver":
            flow.deliver(now=world.now)
        else:
            tell(flow, world, act)
    for effect_id, number in world.dialled.items():
        made = world.said[number]
        before = tuple(sorted(world.said[:number], key=lambda one: one.at))
        then = World(zones, loan_zone, before)
        assert not opted_out(then, made), (effect_id, made, then)
        assert [rule for rule in rules if forbids(rule, then, made)] == [], (effect_id, made, then)


def two_workers(rules: list[Rule], zones: tuple[str, ...], loan_zone: str, world: Events) -> list[Flow]:
    """Two flows over one store, with three overdue loans of one person."""
    written = ", ".join(rule.written(f"rule-{number}") for number, rule in enumerate(rules, 1))
    policy = load_policy(text=POLICY.format(zone=loan_zone, limits=written))
    store = MemoryStore()
    flows = [
        Flow(policy, store, worker=name, lease=timedelta(minutes=10), time_limit=None, clock=lambda: world.now)
        for name in ("ann", "bob")
    ]
    for flow in flows:
        flow.on("dial")(world.dial)
    for loan in LOANS:
        opened = LoanOpened(
            id="opened",
            at=datetime(2025, 1, 1, 12, tzinfo=UTC),
            opened_on=date(2025, 1, 1),
            person_id="someone",
            instalments=(Instalment(due_on=date(2025, 1, 3), amount="100.00"),),
            borrower_zones=zones,
        )
        flows[0].receive(loan, opened)
    return flows


def tell(flow: Flow, world: Events, act: str) -> None:
    """Something that the lender learns, or asks for."""
    loan = world.data.draw(st.sampled_from(LOANS))
    event: Event | None = None
    if act == "ask":
        event = HostEvent(id=world.name(), name=world.data.draw(st.sampled_from(["ask_phone", "ask_sms", "ask_visit"])))
    elif act == "outcome" and world.untold:
        effect_id = world.untold.pop()
        loan, event = effect_id.partition(":")[0], world.outcome(effect_id, id=world.name())
        world.told[str(event.id)] = loan
    elif act == "withdraw" and world.told:
        wrong, loan = world.told.popitem()
        event = EventRetracted(id=world.name(), event_id=wrong)
    elif act == "inbound":
        world.said.append(Said(loan, world.now, outcome="conversation", inbound=True))
        event = ContactAttempted(id=world.name(), channel="phone", outcome="conversation", direction="inbound")
    elif act == "wish":
        event = wish(world, loan)
    if event is not None:
        happened_at = getattr(event, "happened_at", None) or world.now
        try:
            flow.receive(loan, event, at=max(world.now, happened_at))
        except EventRefused:
            assert act == "withdraw", "only what a failed answer would have told cannot be withdrawn"


def wish(world: Events, loan: str) -> Event:
    """The person consents to be contacted, or opts out."""
    what = world.data.draw(st.sampled_from(["consent", "opt_out"]))
    channel = world.data.draw(st.sampled_from(["phone", "phone", "sms"]))
    until = world.data.draw(st.sampled_from([None, 2, 9]))
    ends = world.now.date() + timedelta(days=until) if until is not None else None
    world.said.append(Said(loan, world.now, what, channel, until=ends))
    if what == "consent":
        return ConsentChanged.model_validate(
            {"id": world.name(), "given": True, "channel": channel, "expires_on": ends}
        )
    return ChannelOptedOut.model_validate({"id": world.name(), "channel": channel, "until": ends})
