"""The example service over real HTTP: a lender's service, a made-up SMS gateway, and what the world sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from support.processes import served
from support.terminal import ROOT, in_process_of_its_own

SERVICE = ROOT / "examples" / "service"
OPENED = {
    "person_id": "person-5",
    "opened_on": "2026-02-01",
    "instalments": [{"due_on": "2026-03-01", "amount": "120.00"}, {"due_on": "2026-04-01", "amount": "120.00"}],
}


class World(NamedTuple):
    """The service and the gateway, as a client sees them."""

    service: httpx.Client
    gateway: httpx.Client

    def at(self, instant: str) -> None:
        """It is so late in Shanghai."""
        assert self.service.put("/clock", params={"now": f"{instant}+08:00"}).status_code == 200

    def open(self, loan: str, **changes: Any) -> httpx.Response:
        """A loan is paid out."""
        return self.service.put(f"/loans/{loan}", json=OPENED | changes)

    def night(self) -> int:
        """A night passes; how many turns it had."""
        return int(self.service.post("/nightly").json()["turns"])

    def deliver(self) -> list[str]:
        """What is due goes out; the effects that did."""
        return list(self.service.post("/deliver").json()["delivered"])

    def pay(self, loan: str, amount: object, key: str, **more: Any) -> httpx.Response:
        """The bank tells of a payment."""
        body = {"loan_id": loan, "amount": amount, "value_date": "2026-03-03"} | more
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self.service.post("/payments", content=json.dumps(body), headers=headers)

    def stage(self, loan: str) -> str:
        """Where a loan stands."""
        return str(self.service.get(f"/loans/{loan}").json()["stage"])

    @property
    def texts(self) -> list[dict[str, str]]:
        """What the gateway has sent."""
        return list(self.gateway.get("/messages").json().values())


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    with (
        served("gateway:app", SERVICE, folder / "gateway.log") as gateway,
        served(
            "demo:app", SERVICE, folder / "service.log",
            DATABASE_URL=f"sqlite:///{folder}/loans.db", SMS_GATEWAY=str(gateway.base_url),
        ) as service,
    ):  # fmt: skip
        yield World(service, gateway)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with _world(tmp_path) as world:
        yield world


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all hostile requests, in which one loan is open."""
    with _world(tmp_path_factory.mktemp("besieged")) as world:
        world.at("2026-03-03T09:00:00")
        world.open("loan-17")
        yield world


def test_a_month_in_the_life_of_a_loan(world: World) -> None:
    world.at("2026-02-01T09:00:00")
    assert world.open("loan-17").json() == {"loan": "loan-17", "stage": "performing", "repeated": False}

    world.at("2026-03-01T02:00:00")  # due today is not overdue today
    world.night()
    assert world.stage("loan-17") == "performing"

    world.at("2026-03-02T02:00:00")
    assert world.night() == 1
    assert world.stage("loan-17") == "reminder"
    assert world.deliver() == [], "no message at two in the morning"
    assert world.texts == []

    world.at("2026-03-02T08:00:00")
    world.gateway.post("/fail", params={"times": 1})
    assert world.deliver() == [], "the gateway is down"
    world.at("2026-03-02T08:05:00")
    assert world.deliver() == ["loan-17:2:1"]
    assert world.deliver() == []
    assert world.texts == [{"person": "person-5", "text": "An instalment of your loan was due; 120.00 CNY is unpaid."}]
    assert world.gateway.get("/asked").json() == ["loan-17:2:1"] * 2, "asked twice under one key, sent once"

    world.at("2026-03-03T10:00:00")
    paid = world.pay("loan-17", "120.00", "bank-1")
    assert paid.status_code == 200
    assert paid.json() == {
        "stage": "performing",
        "because": ["reminder to performing by cured: arrears cleared"],
        "repeated": False,
    }
    for day in range(4, 31):
        world.at(f"2026-03-{day:02}T02:00:00")
        assert world.night() == 0
        world.at(f"2026-03-{day:02}T12:00:00")
        assert world.deliver() == [], "who has paid is left alone"
    assert len(world.texts) == 1
    history = world.service.get("/loans/loan-17/history").json()
    assert [entry["event"]["kind"] for entry in history] == [
        "LoanOpened", "TimePassed", "EffectDelivered", "ContactAttempted", "PaymentReceived",
    ]  # fmt: skip
    assert [entry["moves"] for entry in history if entry["moves"]] == [
        ["opened -> performing"], ["performing -> reminder"], ["reminder -> performing"],
    ]  # fmt: skip


def test_who_does_not_pay_gets_two_texts_and_then_a_person_rings(world: World) -> None:
    world.at("2026-02-01T09:00:00")
    world.open("loan-17")
    for day in range(1, 13):
        world.at(f"2026-03-{day:02}T12:00:00")
        world.night()
        world.deliver()
    assert [text["text"][:20] for text in world.texts] == ["An instalment of you", "120.00 CNY of your l"]
    assert world.stage("loan-17") == "talks"
    (task,) = world.service.get("/tasks", params={"role": "agent"}).json()
    assert (task["loan"], task["action"], task["last_day"]) == ("loan-17", "assign", "2026-03-16")

    for day in range(13, 18):
        world.at(f"2026-03-{day:02}T12:00:00")
        world.night()
        world.deliver()
    (escalated,) = world.service.get("/tasks", params={"role": "supervisor"}).json()
    assert (escalated["loan"], escalated["action"]) == ("loan-17", "assign")
    body = {"loan_id": "loan-17", "effect_id": task["id"], "by": "ms-chen"}
    assert world.service.post("/tasks/done", json=body).json() == {"repeated": False}
    assert world.service.post("/tasks/done", json=body).json() == {"repeated": True}
    assert world.service.get("/tasks").json() == [], "what followed on the deadline goes with the task"


def test_a_webhook_that_comes_again_changes_nothing_and_another_content_is_a_conflict(besieged: World) -> None:
    besieged.open("loan-30")
    assert besieged.open("loan-30").json()["repeated"] is True
    assert besieged.open("loan-30", opened_on="2026-02-02").status_code == 409
    assert [besieged.pay("loan-30", "50.00", "bank-1").json()["repeated"] for _ in range(3)] == [False, True, True]
    conflict = besieged.pay("loan-30", "51.00", "bank-1")
    assert (conflict.status_code, "came before with other content" in conflict.json()["error"]) == (409, True)
    assert besieged.service.get("/loans/loan-30").json()["facts"]["balance"] == "190.00 CNY"


def test_why_and_what_comes_next_is_told_as_data(world: World) -> None:
    world.at("2026-02-01T09:00:00")
    world.open("loan-17")
    world.at("2026-03-02T02:00:00")
    world.night()
    said = world.service.get("/loans/loan-17", params={"on": "2026-03-04"}).json()
    assert (said["stage"], said["since"], said["facts"]["days past due"]) == ("reminder", "2026-03-02", "3 days")
    assert [way["rule"] for way in said["ways_out"]] == ["cured", "repaid", "no-answer"]
    assert said["ways_out"][2]["why"] == [
        "  not yet  days past due is at least 10: now 3 days, from 2026-03-11"
    ]  # fmt: skip
    assert said["next"][0].startswith("2026-03-06  send_sms (channel sms, template second_reminder)")


@pytest.mark.parametrize(
    ("amount", "more"),
    [
        ("NaN", {}), ("Infinity", {}), ("1e400", {}), ("", {}), ("ten", {}), ("12.345", {}), ("9" * 400, {}),
        (12.5, {}), (None, {}), ([], {}), ({"amount": "1"}, {}), ("1\u0000", {}), ("１２", {"value_date": "soon"}),
        ("1.00", {"value_date": "0001-01-01"}), ("1.00", {"value_date": "9999-12-31"}),
        ("1.00", {"value_date": "2026-02-30"}), ("1.00", {"more": True}), ("1.00 USD", {}),
        ("1.00", {"loan_id": "a\u0000b"}), ("1.00", {"loan_id": "x" * 10_000}), ("1.00", {"loan_id": "../../etc"}),
        ("1.00", {"loan_id": "\ud800"}), ("1.00", {"loan_id": 17}),
    ],
)  # fmt: skip
def test_a_payment_that_makes_no_sense_is_refused_in_words(
    besieged: World, amount: object, more: dict[str, Any]
) -> None:
    refused = besieged.pay("loan-17", amount, "bank-1", **more)
    assert refused.status_code == 422
    assert refused.json()["error"]
    assert besieged.service.get("/loans/loan-17").json()["facts"]["balance"] == "240.00 CNY"


def test_other_hostile_requests_are_answered_and_the_service_goes_on(besieged: World) -> None:
    besieged.open("loan-20")
    service = besieged.service
    key = {"Idempotency-Key": "bank-1"}
    as_json = {"content-type": "application/json"}
    for body in (b"", b"{", b"[]", b'{"amount": NaN}', b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * 1_000_000 + b'"'):
        answer = service.post("/payments", content=body, headers=key | as_json)
        assert (answer.status_code in (400, 422), bool(answer.json()["error"])) == (True, True), body[:20]
    assert besieged.pay("loan-99", "1.00", "bank-1").status_code == 404
    assert besieged.pay("loan-20", "1.00", "").status_code == 422
    assert besieged.pay("loan-20", "1.00", "k" * 101).status_code == 422
    assert service.post("/payments", json={}).status_code == 422
    assert service.get("/loans/loan-99").status_code == 404
    assert service.get("/loans/loan-99/history").status_code == 404
    for day in ("0001-01-01", "1700-01-01", "9000-01-01", "9999-12-31", "soon"):
        assert service.get("/loans/loan-20", params={"on": day}).status_code == 422
    assert service.get("/loans/loan-20", params={"on": "2025-01-01"}).status_code == 404
    assert service.get("/loans/" + "x" * 5000).status_code == 404
    assert besieged.open("loan-18", instalments=[]).status_code == 422
    assert besieged.open("loan-18", instalments=[{"due_on": "2026-03-01", "amount": "NaN"}]).status_code == 422
    assert service.post("/tasks/done", json={"loan_id": "loan-99", "effect_id": "no", "by": "x"}).status_code == 404
    assert besieged.stage("loan-20") == "reminder"
    assert besieged.pay("loan-20", "240.00", "bank-2").json()["stage"] == "closed"


def test_the_commands_work_beside_the_service_on_the_same_store(world: World, tmp_path: Path) -> None:
    world.at("2026-02-01T09:00:00")
    world.open("loan-17")
    store = f"sqlite:///{tmp_path}/loans.db"
    night = in_process_of_its_own("nightly", "policy.yaml", store, "--as-of", "2026-03-02", cwd=SERVICE)
    assert (night.code, "performing    reminder    overdue" in night.out) == (0, True)
    delivered = in_process_of_its_own(
        "deliver", "policy.yaml", store, "--hooks", "app:register", "--at", "2026-03-02T09:00",
        cwd=SERVICE, SMS_GATEWAY=str(world.gateway.base_url),
    )  # fmt: skip
    assert (delivered.code, delivered.err, "send_sms    delivered" in delivered.out) == (0, "", True)
    world.at("2026-03-02T10:00:00")
    assert world.deliver() == []
    assert [text["person"] for text in world.texts] == ["person-5"]
    assert world.stage("loan-17") == "reminder"
