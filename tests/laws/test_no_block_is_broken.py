"""No block is broken, however contacts of several loans and workers interleave, and though a clock jumps.

Contacts that the engine allows are made, some told to two loans at once; their outcomes come later, others are allowed
in between. In the end each that was made is looked at again, by rules that are worked out the slow way, with all that
was made before it and what came of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.person import PersonContacts, in_time_order
from overdue_flow.engine.limits import permitted, reservation
from overdue_flow.engine.machine import Machine
from support.limited import TURNING_DAYS, ZONES, counting_rules, effect_of, hours_rules, line_of, loan, ruled_by
from support.naive_limits import Rule, Said, World, forbids, opted_out

LOANS = ("loan-1", "loan-2", "loan-3")
WORDS = ["inbound", "consent", "consent", "withdrawal", "opt_out"]
OUTCOMES = ("no_answer", "busy", "voicemail", "connected", "conversation", "delivered", "bounced")


@dataclass
class Person:
    """All that was said to and by a person, in the order in which it came to be; of what is on its way, the number and
    the effect's id."""

    said: list[Said] = field(default_factory=list)
    on_their_way: dict[int, str] = field(default_factory=dict)
    allowed: list[int] = field(default_factory=list)


@given(st.data())
def test_no_block_is_broken(data: st.DataObject) -> None:
    """Every contact that was allowed is one that the rules allow, with all that came before it."""
    rules = data.draw(st.lists(counting_rules() | hours_rules, min_size=1, max_size=3))
    zones = tuple(data.draw(st.lists(st.sampled_from(ZONES), max_size=2, unique=True)))
    world = World(zones, data.draw(st.sampled_from(ZONES)))
    machine = ruled_by(rules)
    day = data.draw(st.sampled_from(TURNING_DAYS))
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    person = Person()
    for _step in range(data.draw(st.integers(3, 16))):
        now += timedelta(minutes=data.draw(st.sampled_from([0, 0, 1, 20, 20, 300, 1440, 4000, -60])))
        act = data.draw(st.sampled_from(["contact"] * 5 + ["outcome"] * 2 + WORDS))
        if act == "contact":
            try_to_contact(data, person, machine, world, now)
        elif act == "outcome" and person.on_their_way:
            learn(data, person)
        elif act in WORDS:
            person.said.append(heard(data, act, now))
    check(rules, world, person)


def try_to_contact(data: st.DataObject, person: Person, machine: Machine, world: World, now: datetime) -> None:
    contact = Said(
        data.draw(st.sampled_from(LOANS)),
        now,
        channel=data.draw(st.sampled_from(["phone", "phone", "sms", "visit", "chat"])),
        point=data.draw(st.sampled_from([None, "home", "work"])),
        collector=data.draw(st.sampled_from([None, "ann", "bob"])),
    )
    case = loan(machine, contact.loan, world.loan_zone, world.zones)
    effect = effect_of(contact, case, f"effect-{len(person.said)}")
    verdict = permitted(machine, case, effect, now, contacts(person, case))
    if verdict.status == "allowed":
        person.on_their_way[len(person.said)] = effect.id
        person.allowed.append(len(person.said))
        person.said.append(contact)


def contacts(person: Person, case: Case) -> PersonContacts:
    """The person's contacts as a store would give them: lines, and reservations where no outcome is known."""
    lines = []
    for number, one in enumerate(person.said):
        if number in person.on_their_way:
            effect = effect_of(one, case, person.on_their_way[number])
            lines.append(reservation(case, effect, one.at)._replace(case_id=one.loan))
        else:
            lines.append(line_of(one, f"line-{number:03}"))
    return in_time_order(lines)


def learn(data: st.DataObject, person: Person) -> None:
    """What came of a contact; it may have spoken of another loan too, which is then told as well."""
    number = data.draw(st.sampled_from(sorted(person.on_their_way)))
    del person.on_their_way[number]
    made = person.said[number]
    outcomes = OUTCOMES if made.channel in ("phone", "visit", "chat") else ("delivered", "bounced")
    outcome = data.draw(st.sampled_from(outcomes))
    together = data.draw(st.sampled_from([None, None, f"attempt-{number}"]))
    person.said[number] = replace(made, outcome=outcome, one_of=together)
    if together:
        other = data.draw(st.sampled_from([name for name in LOANS if name != made.loan]))
        person.said.append(replace(person.said[number], loan=other))


def heard(data: st.DataObject, act: str, now: datetime) -> Said:
    """The person turns to us, consents to be contacted, takes that back, or opts out."""
    loan_id = data.draw(st.sampled_from(LOANS))
    if act == "inbound":
        return Said(loan_id, now, outcome="conversation", inbound=True)
    until = data.draw(st.sampled_from([None, now.date() + timedelta(days=2), now.date() + timedelta(days=9)]))
    channels = ["phone", "phone", "sms", *([None] if act != "opt_out" else [])]
    return Said(loan_id, now, act, data.draw(st.sampled_from(channels)), until=until)


def check(rules: list[Rule], world: World, person: Person) -> None:
    """Each contact that was made, against all that was said and tried before it, and what came of that by the end.

    That an attempt on its way spoke of another loan too is not known before it is told of that one.
    """
    for number in person.allowed:
        made = person.said[number]
        before = sorted(person.said[:number], key=lambda one: one.at)
        then = World(world.zones, world.loan_zone, tuple(before))
        assert not opted_out(then, made), (made, then)
        broken = [rule for rule in rules if forbids(rule, then, made)]
        assert broken == [], (made, then)


TALKED_ONCE = Rule(counts="conversation", at_most=1, span=(30, "days"), excluding=("consent",))


@given(st.data())
def test_what_the_person_said_last_decides(data: st.DataObject) -> None:
    """Consents, withdrawals and opt-outs in any order, some with an end: whether a call may be made on the days after
    them is what the rules say that are worked out the slow way."""
    first = datetime(2025, 6, 2, 12, tzinfo=UTC)
    said = [Said("loan-1", first - timedelta(days=1), outcome="conversation")]
    for number in range(data.draw(st.integers(1, 5))):
        word = heard(data, data.draw(st.sampled_from(WORDS[1:])), first + timedelta(hours=number))
        until = data.draw(st.sampled_from([None, first.date() + timedelta(days=1), first.date() + timedelta(days=2)]))
        said.append(replace(word, loan=data.draw(st.sampled_from(["loan-1", "loan-1", "loan-2"])), until=until))
    world = World((), "UTC", tuple(said))
    machine = ruled_by([TALKED_ONCE])
    lines = in_time_order(line_of(one, f"line-{number}") for number, one in enumerate(said))
    for days in range(4):
        contact = Said(
            "loan-1", first + timedelta(days=days, hours=6), channel=data.draw(st.sampled_from(["phone", None]))
        )
        case = loan(machine, "loan-1", "UTC")
        verdict = permitted(machine, case, effect_of(contact, case), contact.at, lines)
        forbidden = opted_out(world, contact) or forbids(TALKED_ONCE, world, contact)
        assert (verdict.status == "allowed") is not forbidden, (days, said)
