"""The commands that run a store: each with what it says, what it leaves behind, and what it does a second time."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from overdue_flow import Flow, load_policy
from overdue_flow.cli.deliver import WITHHELD
from overdue_flow.events import EffectWithheld, HoldPlaced, PaymentReceived
from overdue_flow.store.protocol import OpenTask
from overdue_flow.store.tables import SCHEMA_VERSION
from support.small_policy import POLICY, write_book, write_policy
from support.small_store import opened, opening, write_store
from support.terminal import Said, module_of, run

HOOKS = """
from overdue_flow.events import ContactAttempted

SENT = []

def register(flow):
    @flow.on("remind")
    def remind(effect, case):
        SENT.append(effect.id)
        return ContactAttempted(channel="sms", outcome="delivered", effect_id=effect.id)

def broken(effect, case):
    raise OSError("the gateway is down")

def rubbish(effect, case):
    return "done"

BROKEN, RUBBISH, WRONG, NONE = {"remind": broken}, {"remind": rubbish}, {"remnd": broken}, 17
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The module with the hooks, by a name of the test's own."""
    return module_of(HOOKS, tmp_path, monkeypatch, request.node.name)


AT_NOON = ("--at", "2025-01-12T12:00")

LATER = ("--at", "2025-02-20T12:00")


def as_json(said: Said) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


# --- nightly ---


def test_a_night_moves_what_is_due_and_says_what_it_came_to(tmp_path: Path, policy: Path) -> None:
    said = run("nightly", policy, write_store(tmp_path), "--as-of", "2025-01-11")
    assert (said.code, said.err) == (0, "")
    for line in (
        "night of 2025-01-11: 2 cases looked at, 2 turns recorded",
        "current    early    late        2",
        "remind          2",
        "call            1",
        "waiting for people: 0 tasks overdue; 0 effects parked",
    ):
        assert line in said.out


def test_a_night_that_is_run_twice_changes_nothing(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    first = as_json(run("nightly", policy, store, "--as-of", "2025-02-20", "--json"))
    second = as_json(run("nightly", policy, store, "--as-of", "2025-02-20", "--json"))
    assert (first["cases_looked_at"], first["turns"]) == (3, 7)
    assert (second["cases_looked_at"], second["turns"], second["moves"]) == (0, 0, [])
    assert (second["tasks_overdue"], second["parked"]) == (first["tasks_overdue"], first["parked"]) == (0, 0)


def test_a_day_or_an_instant_to_come_is_not_lived_but_forewarned(tmp_path: Path, policy: Path, hooks: str) -> None:
    store = write_store(tmp_path)
    night = run("nightly", policy, store, "--as-of", "2199-01-01")
    sent = run("deliver", policy, store, "--hooks", f"{hooks}:register", "--at", "2199-01-01T10:00")
    for said, option in ((night, "--as-of 2199-01-01"), (sent, "--at 2199-01-01T10:00")):
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(f"{option} is to come, and what is done is done for good; it is now ")
        assert said.err.endswith("`overdue-flow forewarn` says what would happen, and records nothing\n")


def test_a_night_by_several_processes_is_the_night_of_one(tmp_path: Path, policy: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one, many = write_store(tmp_path / "one"), write_store(tmp_path / "many")
    alone = as_json(run("nightly", policy, one, "--as-of", "2025-02-20", "--json"))
    said = run("nightly", policy, many, "--as-of", "2025-02-20", "--json", "--workers", "2")
    assert said.err == "SQLite lets one process write at a time: the workers take turns\n"
    assert as_json(said) == alone


def test_a_night_names_what_is_stopped_and_what_is_held(tmp_path: Path, policy: Path) -> None:
    placed = HoldPlaced(id="h", hold="dispute", at=datetime(2025, 1, 20, tzinfo=UTC))
    store = write_store(tmp_path, ("A-1", placed))
    said = as_json(run("nightly", policy, store, "--as-of", "2025-03-20", "--json"))
    assert "dispute" in json.dumps(said["held"])
    assert said["effects"]["approval"] == 1


def test_nights_are_lived_one_by_one_after_an_outage(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    run("nightly", policy, store, "--as-of", "2025-03-01")
    with opened(store) as found:
        days = [str(move.on) for entry in found.journal("A-1") for move in entry.results.moves]
    assert days == ["2025-01-01", "2025-01-11", "2025-02-10"]


def test_a_case_whose_version_is_not_given_is_named_and_stays_due(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    newer = tmp_path / "newer"
    newer.mkdir()
    write_policy(newer, old='version: "1"', new='version: "2"')
    said = run("nightly", newer, store, "--as-of", "2025-01-11")
    assert said.code == 1
    assert "Not lived: 2 cases; they stay due" in said.out
    assert "policy small 1 was not given to this flow" in said.out
    write_policy(newer).rename(newer / "older.yaml")
    write_policy(newer, old='version: "1"', new='version: "2"\nin_force: {from: 2026-01-01}')
    assert run("nightly", newer, store, "--as-of", "2025-01-11").code == 0


# --- deliver ---


def test_what_is_due_goes_to_the_hooks_once(tmp_path: Path, policy: Path, hooks: str) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    first = as_json(run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:register", "--json"))
    assert sorted(one["action"] for one in first["delivered"]) == ["call", "remind", "remind"]
    again = as_json(run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:register", "--json"))
    assert again == {"delivered": [], "withheld": [], "failed": [], "parked": [], "stopped": []}
    assert run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:register").out == "nothing was due\n"


def test_a_hook_that_fails_is_named_and_tried_again_later(tmp_path: Path, policy: Path, hooks: str) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    said = run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:BROKEN")
    assert said.code == 1, "a scheduler hears of it"
    assert "Failed; they are tried again" in said.out
    assert "OSError: the gateway is down" in said.out


def test_what_is_parked_is_listed_and_tried_again_when_a_person_says_so(
    tmp_path: Path, policy: Path, hooks: str
) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    assert run("deliver", policy, store, "--parked").out == "nothing is parked\n"
    said = run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:RUBBISH")
    assert said.code == 1
    assert "Parked; `--redeliver` tries them again" in said.out
    listed = run("deliver", policy, store, "--parked")
    assert "remind, tried 1 time: the hook returned `'done'`; expected an event, several, or nothing" in listed.out
    (first, *_) = as_json(run("deliver", policy, store, "--parked", "--json"))
    assert (
        run("deliver", policy, store, *AT_NOON, "--redeliver", first["id"]).err
        == "1 parked effect may be tried again\n"
    )
    assert run("deliver", policy, store, *AT_NOON, "--redeliver", first["id"]).code == 2
    again = run("deliver", policy, store, *AT_NOON, "--redeliver", "all", "--hooks", f"{hooks}:register", "--json")
    assert first["id"] in {one["id"] for one in as_json(again)["delivered"]}


def test_shadow_mode_records_and_calls_no_hook(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    said = run("deliver", policy, store, *AT_NOON, "--shadow")
    assert "skipped: nothing went out, and nothing is sent later    shadow mode          3" in said.out
    with opened(store) as found:
        assert list(found.outbox()) == []


def test_shadow_mode_skips_tasks_too_when_they_are_delivered(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    assert [one["action"] for one in as_json(run("tasks", store, "--json"))] == ["call"]
    said = run("deliver", policy, store, *AT_NOON, "--shadow")
    assert re.search(r"call +skipped +1\n", said.out)
    assert run("tasks", store).out == "no open tasks\n"


def test_what_is_left_to_a_worker_with_its_version_says_so(tmp_path: Path, policy: Path, hooks: str) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    newer = write_policy(tmp_path, old='version: "1"', new='version: "2"')
    said = run("deliver", newer, store, *AT_NOON, "--hooks", f"{hooks}:register")
    assert said.code == 1, "what was left over waits for another worker"
    assert re.search(r"remind +left +2\n", said.out)
    why = "policy small 1 was not given to this flow"
    assert re.search(rf"left to a worker that has its version +{why} +3\n", said.out)


def test_every_way_in_which_an_effect_does_not_go_out_has_words() -> None:
    hows = get_args(EffectWithheld.model_fields["how"].annotation)
    assert set(WITHHELD) == {*hows, "left"}


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("{0}", "names no hooks: expected a module and a name in it"),
        ("no_such_module:register", "cannot load the hooks `no_such_module:register`: ModuleNotFoundError"),
        ("{0}:registre", "there is no `registre`; did you mean `register`?"),
        ("{0}:NONE", "is neither a function that takes the flow nor a mapping from actions to hooks"),
        ("{0}:WRONG", "has no action `remnd`"),
    ],
)
def test_hooks_that_are_none_are_one_clear_line(
    named: str, said: str, tmp_path: Path, policy: Path, hooks: str
) -> None:
    found = run("deliver", policy, write_store(tmp_path), "--hooks", named.format(hooks))
    assert found.code in (1, 2)
    assert said in found.err
    assert found.err.count("\n") == 1


def test_without_hooks_nothing_is_delivered(tmp_path: Path, policy: Path) -> None:
    said = run("deliver", policy, write_store(tmp_path, lived_to=date(2025, 1, 11)))
    assert (said.code, said.out) == (2, "")
    assert "say --hooks MODULE:NAME" in said.err


# --- stop and resume ---


def test_what_is_stopped_waits_until_it_may_go_on(tmp_path: Path, policy: Path, hooks: str) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    said = run("store", "stop", store, "contact", "--by", "ms-chen", "--reason", "a wrong template")
    assert (said.code, said.err) == (0, "")
    listed = run("store", "switches", store).out
    assert listed.startswith("contact is stopped since ")
    assert listed.endswith("UTC by ms-chen: a wrong template\n")
    stopped = as_json(run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:register", "--json"))
    assert "remind" not in {one["action"] for one in stopped["delivered"]}
    assert run("store", "resume", store, "contact").out == "contact goes on\n"
    assert run("store", "switches", store).out == "nothing is stopped\n"
    delivered = as_json(run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:register", "--json"))
    assert {one["action"] for one in delivered["delivered"]} == {"remind"}


def test_a_stop_of_something_unheard_of_is_made_only_if_it_is_meant(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    stop = ("store", "stop", store, "remnd", "--by", "x", "--reason", "y")
    said, of_policy = run(*stop), run(*stop, "--policy", policy)
    assert (said.code, said.out, of_policy.code) == (1, "", 1)
    assert said.err == (
        "nothing was stopped: no action `remnd` is on its way; did you mean `remind`?; --anyway stops it all the same\n"
    )
    assert "is on its way, and the policy has none; did you mean `remind`?" in of_policy.err
    assert run("store", "switches", store).out == "nothing is stopped\n"
    assert run(*stop, "--anyway").code == 0
    assert run("store", "resume", store, "call").err == "`call` is not stopped; what is: remnd\n"


# --- tasks ---


def _task(store: Path, action: str) -> OpenTask:
    with opened(store) as found:
        return next(task for task in found.tasks() if task.effect.action == action)


def test_open_tasks_are_listed_by_role(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 2, 20))
    said = run("tasks", store)
    assert said.code == 0
    assert said.out.splitlines()[0].split() == ["role", "last", "day", "task", "loan", "asked", "on", "about", "id"]
    assert said.out.rstrip().endswith("open tasks")
    found = as_json(run("tasks", store, "--json"))
    assert [one["role"] for one in found] == sorted(one["role"] for one in found)
    assert {one["loan"] for one in as_json(run("tasks", store, "--role", "agent", "--json"))} == {"A-2"}
    assert run("tasks", store, "--role", "nobody").out == "no open tasks\n"


def test_a_task_with_a_deadline_that_is_over_stands_out(tmp_path: Path) -> None:
    policy = write_policy(
        tmp_path,
        old="do: call, with: {role: agent}, once: episode",
        new="do: call, with: {role: agent}, once: episode, within: 2 business days",
    )
    store = write_store(tmp_path, policy=policy)
    run("nightly", policy, store, "--as-of", "2025-01-12")
    assert "2025-01-14 OVERDUE" in run("tasks", store, "--as-of", "2025-01-15").out
    assert "OVERDUE" not in run("tasks", store, "--as-of", "2025-01-14").out


def test_a_completed_task_is_gone_and_its_answer_decides(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 2, 20))
    asked = _task(store, "approval")
    said = run("complete", policy, store, asked.effect.id, "--by", "ms-chen", "--outcome", "approved", *LATER)
    assert said.code == 0
    assert f"approval of {asked.case_id}: approved" in said.out
    assert "court.waiting to court.filed by sue: worth it" in said.out
    again = run("complete", policy, store, asked.effect.id, "--by", "ms-chen", *LATER)
    assert (again.code, again.err) == (
        2, f"task `{asked.effect.id}` is not open any more; `overdue-flow history` tells what became of it\n",
    )  # fmt: skip


def test_a_task_that_nobody_was_asked_for_is_a_slip(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 2, 20))
    asked, before = _task(store, "approval").effect.id, run("history", store, "A-1").out
    assert asked.startswith("A-1:")
    for named, meant in (
        (f"{asked}9", f"did you mean `{asked}`?"),
        (asked.replace("A-1", "A-11"), "did you mean `A-1:"),
    ):
        for command in ("complete", "reassign"):
            more = ("--to", "boss") if command == "reassign" else ()
            said = run(command, policy, store, named, "--by", "x", *more, *LATER)
            assert (said.code, said.out) == (2, "")
            assert said.err.startswith(f"there is no open task `{named}`; {meant}"), said.err
    assert run("history", store, "A-1").out == before


def test_a_task_falls_to_another_role(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    task = _task(store, "call").effect.id
    to_boss = ("reassign", policy, store, task, "--to", "boss", "--by", "x", *AT_NOON)
    said = run(*to_boss, "--last-day", "2025-01-20")
    assert said.out == "call of A-2 falls to boss, last day 2025-01-20\n"
    moved = _task(store, "call").effect
    assert (moved.role, moved.deadline_on) == ("boss", date(2025, 1, 20))
    assert "2025-01-20 OVERDUE" in run("tasks", store, "--as-of", "2025-01-21").out


# --- history and explain ---


def test_history_tells_the_journal_without_a_policy_and_with_one_says_why(tmp_path: Path, policy: Path) -> None:
    paid = PaymentReceived(id="p", at=datetime(2025, 1, 12, tzinfo=UTC), amount="100.00", value_date=date(2025, 1, 12))
    store = write_store(tmp_path, ("A-1", paid))
    bare, why = run("history", store, "A-1").out, run("history", store, "A-1", "--policy", policy).out
    assert "2025-01-11        a day begins\n    current -> early by late: unpaid\n    remind" in bare
    assert "2025-01-12 08:00  PaymentReceived: amount 100.00 CNY" in bare
    assert "days past due is at least 1" not in bare
    assert "days past due is at least 1 (now 1 day)" in why
    assert "no move by" not in bare
    assert "no move by" in why


def test_explain_of_a_store_tells_the_same_loan(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    said = run("explain", policy, store, "A-1")
    assert said.code == 0
    for line in ("2025-01-01 09:00  LoanOpened", "A-1 on 2025-01-11, policy small 1", "stands in early", "2025-02-10"):
        assert line in said.out
    earlier = run("explain", policy, store, "A-1", "--on", "2025-01-10").out
    assert "stands in current" in earlier
    assert "a day begins" not in earlier
    assert "stands in court.waiting" in run("explain", policy, store, "A-1", "--on", "2025-02-10").out


# --- forewarn ---


def test_forewarn_names_the_loans_of_the_next_night_and_records_nothing(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    said = run("forewarn", policy, store, "--on", "2025-01-11")
    assert said.code == 0
    assert "up to 2025-01-11, if nothing happens before: something on 2 loans" in said.out
    assert "A-1     current -> early    late: unpaid" in said.out
    told = as_json(run("forewarn", policy, store, "--on", "2025-01-11", "--json"))
    assert {one["loan"]: one["stage_then"] for one in told["loans"]} == {"A-1": "early", "A-2": "early"}
    with opened(store) as found:
        assert len(found.journal("A-1")) == 1
    assert run("nightly", policy, store, "--as-of", "2025-01-11").code == 0
    later = as_json(run("forewarn", policy, store, "--on", "2025-01-12", "--json"))
    assert later["loans"] == []
    assert {one["action"] for one in later["going_out"]} == {"remind", "call"}


def test_forewarn_marks_what_a_switch_keeps_from_going_out(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    forewarn = ("forewarn", policy, store, "--on", "2025-02-11")
    assert "is stopped" not in run(*forewarn).out
    run("store", "stop", store, "contact", "--by", "ms-chen", "--reason", "a wrong template")
    said = run(*forewarn).out
    assert said.splitlines()[1].startswith("contact is stopped since 20")
    assert said.splitlines()[1].endswith(" UTC by ms-chen: a wrong template")
    asked, going_out = said.split("Asked for")[1].split("Going out")
    assert re.search(r"A-3 +remind .*; waits: contact is stopped\n", asked)
    assert re.search(r"A-1 +remind .*; waits: contact is stopped\n", going_out)
    assert re.search(r"A-2 +call [^;]*\n", going_out)
    told = as_json(run(*forewarn, "--json"))
    assert {(one["action"], one["stopped_by"]) for one in told["going_out"]} == {("remind", "contact"), ("call", None)}
    assert [(one["name"], one["by"]) for one in told["switches"]] == [("contact", "ms-chen")]
    run("store", "resume", store, "contact")
    run("store", "stop", store, "call", "--by", "ms-chen", "--reason", "nobody is in")
    told = as_json(run(*forewarn, "--json"))
    assert {(one["action"], one["stopped_by"]) for one in told["going_out"]} == {("remind", None), ("call", "call")}
    (third,) = [one for one in told["loans"] if one["loan"] == "A-3"]
    assert [(one["action"], one["stopped_by"]) for one in third["effects"]] == [("remind", None)]


def test_forewarn_shows_the_other_loans_where_one_cannot_be_lived(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    with opened(store) as found:
        other = load_policy(text=POLICY.replace('version: "1"', 'version: "2"'))
        Flow(other, found).receive("A-0", opening("A-0"))
    said = run("forewarn", policy, store, "--on", "2025-01-11")
    assert said.code == 1
    assert "something on 2 loans" in said.out
    assert "A-1     current -> early    late: unpaid" in said.out
    assert "Not lived: 1 case; they stay due\n  A-0  policy small 2 was not given to this flow" in said.out
    as_values = run("forewarn", policy, store, "--on", "2025-01-11", "--json")
    assert as_values.code == 1
    told = json.loads(as_values.out)
    assert [one["loan"] for one in told["loans"]] == ["A-1", "A-2"]
    assert told["not_lived"] == {"A-0": "policy small 2 was not given to this flow"}


# --- adopt ---


def test_adopting_is_seen_before_it_is_done_and_done_once(tmp_path: Path, policy: Path) -> None:
    store, book = tmp_path / "new.db", write_book(tmp_path)
    assert run("store", "create", store).out == f"{store}: a store of schema {SCHEMA_VERSION}\n"
    adopt = ("adopt", policy, store, book, "--muted-until", "2025-03-01", "--as-of", "2025-01-20")
    seen = run(*adopt)
    assert (seen.code, seen.err) == (0, "nothing was written; --yes does it\n")
    assert "2 loans to adopt as of 2025-01-20; effects are muted until 2025-03-01" in seen.out
    with opened(store) as found:
        assert list(found.case_ids()) == []
    done = as_json(run(*adopt, "--yes", "--json"))
    assert (done["written"], done["loans"], done["in_the_store_before"]) == (True, 2, 0)
    assert done["stages"] == [
        {"stage": "current", "how": "proposed", "loans": 1}, {"stage": "early", "how": "proposed", "loans": 1},
    ]  # fmt: skip
    with opened(store) as found:
        journals = {loan: len(found.journal(loan)) for loan in found.case_ids()}
    again = as_json(run(*adopt, "--yes", "--json"))
    assert (again["in_the_store_before"], again["stages"], again["not_taken_in"]) == (2, [], 0)
    with (book / "payments.csv").open("a", encoding="utf-8") as payments:
        columns = (book / "payments.csv").read_text("utf-8").splitlines()[0].split(",")
        row = {"loan_id": "A-1", "payment_id": "new", "value_date": "2025-01-15", "amount": "1.00"}
        payments.write(",".join(row.get(column, "") for column in columns) + "\n")
    told = run(*adopt, "--yes").out
    assert "2 loans in the store already, and left alone: their muting and their past stay as they are" in told
    assert "1 event in the book that the store does not have; it was not taken in" in told
    assert "The first night" not in told
    with opened(store) as found:
        assert {loan: len(found.journal(loan)) for loan in found.case_ids()} == journals == {"A-1": 2, "A-2": 1}


def test_a_stage_that_the_book_gives_is_taken(tmp_path: Path, policy: Path) -> None:
    loans = (
        "loan_id,currency,opened_on,stage,stage_entered_on\nA-1,CNY,2025-01-01,,\nA-2,CNY,2025-01-01,court,2025-01-15\n"
    )
    book, store = write_book(tmp_path, loans=loans, events=""), tmp_path / "new.db"
    run("store", "create", store)
    adopt = ("adopt", policy, store, book, "--muted-until", "2025-03-01", "--as-of", "2025-01-20")
    said = as_json(run(*adopt, "--yes", "--json"))
    assert {(one["stage"], one["how"]) for one in said["stages"]} == {
        ("current", "proposed"),
        ("court.waiting", "given"),
    }
    assert "stands in court.waiting since 2025-01-15 (5 days)" in run("explain", policy, store, "A-2").out
    (book / "loans.csv").write_text(loans.replace(",court,", ",cuort,"), "utf-8")
    wrong = run(*adopt)
    assert (wrong.code, wrong.out) == (1, "")
    assert (
        "loans: loan `A-2`: there is no stage `cuort` in policy small 1 (did you mean `court` or `current`?)"
        in wrong.err
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--muted-until", "soon"), "`soon` is no day; --muted-until expects one such as 2025-01-31"),
        (("--muted-until", "2025-03-01", "--preview", "--yes"), "say one of them"),
        (("--muted-until", "2025-03-01", "--as-of", "2199-01-01"), "--as-of 2199-01-01 is to come: today is "),
    ],
)
def test_what_cannot_be_adopted_is_one_clear_line(
    options: tuple[str, ...], said: str, tmp_path: Path, policy: Path
) -> None:
    store = tmp_path / "new.db"
    run("store", "create", store)
    found = run("adopt", policy, store, write_book(tmp_path), *options)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
