"""The same service with a clock that can be set, so that a month goes by in a minute.

    uvicorn --app-dir examples/service demo:app

`PUT /clock?now=2026-03-02T09:00:00%2B08:00` sets it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from app import create_app
from pydantic import AwareDatetime

_set_to: list[datetime] = []


def clock() -> datetime:
    """The instant that was set last; before that, now."""
    return _set_to[-1] if _set_to else datetime.now(UTC)


app = create_app(clock)


@app.put("/clock")
def set_clock(now: AwareDatetime) -> None:
    """From now on it is `now`."""
    _set_to.append(now)
