"""A made-up SMS gateway: it sends a message once for each key, however often it is asked, and fails when told to.

    uvicorn --app-dir examples/service gateway:app --port 8001

`GET /messages` shows what it sent. `POST /fail?times=2` makes it break down for the next two requests.
"""

from __future__ import annotations

from threading import Lock
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel


class Message(BaseModel):
    """A text for a person; the gateway knows the number."""

    person: str
    text: str


app = FastAPI(title="A made-up SMS gateway")
_lock = Lock()
_sent: dict[str, Message] = {}
_asked: list[str] = []
_failures = [0]


@app.post("/messages")
def send(message: Message, idempotency_key: Annotated[str, Header()]) -> dict[str, bool]:
    """Send a message, unless the key was used before: then it was sent, and that is said again."""
    with _lock:
        _asked.append(idempotency_key)
        if _failures[0]:
            _failures[0] -= 1
            raise HTTPException(503, "the gateway is down")
        repeated = idempotency_key in _sent
        _sent.setdefault(idempotency_key, message)
    return {"sent": True, "repeated": repeated}


@app.get("/messages")
def messages() -> dict[str, Message]:
    """Every message that went out, by its key."""
    return _sent


@app.get("/asked")
def asked() -> list[str]:
    """The key of every request, those that failed among them."""
    return _asked


@app.post("/fail")
def fail(times: int) -> None:
    """Break down for so many requests."""
    _failures[0] = times
