"""A lender's service that runs its loans with overdue_flow.

    uvicorn --app-dir examples/service --factory app:create_app

The database is a file beside you, or what DATABASE_URL says; the SMS gateway is where SMS_GATEWAY says.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from overdue_flow import Case, Effect, Flow, Money, SqlStore, load_policy
from overdue_flow.errors import CalendarError, EventConflict, EventRefused, MoneyError, OverdueFlowError, UnknownCase
from overdue_flow.events import ContactAttempted, Instalment, LoanOpened, PaymentReceived, TaskCompleted

POLICY = load_policy(Path(__file__).with_name("policy.yaml"))
TEXTS = {
    "first_reminder": "An instalment of your loan was due; {overdue} is unpaid.",
    "second_reminder": "{overdue} of your loan is still unpaid. Please ring us.",
}

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)]
Clock = Callable[[], datetime]


def now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


# --- what the policy's actions do ---


def register(flow: Flow, clock: Clock = now) -> None:
    """The hooks. `overdue-flow deliver POLICY STORE --hooks app:register` uses them too, in a process of its own."""
    gateway = httpx.Client(base_url=os.environ.get("SMS_GATEWAY", "http://127.0.0.1:8001"), timeout=5)

    @flow.on("send_sms")
    def send_sms(effect: Effect, case: Case, *, template: str) -> ContactAttempted:
        """Hand a message to the gateway. The effect's id is the key by which it knows that it sent it before."""
        today = clock().astimezone(case.zone).date()
        overdue = POLICY.vocabulary["overdue_amount"].read(case, today)  # as it is now, not as it was decided
        text = TEXTS[template].format(overdue=f"{overdue} {case.terms.currency}")
        message = {"person": case.person_id, "text": text}
        gateway.post("/messages", json=message, headers={"Idempotency-Key": effect.id}).raise_for_status()
        return ContactAttempted(channel="sms", outcome="delivered", effect_id=effect.id)

    # `assign` is a task: it stands on the list that `GET /tasks` shows until somebody completes it.


# --- what the service is asked ---


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewLoan(_Body):
    """A loan that was paid out."""

    person_id: Name
    opened_on: date
    instalments: Annotated[list[Instalment], Field(min_length=1, max_length=600)]


class Payment(_Body):
    """Money that came in, as the bank tells it."""

    loan_id: Name
    amount: Annotated[str, Field(max_length=30)]
    value_date: date


class Done(_Body):
    """A task that somebody finished."""

    loan_id: Name
    effect_id: Annotated[str, Field(max_length=200)]
    by: Name


def create_app(clock: Clock = now) -> FastAPI:
    """The service. `clock` says what time it is."""
    app = FastAPI(title="A small lender")
    store = SqlStore(os.environ.get("DATABASE_URL", "sqlite:///small-lender.db"))
    flow = Flow(POLICY, store, clock=clock)
    register(flow, clock)
    flow.open()  # says at once whether every action of the policy has its hook

    @app.put("/loans/{loan_id}")
    def open_loan(loan_id: Name, loan: NewLoan) -> dict[str, Any]:
        opened = LoanOpened(
            id="opened", person_id=loan.person_id, opened_on=loan.opened_on, instalments=tuple(loan.instalments)
        )
        decision = flow.receive(loan_id, opened)
        return {"loan": loan_id, "stage": decision.case.course.stage, "repeated": decision.repeated}

    @app.post("/payments")
    def take_payment(payment: Payment, key: Key) -> dict[str, Any]:
        received = PaymentReceived(id=key, amount=Money(payment.amount, "CNY"), value_date=payment.value_date)
        decision = flow.receive(payment.loan_id, received)
        return {"stage": decision.case.course.stage, "because": decision.because, "repeated": decision.repeated}

    @app.get("/loans/{loan_id}")
    def explain(loan_id: str, on: date | None = None) -> dict[str, Any]:
        said = flow.explain(loan_id, on)
        return {
            "loan": loan_id,
            "on": said.on,
            "stage": said.stage,
            "since": said.since,
            "facts": dict(said.facts),
            "ways_out": [{"rule": way.rule, "to": way.to_stage, "why": way.lines()[1:]} for way in said.ways_out],
            "on_their_way": [{"id": one.id, "action": one.action, "due": one.due_at} for one in said.on_their_way],
            "next": [str(coming) for coming in said.coming],
        }

    @app.get("/loans/{loan_id}/history")
    def history(loan_id: str) -> list[dict[str, Any]]:
        flow.case(loan_id)
        return [
            {
                "on": entry.day,
                "event": entry.event.model_dump(mode="json", exclude_none=True, exclude={"terms"}),
                "moves": [f"{move.from_stage or 'opened'} -> {move.to_stage}" for move in entry.results.moves],
            }
            for entry in flow.history(loan_id)
        ]

    @app.get("/tasks")
    def tasks(role: str | None = None) -> list[dict[str, Any]]:
        return [
            {"loan": task.case_id, "id": task.effect.id, "action": task.effect.action,
             "role": task.effect.role, "last_day": task.effect.deadline_on}
            for task in store.tasks(role=role)
        ]  # fmt: skip

    @app.post("/tasks/done")
    def done(task: Done) -> dict[str, Any]:
        completed = TaskCompleted(id=f"{task.effect_id}:done", effect_id=task.effect_id, by=task.by)
        return {"repeated": flow.receive(task.loan_id, completed).repeated}

    # A scheduler calls these two; or run `overdue-flow nightly` and `overdue-flow deliver` beside the service.

    @app.post("/nightly")
    def nightly() -> dict[str, int]:
        return {"turns": len(flow.wake(until=clock().astimezone(POLICY.terms.zone).date()))}

    @app.post("/deliver")
    def deliver() -> dict[str, Any]:
        return {"delivered": [effect.id for effect in flow.deliver()]}

    _answer_errors(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    """What is refused, as the status that says whose turn it is, and in words; nothing of the input is sent back."""
    statuses = {
        UnknownCase: 404, EventConflict: 409, EventRefused: 422, MoneyError: 422, CalendarError: 422,
        OverdueFlowError: 503,
    }  # fmt: skip

    def refused(_request: Request, error: Exception) -> JSONResponse:
        status = next(status for kind, status in statuses.items() if isinstance(error, kind))
        return JSONResponse({"error": str(error)}, status)

    def malformed(_request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, RequestValidationError):
            faults = (f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
            return JSONResponse({"error": "; ".join(faults)}, 422)
        return JSONResponse({"error": "this is no JSON"}, 400)

    for kind in statuses:
        app.add_exception_handler(kind, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(400, malformed)
