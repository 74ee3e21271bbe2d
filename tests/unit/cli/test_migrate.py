"""`overdue-flow migrate` moves open cases to another version of their policy, after a look."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.events import DisputeRaised
from support.adopted import FIRST, second
from support.road import SHANGHAI, opening
from support.terminal import run

MAP = 'policy: town\nfrom: "1"\nto: "2"\nstages: {talks: negotiation}\n'


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "1.yaml").write_text(FIRST, "utf-8")
    (folder / "2.yaml").write_text(second(), "utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two loans whose disputes keep them in `talks`, whatever day it is today; and one that owes nothing yet."""
    file = tmp_path / "loans.db"
    assert run("store", "create", file).code == 0
    opened = SqlStore(f"sqlite:///{file}")
    flow = Flow(load_policy(text=FIRST), opened)
    for name, due in (("a", "2025-01-10"), ("b", "2025-01-10"), ("c", "2190-01-10")):
        noticed = datetime(2025, 1, 1, tzinfo=SHANGHAI)
        flow.receive(name, opening(due).model_copy(update={"at": noticed}))
    for name in "ab":
        flow.receive(name, DisputeRaised(id="d", at=datetime(2025, 2, 1, tzinfo=SHANGHAI)))
    opened.close()
    return file


@pytest.fixture
def stage_map(tmp_path: Path) -> Path:
    file = tmp_path / "map.yaml"
    file.write_text(MAP, "utf-8")
    return file


def stages(store: Path) -> list[tuple[str, str]]:
    opened = SqlStore(f"sqlite:///{store}")
    cases = opened.load_many(["a", "b", "c"])
    opened.close()
    return [(case.course.version, case.course.stage) for case in cases.values()]


def test_it_is_seen_before_it_is_done_and_done_once(policies: Path, store: Path, stage_map: Path) -> None:
    migrate = ("migrate", policies, store, "--stage-map", stage_map)
    seen = run(*migrate)
    assert (seen.code, seen.err) == (0, "nothing was written; --yes does it\n")
    assert seen.out.startswith("3 open cases to move to version 2\n")
    assert ["1", "talks", "negotiation", "2"] in [line.split() for line in seen.out.splitlines()]
    assert stages(store) == [("1", "talks"), ("1", "talks"), ("1", "current")]
    done = run(*migrate, "--yes")
    assert (done.code, done.out.splitlines()[0]) == (0, "3 open cases moved to version 2")
    assert stages(store) == [("2", "negotiation"), ("2", "negotiation"), ("2", "current")]
    assert run(*migrate, "--yes").out == "0 open cases moved to version 2\n"


def test_what_the_map_forgets_is_refused_with_every_case(policies: Path, store: Path) -> None:
    done = run("migrate", policies, store, "--to", "2", "--yes")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "the map does not say where `talks` of version 1 goes: there is no stage `talks` in policy town 2;"
        " there stand `a`, `b`\n"
        "`overdue-flow diff OLD NEW --stage-map` suggests a map; nothing was moved\n"
    )
    as_json = run("migrate", policies, store, "--to", "2", "--json")
    assert (as_json.code, json.loads(as_json.out)["forgotten"]) == (
        1, [{"version": "1", "stage": "talks", "cases": ["a", "b"]}],
    )  # fmt: skip
    assert stages(store) == [("1", "talks"), ("1", "talks"), ("1", "current")]


def test_as_json_each_case_is_there(policies: Path, store: Path, stage_map: Path) -> None:
    said = json.loads(run("migrate", policies, store, "--stage-map", stage_map, "--json").out)
    assert [(one["case"], one["stage"], one["goes_to"], one["stage_then"]) for one in said["cases"]] == [
        ("a", "talks", "negotiation", "negotiation"),
        ("b", "talks", "negotiation", "negotiation"),
        ("c", "current", "current", "current"),
    ]
    assert {action for one in said["cases"] for action in one["dropped"]} <= {"call"}
    done = json.loads(run("migrate", policies, store, "--stage-map", stage_map, "--yes", "--json").out)
    assert (done["moved"], done["refused"]) == (3, {})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("talks: negotiation", "talks: negotation", "4:17: there is no stage of version 2 `negotation`"),
        ("talks: negotiation", "tolks: negotiation", "4:10: there is no stage of version 1 `tolks`"),
        ("talks: negotiation", 'talks: "?"', "4:17: it does not say where `talks` goes"),
        ('from: "1"', 'from: "7"', "2:7: there is no version `7`"),
        ("policy: town", "policy: city", "1:9: `city` is not the policy that the versions are of"),
        ("stages:", "stage:", "4:1:"),
        ("stages: {", "entered: [tolks]\nstages: {", "4:11: there is no stage of version 1 `tolks`"),
        ("stages: {", "entered: [legal]\nstages: {", "4:11: `legal` keeps its name, so a case there goes on"),
    ],
)
def test_a_map_that_says_what_is_not_there_is_refused_with_the_place(
    old: str, new: str, said: str, policies: Path, store: Path, stage_map: Path
) -> None:
    stage_map.write_text(MAP.replace(old, new), "utf-8")
    done = run("migrate", policies, store, "--stage-map", stage_map, "--yes")
    assert (done.code, done.out) == (1, "")
    assert f"{stage_map}:{said}" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--to names the version to move to, or --stage-map a map that does\n"),
        (("--to", "9"), "there is no version `9` of policy town; there is `1`, `2`\n"),
        (("--stage-map", "nowhere.yaml"), "cannot read the stage map `nowhere.yaml`: it does not exist\n"),
    ],
)
def test_a_migration_to_nowhere_is_one_clear_line(
    arguments: tuple[str, ...], said: str, policies: Path, store: Path
) -> None:
    done = run("migrate", policies, store, *arguments)
    assert (done.out, done.err) == ("", said)
    assert done.code in (1, 2)


def test_what_the_tables_do_not_say_is_told(policies: Path, store: Path, stage_map: Path) -> None:
    migrate = ("migrate", policies, store, "--stage-map", stage_map)
    goes_on = (
        "2 cases go on in a stage of another name: what it asks for on entry is not asked for,"
        " and the days in it count on"
    )
    assert goes_on in run(*migrate).out.splitlines()
    (policies / "2.yaml").write_text(second().replace("{from: 2025-06-01}", "{from: 2190-01-01}"), "utf-8")
    (early, told) = json.loads(run(*migrate, "--json").out)["notes"]
    assert early.startswith("version 2 is in force from 2190-01-01, and today is 2")
    assert told == goes_on
    stage_map.write_text(MAP + "entered: [talks]\n", "utf-8")
    (_early, told) = json.loads(run(*migrate, "--json").out)["notes"]
    assert told == (
        "2 cases enter a stage of another name: what it asks for on entry is asked for then,"
        " and the days in it count from then on"
    )
    (policies / "2.yaml").write_text(FIRST.replace('version: "1"', 'version: "2"'), "utf-8")
    assert json.loads(run("migrate", policies, store, "--to", "2", "--json").out)["notes"] == []
