"""Results as JUnit XML: a suite for each file, a case for each scenario, a failure with the whole story."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.junit import Ran, junit
from overdue_flow.testing.scenarios import run_scenario
from support.small_policy import POLICY

TEXT = """scenarios:
  - {name: good, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 1, stage: early}]}
  - {name: "bad <\\x01>", given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 1, stage: court}]}
"""


def test_each_scenario_is_a_case_of_its_file() -> None:
    policy = load_policy(text=POLICY)
    machine = Machine(policy)
    good, bad = (run_scenario(policy, one) for one in load_scenarios(text=TEXT, policy=policy, name="a.yaml"))
    root = ET.fromstring(
        junit([Ran("a", good, machine, 0.25), Ran("a", bad, machine, 0.5), Ran("b", good, machine, 1)])
    )
    assert (root.tag, root.attrib) == ("testsuites", {"tests": "3", "failures": "1", "time": "1.750"})
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("a", "2", "1"), ("b", "1", "0"),
    ]  # fmt: skip
    first, second = root[0]
    assert dict(first.attrib) == {"name": "good", "classname": "a", "time": "0.250", "file": "a.yaml", "line": "2"}
    assert list(first) == []
    assert second.get("name") == "bad <?>"
    failure = second.find("failure")
    assert failure is not None
    assert failure.get("message", "").endswith("stage: expected `court`, found `early`")
    assert "what happened until then:" in (failure.text or "")
