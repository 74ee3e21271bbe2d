"""`events.jsonl` of a book: one event per line, checked against the events and the loans that the other files give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from overdue_flow.cases.events import KINDS, Event
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.errors import MoneyError
from overdue_flow.money import Money, amount_in_minor
from overdue_flow.problems import did_you_mean
from overdue_flow.simulation.cells import Days, Reason, why_no_day
from overdue_flow.simulation.columns import Loans, unknown_loan
from overdue_flow.simulation.event_prose import reason_for
from overdue_flow.simulation.findings import Findings
from overdue_flow.simulation.tables import Progress

FILE = "events.jsonl"
LONGEST_LINE = 1_000_000
NOTICED_AT = time(12)
"""When a day's event that has no time of its own is taken to be noticed: noon, in the loan's time zone."""

_ELSEWHERE = {
    "LoanOpened": "loans are opened by `loans` and `instalments`",
    "CaseAdopted": "loans are opened by `loans` and `instalments`",
    "PaymentReceived": "payments stand in `payments`",
    "TimePassed": "days pass by themselves",
}
_AT_HINT = "a day (2025-01-31), a local time (2025-01-31T09:30:00) or an instant (2025-01-31T09:30:00+08:00)"
_ROWS_PER_WORD = 20_000


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event, the number of its loan and of its line."""

    loan: int
    line: int
    event: Event


@dataclass(slots=True)
class EventReader:
    """Reads the lines; problems go to `findings`."""

    findings: Findings
    loans: Loans
    zone: ZoneInfo
    days: Days
    _seen: dict[tuple[int, str], int] = field(default_factory=dict)

    def read(self, progress: Progress) -> Iterator[EventLine]:
        """Every event of the file that makes sense."""
        count = 0
        with (self.findings.folder / FILE).open("rb") as file:
            for content in file:
                count += 1
                if not count % _ROWS_PER_WORD:
                    progress(FILE, count)
                if found := self._line(count, content):
                    yield found
        progress(FILE, count)

    def _line(self, line: int, content: bytes) -> EventLine | None:
        if len(content) > LONGEST_LINE:
            self._refuse(line, Reason("huge-line", f"this line has more than {LONGEST_LINE:,} bytes"))
            return None
        try:
            text = content.decode("utf-8-sig" if line == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            self._refuse(line, Reason("not-utf8", "this line is not in UTF-8", "save the file as UTF-8"))
            return None
        if not text.strip():
            return None
        fields = self._fields(line, text)
        return self._event(line, fields) if fields is not None else None

    def _fields(self, line: int, text: str) -> dict[str, Any] | None:
        try:
            # numbers with a point are kept as they are written: an amount is exact
            fields = json.loads(text, parse_float=str, parse_constant=_no_number, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            message = f"this is no JSON: {error.msg.lower()}"
            self._refuse(line, Reason("bad-json", message, "one event per line, in braces"), column=error.colno)
        except _Refused as refused:
            self._refuse(line, refused.reason, column=text.find(refused.found) + 1)
        except ValueError:
            self._refuse(line, Reason("bad-json", "a number of this line has thousands of digits"))
        except RecursionError:
            self._refuse(line, Reason("bad-json", "this line is nested too deeply"))
        else:
            if isinstance(fields, dict):
                return fields
            self._refuse(line, Reason("bad-json", "expected an event in braces", 'such as {"loan_id": "L-01", ...}'))
        return None

    def _event(self, line: int, fields: dict[str, Any]) -> EventLine | None:
        loan_id, kind = fields.pop("loan_id", None), fields.get("kind")
        name = str(loan_id) if isinstance(loan_id, str | int) else ""
        number = self.loans.number.get(name)
        if number is None and (self.loans.number or not name):
            self._refuse(line, unknown_loan(name, self.loans.number), "loan_id")
        if reason := _why_not_kind(kind):
            self._refuse(line, reason, "kind")
            return None
        noticed = self._instants(line, fields)
        fields.setdefault("id", f"{FILE}:{line}")
        event = self._checked(line, KINDS[str(kind)], fields)
        if event is None or number is None or not noticed:
            return None
        return EventLine(number, line, event) if self._fits(line, number, event) else None

    def _instants(self, line: int, fields: dict[str, Any]) -> bool:
        """Write `at` and `happened_at` as instants: a day alone means noon, a time without a zone the loan's own."""
        good = True
        if fields.get("at") is None:
            other = next((name for name in ("on", "date", "day", "time") if name in fields), None)
            hint = f"is it `{other}`? call it `at`" if other else _AT_HINT
            self._refuse(line, Reason("empty", "`at` is missing: when the event was noticed", hint))
            good = False
        for name in ("at", "happened_at"):
            if fields.get(name) is None:
                continue
            instant = self._instant(fields[name])
            if isinstance(instant, datetime):
                fields[name] = instant.isoformat()
            else:
                self._refuse(line, instant, name)
                fields[name] = f"{FIRST_YEAR}-01-01T00:00:00Z"
                good = False
        return good

    def _instant(self, value: Any) -> datetime | Reason:
        if not isinstance(value, str):
            return Reason("bad-instant", f"`{str(value)[:40]}` is no day and no instant", _AT_HINT)
        if day := self.days[value]:
            return datetime.combine(day, NOTICED_AT, self.zone)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is None and ":" not in value:
            reason = why_no_day(value)
            return Reason("bad-instant", reason.message, reason.hint)
        if instant is None or len(value) <= len("2025-01-31"):
            return Reason("bad-instant", f"`{value[:40]}` is no instant", _AT_HINT)
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            return Reason("bad-instant", f"the year of `{value[:40]}` is not between {FIRST_YEAR} and {LAST_YEAR}")
        return instant if instant.tzinfo else instant.replace(tzinfo=self.zone)

    def _checked(self, line: int, kind: type[Event], fields: dict[str, Any]) -> Event | None:
        try:
            return kind.model_validate_json(json.dumps(fields), strict=True)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                names = [str(part) for part in problem["loc"]]
                self._refuse(line, reason_for(problem, kind), *names)
            return None

    def _fits(self, line: int, number: int, event: Event) -> bool:
        """Whether the event can belong to its loan: amounts in its currency, noticed after it was opened, a new id."""
        loan, good = self.loans.rows[number], True
        for name, reason in _wrong_values(event, loan.currency):
            self._refuse(line, reason, name)
            good = False
        noticed = event.at.astimezone(self.zone).date() if event.at else date.max
        if loan.opened_on and noticed < loan.opened_on:
            message = f"this was noticed on {noticed}, before the loan was opened on {loan.opened_on}"
            reason = Reason("before-opened", message, "`happened_at` may say that it happened earlier")
            self._refuse(line, reason, "at")
            good = False
        key = (number, event.id or "")
        before = self._seen.setdefault(key, line)
        if before != line:
            reason = Reason("double-event", f"loan `{loan.id}` has another event with the id `{event.id}`")
            self.findings.add(FILE, reason, line, ("id",), first=(FILE, before, ("id",), "it was given here first"))
            good = False
        return good

    def _refuse(self, line: int, reason: Reason, *field: str, column: int = 0) -> None:
        self.findings.add(FILE, reason, line, field, column=column)


class _Refused(ValueError):
    """What `json` itself does not refuse; `found` is the text to point at."""

    def __init__(self, found: str, reason: Reason) -> None:
        self.found, self.reason = found, reason
        super().__init__(reason.message)


def _no_number(name: str) -> Any:
    raise _Refused(name, Reason("bad-amount", f"`{name}` is no number", "write an amount, or leave the field out"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f'"{twice}"', Reason("double-field", f"the field `{twice[:60]}` is there twice"))
    return fields


def _why_not_kind(kind: Any) -> Reason | None:
    if kind is None:
        return Reason("empty", "`kind` is missing: what happened", "such as NegotiationClosed")
    if isinstance(kind, str) and kind in _ELSEWHERE:
        return Reason("kind-elsewhere", f"`{kind}` does not belong here", _ELSEWHERE[kind])
    if not isinstance(kind, str) or kind not in KINDS:
        return Reason("unknown-kind", f"there is no event `{str(kind)[:60]}`", did_you_mean(str(kind), KINDS))
    return None


def _wrong_values(event: BaseModel, currency: str | None, name: str = "") -> Iterator[tuple[str, Reason]]:
    """Amounts that the loan's currency cannot express, and days of another age, in the event and in what it lists."""
    values: Mapping[str, Any] = event.__dict__
    for field_name, value in values.items():
        if isinstance(value, Decimal | Money) and currency:
            try:
                minor = amount_in_minor(value, currency)
            except MoneyError as error:
                yield name or field_name, Reason("bad-amount", str(error))
            else:
                if minor < 0:
                    yield (
                        name or field_name,
                        Reason("negative", f"`{value}` is below zero", "an amount is never below zero"),
                    )
        elif type(value) is date and not FIRST_YEAR <= value.year <= LAST_YEAR:
            message = f"the year of `{value}` is not between {FIRST_YEAR} and {LAST_YEAR}"
            yield name or field_name, Reason("bad-day", message, "check the year")
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, BaseModel):
                    yield from _wrong_values(part, currency, field_name)
