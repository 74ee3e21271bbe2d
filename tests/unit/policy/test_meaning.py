"""Which texts of a policy mean the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.meaning import meaning_of

TEXT = """
language: 1
policy: shop
version: "1"
roles: [boss]
facts:
  title: {type: flag, default: false}
  scenarios: {type: choice, of: [a, b, "b  c"]}
events:
  Visited: {label: {type: text}, met: {type: flag}}
actions:
  call: {kind: contact, params: {label: {type: text, optional: true}, channel: choice}}
  visit: {kind: task, params: {role: role}}
stages:
  calm:
    start: true
    rules:
      - {id: late, when: dpd >= 1 and not title, to: late, because: unpaid}
  late:
    on_enter: [{do: call, with: {channel: sms, label: first}}]
    rules:
      - {id: cured, when: arrears_cleared and scenarios != "a", to: calm}
limits:
  - {id: quiet, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00", in_force: {from: 2025-06-01}}
"""


def meaning(old: str = "", new: str = "") -> str:
    assert old in TEXT
    return meaning_of(load_policy(text=TEXT.replace(old, new) if old else TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("language: 1\n", "# what we lend\nlanguage: 1  # of the format\n"),
        ("actions:", "title: {en: A shop, zh: 店}\nactions:"),
        ("roles:", "in_force: {from: 2025-01-01}\nroles:"),
        ("{type: flag, default: false}", "{default: false, type: flag, label: never used}"),
        ("met: {type: flag}", "met: {type: flag, label: met}"),
        ("channel: choice}", "channel: {type: choice, optional: false, label: by}}"),
        ("dpd >= 1 and not title", '"dpd>=1   and not title"'),
        ("because: unpaid", 'because: " unpaid "'),
        ("    start: true", "    start: true\n    label: all is well"),
        ("to: calm}\n", "to: calm, step: false}\n"),
    ],
)
def test_what_decides_nothing_does_not_count(old: str, new: str) -> None:
    assert meaning(old, new) == meaning()


def test_the_order_in_which_names_are_declared_does_not_count_and_that_of_rules_does() -> None:
    call, visit = TEXT.partition("actions:\n")[2].splitlines(keepends=True)[:2]
    assert meaning(call + visit, visit + call) == meaning()
    two = "      - {id: x, when: dpd >= 2, to: late}\n      - {id: y, when: dpd >= 3, to: late}\n"
    first, second = two.splitlines(keepends=True)
    assert meaning("  late:\n", f"{two}  late:\n") != meaning("  late:\n", f"{second}{first}  late:\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dpd >= 1", "dpd >= 2"),
        ("because: unpaid", "because: not paid"),
        ('version: "1"', 'version: "2"'),
        ("channel: sms", "channel: email"),
        ("label: first", "label: last"),
        ("of: [a, b,", "of: [a, c,"),
        ('"b  c"]', '"b c"]'),
        ("label: first", 'label: "first "'),
        ("in_force: {from: 2025-06-01}", "in_force: {from: 2025-06-02}"),
        (", in_force: {from: 2025-06-01}", ""),
        ("title: {type: flag, default: false}", "title: {type: flag, default: true}"),
        ("label: {type: text}, met", "met"),
        ("roles: [boss]", "roles: [boss, clerk]"),
        ("roles: [boss]", "roles: [boss]\nterms: {time_zone: Asia/Shanghai}"),
    ],
)
def test_what_is_decided_by_counts_and_so_does_the_reason(old: str, new: str) -> None:
    assert meaning(old, new) != meaning()


def test_a_text_that_a_condition_compares_with_counts_letter_by_letter() -> None:
    facts = 'facts:\n  kind_of: {type: choice, of: ["b  c", "b c"]}\n'
    text = TEXT.replace("facts:\n", facts)
    first, second = (
        meaning_of(load_policy(text=text.replace('scenarios != "a"', f'kind_of != "{said}"')))
        for said in ("b  c", "b c")
    )
    assert first != second


def test_scenarios_do_not_count_and_what_is_taken_in_does(examples: Path, tmp_path: Path) -> None:
    whole = load_policy(examples / "changjiang-retail" / "policy.yaml")
    assert whole.scenarios
    copied = tmp_path / "copied"
    shutil.copytree(examples / "changjiang-retail", copied)
    (copied / "policy.yaml").write_text(whole.source.partition("\nscenarios:")[0], "utf-8")
    assert meaning_of(load_policy(copied / "policy.yaml")) == meaning_of(whole)
    (tmp_path / "limits.yaml").write_text("language: 1\nterms: {time_zone: Asia/Shanghai}\n", "utf-8")
    (tmp_path / "policy.yaml").write_text(TEXT.replace("roles:", "extends: limits.yaml\nroles:"), "utf-8")
    taken_in = meaning_of(load_policy(tmp_path / "policy.yaml"))
    assert taken_in == meaning("roles:", "terms: {time_zone: Asia/Shanghai}\nroles:") != meaning()


def test_a_policy_that_is_written_anew_means_the_same(examples: Path) -> None:
    policy = load_policy(examples / "changjiang-retail" / "policy.yaml")
    assert meaning_of(load_policy(text=dump_policy(policy))) == meaning_of(policy)
