"""`overdue-flow forecast` says as a dated list what happens to a loan from here, future by future."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.events import ContactAttempted
from support.adopted import FIRST, second
from support.road import SHANGHAI, opening
from support.terminal import run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "town.yaml"
    file.write_text(FIRST, "utf-8")
    return file


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A promised to pay by 9 February."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "loans.csv").write_text("loan_id,currency,opened_on\nA,CNY,2025-01-01\n")
    (folder / "instalments.csv").write_text("loan_id,due_on,amount\nA,2025-01-10,100\n")
    (folder / "payments.csv").write_text("loan_id,payment_id,value_date,amount\n")
    promise = {"id": "e", "at": "2025-02-01", "kind": "PromiseMade", "amount": "100.00", "due_on": "2025-02-09"}
    (folder / "events.jsonl").write_text(json.dumps({"loan_id": "A", **promise}) + "\n")
    return folder


def test_the_futures_of_a_loan_stand_side_by_side(policy: Path, book: Path) -> None:
    done = run("forecast", policy, book, "A", "--on", "2025-02-01", "--until", "2025-05-01")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "A on 2025-02-01 stands in talks; what comes until 2025-05-01, if ..."
    assert lines[2].split("   ")[-1].strip() == "... what is overdue is paid"
    assert "... nothing is paid" in lines[2]
    assert "... the promise is kept" in lines[2]
    day = next(line for line in lines if line.startswith("2025-04-11"))
    assert "talks -> legal (sue: more than 90 days past due)" in day
    kept = next(line for line in lines if line.startswith("2025-02-09"))
    assert "100.00 CNY is paid (promise e is kept)" in kept
    assert lines[-3].split() == ["stands", "in", "legal", "current", "current"]


def test_one_future_can_be_asked_for_with_the_day_of_the_payment(policy: Path, book: Path) -> None:
    asked = ("forecast", policy, book, "A", "--on", "2025-02-01", "--if", "what-is-overdue-is-paid")
    said = json.loads(run(*asked, "--paid-on", "2025-03-03", "--until", "2025-05-01", "--json").out)
    assert (said["loan"], said["on"], said["stage"]) == ("A", "2025-02-01", "talks")
    (future,) = said["futures"]
    assert (future["if"], future["stage"], future["until"]) == ("what is overdue is paid", "current", "2025-05-01")
    told = [(one["on"], one["kind"], one["what"]) for one in future["foreseen"]]
    assert told[-2:] == [("2025-03-03", "paid", "100.00 CNY is paid"), ("2025-03-03", "move", "talks -> current")]
    assert {kind for _on, kind, _what in told[:-2]} == {"contact"}


def test_a_future_that_the_loan_does_not_have_is_a_mistake(policy: Path, book: Path) -> None:
    done = run("forecast", policy, book, "A", "--on", "2025-02-01", "--if", "the-plan-is-kept")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "loan `A` has no future on 2025-02-01 in which the plan is kept;"
        " it has: nothing is paid; the promise is kept; what is overdue is paid\n"
    )


@pytest.mark.parametrize(
    ("option", "day", "said"),
    [
        ("--until", "2025-02-01", "--until 2025-02-01 is not after 2025-02-01, from where the forecast looks\n"),
        ("--paid-on", "2025-01-31", "--paid-on 2025-01-31 is before 2025-02-01, from where the forecast looks\n"),
        ("--paid-on", "2025-12-01", "--paid-on 2025-12-01 is after 2025-07-31, as far as the forecast looks\n"),
    ],
)
def test_a_day_at_which_it_does_not_look_is_a_mistake(
    option: str, day: str, said: str, policy: Path, book: Path
) -> None:
    done = run("forecast", policy, book, "A", "--on", "2025-02-01", option, day)
    assert (done.code, done.err) == (2, said)


def test_a_loan_in_a_store_is_foretold_and_nothing_is_recorded(policy: Path, tmp_path: Path) -> None:
    store = tmp_path / "loans.db"
    run("store", "create", store)
    opened = SqlStore(f"sqlite:///{store}")
    flow = Flow(load_policy(policy), opened)
    flow.receive("a", opening("2025-01-10").model_copy(update={"at": datetime(2025, 1, 1, tzinfo=SHANGHAI)}))
    said = json.loads(run("forecast", policy, store, "a", "--until", "2025-01-31", "--json").out)
    assert [one["what"] for one in said["futures"][0]["foreseen"]] == [
        "current -> reminder", "remind (channel sms) goes out", "reminder -> talks",
    ]  # fmt: skip
    assert len(opened.journal("a")) == 1
    opened.close()


def test_what_keeps_the_loan_is_told_first(policy: Path, book: Path) -> None:
    events = [
        {"id": "d", "at": "2025-02-01", "kind": "DisputeRaised"},
        {"id": "m", "at": "2025-02-02", "kind": "MovedByHand", "to": "closed", "role": "boss", "reason": "sold"},
    ]
    (book / "events.jsonl").write_text("".join(json.dumps({"loan_id": "A", **event}) + "\n" for event in events))
    held = run("forecast", policy, book, "A", "--on", "2025-02-01").out.splitlines()
    assert held[1] == "hold dispute stands"
    ended = run("forecast", policy, book, "A", "--on", "2025-02-02", "--if", "nothing-is-paid").out.splitlines()
    assert ended[1:3] == ["its road has ended: no rule moves it", "hold dispute stands"]
    assert [line.split() for line in ended[-4:-2]] == [["nothing"], ["stands", "in", "closed"]]


def test_a_loan_that_is_stopped_says_so(policy: Path, book: Path) -> None:
    policy.write_text(FIRST + "never: [{id: no-early-suit, that: stage in legal and dpd <= 100, on_entry: true}]\n")
    done = run("forecast", policy, book, "A", "--on", "2025-04-30", "--json")
    assert json.loads(done.out)["stopped"] == "a move to legal would break never clause no-early-suit"
    told = run("forecast", policy, book, "A", "--on", "2025-04-30").out.splitlines()
    assert told[1].startswith("it is stopped, and rests until a person moves it: a move to legal would break")


# --- loans of a store ---


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A loan under the first of two versions; the second is the law since June."""
    file = tmp_path / "loans.db"
    run("store", "create", file)
    opened = SqlStore(f"sqlite:///{file}")
    flow = Flow(load_policy(text=FIRST), opened)
    flow.receive("a", opening("2025-07-10").model_copy(update={"at": datetime(2025, 7, 1, tzinfo=SHANGHAI)}))
    opened.close()
    return file


def test_a_loan_is_foretold_under_its_own_version_and_the_law_of_the_day(store: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "1.yaml").write_text(FIRST, "utf-8")
    (policies / "2.yaml").write_text(
        second().replace("that: stage in legal and dpd <= 75", "that: stage in reminder"), "utf-8"
    )
    said = json.loads(run("forecast", policies, store, "a", "--until", "2025-07-31", "--json").out)
    assert said["policy"] == {"id": "town", "version": "1"}
    (stopped,) = [one for one in said["futures"][0]["foreseen"] if one["kind"] == "stopped"]
    assert stopped["because"] == "a move to reminder would break never clause no-early-suit"


def test_a_version_that_was_not_given_is_named_and_no_other_is_taken_for_it(store: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.yaml"
    newer.write_text(second(), "utf-8")
    done = run("forecast", newer, store, "a", "--until", "2025-07-31")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "policy town 1 was not given to this flow; POLICY may be a folder with all versions of the policy\n"
    )


# --- the person's other loans ---

FEW = (
    "{id: few, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 1, within: 7 days, per: person}"
)
SHARED = FIRST.replace("limits:\n", f"limits:\n  - {FEW}\n")


def test_the_persons_other_loans_are_lived_along_and_it_is_what_then_happens(policy: Path, tmp_path: Path) -> None:
    """Two loans of one person may together be contacted once in seven days."""
    policy.write_text(SHARED, "utf-8")
    file = tmp_path / "loans.db"
    run("store", "create", file)
    opened, now = SqlStore(f"sqlite:///{file}"), [datetime(2025, 1, 1, 12, tzinfo=SHANGHAI)]
    flow = Flow(load_policy(policy), opened, clock=lambda: now[0])
    sent: list[tuple[str, str, str]] = []

    def goes_out(effect: Effect, case: Case, **_said: object) -> list[ContactAttempted]:
        sent.append((case.id, str(now[0].date()), effect.action))
        channel, outcome = ("sms", "delivered") if effect.action == "remind" else ("phone", "no_answer")
        attempt = {"channel": channel, "outcome": outcome, "at": now[0], "purpose": effect.purpose}
        return [ContactAttempted(id=f"{effect.id}:attempt", effect_id=effect.id, **attempt)]

    flow.on("remind")(goes_out)
    flow.on("call")(goes_out)
    for name, due in (("a", "2025-01-10"), ("b", "2025-01-08")):
        flow.receive(name, opening(due, person_id="p").model_copy(update={"at": now[0]}))
    said = {}
    for name in "ab":
        asked = ("forecast", policy, file, name, "--until", "2025-04-05", "--if", "nothing-is-paid")
        assert run(*asked).out.splitlines()[1] == "with 1 other loan of the person, on which nothing is paid"
        said[name] = json.loads(run(*asked, "--json").out)
    for number in range(2, 97):
        now[0] = datetime(2025, 1, 1, 0, 30, tzinfo=SHANGHAI) + timedelta(days=number - 1)
        flow.wake(now[0].date())
        for hour in (8, 12, 20):
            now[0] = now[0].replace(hour=hour, minute=0)
            flow.deliver(now=now[0])
    foreseen = {
        (name, one["on"], one["what"].split()[0])
        for name in "ab"
        for one in said[name]["futures"][0]["foreseen"]
        if one["what"].endswith("goes out")
    }
    assert foreseen == set(sent)
    assert len(sent) < 16  # each alone would be called every week
    assert said["a"]["with"] == ["b"]
    opened.close()
