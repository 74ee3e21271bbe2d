"""Which version decides: the one that a case was opened under, and the law of the day."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.errors import EventRefused, NotInForce
from overdue_flow.events import PolicyAdopted
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.versions import Versions, check_stage_map
from support.road import Road, on, road_policy


def version(name: str, first: str | None = None, last: str | None = None, **sections: str) -> Policy:
    force = ", ".join(f"{word}: {day}" for word, day in (("from", first), ("to", last)) if day)
    return road_policy(version=f'"{name}"', in_force=f"{{{force}}}", **sections)


OLD = version("1", "2025-01-01")
NEW = version("2", "2025-06-01")


def laws(policies: Sequence[Policy], *days: str) -> list[str]:
    """The law for a case of the first version, on some days."""
    case: Case = Road(policies[0]).case
    versions = Versions(policies)
    return [versions.of(case, on(day)).ref.law_version for day in days]


def test_a_flow_needs_a_policy() -> None:
    with pytest.raises(NotInForce, match="a flow needs at least one policy"):
        Versions(())


def test_a_flow_runs_the_versions_of_one_policy() -> None:
    other = version("1", policy="street")
    with pytest.raises(NotInForce, match="versions of one policy, and these are several: `road`, `street`"):
        Versions((OLD, other))


def test_a_version_given_twice_is_refused_whatever_it_says() -> None:
    changed = version("1", "2025-01-01", roles="[boss, team, counsel, court]")
    with pytest.raises(NotInForce, match="policy road 1 was given twice; a policy that changes needs a new version"):
        Versions((OLD, changed))


def test_a_case_is_opened_under_the_newest_version_in_force() -> None:
    versions = Versions((OLD, NEW))
    assert [versions.opening(on(day)).ref for day in ("2025-01-01", "2025-05-31", "2025-06-01")] == [
        ("road", "1", "1"),
        ("road", "1", "1"),
        ("road", "2", "2"),
    ]


@pytest.mark.parametrize("day", ["2024-12-31", "2025-07-01"])
def test_on_a_day_without_a_version_in_force_no_case_is_opened(day: str) -> None:
    versions = Versions((version("1", "2025-01-01", "2025-06-30"),))
    with pytest.raises(NotInForce, match=f"no version of policy road is in force on {day}; a case cannot be opened"):
        versions.opening(on(day))
    assert versions.opening(on("2025-06-30")).ref.version == "1"


def test_a_case_keeps_its_version_and_the_law_is_the_newest_in_force() -> None:
    assert laws((OLD, NEW), "2025-05-31", "2025-06-01") == ["1", "2"]
    case = Road(OLD).case
    assert Versions((OLD, NEW)).of(case, on("2025-07-01")).policy is OLD


def test_it_does_not_matter_in_which_order_versions_are_given() -> None:
    assert laws((OLD, NEW), "2025-07-01") == ["2"]
    versions = Versions((NEW, OLD))
    assert (versions.opening(on("2025-07-01")).ref.version, versions.newest) == ("2", NEW)


def test_of_two_versions_that_begin_on_one_day_the_one_given_last_is_the_newer() -> None:
    assert Versions((OLD, version("1b", "2025-01-01"))).newest.version == "1b"


def test_where_no_version_is_in_force_any_more_the_law_is_the_cases_own() -> None:
    ended = version("1", "2025-01-01", "2025-03-31")
    assert laws((ended, version("2", "2025-06-01")), "2025-05-01") == ["1"]


def test_a_version_with_an_end_gives_the_law_back() -> None:
    short = version("2", "2025-06-01", "2025-06-30")
    assert laws((OLD, short), "2025-05-31", "2025-06-30", "2025-07-01") == ["1", "2", "1"]


def test_the_days_on_which_the_law_may_change_are_known() -> None:
    versions = Versions((OLD, version("2", "2025-06-01", "2025-06-30"), version("3", "2025-09-01")))
    found = []
    day = on("2024-01-01")
    while (change := versions.next_change(day)) is not None:
        found.append(str(change))
        day = change
    assert found == ["2025-01-01", "2025-06-01", "2025-07-01", "2025-09-01"]


def test_what_all_versions_are_known_by_changes_with_each_of_them_and_their_days() -> None:
    several = [(OLD, NEW), (OLD, version("2", "2025-06-01", "2025-06-30")), (OLD, NEW, version("3", "2025-09-01"))]
    told = [Versions(one).fingerprint for one in several]
    assert len({*told, ""}) == 4
    assert Versions((NEW, OLD)).fingerprint == told[0]
    assert Versions((OLD,)).fingerprint == Versions((NEW,)).fingerprint == ""


def test_the_law_of_a_single_version_never_changes() -> None:
    assert Versions((OLD,)).next_change(on("2024-01-01")) is None
    assert laws((version("1", "2025-01-01", "2025-06-30"),), "2025-12-01") == ["1"]


def test_a_version_that_was_not_given_is_named() -> None:
    case = Road(OLD).case
    with pytest.raises(NotInForce, match="policy road 1 was not given to this flow"):
        Versions((NEW,)).of(case, on("2025-07-01"))


def test_each_version_under_each_law_is_compiled_once() -> None:
    versions = Versions((OLD, NEW))
    case = Road(OLD).case
    assert versions.of(case, on("2025-02-01")) is versions.opening(on("2025-02-02"))
    assert versions.of(case, on("2025-07-01")) is not versions.opening(on("2025-07-01"))


# --- stage maps ---

BEFORE = road_policy(
    "\n  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring}]}"
    "\n  ring: {first: one, stages: {one: {rules: [{id: on, when: dpd > 9, to: ring.two}]},"
    " two: {rules: [{id: end, when: dpd > 99, to: calm}]}}}\n"
)
AFTER = road_policy(
    "\n  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: court}]}"
    "\n  court: {rules: [{id: on, when: dpd > 9, to: hall.a}]}"
    "\n  hall: {stages: {a: {rules: [{id: end, when: dpd > 99, to: calm}]}}}\n",
    version='"2"',
)


def faults(**stage_map: str) -> str:
    names = {name.replace("__", "."): target for name, target in stage_map.items()}
    event = PolicyAdopted(id="adopted", policy="road", version="2", stage_map=names)
    try:
        check_stage_map(event, BEFORE, AFTER)
    except EventRefused as refusal:
        return str(refusal)
    return ""


def test_a_stage_map_is_complete_when_each_stage_has_its_place_and_same_names_need_no_word() -> None:
    assert faults(ring__one="court", ring__two="calm") == ""


def test_every_gap_of_a_stage_map_is_named() -> None:
    assert faults(ring__one="court") == (
        "the stage map of `adopted` is not complete: it does not say where `ring.two` goes: there is no stage"
        " `ring.two` in policy road 2"
    )
    assert faults().count("it does not say where") == 2


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("cort", "there is no stage `cort` in policy road 2 (did you mean `court`?)"),
        ("hall", "`hall` is a group; expected one of its stages: hall.a"),
    ],
)
def test_a_stage_map_leads_to_stages_of_the_new_version(target: str, why: str) -> None:
    assert faults(ring__one="court", ring__two=target).endswith(f"it does not say where `ring.two` goes: {why}")


@pytest.mark.parametrize("name", ["rong", "ring"])
def test_a_stage_map_names_stages_of_the_old_version(name: str) -> None:
    said = faults(ring__one="court", ring__two="calm", **{name: "calm"})
    assert said == f"the stage map of `adopted` is not complete: policy road 1 has no stage `{name}`"
