"""`access` and `retention`: what is read from the file, what is refused at its place, and who may then look at what."""

from __future__ import annotations

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.groups import ALL_GROUPS
from overdue_flow.cases.seen import ALL
from overdue_flow.errors import AccessRefused
from overdue_flow.events import LawFirmEngaged, LawFirmReleased, PlacedWithAgency, Recalled
from overdue_flow.policy.load import check_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.reader import Reader, seen_by
from support.road import Road, on, opening, road_policy

ACCESS = "{boss: {sees: all}, agency: {sees: [money, stage], loans: placed}, borrower: {sees: [identity], loans: own}}"


def problems(access: str = "{}", retention: str = "{}", **sections: str) -> list[str]:
    """What is wrong with a policy of this access and retention."""
    head = {
        "language": "1", "policy": "road", "version": '"1"', "roles": "[boss]", "attention": "boss",
        "access": access, "retention": retention, **sections,
    }  # fmt: skip
    text = "".join(f"{name}: {said}\n" for name, said in head.items())
    stages = "stages: {calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}, late: {end: true}}\n"
    found = check_policy(text=text + stages)
    return [f"{one.place}: {one.message}; {one.hint}" for one in found if one.refused]


# --- reading ---


def test_a_role_sees_groups_and_single_facts_and_rows_of_its_groups_unless_it_says_others() -> None:
    policy = road_policy(access="{boss: {sees: [money, stage]}, auditor: {sees: all, journal: [legal]}}")
    boss, auditor = policy.access["boss"].seen, policy.access["auditor"].seen
    assert (boss.groups, boss.facts, boss.rows) == ({"money"}, {"stage"}, {"money"})
    assert (auditor.groups, auditor.rows) == (ALL_GROUPS, {"legal"})
    assert policy.access["boss"].loans == "all"


def test_a_role_that_nobody_declares_is_refused_but_for_readers_from_outside() -> None:
    assert problems("{bos: {sees: all}}") == [
        "policy.yaml:6:10: there is no role `bos`; did you mean `boss`?",
    ]
    assert problems("{law_firm: {sees: [legal]}, auditor: {sees: all}, borrower: {sees: money, loans: own}}") == []


def test_a_word_that_is_neither_group_nor_fact_is_refused() -> None:
    assert problems("{boss: {sees: [mony, dpd]}}") == [
        "policy.yaml:6:24: there is no group or fact `mony`; did you mean `money`?"
    ]
    (found,) = problems("{boss: {sees: [money], journal: [dpd]}}")
    assert found.startswith("policy.yaml:6:42: there is no group `dpd`; groups: `identity`, `contact`")


def test_what_a_role_sees_has_to_be_said() -> None:
    (found,) = problems("{boss: {loans: placed}}")
    assert found == "policy.yaml:6:10: `boss` has no `sees`; None"


def test_retention_is_counted_in_days_and_its_condition_is_checked() -> None:
    assert problems(retention="{all: {keep: 3 hours}}") == [
        "policy.yaml:7:25: `3 hours` stands here; expected days, business days, weeks, months or years; None"
    ]
    (found,) = problems(retention="{all: {keep: 3 years, when: dpdd > 3}}")
    assert found == "policy.yaml:7:40: unknown word `dpdd`; did you mean `dpd`?"


def test_who_sees_what_decides_nothing_about_a_loan() -> None:
    plain = road_policy()
    assert meaning_of(road_policy(access=ACCESS, retention="{all: {keep: 3 years}}")) == meaning_of(plain)


# --- who may look ---


def lived(*events: object) -> Case:
    """A loan of `zhang` on which something happened."""
    road = Road(road_policy(access=ACCESS), opening(person_id="zhang", co_borrowers=("li",), guarantors=("wu",)))
    for day, event in enumerate(events, 2):
        road.tell(event, f"2025-01-{day:02}")  # type: ignore[arg-type]  # every one is an event
    return road.case


def refused(case: Case, role: str, who: str) -> str:
    """Why somebody may not look."""
    with pytest.raises(AccessRefused) as refusal:
        seen_by(road_policy(access=ACCESS), case, Reader(role, who))
    return str(refusal.value)


def test_without_access_whoever_looks_sees_all() -> None:
    assert seen_by(road_policy(), lived(), Reader()) is ALL


def test_with_access_a_look_names_a_role_that_the_policy_knows_and_who_it_is() -> None:
    assert refused(lived(), "", "x") == "policy road 1 says who may see what: say in which role you look"
    assert refused(lived(), "bos", "x") == "policy road 1 shows nothing to `bos`; did you mean `boss`?"
    assert refused(lived(), "boss", "") == "say who looks as `boss`: every look is remembered with a name"
    assert seen_by(road_policy(access=ACCESS), lived(), Reader("boss", "x")).everything


def test_an_agency_sees_what_is_placed_with_it_until_it_is_recalled() -> None:
    policy, placed = road_policy(access=ACCESS), PlacedWithAgency(agency="swift", until="2025-01-20")
    assert seen_by(policy, lived(placed), Reader("agency", "swift")).facts == {"stage"}
    assert refused(lived(placed), "agency", "slow") == "loan `loan-1` is not placed with `slow`"
    assert refused(lived(), "agency", "swift") == "loan `loan-1` is not placed with `swift`"
    assert refused(lived(placed, Recalled()), "agency", "swift").startswith("loan `loan-1` is not placed")


def test_a_placement_that_is_over_shows_nothing() -> None:
    road = Road(road_policy(access=ACCESS))
    road.tell(PlacedWithAgency(agency="swift", until="2025-01-05"), "2025-01-02")
    road.tell(LawFirmEngaged(firm="wang & li"), "2025-01-06")
    assert refused(road.case, "agency", "swift") == "loan `loan-1` is not placed with `swift`"


def test_a_placement_ends_on_its_day_though_nothing_happens_to_the_loan() -> None:
    policy, placed = road_policy(access=ACCESS), PlacedWithAgency(agency="swift", until="2025-01-05")
    reader = Reader("agency", "swift")
    assert seen_by(policy, lived(placed), reader, on("2025-01-05")).role == "agency"
    with pytest.raises(AccessRefused):
        seen_by(policy, lived(placed), reader, on("2025-01-06"))


def test_a_law_firm_sees_what_it_was_engaged_for_until_it_is_released() -> None:
    policy, engaged = road_policy(access=ACCESS), LawFirmEngaged(firm="wang & li")
    assert seen_by(policy, lived(engaged), Reader("agency", "wang & li")).role == "agency"
    assert refused(lived(engaged, LawFirmReleased()), "agency", "wang & li").startswith("loan `loan-1` is not placed")


@pytest.mark.parametrize("who", ["zhang", "li"])
def test_a_borrower_sees_their_own_loan(who: str) -> None:
    assert seen_by(road_policy(access=ACCESS), lived(), Reader("borrower", who)).groups == {"identity"}


@pytest.mark.parametrize("who", ["wu", "somebody"])
def test_nobody_else_sees_it_as_their_own(who: str) -> None:
    assert refused(lived(), "borrower", who) == f"loan `loan-1` is not one of `{who}`"
