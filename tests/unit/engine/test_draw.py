"""A policy as a diagram: every road once, in text that Mermaid and Graphviz read as it is meant."""

from __future__ import annotations

import re

import pytest

from overdue_flow.engine.draw import draw
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from support.small_policy import POLICY


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY)


def arrows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "-->" in line and "[*]" not in line]


def test_every_road_is_an_arrow_with_its_rule(policy: Policy) -> None:
    assert arrows(draw(policy, conditions=False)) == [
        "current --> early: late",
        "early --> current: cured",
        "early --> court__waiting: to-court",
        "court__waiting --> court__filed: sue (approved by counsel)",
        "court__filed --> gone: won on JudgmentGiven",
    ]


def test_conditions_stand_beside_the_rules(policy: Policy) -> None:
    assert "early --> court__waiting: to-court [dpd > 30]" in arrows(draw(policy))


def test_groups_are_composite_states_with_their_first_stage(policy: Policy) -> None:
    lines = [line.strip() for line in draw(policy).splitlines()]
    inside = lines[lines.index("state court {") + 1 : lines.index("}")]
    assert inside == [
        "[*] --> court__waiting",
        'state "waiting" as court__waiting',
        'state "filed" as court__filed',
    ]
    assert "gone --> [*]" in lines
    assert lines[-1] == "[*] --> current"


def test_the_title_is_front_matter_that_mermaid_reads(policy: Policy) -> None:
    assert draw(policy).startswith("---\ntitle: small 1\n---\nstateDiagram-v2\n")


def test_a_rule_of_a_group_is_one_arrow_from_the_group() -> None:
    text = POLICY.replace(
        "    first: waiting\n", "    first: waiting\n    rules: [{id: paid, when: balance == 0, to: gone}]\n"
    )
    found = arrows(draw(load_policy(text=text), conditions=False))
    assert "court --> gone: paid" in found
    assert sum("paid" in arrow for arrow in found) == 1


def test_a_rule_of_a_group_into_the_group_begins_at_each_other_stage() -> None:
    rule = "    rules: [{id: back, when: dpd < 5, to: court.waiting}]\n"
    text = POLICY.replace("    first: waiting\n", f"    first: waiting\n{rule}")
    found = arrows(draw(load_policy(text=text), conditions=False))
    assert [arrow for arrow in found if "back" in arrow] == ["court__filed --> court__waiting: back"]


def test_nothing_in_a_label_means_something_else_to_mermaid() -> None:
    text = POLICY.replace("when: dpd > 30", """when: 'dpd > 30 or bucket == "M2" or dpd < 0'""")
    (arrow,) = [arrow for arrow in arrows(draw(load_policy(text=text))) if "to-court" in arrow]
    label = arrow.partition(": ")[2]
    assert label == "to-court [dpd > 30 or bucket == #quot;M2#quot; or dpd #lt; 0]"


def test_names_that_are_no_plain_words_get_one() -> None:
    text = POLICY.replace("early", "提醒").replace("gone", "end")
    found = arrows(draw(load_policy(text=text), conditions=False))
    assert all(re.fullmatch(r"\w+ --> \w+: .*", arrow, re.ASCII) for arrow in found), found
    drawn = draw(load_policy(text=text))
    assert 'state "提醒" as stage2' in drawn
    assert not re.search(r"^ *end ", drawn, re.MULTILINE)


def test_labels_of_stages_stand_beside_their_names() -> None:
    text = POLICY.replace("  early:\n", "  early:\n    label: {en: Early days, zh: 早期}\n")
    assert 'state "early#58; Early days" as early' in draw(load_policy(text=text))
    assert '"early" [label="early: Early days"];' in draw(load_policy(text=text), "graphviz")


def test_graphviz_has_the_same_arrows_and_groups_as_clusters(policy: Policy) -> None:
    text = draw(policy, "graphviz")
    assert text.startswith('digraph "small 1" {\n')
    assert text.endswith("}\n")
    assert text.count("{") == text.count("}")
    assert 'subgraph "cluster_court" {' in text
    assert '"early" -> "court__waiting" [label="to-court [dpd > 30]"];' in text
    assert '"gone" [label="gone", peripheries="2"];' in text


def test_several_rules_between_two_stages_are_one_arrow(policy: Policy) -> None:
    text = POLICY.replace(
        "      - {id: to-court,", "      - {id: sooner, when: frail and dpd > 20, to: court}\n      - {id: to-court,"
    )
    found = load_policy(text=text)
    assert "early --> court__waiting: sooner | to-court" in arrows(draw(found, conditions=False))
    assert r'[label="sooner\lto-court\l"];' in draw(found, "graphviz", conditions=False)


def test_quotes_are_escaped_for_graphviz() -> None:
    text = POLICY.replace("when: dpd > 30", """when: 'bucket == "M2"'""")
    assert r'[label="to-court [bucket == \"M2\"]"];' in draw(load_policy(text=text), "graphviz")


def test_the_same_policy_gives_the_same_text(policy: Policy) -> None:
    assert draw(policy) == draw(load_policy(text=POLICY))
