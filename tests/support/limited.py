"""Policies of limits, and what was said and tried, as the engine knows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.person import Line, PersonContacts, in_time_order
from overdue_flow.cases.terms import Terms
from overdue_flow.engine.decide import decide
from overdue_flow.engine.limits import Verdict, permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.events import ChannelOptedOut, ConsentChanged, ContactAttempted, Instalment, LoanOpened
from overdue_flow.policy.load import load_policy
from support.naive_limits import WEEK, Rule, Said

POLICY = """
language: 1
policy: limited
version: "1"
terms: {{currency: USD, time_zone: UTC, calendar: US}}
roles: [boss]
attention: boss
working_hours: "09:00-17:00"
counts: {counts}
actions:
  dial: {{kind: contact, params: {{channel: {{type: choice, optional: true}}}}}}
limits: {limits}
stages:
  open: {{start: true, rules: [{{id: done, when: balance == 0, to: done}}]}}
  done: {{end: true}}
"""


@lru_cache(maxsize=256)
def machine_with(limits: str, counts: str = "{}") -> Machine:
    """A machine of a policy that has nothing but limits, written as a YAML list."""
    return Machine(load_policy(text=POLICY.format(limits=limits, counts=counts)))


def ruled_by(rules: Iterable[Rule]) -> Machine:
    """A machine whose limits are some rules: `rule-1`, `rule-2`, ..."""
    return machine_with("[" + ", ".join(rule.written(f"rule-{n}") for n, rule in enumerate(rules, 1)) + "]")


@lru_cache(maxsize=256)
def loan(
    machine: Machine, name: str, zone: str, zones: tuple[str, ...] = (), opened_on: date = date(2025, 1, 1)
) -> Case:
    """A loan that is overdue, of a borrower who is in `zones`."""
    opened = LoanOpened(
        id="opened",
        opened_on=opened_on,
        person_id="someone",
        instalments=(Instalment(due_on=opened_on + timedelta(days=1), amount="100.00"),),
        terms=Terms(currency="USD", time_zone=zone, calendar="US"),
        borrower_zones=zones,
    )
    at = datetime.combine(opened_on, datetime.min.time(), UTC)
    return decide(machine, None, opened, at, name).case


def effect_of(contact: Said, case: Case, effect_id: str = "the-contact", **more: Any) -> Effect:
    """A contact, as the engine asks for it."""
    said = {
        "channel": contact.channel,
        "party": contact.party,
        "contact_point": contact.point,
        "collector": contact.collector,
    }
    params = {name: value for name, value in said.items() if value is not None}
    told: dict[str, Any] = {"purpose": "collect", "params": params, **more}
    return Effect(effect_id, "dial", "contact", case.day, contact.at, "test", **told)


def line_of(one: Said, key: str) -> Line:
    """A line of a person's contacts."""
    event: Any
    if one.what == "consent":
        event = ConsentChanged(given=True, channel=one.channel, expires_on=one.until)
    elif one.what == "withdrawal":
        event = ConsentChanged(given=False, channel=one.channel)
    elif one.what == "opt_out":
        event = ChannelOptedOut.model_validate({"channel": one.channel, "until": one.until})
    else:
        event = ContactAttempted.model_validate(
            {
                "channel": one.channel,
                "outcome": one.outcome,
                "direction": "inbound" if one.inbound else "outbound",
                "party": one.party,
                "contact_point": one.point,
                "by": one.collector,
                "attempt_id": one.one_of,
            }
        )
    return Line(one.loan, key, one.at, event)


def contacts_with(said: Iterable[Said]) -> PersonContacts:
    """The contacts of a person of whom all this was said."""
    return in_time_order(line_of(one, f"line-{n:03}") for n, one in enumerate(said, 1))


# --- one question ---

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
"""A Monday."""


def limit(text: str, strength: str = "block", name: str = "one") -> str:
    """A limit on contacts, as a line of a policy file."""
    return f"{{id: {name}, strength: {strength}, applies_to: {{kind: contact}}, {text}}}"


def asked(
    *limits: str,
    at: datetime = NOON,
    contact: Said | None = None,
    said: tuple[Said, ...] | None = None,
    contacts: PersonContacts | None = None,
    counts: str = "{}",
    zones: tuple[str, ...] = (),
    **effect: Any,
) -> Verdict:
    """What the limits say of a contact on a loan in UTC that was due on 2025-01-02."""
    machine = machine_with("[" + ", ".join(limits) + "]", counts)
    case = loan(machine, "loan-1", "UTC", zones)
    if said is not None:
        contacts = contacts_with(said)
    made = effect_of(contact or Said("loan-1", at), case, **effect)
    return permitted(machine, case, made, at, contacts)


def before(contact: str = "attempt", **fields: Any) -> Said:
    """Something that was said or tried two hours before noon."""
    told: dict[str, Any] = {"loan": "loan-1", "at": NOON - timedelta(hours=2), "what": contact, **fields}
    return Said(**told)


COUNTS = (
    "{talks: {of: ContactAttempted, where: 'outcome == \"conversation\"', within: 1 calendar day, per: person},"
    " here: {of: ContactAttempted, within: 1 calendar day, per: contact_point}}"
)
"""Counts that a condition of a limit may name."""

# --- what is drawn ---

ZONES = (
    "UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe",
    "Asia/Kathmandu", "America/Santiago", "Africa/Cairo", "America/Havana",
)  # fmt: skip
TURNING_DAYS = (
    date(2025, 3, 9), date(2025, 3, 30), date(2025, 4, 5), date(2025, 4, 24), date(2025, 9, 6), date(2025, 10, 4),
    date(2025, 10, 25), date(2025, 11, 1), date(2025, 6, 30), date(2025, 12, 31),
)  # fmt: skip
"""Days on which or after which clocks are changed somewhere, or a month or a year ends."""

OUTCOMES = ("no_answer", "busy", "voicemail", "connected", "conversation", "delivered", "bounced", "refused")
HOURS = (
    ("08:00", "21:00"), ("08:00", "22:00"), ("00:00", "00:30"), ("01:15", "01:45"), ("02:15", "02:45"),
    ("02:30", "24:00"), ("00:00", "02:15"), ("23:30", "24:00"), ("00:30", "23:45"),
)  # fmt: skip

hours_rules = st.builds(
    Rule,
    hours=st.none() | st.sampled_from(HOURS),
    not_on=st.lists(st.sampled_from([*WEEK, "2025-03-09", "2025-11-02"]), max_size=3, unique=True).map(tuple),
    channels=st.sampled_from([(), ("phone",), ("phone", "visit")]),
).filter(lambda rule: rule.hours or rule.not_on)


@st.composite
def counting_rules(draw: st.DrawFn) -> Rule:
    """A rule that counts, of any kind that a policy can state."""
    counts = draw(
        st.sampled_from(["attempt", "attempt", "unanswered", "connect", "conversation", "message", "visit", "refused"])
    )
    excluding = draw(st.lists(st.sampled_from(["consent", "not_connected", "inbound"]), max_size=2, unique=True))
    per = draw(st.sampled_from([("debt",), ("person",), ("contact_point",), ("collector",), ("collector", "debt")]))
    spans = [
        (1, "days"),
        (7, "days"),
        (3, "calendar days"),
        (1, "calendar weeks"),
        (1, "calendar months"),
        (5, "hours"),
    ]
    return Rule(
        counts=counts,
        at_most=draw(st.integers(1, 3)),
        span=draw(st.sampled_from(spans)),
        per=per,
        excluding=tuple(excluding),
        consent_days=draw(st.sampled_from([None, 2, 7])) if "consent" in excluding else None,
        parties=draw(st.sampled_from([(), (), ("borrower", "guarantor")])),
        channels=draw(st.sampled_from([(), (), ("phone",)])) if counts in ("attempt", "conversation") else (),
    )


def instants(around: st.SearchStrategy[date]) -> st.SearchStrategy[datetime]:
    """Quarters of an hour of some days."""
    return st.builds(
        lambda day, quarter: datetime(day.year, day.month, day.day, tzinfo=UTC) + quarter * timedelta(minutes=15),
        around,
        st.integers(-96, 96),
    )


@st.composite
def sayings(draw: st.DrawFn, day: date, most: int = 8) -> tuple[Said, ...]:
    """What was said and tried in the ten days up to `day`, in order, over three loans."""
    times = instants(st.integers(0, 9).map(lambda back: day - timedelta(days=back)))
    found = draw(st.lists(st.builds(_one, times, st.randoms(use_true_random=False)), max_size=most))
    return tuple(sorted(found, key=lambda one: (one.at, one.loan)))


def _one(at: datetime, chance: Any) -> Said:
    kind = chance.choice(["attempt"] * 6 + ["consent", "consent", "withdrawal", "opt_out"])
    loan_id = chance.choice(["loan-1", "loan-1", "loan-2", "loan-3"])
    until = chance.choice([None, None, at.date() + timedelta(days=chance.randint(1, 12))])
    if kind != "attempt":
        channel = chance.choice(["phone", "sms", "phone" if kind == "opt_out" else None])
        return Said(loan_id, at, kind, channel, until=until)
    return Said(
        loan_id,
        at,
        channel=chance.choice(["phone", "phone", "sms", "visit", "chat"]),
        outcome=chance.choice(OUTCOMES),
        inbound=chance.random() < 0.2,
        party=chance.choice(["borrower", "borrower", "borrower", "guarantor"]),
        point=chance.choice([None, "home", "work"]),
        collector=chance.choice([None, "ann", "bob"]),
        one_of=chance.choice([None, None, "together"]),
    )
