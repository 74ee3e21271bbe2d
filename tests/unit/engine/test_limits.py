"""Limits: what one contact may do at one instant, and when it first may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from overdue_flow.cases.person import in_time_order
from overdue_flow.engine.limits import Verdict, forbidden_for_good, lookback, permitted
from support.limited import COUNTS, NOON, asked, before, effect_of, limit, line_of, loan, machine_with
from support.naive_limits import Said


def test_without_limits_everything_may_go_out_at_once() -> None:
    assert asked() == Verdict("allowed", NOON)


def test_what_is_put_off_says_when_it_may_go_out_and_which_limits_moved_it() -> None:
    night = limit('outside: "08:00-11:00"', name="early")
    assert asked(night, limit("blocked_days: [tuesday]", name="rest")) == Verdict(
        "deferred",
        datetime(2025, 6, 4, 8, tzinfo=UTC),
        "early",
        "limit early: outside 08:00-11:00; limit rest: not on tuesday",
    )


@pytest.mark.parametrize("strength", ["presume", "advise"])
def test_a_limit_that_does_not_block_lets_pass_and_is_named(strength: str) -> None:
    verdict = asked(
        limit('outside: "08:00-11:00"', strength, "soft"), limit('outside: "08:00-22:00"', strength, "fine")
    )
    assert verdict == Verdict("allowed", NOON, flags=("soft",))


def test_flags_are_those_of_the_instant_at_which_it_may_go_out() -> None:
    soft = limit("blocked_days: [tuesday]", "advise", "soft")
    verdict = asked(limit('outside: "08:00-11:00"', name="hard"), soft)
    assert (verdict.status, verdict.flags) == ("deferred", ("soft",))


def test_a_limit_that_puts_off_names_all_that_it_forbids_on_the_way() -> None:
    rest = limit('outside: "08:00-21:00", blocked_days: [sunday, holidays]')
    day_before = datetime(2025, 7, 3, 22, tzinfo=UTC)
    said = "limit one: outside 08:00-21:00, not on holidays"
    assert asked(rest, at=day_before) == Verdict("deferred", datetime(2025, 7, 5, 8, tzinfo=UTC), "one", said)
    weekend = limit("blocked_days: [saturday, sunday]")
    assert asked(weekend, at=datetime(2025, 6, 7, 9, tzinfo=UTC)).reason == "limit one: not on saturday, sunday"
    few = limit("counts: attempt, at_most: 1, within: 1 day, blocked_days: [tuesday]")
    said = "limit one: at most 1 attempt within 1 day per debt, not on tuesday"
    assert asked(few, said=(before(),)).reason == said


def test_what_would_forbid_only_after_a_limit_has_ended_is_not_named() -> None:
    ends = limit('outside: "08:00-11:00", blocked_days: [tuesday], in_force: {to: 2025-06-02}')
    verdict = asked(ends)
    assert (verdict.at, verdict.reason) == (datetime(2025, 6, 3, tzinfo=UTC), "limit one: outside 08:00-11:00")


def test_what_only_an_event_can_permit_is_held_and_what_nothing_can_is_vetoed() -> None:
    assert asked(limit("when: dpd >= 1")) == Verdict("held", None, "one", "limit one: dpd >= 1")
    none = limit("counts: attempt, at_most: 0, within: 1 day", name="none")
    said = "limit none: at most 0 attempts within 1 day per debt"
    assert asked(limit('outside: "08:00-11:00"'), none) == Verdict("vetoed", None, "none", said)
    for_now = none.replace("}, counts", "}, in_force: {to: 2025-06-30}, counts")
    assert asked(for_now).at == datetime(2025, 7, 1, tzinfo=UTC)


def test_hours_of_zones_that_never_meet_hold_it() -> None:
    hours = limit('outside: "09:00-17:00"')
    assert asked(hours, zones=("America/New_York", "Asia/Tokyo")).status == "held"
    assert asked(hours, zones=("America/New_York", "Europe/Berlin")).at == datetime(2025, 6, 2, 13, tzinfo=UTC)


def test_working_hours_of_zones_that_never_meet_hold_it_too() -> None:
    held = Verdict("held", None, "working_hours", "only in working hours, 09:00-17:00")
    assert asked(zones=("America/New_York", "Asia/Tokyo"), in_working_hours=True) == held
    both = asked(zones=("America/New_York", "Europe/Berlin"), in_working_hours=True)
    assert both.at == datetime(2025, 6, 2, 13, tzinfo=UTC)


def test_a_condition_counts_on_the_days_on_which_it_holds() -> None:
    early = limit("when: dpd < 160")
    assert asked(early).at == datetime(2025, 6, 11, tzinfo=UTC)
    assert asked(early, at=datetime(2025, 6, 11, tzinfo=UTC)).status == "allowed"
    assert asked(limit('when: dpd < 160, outside: "08:00-11:00"')).at == datetime(2025, 6, 3, 8, tzinfo=UTC)


def test_a_limit_is_asked_on_the_days_on_which_it_is_in_force() -> None:
    later = limit("when: dpd >= 1, in_force: {from: 2025-06-03, to: 2025-06-05}")
    assert asked(later).status == "allowed"
    assert asked(later, at=NOON + timedelta(days=1)).at == datetime(2025, 6, 6, tzinfo=UTC)


def test_what_it_does_not_look_at_is_not_limited() -> None:
    at_home = "{id: home, strength: block, applies_to: {channel: phone, contact_point: home}, when: dpd >= 1}"
    assert asked(at_home, contact=Said("loan-1", NOON, point="home")).status == "held"
    assert asked(at_home, contact=Said("loan-1", NOON, point="work")).status == "allowed"
    assert asked(at_home, contact=Said("loan-1", NOON, channel="sms", point="home")).status == "allowed"


def test_nothing_that_the_machine_asks_for_in_the_house_is_limited() -> None:
    machine = machine_with("[{id: all, strength: block, when: dpd >= 1}]")
    case = loan(machine, "loan-1", "UTC")
    told = effect_of(Said("loan-1", NOON), case)
    assert permitted(machine, case, told, NOON).status == "held"
    assert permitted(machine, case, told._replace(action="attention", kind="task"), NOON).status == "allowed"


def test_it_is_vetoed_where_nothing_permits_it_before_its_last_instant() -> None:
    hours = limit('outside: "08:00-11:00"')
    eight = datetime(2025, 6, 3, 8, tzinfo=UTC)
    assert asked(hours, not_after=eight).status == "vetoed"
    assert asked(hours, not_after=eight + timedelta(seconds=1)).at == eight


def test_a_try_in_working_hours_waits_for_them_and_for_the_limits() -> None:
    monday_off = limit("blocked_days: [monday]")
    assert asked(monday_off, in_working_hours=True).at == datetime(2025, 6, 3, 9, tzinfo=UTC)
    assert asked(in_working_hours=True, at=NOON + timedelta(hours=9)).at == datetime(2025, 6, 3, 9, tzinfo=UTC)


# --- opt-outs ---


def test_an_opt_out_without_an_end_vetoes_its_channel_whichever_loan_it_was_told() -> None:
    out = before("opt_out", loan="loan-2", channel="sms")
    sms = Said("loan-1", NOON, channel="sms")
    assert asked(contact=sms, said=(out,)) == Verdict("vetoed", None, "opted_out_sms", "the borrower opted out of sms")
    assert asked(contact=Said("loan-1", NOON), said=(out,)).status == "allowed"


def test_an_opt_out_with_an_end_puts_off_until_then() -> None:
    until = NOON.date() + timedelta(days=3)
    out = before("opt_out", until=until)
    assert asked(said=(out,)).at == datetime(2025, 6, 5, tzinfo=UTC)
    assert asked(limit('outside: "08:00-11:00"'), said=(out,)).at == datetime(2025, 6, 5, 8, tzinfo=UTC)


def test_a_consent_takes_an_opt_out_back_and_when_it_ends_the_opt_out_holds_again() -> None:
    out, back = before("opt_out"), before("consent", at=NOON - timedelta(hours=1))
    assert asked(said=(out, back)).status == "allowed"
    for_a_day = before("consent", at=NOON - timedelta(hours=1), until=NOON.date() + timedelta(days=1))
    assert asked(said=(out, for_a_day)).status == "allowed"
    assert asked(at=NOON + timedelta(days=1), said=(out, for_a_day)).status == "vetoed"
    withdrawn = before("withdrawal", at=NOON - timedelta(minutes=1))
    assert asked(said=(out, back, withdrawn)).status == "vetoed"
    again = before("consent", at=NOON - timedelta(minutes=1), until=NOON.date())
    assert asked(said=(out, back, again)).status == "vetoed"


def test_a_consent_withdrawn_is_no_opt_out() -> None:
    words = (before("consent"), before("withdrawal", at=NOON - timedelta(hours=1)))
    assert asked(said=words).status == "allowed"
    for_a_day = before("consent", at=NOON - timedelta(minutes=1), until=NOON.date() + timedelta(days=1))
    assert asked(at=NOON + timedelta(days=1), said=(*words, for_a_day)).status == "allowed"


@pytest.mark.parametrize(
    ("purpose", "must", "status"),
    [
        ("legal_notice", True, "allowed"),
        ("service", True, "allowed"),
        ("service", False, "vetoed"),
        ("inform", True, "vetoed"),
    ],
)
def test_what_the_law_requires_goes_out_in_spite_of_an_opt_out(purpose: str, must: bool, status: str) -> None:
    assert asked(said=(before("opt_out"),), purpose=purpose, must=must).status == status


def test_a_contact_that_does_not_say_its_channel_may_go_by_any_of_them() -> None:
    anyhow, later = Said("loan-1", NOON, channel=None), NOON - timedelta(hours=1)
    out = Verdict("vetoed", None, "opted_out", "the borrower opted out of a channel that this may go by")
    assert asked(contact=anyhow, said=(before("opt_out", channel="letter"),)) == out
    sms, until = before("opt_out", channel="sms"), NOON.date() + timedelta(days=3)
    assert asked(contact=anyhow, said=(sms, before("consent", at=later, channel=None))).status == "allowed"
    assert asked(contact=anyhow, said=(before("opt_out", until=until),)).at == datetime(2025, 6, 5, tzinfo=UTC)
    by_phone = "{id: calls, strength: block, applies_to: {channel: phone}, when: dpd >= 1, excluding: consent}"
    assert asked(by_phone, contact=anyhow).status == "held"
    assert asked(by_phone, contact=anyhow, said=(before("consent"),)).status == "held"
    assert asked(by_phone, contact=anyhow, said=(before("consent", channel=None),)).status == "allowed"
    machine = machine_with(f"[{by_phone}]")
    case = loan(machine, "loan-1", "UTC")
    work = effect_of(anyhow, case)._replace(kind="task")
    assert permitted(machine, case, work, NOON).status == "allowed"


# --- what the engine and the runtime ask beside ---

WITH_CONSENT = "{id: a, strength: block, counts: attempt, at_most: 1, within: 7 days, excluding: consent}"


@pytest.mark.parametrize(
    ("limits", "days"),
    [
        ("[]", 0),
        ('[{id: h, strength: block, outside: "08:00-22:00"}]', 0),
        ("[{id: a, strength: block, counts: attempt, at_most: 1, within: 7 days}]", 7),
        ("[{id: a, strength: block, counts: attempt, at_most: 1, within: 1 month}]", 31),
        ("[{id: a, strength: block, when: talks >= 1}]", 1),
        (
            f"[{WITH_CONSENT[:-1]}, consent_lasts: 1 week}}]",
            14,
        ),
    ],
)
def test_how_far_back_attempts_matter(limits: str, days: int) -> None:
    found = lookback(machine_with(limits, COUNTS))
    assert found is not None
    assert timedelta(days=days) <= found <= timedelta(days=days + 6)


def test_where_a_consent_has_no_end_all_attempts_matter() -> None:
    machine = machine_with(
        "[{id: a, strength: block, counts: attempt, at_most: 1, within: 7 days, excluding: consent}]"
    )
    assert lookback(machine) is None


def test_what_is_due_is_asked_only_what_forbids_it_for_good() -> None:
    hours = limit('outside: "08:00-11:00"', name="hours")
    machine = machine_with(f"[{limit('when: dpd > 160')}, {hours}]")
    case = loan(machine, "loan-1", "UTC")
    effect = effect_of(Said("loan-1", NOON), case)
    assert forbidden_for_good(machine, case, effect, NOON) is None
    later = forbidden_for_good(machine, case, effect, NOON + timedelta(days=30))
    assert later == Verdict("held", None, "one", "limit one: dpd > 160")


def test_lines_of_a_person_stand_in_the_order_in_which_they_took_effect() -> None:
    some = [line_of(before(at=NOON - timedelta(hours=n)), f"line-{n}") for n in (1, 3, 2)]
    assert [line.key for line in in_time_order(some).lines] == ["line-3", "line-2", "line-1"]
