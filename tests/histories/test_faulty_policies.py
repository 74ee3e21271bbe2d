"""Faults that people make, planted one by one in a sound policy: each is found by the tools that the page names."""

from __future__ import annotations

import pytest

from overdue_flow.testing.prove import prove
from overdue_flow.testing.scenarios import run_scenario
from support.faults import PAGE, TOOLS, Fault, faults, filled, finds, sound, suite, told_by

FAULTS = {fault.name: fault for fault in faults()}
each = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


def test_nothing_is_found_in_the_sound_policy() -> None:
    assert sound().findings == ()
    assert [one.said for one in prove(sound(), turns=500) if not one.stands] == []


@each
def test_the_lenders_own_scenarios_notice_nothing(fault: Fault) -> None:
    policy = fault.policy
    assert [one.name for one in suite(policy) if not run_scenario(policy, one).passed] == []
    assert [one.name for one in suite(sound()) if not run_scenario(sound(), one).passed] == []


@each
def test_the_first_tool_that_the_page_names_finds_the_fault(fault: Fault) -> None:
    tool, *_others = told_by(PAGE.read_text("utf-8"))[fault.name]
    assert finds(tool, fault)


def test_the_page_names_a_tool_for_every_fault_and_there_are_twenty_at_least() -> None:
    told = told_by(PAGE.read_text("utf-8"))
    assert list(told) == list(FAULTS)
    assert len(told) >= 20
    assert all(told.values())
    assert {tool for tools in told.values() for tool in tools[:1]} == set(TOOLS)


@pytest.mark.soak
def test_the_whole_table_is_so(pytestconfig: pytest.Config) -> None:
    page = PAGE.read_text("utf-8")
    made = filled(page)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(made, "utf-8")
    assert made == page
