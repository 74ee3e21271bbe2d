"""`overdue-flow packs` lists what comes with the library, and says what each rule rests on and what nobody read."""

from __future__ import annotations

import json

from overdue_flow.policy.library import packs
from support.terminal import run


def test_every_pack_is_listed() -> None:
    done = run("packs", "list")
    assert done.code == 0
    assert all(name in done.out for name in packs())
    assert "a part to build on" in done.out
    assert {one["pack"] for one in json.loads(run("packs", "list", "--json").out)} == set(packs())


def test_a_pack_says_what_nobody_verified() -> None:
    done = run("packs", "show", "cn/contact-2025")
    assert "S: read on a secondary page, not in the primary text" in done.out
    assert "UNVERIFIED" in done.out
    assert "GB/T 45251-2025" in done.out
    (shown,) = {one["level"] for one in json.loads(run("packs", "show", "cn/contact-2025", "--json").out)["sources"]}
    assert shown == "S"


def test_titles_and_sources_are_shown_in_chinese() -> None:
    assert "中国" in run("packs", "list", "--lang", "zh").out
    done = run("packs", "show", "cn/changjiang", "--lang", "fr")
    assert (done.code, "--lang expects en or zh" in done.err) == (2, True)


def test_a_name_that_is_no_pack_is_one_line() -> None:
    done = run("packs", "show", "cn/changjang")
    assert (done.code, done.err) == (2, "there is no pack `cn/changjang`; did you mean `cn/changjiang`?\n")


def test_the_scenarios_of_a_pack_run_by_its_name() -> None:
    done = run("test", "pack:cn/changjiang")
    assert done.code == 0
    assert "as expected" in done.out


def test_the_scenarios_of_a_part_run_on_its_example() -> None:
    done = run("test", "pack:in/sma-npa")
    assert done.code == 0
    assert "ok    due on 31 March 2021" in done.out


def test_what_a_pack_explains_is_shown_with_its_reason() -> None:
    done = run("check", "--strict", "pack:cn/changjiang")
    assert done.code == 0
    assert "explained" in done.out
