"""`extends` takes in terms, limits and what they need; what the policy says itself wins, and overriding is shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import check_policy, examine_policy, load_policy
from overdue_flow.problems import render

COMMON = """language: 1
terms: {currency: TWD, time_zone: Asia/Taipei, counting: {grace_days: 3, paid_when_short_by: 1.00}}
counts: {calls: {of: ContactAttempted, within: 7 days}}
limits:
  - {id: seven, strength: block, applies_to: {kind: contact}, when: calls >= 7}
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00"}
"""
POLICY = """language: 1
policy: small
version: 1
extends: common.yaml
terms: {counting: {grace_days: 5}}
actions: {call: {kind: contact}}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "09:00-20:00"}
stages:
  a: {start: true, on_enter: [{do: call}], rules: [{id: r, when: arrears_cleared or dpd > 90, to: b}]}
  b: {end: true}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "common.yaml").write_text(COMMON)
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


def test_what_the_policy_says_itself_wins(folder: Path) -> None:
    policy = load_policy(folder / "policy.yaml")
    assert (policy.terms.currency, policy.terms.counting.grace_days) == ("TWD", 5)
    assert policy.terms.counting.paid_when_short_by == Decimal("1.00")
    assert [(limit.id, str(limit.hours)) for limit in policy.limits] == [("seven", "None"), ("night", "09:00-20:00")]
    assert "calls" in policy.vocabulary


def test_what_is_overridden_is_shown_at_both_places(folder: Path) -> None:
    findings = load_policy(folder / "policy.yaml").findings
    assert [(problem.code, problem.also[0][0].file) for problem in findings] == [("overrides", "common.yaml")] * 2


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ("applies_to: {channel: visit, kind: task}, when: dpd > 5", []),
        ("applies_to: {kind: contact}, when: dpd > 5, in_force: {to: 2020-01-01}", []),
        ("applies_to: {kind: contact}, when: dpd > 5 and dpd < 3", ["limit-never-applies"]),
    ],
)
def test_a_limit_that_is_taken_in_need_not_find_anything_to_forbid(folder: Path, limit: str, found: list[str]) -> None:
    (folder / "common.yaml").write_text(COMMON + f"  - {{id: more, strength: block, {limit}}}\n")
    policy = load_policy(folder / "policy.yaml")
    assert [problem.code for problem in policy.findings if problem.code != "overrides"] == found


def test_a_problem_in_what_is_taken_in_is_shown_there(folder: Path) -> None:
    (folder / "common.yaml").write_text(COMMON.replace("calls >= 7", "call >= 7"))
    examined = examine_policy(folder / "policy.yaml")
    assert "common.yaml:5:69: unknown word `call`" in render(examined.problems, examined.sources)
    assert "  5 |   - {id: seven" in render(examined.problems, examined.sources)


@pytest.mark.parametrize("name", ["missing.yaml", "/etc/hostname", "pack:us/nothing", "''", "[]"])
def test_what_is_not_there_is_refused_or_nothing(folder: Path, name: str) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace("common.yaml", name))
    refused = [problem.code for problem in check_policy(folder / "policy.yaml") if problem.refused]
    assert refused in (["unknown-file"], ["unknown-pack"], ["wrong-value"], [])
    assert bool(refused) is (name != "[]")


def test_a_text_has_no_files_beside_it() -> None:
    assert "no-folder" in {problem.code for problem in check_policy(text=POLICY)}


def test_a_dumped_policy_stands_alone(folder: Path) -> None:
    policy = load_policy(folder / "policy.yaml")
    assert load_policy(text=dump_policy(policy)) == policy


# --- whole policies, built on in turn ---

BASE = """language: 1
policy: base
version: 1
roles: [clerk, counsel]
sources:
  law: {citation: Some Act section 1, level: S, unverified: the number of days}
  word: {citation: the bank's word, level: P}
actions: {call: {kind: contact}, look: {kind: task, params: {role: role}}}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00", source: law}
everywhere:
  - {id: cured, when: arrears_cleared, to: a, except: [a, z]}
  - {id: lost, when: dpd > 300, to: z, source: word}
stages:
  a: {start: true, rules: [{id: late, when: dpd >= 1, to: b}]}
  b:
    label: late
    on_enter: [{id: first-call, do: call}, {id: second-look, do: look, with: {role: clerk}}]
    rules: [{id: over, when: dpd > 90, to: z}]
  z: {end: true}
"""
MIDDLE = """language: 1
policy: middle
version: 1
extends: base.yaml
everywhere:
  - {id: lost, when: dpd > 200, to: z}
stages:
  b: {rules: [{id: soon, when: dpd > 60, to: z}]}
explained:
  - {finding: overrides, about: lost, because: earlier here}
  - {finding: unverified, about: law, because: the middle has read it}
  - {finding: overlap, because: they all end it}
"""
TOP = """language: 1
policy: top
version: 2
extends: middle.yaml
leave_out: [second-look, over]
everywhere:
  - {id: mine, when: balance == 0, to: z, except: z}
stages:
  a: {label: current}
"""


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    for name, text in (("base", BASE), ("middle", MIDDLE), ("top", TOP)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_rules_and_stages_are_taken_in_with_own_ones_first_and_others_replaced_in_place(floors: Path) -> None:
    policy = load_policy(floors / "top.yaml")
    assert [rule.id for rule in policy.everywhere] == ["mine", "cured", "lost"]
    lost = policy.rule("lost").guard
    assert lost is not None
    assert lost.text == "dpd > 200"
    assert [rule.id for rule in policy.stages["b"].rules] == ["soon"]
    assert [task.id for task in policy.stages["b"].on_enter] == ["first-call"]
    assert policy.stages["a"].label == {"": "current"}
    assert (policy.id, policy.version, policy.roles) == ("top", "2", ("clerk", "counsel"))


def test_every_part_stands_where_its_file_says_it(floors: Path) -> None:
    policy = load_policy(floors / "top.yaml")
    places = {rule.id: str(rule.place) for rule in policy.rules}
    assert places["mine"].endswith("top.yaml:7:10")
    assert places["cured"] == "base.yaml:12:10"
    assert places["lost"] == "middle.yaml:6:10"
    assert places["soon"] == "middle.yaml:8:20"


def test_a_mistake_in_an_own_rule_is_shown_where_it_stands(floors: Path) -> None:
    (floors / "middle.yaml").write_text(MIDDLE.replace("dpd > 200", "dpt > 200"))
    (refused,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
    assert str(refused.place) == "middle.yaml:6:22"


@pytest.mark.parametrize("said", ["{a: b}", "[{a: b}, [over]]", "[over, over]", "over"])
def test_what_is_left_out_may_be_said_in_any_shape_and_is_then_refused_or_done(floors: Path, said: str) -> None:
    (floors / "top.yaml").write_text(TOP.replace("[second-look, over]", said))
    codes = {problem.code for problem in check_policy(floors / "top.yaml") if problem.refused}
    assert codes == (set() if "over" in said and "{" not in said else {"wrong-value"})


def test_what_is_left_out_must_be_there(floors: Path) -> None:
    (floors / "top.yaml").write_text(TOP.replace("second-look", "secnd-look"))
    (found,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
    assert (found.code, found.hint) == ("leaves-out-nothing", "did you mean `second-look`?")
    assert str(found.place).endswith("top.yaml:5:13")


def test_a_file_that_builds_on_itself_is_refused(floors: Path) -> None:
    (floors / "base.yaml").write_text(BASE + "extends: middle.yaml\n")
    codes = [problem.code for problem in check_policy(floors / "top.yaml") if problem.refused]
    assert codes == ["extends-in-a-circle"]


def test_a_dumped_policy_of_several_floors_stands_alone(floors: Path) -> None:
    policy = load_policy(floors / "top.yaml")
    assert load_policy(text=dump_policy(policy)) == policy


def test_what_needs_a_part_that_is_left_out_says_where_it_is_left_out(floors: Path) -> None:
    (floors / "base.yaml").write_text(BASE.replace("dpd > 90, to: z", "dpd > 90, to: z, gives_way_to: [lost]"))
    (floors / "top.yaml").write_text(TOP.replace("[second-look, over]", "[second-look, lost]"))
    (refused,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
    ((place, words),) = refused.also
    assert (refused.code, str(refused.place), words) == ("unknown-rule", "base.yaml:19:61", "left out here")
    assert str(place).endswith("top.yaml:5:26")


def test_an_id_that_the_policy_takes_twice_is_refused_also_where_a_base_has_it(floors: Path) -> None:
    """Neither of the two is lost in silence."""
    twice = "  - {id: mine, when: balance == 0, to: z, except: z}\n"
    own = twice.replace("mine", "lost")
    (floors / "top.yaml").write_text(TOP.replace(twice, own + own.replace("balance == 0", "dpd > 250")))
    (refused,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
    assert (refused.code, str(refused.place).rpartition("top.yaml")[2]) == ("duplicate-id", ":8:10")


def test_what_is_left_out_can_be_said_anew_and_then_comes_first(floors: Path) -> None:
    text = TOP.replace("[second-look, over]", "[second-look, over, lost]").replace("id: mine", "id: lost")
    (floors / "top.yaml").write_text(text)
    policy = load_policy(floors / "top.yaml")
    assert [(rule.id, rule.guard.text if rule.guard else "") for rule in policy.everywhere] == [
        ("lost", "balance == 0"),
        ("cured", "arrears_cleared"),
    ]
    assert {problem.place.file for problem in policy.findings if problem.code == "overrides" and problem.place} == {
        "middle.yaml"
    }


def test_a_hold_and_a_fact_of_one_name_can_be_left_out_apart(floors: Path) -> None:
    both = "facts: {frail: {type: flag, default: false}}\nholds: {frail: {stops: [contact]}}\n"
    (floors / "base.yaml").write_text(BASE.replace("when: dpd > 300", "when: frail and dpd > 300") + both)
    (floors / "middle.yaml").write_text(MIDDLE.replace("everywhere:\n  - {id: lost, when: dpd > 200, to: z}\n", ""))
    (floors / "top.yaml").write_text(TOP.replace("[second-look, over]", "[second-look, over, holds.frail]"))
    policy = load_policy(floors / "top.yaml")
    assert (policy.holds, "frail" in policy.vocabulary) == ({}, True)


def test_buckets_are_replaced_as_a_whole(floors: Path) -> None:
    (floors / "base.yaml").write_text(BASE + "buckets: {by: dpd, M1: 1..30, M2: 31..}\n")
    (floors / "top.yaml").write_text(TOP + "buckets: {by: dpd, early: 1..15, late: 16..}\n")
    assert load_policy(floors / "top.yaml").buckets == {"early": (1, 15), "late": (16, None)}
    assert load_policy(floors / "middle.yaml").buckets == {"M1": (1, 30), "M2": (31, None)}


def test_what_two_bases_have_in_common_is_not_the_policys_own(floors: Path) -> None:
    """What nothing uses is a finding of a policy's own lines; what it has from a base, by one way or by two, is not."""
    (floors / "middle.yaml").write_text("language: 1\nextends: base.yaml\n")
    (floors / "top.yaml").write_text(TOP.replace("middle.yaml", "[middle.yaml, base.yaml]"))
    policy = load_policy(floors / "top.yaml")
    assert [str(problem.place) for problem in policy.findings if problem.code == "unused-role"] == []
    assert str(policy.rule("cured").place) == "base.yaml:12:10"


def test_a_base_that_cannot_be_read_is_one_problem(floors: Path) -> None:
    """What the policy says of it is not checked against what is not there."""
    for base in ("language: 2\n", "- a list\n", ""):
        (floors / "base.yaml").write_text(base)
        (refused,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
        assert str(refused.place).startswith("base.yaml")
    (floors / "base.yaml").unlink()
    (refused,) = [problem for problem in check_policy(floors / "top.yaml") if problem.refused]
    assert (refused.code, str(refused.place)) == ("unknown-file", "middle.yaml:4:10")


# --- sources, and findings that are explained ---


def test_what_nobody_read_is_told_again_to_whoever_builds_on_it(floors: Path) -> None:
    middle = [problem for problem in load_policy(floors / "middle.yaml").findings if problem.code == "unverified"]
    assert [problem.explained for problem in middle] == ["the middle has read it"]
    (found,) = [problem for problem in load_policy(floors / "top.yaml").findings if problem.code == "unverified"]
    assert (found.explained, str(found.place).endswith("top.yaml:4:10")) == ("", True)
    assert "`law` (Some Act section 1)" in found.message
    assert "secondary page" in found.message
    assert "the number of days; on it rest `night`" in found.message


def test_findings_that_a_base_explains_stay_explained(floors: Path) -> None:
    findings = load_policy(floors / "top.yaml").findings
    assert {problem.explained for problem in findings if problem.code == "overrides"} == {"earlier here"}


def test_what_is_explained_stays_so_while_something_else_is_refused(floors: Path) -> None:
    (floors / "top.yaml").write_text(TOP.replace("balance == 0", "balanse == 0"))
    found = [(problem.code, problem.explained) for problem in check_policy(floors / "top.yaml")]
    assert found == [("unknown-word", ""), ("overrides", "earlier here")]


def test_a_reason_that_explains_nothing_is_a_finding(floors: Path) -> None:
    (floors / "top.yaml").write_text(TOP + "explained: [{finding: overrides, about: nothing, because: x}]\n")
    found = [problem for problem in load_policy(floors / "top.yaml").findings if problem.code == "explains-nothing"]
    assert [problem.message for problem in found] == ["there is no finding `overrides` about `nothing` to explain"]


def test_a_policy_knows_what_rests_on_each_source(floors: Path) -> None:
    citations = load_policy(floors / "base.yaml").citations
    assert {name: (one.level, one.parts, one.is_verified) for name, one in citations.items()} == {
        "law": ("S", ("night",), False),
        "word": ("P", ("lost",), True),
    }


def test_a_source_that_is_not_declared_is_refused(floors: Path) -> None:
    (floors / "base.yaml").write_text(BASE.replace("source: law", "source: lw"))
    (refused,) = [problem for problem in check_policy(floors / "base.yaml") if problem.refused]
    assert (refused.code, refused.hint) == ("unknown-source", "did you mean `law`?")


def test_a_source_that_covers_what_is_not_said_is_refused(floors: Path) -> None:
    (floors / "base.yaml").write_text(BASE.replace("level: P}", "level: P, covers: [terms.limitation]}"))
    (refused,) = [problem for problem in check_policy(floors / "base.yaml") if problem.refused]
    assert refused.code == "covers-nothing"
