"""What a command is given is looked at before anything is done: days to come, empty words, answers, passwords."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from overdue_flow.cli.history import no_such_loan
from overdue_flow.cli.stores import shown
from overdue_flow.events import OfferMade
from support.small_policy import LOANS, write_book, write_policy
from support.small_store import opened, write_store
from support.terminal import in_process_of_its_own, run
from support.unwritable import folder_for_all, unreadable

LATER = ("--at", "2025-02-20T12:00")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path, lived_to=date(2025, 2, 20))


def _task(store: Path, action: str) -> str:
    with opened(store) as found:
        return next(task.effect.id for task in found.tasks() if task.effect.action == action)


def _story(store: Path) -> str:
    return "".join(run("history", store, loan).out for loan in ("A-1", "A-2", "A-3"))


@pytest.mark.parametrize("command", ["complete", "reassign"])
def test_a_task_cannot_be_changed_at_an_instant_to_come(command: str, policy: Path, store: Path) -> None:
    before, more = _story(store), ("--to", "boss") if command == "reassign" else ()
    soon = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    for at in (soon, "2199-01-01T10:00"):
        said = run(command, policy, store, _task(store, "call"), "--by", "x", *more, "--at", at)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(f"--at {at} is to come, and what is done is done for good; it is now 20")
    assert _story(store) == before


def test_a_book_cannot_be_adopted_as_of_a_day_to_come(policy: Path, store: Path, tmp_path: Path) -> None:
    said = run("adopt", policy, store, write_book(tmp_path), "--muted-until", "2199-02-01", "--as-of", "2199-01-01")
    assert (said.code, said.out) == (2, "")
    assert "--as-of 2199-01-01 is to come" in said.err


def test_a_stage_cannot_be_entered_after_the_adoption(policy: Path, tmp_path: Path) -> None:
    store = write_store(tmp_path)
    head, first, second = LOANS.splitlines()
    loans = f"{head},stage,stage_entered_on\n{first},early,2025-01-15\n{second},early,2025-01-21\n"
    book = write_book(tmp_path, loans=loans)
    adopt = ("adopt", policy, store, book, "--muted-until", "2025-03-01")
    said = run(*adopt, "--as-of", "2025-01-20", "--yes")
    assert said.code == 1
    assert "loan `A-2`: `stage_entered_on` 2025-01-21 is later than the day of adoption, 2025-01-20" in said.err
    assert "`A-1`" not in said.err
    assert run(*adopt, "--as-of", "2025-01-21").code == 0


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("complete {policy} {store} {task} --by {empty}", "--by"),
        ("reassign {policy} {store} {task} --by {empty} --to boss", "--by"),
        ("reassign {policy} {store} {task} --by x --to {empty}", "--to"),
        ("store stop {store} contact --by {empty} --reason y", "--by"),
        ("store stop {store} contact --by x --reason {empty}", "--reason"),
        ("store stop {store} {empty} --by x --reason y --anyway", "NAME"),
    ],
)
@pytest.mark.parametrize("empty", ["", " "])
def test_words_that_the_journal_keeps_are_not_empty(
    command: str, option: str, empty: str, policy: Path, store: Path
) -> None:
    task = _task(store, "call")
    words = [word.format(policy=policy, store=store, task=task, empty=empty) for word in command.split()]
    assert run(*words) == (2, "", f"{option} is empty; the journal keeps what it says\n")
    assert run("store", "switches", store).out == "nothing is stopped\n"


def test_a_name_that_is_too_long_is_one_clear_line(policy: Path, store: Path) -> None:
    said = run("complete", policy, store, _task(store, "call"), "--by", "x" * 10_000, *LATER)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("`by` is not taken: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_only_a_request_is_approved_or_refused(outcome: str, policy: Path, store: Path) -> None:
    before = _story(store)
    said = run("complete", policy, store, _task(store, "call"), "--by", "x", "--outcome", outcome, *LATER)
    asks = f"`call` asks for no approval, so it cannot be {outcome}; expected --outcome done\n"
    assert said == (2, "", asks)
    assert _story(store) == before


def test_an_offer_beyond_authority_is_answered_from_the_list_of_tasks(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, "authority: {agent: {}, boss: {waives: {principal: {amount: 5.00}}}}\n")
    noticed = datetime(2025, 2, 1, 9, tzinfo=UTC)
    offer = OfferMade(id="e-1", at=noticed, offer_id="o-1", role="agent", waives_principal="1.00")
    store = write_store(tmp_path, ("A-1", offer), policy=policy, lived_to=date(2025, 2, 20))
    task = _task(store, "offer_approval")
    (said,) = [line for line in run("tasks", store).out.splitlines() if "offer_approval" in line]
    assert "o-1" in said
    refused = run("complete", policy, store, task, "--by", "x", *LATER)
    assert "asks for approval, and `done` is no answer" in refused.err
    done = run("complete", policy, store, task, "--by", "x", "--outcome", "approved", *LATER)
    assert (done.code, done.out) == (0, "offer_approval of A-1: approved\n")
    with opened(store) as found:
        case = found.load("A-1")
    assert case is not None
    assert (case.course.beyond, task in [one.id for one in case.course.open_effects]) == ((), False)


def test_bytes_that_are_no_text_are_one_clear_line(store: Path) -> None:
    said = in_process_of_its_own("history", store, "A-\udcff")
    assert (said.code, said.out, said.err) == (2, "", "`A-\\udcff` is no text: its bytes are no UTF-8\n")


@pytest.mark.parametrize(
    "where",
    [
        "postgresql://lender:geheim@db/loans",
        "postgresql://lender:ge/heim@db/loans",
        "postgresql://lender:ge@heim@db/loans",
        "postgresql://lender:ge?heim@db/loans",
        "postgresql://lender@db/loans?password=geheim",
        "postgresql://lender@db/loans?PASSWORD=geheim",
    ],
)
def test_a_password_is_not_shown_wherever_it_stands(where: str) -> None:
    assert shown(where) == "postgresql://lender@db/loans"
    assert shown(f"{where}{'&' if '?p' in where.lower() else '?'}sslmode=require") == (
        "postgresql://lender@db/loans?sslmode=require"
    )


def test_a_loan_that_is_not_there_is_named_without_the_password() -> None:
    said = str(no_such_loan("A-9", "postgresql://lender:ge/heim@db/loans?password=geheim"))
    assert "`overdue-flow store info postgresql://lender@db/loans`" in said


def test_a_role_or_kind_that_nothing_has_is_a_slip(store: Path) -> None:
    assert run("tasks", store, "--role", "agnet").out == "no open tasks of role `agnet`; did you mean `agent`?\n"
    said = run("journal", "search", store, "--kind", "PaymentRecieved")
    assert said.out.startswith("nothing was found; no event is a `PaymentRecieved`; did you mean `PaymentReceived`")


def test_today_is_where_the_policy_is(policy: Path, store: Path) -> None:
    assert run("tasks", store, "--policy", policy).code == 0
    assert run("tasks", store, "--policy", policy.parent / "no.yaml").code == 2


@pytest.mark.parametrize("command", ["store info {0}", "tasks {0}", "journal verify {0}", "nightly {1} {0}"])
def test_a_store_that_may_not_be_read_is_one_clear_line(command: str) -> None:
    with folder_for_all() as folder:
        policy, file = write_policy(folder), write_store(folder)
        words = command.format(file, policy).split()
        assert run(*words).code == 0
        with unreadable(file):
            said = run(*words)
    assert said == (2, "", f"cannot open the store `{file}`: its file cannot be read: permission denied\n")
