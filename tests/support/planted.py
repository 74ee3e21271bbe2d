"""Events whose personal fields say what nobody can guess, and the same where they said the same before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from overdue_flow.events import Event
from support.histories import History


class Planted:
    """What was planted, in every event that went through."""

    def __init__(self) -> None:
        self.values: set[str] = set()

    def text(self, value: str) -> str:
        """What stands for a text from now on."""
        planted = f"Zq{sha256(f'planted {value}'.encode()).hexdigest()[:24]}"
        self.values.add(planted)
        return planted

    def history(self, history: History) -> History:
        """The same history, its personal fields planted."""
        opened = self.event(history.opened)
        return replace(history, opened=opened, events=tuple(map(self.event, history.events)))

    def event(self, event: Any) -> Any:
        """The same event, its personal fields planted, also those that said nothing; those that only know a choice of
        words stay."""
        for name in sorted(type(event).PERSONAL):
            for value in self._instead(event, name):
                try:
                    event = type(event).model_validate({**event.model_dump(), name: value})
                    break
                except ValidationError:
                    continue
        return event

    def _instead(self, event: Event, name: str) -> Iterator[Any]:
        said = getattr(event, name)
        if isinstance(said, tuple) and said:
            yield tuple(self.text(str(part)) for part in said)
        else:
            text = self.text(str(said or f"{event.kind} {name}"))
            yield from (text, (text,))
