"""`overdue-flow simulate --html`: a simulation becomes a page that says what its JSON says, and asks for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.browser import browser, opened
from support.terminal import run

POLICY = """\
language: 1
policy: retail
version: "1"
title: {en: Retail, zh: 零售}
terms: {currency: CNY}
actions:
  call: {kind: contact, params: {channel: choice}}
everywhere:
  - {id: cured, when: overdue_amount == 0, to: current}
stages:
  current:
    start: true
    label: {en: performing, zh: 正常}
    rules: [{id: late, when: dpd >= 1, to: early}]
  early:
    label: {en: early arrears, zh: 早期逾期}
    every: [{each: 2 weeks, do: call, with: {channel: phone}}]
    rules: [{id: later, when: dpd >= 60, to: late}]
  late: {label: {en: late arrears, zh: 后期逾期}}
"""

POPULATION = """\
language: 1
population: town
title: {en: Loans of a town, zh: 小城贷款}
seed: 3
borrowers: 24
starts_on: 2025-01-01
months: 6
loans: {instalments: 12, amount: 1000.00}
pays:
  - {missed: 0, chances: {1: 0.75}, on: 0}
  - {missed: 1+, chances: {1: 0.2, all: 0.2}, on: 0-20}
answers:
  - {channel: phone, chances: {conversation: 0.5}}
costs:
  - {of: call, each: 3.00}
effects:
  - of: call
    answered: true
    on: pays
    times: 3
    for: 20 days
    because: {en: a field trial, zh: 现场试验}
    source: table 4
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy, another that calls every week, and a population."""
    folder = tmp_path_factory.mktemp("simulated")
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    weekly = POLICY.replace("each: 2 weeks", "each: 1 week").replace("en: Retail, zh: 零售", "en: Weekly, zh: 每周")
    (folder / "weekly.yaml").write_text(weekly, "utf-8")
    (folder / "population.yaml").write_text(POPULATION, "utf-8")
    return folder


def simulated(files: Path, *more: str | Path) -> tuple[Any, Path]:
    """What the command said as JSON, and the page that it wrote."""
    page = files / "page.html"
    done = run("simulate", files / "policy.yaml", files / "population.yaml", "--html", page, "--json", *more)
    assert done.code == 0, done.err
    assert f"wrote {page}" in done.err.replace("\n", "")
    return json.loads(done.out), page


def test_the_page_of_a_simulation_says_the_figures_of_its_json(files: Path) -> None:
    data, page = simulated(files, "--against", files / "weekly.yaml")
    text = page.read_text("utf-8")
    for figure in data["champion"]["figures"]:
        if figure["name"] in ("paid", "costs", "contacts"):
            value = figure["estimate"]["value"] / (1 if figure["name"] == "contacts" else 100)
            assert f"<span>{value:,.0f}</span>" in text
    assert "Retail against Weekly" in text
    assert "a field trial" in text
    assert text.count("where loans went") > 2
    assert data["ahead"][0]["months"][-1]["value"] == next(
        one["difference"]["value"] for one in data["differences"] if one["name"] == "paid"
    )


def test_the_page_is_whole_by_itself_in_a_real_browser(files: Path) -> None:
    _data, page = simulated(files, "--lang", "zh")
    with browser() as chromium, opened(chromium, page, 390) as shown:
        assert shown.find("document.documentElement.lang") == "zh-CN"
        assert "早期逾期" in shown.find("document.body.textContent")
        assert shown.find("document.querySelectorAll('svg.drawn').length") > 8
        assert shown.find("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert (shown.said, shown.asked) == ([], [])


def test_in_chinese_the_terminal_gives_the_report(files: Path) -> None:
    done = run("simulate", files / "policy.yaml", files / "population.yaml", "--lang", "zh")
    assert done.code == 0
    assert done.out.startswith("政策模拟：零售\n模拟借款人 24 名：小城贷款；2025-01-01 至 2025-06-30")
    assert "假定的处置效果" in done.out


def test_a_page_that_cannot_be_written_is_a_mistake_and_nobody_waits_for_it(files: Path) -> None:
    done = run("simulate", files / "policy.yaml", files / "population.yaml", "--html", files / "none" / "page.html")
    assert done.code == 2
    assert "cannot write" in done.err
    assert "living every day" not in done.err
