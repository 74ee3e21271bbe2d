"""What versions of a policy, `access`, `retention`, the store and offers do for the clauses: each is taken out to see
that it is missed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from overdue_flow.errors import AccessRefused, JournalError, NotInForce
from overdue_flow.events import (
    Closed,
    ComplaintReceived,
    ContactAttempted,
    Event,
    LawFirmEngaged,
    LoanOpened,
    PaymentReceived,
    PlacedWithAgency,
    PolicyAdopted,
)
from overdue_flow.offers import arrears_by_instalments, compare, contract_of, lower_instalment, term_extension
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.view import View
from overdue_flow.store.backup import Backup
from overdue_flow.store.keys import Keys
from overdue_flow.store.memory import MemoryStore
from overdue_flow.store.sql import SqlStore
from support.clauses import BANKS, policy_of, takes_out

EVERBRIGHT, CHANGJIANG, SPD, GENERAL = BANKS
PERSON = "P-8301-unguessable"


def day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), policy_of(SPD).terms.zone) + timedelta(
        hours=10
    )


def told(store: MemoryStore | SqlStore, policies: Iterable[Policy], *events: tuple[str, Event]) -> Flow:
    """A loan of 12 instalments, of which the first is unpaid, and what happened to it."""
    flow = Flow(list(policies), store)
    for on, event in (("2025-02-03", opened()), *events):
        flow.receive("L-1", event, at=day(on))
    return flow


def opened() -> LoanOpened:
    due = [{"due_on": date(2025, month, 3), "principal": "900.00", "interest": "100.00"} for month in range(3, 13)]
    return LoanOpened(id="opened", opened_on=date(2025, 2, 3), person_id=PERSON, instalments=due)


def seen_by(policy: Policy, role: str, who: str, *events: tuple[str, Event]) -> View:
    return told(MemoryStore(), [policy], *events).view("L-1", role=role, who=who, why="the clause")


def without_access(policy: Policy, *roles: str) -> Policy:
    return replace(policy, access={name: one for name, one in policy.access.items() if name not in roles})


# --- versions ---


@takes_out("in_force")
def test_a_loan_is_opened_under_the_version_in_force_on_its_day() -> None:
    versions = [policy_of("cn/everbright-2025"), policy_of(EVERBRIGHT)]
    flow = Flow(versions, MemoryStore())
    for loan, on in (("L-1", date(2026, 1, 29)), ("L-2", date(2026, 1, 30))):
        opening = opened().model_copy(update={"opened_on": on})
        flow.receive(loan, opening, at=day(str(on)))
    assert [flow.case(loan).course.version for loan in ("L-1", "L-2")] == ["2025.1", "2026.1"]
    with pytest.raises(NotInForce):
        told(MemoryStore(), versions[1:])


@takes_out("reminder.contact")
def test_an_open_loan_is_moved_over_to_the_new_version() -> None:
    """Three failures in a row lead to the search once the loan is moved over, and to nothing where it is not."""
    versions = [policy_of("cn/everbright-2025"), policy_of(EVERBRIGHT)]
    left, moved = (told(MemoryStore(), versions) for _ in range(2))
    over = PolicyAdopted(id="over", policy="everbright", version="2026.1", stage_map={"reminder": "reminder.contact"})
    moved.receive("L-1", over, at=day("2025-03-06"))
    course = moved.case("L-1").course
    assert (course.stage, course.version) == ("reminder.contact", "2026.1")
    for flow in (left, moved):
        for number in (1, 2, 3):
            call = ContactAttempted(id=f"c-{number}", channel="phone", outcome="no_answer")
            flow.receive("L-1", call, at=day(f"2025-03-{6 + number:02}"))
    assert [flow.case("L-1").course.stage for flow in (left, moved)] == ["reminder", "reminder.search"]


# --- who may see what ---


@pytest.mark.parametrize("pack", [SPD, GENERAL])
@pytest.mark.parametrize(
    ("role", "who", "handed"),
    [
        ("agency", "ag-1", PlacedWithAgency(id="p", agency="ag-1")),
        ("law_firm", "firm-1", LawFirmEngaged(id="f", firm="firm-1")),
    ],
)
@takes_out("access.agency", "access.law_firm")
def test_a_partner_sees_the_loans_that_it_was_given_and_no_other(pack: str, role: str, who: str, handed: Event) -> None:
    given = ("2025-03-20", handed)
    seen = seen_by(policy_of(pack), role, who, given)
    assert seen.facts["overdue_amount"]
    assert not {"work", "reasons"} - {*seen.hidden}
    with pytest.raises(AccessRefused, match="not placed with"):
        seen_by(policy_of(pack), role, "another", given)
    with pytest.raises(AccessRefused, match="not placed with"):
        seen_by(policy_of(pack), role, who)
    with pytest.raises(AccessRefused, match="shows nothing"):
        seen_by(without_access(policy_of(pack), role), role, who, given)


@pytest.mark.parametrize("pack", [SPD, GENERAL])
@takes_out("access.negotiation_team", "access.customer_care", "access.legal_counsel")
def test_staff_see_what_their_work_needs_and_nobody_else_sees_anything(pack: str) -> None:
    hidden = {"negotiation_team": {"legal", "others"}, "customer_care": {"finances", "legal", "others", "facts"}}
    hidden["legal_counsel"] = {"contact", "others", "facts"}
    for role, groups in hidden.items():
        assert {*seen_by(policy_of(pack), role, "staff-1").hidden} == groups
        with pytest.raises(AccessRefused):
            seen_by(without_access(policy_of(pack), role), role, "staff-1")
    with pytest.raises(AccessRefused):
        seen_by(policy_of(pack), "", "staff-1")


@takes_out("access.auditor")
def test_an_auditor_sees_what_was_done_and_not_to_whom() -> None:
    call = ("2025-03-20", ContactAttempted(id="c", channel="phone", outcome="conversation", summary="pays on Friday"))
    store = MemoryStore()
    seen = told(store, [policy_of(SPD)], call).view("L-1", role="auditor", who="auditors-1")
    assert PERSON not in str(seen.as_data())
    assert "pays on Friday" in str(seen.as_data())
    assert [(look.role, look.who) for look in store.looks()] == [("auditor", "auditors-1")]
    with pytest.raises(AccessRefused):
        seen_by(without_access(policy_of(SPD), "auditor"), "auditor", "auditors-1")


@takes_out("access.borrower")
def test_a_borrower_sees_their_own_status_and_records() -> None:
    call = ("2025-03-20", ContactAttempted(id="c", channel="phone", outcome="no_answer"))
    seen = seen_by(policy_of(SPD), "borrower", PERSON, call)
    assert seen.facts["stage"] == "reminder.contact"
    assert "ContactAttempted" in {row.kind for row in seen.rows}
    with pytest.raises(AccessRefused, match="not one of"):
        seen_by(policy_of(SPD), "borrower", "somebody-else", call)
    with pytest.raises(AccessRefused):
        seen_by(without_access(policy_of(SPD), "borrower"), "borrower", PERSON, call)


# --- as little disturbance as possible ---


@takes_out("actions.send_letter.together")
def test_one_letter_goes_out_for_several_loans_of_a_person() -> None:
    policy = policy_of("cn/everbright-2025")
    apart = replace(policy.actions["send_letter"], together=False)
    without = replace(policy, actions={**policy.actions, "send_letter": apart})
    assert letters_of(policy) == [["L-1", "L-2"], ["L-3"]]
    assert letters_of(without) == [["L-1"], ["L-2"], ["L-3"]]


def letters_of(policy: Policy) -> list[list[str]]:
    """The loans of each letter that goes out 30 days after the due date: L-1 and L-2 are of one person."""
    letters: list[list[str]] = []
    flow = Flow(policy, MemoryStore())
    together = policy.actions["send_letter"].together
    if together:
        flow.on("send_letter", batch=10)(lambda parcels: letters.append([case.id for _effect, case in parcels]))
    else:
        flow.on("send_letter")(lambda _effect, case: letters.append([case.id]))
    flow.elsewhere(*(action for action in policy.actions if action != "send_letter"))
    for loan, person in (("L-1", PERSON), ("L-2", PERSON), ("L-3", "P-2")):
        flow.receive(loan, opened().model_copy(update={"person_id": person}), at=day("2025-02-03"))
    flow.wake(date(2025, 4, 2))
    flow.deliver(day("2025-04-02"))
    return letters


# --- kept, encrypted, found again, backed up ---


@takes_out("retention.closed-loans")
def test_what_is_kept_longer_than_the_rule_says_is_due_for_erasure() -> None:
    paid = ("2025-03-20", PaymentReceived(id="p", amount="10000.00", value_date=date(2025, 3, 20)))
    ended = [paid, ("2025-03-21", Closed(id="end"))]
    flow = told(MemoryStore(), [policy_of(GENERAL)], *ended)
    last = date(2030, 3, 21)
    assert [(one.is_due) for one in flow.retention(last)] == [False]
    assert [(one.is_due) for one in flow.retention(last + timedelta(days=1))] == [True]
    forever = replace(policy_of(GENERAL), retention=())
    assert [one.is_due for one in told(MemoryStore(), [forever], *ended).retention(date(2099, 1, 1))] == [False]


@takes_out("keys")
def test_personal_fields_are_encrypted_in_storage(tmp_path: Path) -> None:
    said = ("2025-03-20", ComplaintReceived(id="c", about="about-unguessable"))
    keys = Keys({"2026a": b"0" * 32}, current="2026a")
    for name, given in (("with", keys), ("without", None)):
        store = SqlStore(f"sqlite:///{tmp_path / name}.db", keys=given)
        told(store, [policy_of(GENERAL)], said)
        store.close()
    encrypted, plain = (
        b"".join(file.read_bytes() for file in tmp_path.glob(f"{name}.db*")) for name in ("with", "without")
    )
    for word in (PERSON.encode(), b"about-unguessable"):
        assert word not in encrypted
        assert word in plain


@takes_out("journal")
def test_a_record_is_found_again_by_its_loan_and_its_person(tmp_path: Path) -> None:
    """What was told years ago is in the journal of a store that is opened anew, and not in one that is another."""
    complained = ("2025-03-20", ComplaintReceived(id="c", about="the tone"))
    for name, events in (("kept", [complained]), ("another", [])):
        told(SqlStore(f"sqlite:///{tmp_path / name}.db"), [policy_of(GENERAL)], *events)
    kept, another = (
        Flow([policy_of(GENERAL)], SqlStore(f"sqlite:///{tmp_path / name}.db")) for name in ("kept", "another")
    )
    found = [[one.event.id for one in flow.history("L-1") if one.event.id == "c"] for flow in (kept, another)]
    assert found == [["c"], []]
    assert kept.case("L-1").person_id == PERSON


@takes_out("backup")
def test_a_backup_holds_every_record(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'loans.db'}")
    flow = told(store, [policy_of(GENERAL)], ("2025-03-20", ComplaintReceived(id="c", about="the tone")))
    with (tmp_path / "backup").open("wb") as file:
        store.back_up(file.write)
    again = f"sqlite:///{tmp_path / 'again.db'}"
    SqlStore.restore(again, Backup(tmp_path / "backup"))
    assert Flow([policy_of(GENERAL)], SqlStore(again)).history("L-1") == flow.history("L-1")
    lines = (tmp_path / "backup").read_bytes().splitlines(keepends=True)
    (tmp_path / "damaged").write_bytes(b"".join(line for line in lines if b"ComplaintReceived" not in line))
    with pytest.raises(JournalError):
        Backup(tmp_path / "damaged")


# --- offers ---


@takes_out("offers")
def test_each_choice_has_its_full_schedule_and_its_effect() -> None:
    case = told(MemoryStore(), [policy_of(CHANGJIANG)]).case("L-1")
    contract = contract_of(case, date(2025, 3, 20), "0.12")
    choices = [term_extension(contract, 6), lower_instalment(contract, "700.00"), arrears_by_instalments(contract, 4)]
    assert [one.kind for one in choices] == ["term_extension", "lower_instalment", "arrears_by_instalments"]
    shown = compare(contract, choices, disposable_income="800")
    for name, one in zip(("longer term", "lower instalment", "arrears by instalments"), choices, strict=True):
        (told_of_it,) = [offer for offer in shown.as_data()["offers"] if offer["kind"] == one.kind]
        assert len(told_of_it["schedule"]) == len(one.schedule) >= 4
        effect = rf"{name} +\d+ +{one.largest_instalment} +{one.ends_on} +{one.to_pay.total} "
        assert re.search(effect, shown.text())
        others = compare(contract, [other for other in choices if other is not one], disposable_income="800")
        assert not re.search(effect, others.text())
