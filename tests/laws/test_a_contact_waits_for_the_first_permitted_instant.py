"""A contact waits for the first permitted instant: none earlier is permitted, and that one is.

The instants are compared with those of rules that are worked out the slow way, every quarter of an hour. All that a
rule can turn on lies on quarters of an hour here: hours, events, and the changes of all clocks.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.engine.limits import permitted
from support.limited import (
    TURNING_DAYS,
    ZONES,
    contacts_with,
    counting_rules,
    effect_of,
    hours_rules,
    instants,
    loan,
    ruled_by,
    sayings,
)
from support.naive_limits import Said, World, first_permitted, forbids, opted_out

A_FORTNIGHT = 14 * 96
"""So many quarters of an hour are looked at: no window here is longer but that of a month."""


@given(st.data())
def test_a_contact_waits_for_the_first_permitted_instant(data: st.DataObject) -> None:
    """Deferred to an instant: it is the first. Deferred beyond what is looked at, or for ever: there is none."""
    day = data.draw(st.sampled_from(TURNING_DAYS))
    rules = data.draw(st.lists(hours_rules | counting_rules(), min_size=1, max_size=3))
    zones = tuple(data.draw(st.lists(st.sampled_from(ZONES), max_size=2, unique=True)))
    world = World(zones, data.draw(st.sampled_from(ZONES)), data.draw(sayings(day)))
    channel = data.draw(st.sampled_from(["phone", "phone", "sms", "visit"]))
    contact = Said("loan-1", data.draw(instants(st.just(day + timedelta(days=1)))), channel=channel, point="home")
    machine = ruled_by(rules)
    case = loan(machine, "loan-1", world.loan_zone, zones)

    verdict = permitted(machine, case, effect_of(contact, case), contact.at, contacts_with(world.said))

    end = contact.at + timedelta(days=14)
    found = verdict.at.astimezone(UTC) if verdict.at is not None else None
    assert first_permitted(rules, world, contact, A_FORTNIGHT) == (found if found and found < end else None)
    if verdict.status == "deferred" and found is not None and found < end:
        just_before = Said(**{**vars(contact), "at": found - timedelta(seconds=1)})
        assert opted_out(world, just_before) or any(forbids(rule, world, just_before) for rule in rules)


@given(st.data())
def test_hours_alone_find_the_first_minute_whatever_the_clocks_do(data: st.DataObject) -> None:
    """With hours and blocked days only, in up to three zones; the search is looked at for a month."""
    day = data.draw(st.sampled_from(TURNING_DAYS))
    rules = data.draw(st.lists(hours_rules, min_size=1, max_size=2))
    zones = tuple(data.draw(st.lists(st.sampled_from(ZONES), max_size=3, unique=True)))
    world = World(zones, data.draw(st.sampled_from(ZONES)))
    contact = Said("loan-1", data.draw(instants(st.just(day))))
    machine = ruled_by(rules)
    case = loan(machine, "loan-1", world.loan_zone, zones)

    verdict = permitted(machine, case, effect_of(contact, case), contact.at)

    found = first_permitted(rules, world, contact, 9 * 96)
    if found is None:
        assert verdict.status == "held" or (verdict.at is not None and verdict.at >= contact.at + timedelta(days=9))
    else:
        assert verdict.at is not None
        assert verdict.at.astimezone(UTC) == found
