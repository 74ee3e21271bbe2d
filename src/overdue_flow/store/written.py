"""Results as plain data that JSON can hold, and back: what deciding led to, field by field, by the fields' own types.

A value is an object of its fields; those that are as by default are left out, so that a field that a later release adds
changes no old text. In a parameter, whose type no class says, a value that JSON has no form for names its type:
`{"decimal": "12.50"}`, `{"date": "2025-01-31"}`, `{"instant": ...}`, `{"money": "12.50 CNY"}`, `{"map": {...}}`.

Instants keep the name of their zone: `2025-01-31T00:00:00+08:00[Asia/Shanghai]` (the format of RFC 9557).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_core import to_json

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import NOTHING, Results
from overdue_flow.cases.events import KINDS, Event
from overdue_flow.money import Money

Change: TypeAlias = Callable[[Any], Any]


class Form(NamedTuple):
    """How values of one type are written and read; None where JSON holds them as they are."""

    write: Change | None = None
    read: Change | None = None


AS_IT_IS = Form()

# --- instants ---


def instant_text(instant: datetime) -> str:
    """An instant with its distance from UTC, and with the name of its zone where it has one."""
    zone = instant.tzinfo
    return f"{instant.isoformat()}[{zone.key}]" if isinstance(zone, ZoneInfo) else instant.isoformat()


def read_instant(text: str) -> datetime:
    """The instant that a text says, in its zone. ValueError where it says none.

    Where the zone has other rules by now, the instant counts, and the hour on its clocks is another one.
    """
    if not text.endswith("]"):
        return datetime.fromisoformat(text)
    said, _, key = text[:-1].partition("[")
    instant, zone = datetime.fromisoformat(said), _zone(key)
    offset = instant.utcoffset()
    for fold in (0, 1):
        local = instant.replace(tzinfo=zone, fold=fold)
        if local.utcoffset() == offset:
            return local
    return instant.astimezone(zone)


@lru_cache(maxsize=1024)
def _zone(key: str) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone `{key[:60]}`") from error


# --- parameters, which have no type of their own ---

_UNTYPED: dict[type, tuple[str, Change]] = {
    Decimal: ("decimal", str),
    datetime: ("instant", instant_text),
    date: ("date", date.isoformat),
    Money: ("money", str),
}
_NAMED: dict[str, Change] = {
    "decimal": Decimal,
    "instant": read_instant,
    "date": date.fromisoformat,
    "money": Money.parse,
    "map": lambda parts: {name: read_untyped(part) for name, part in parts.items()},
}


def write_untyped(value: Any) -> Any:
    """A parameter's value as JSON holds it. TypeError for one that no parameter can have."""
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    named = _UNTYPED.get(kind)
    if named is not None:
        return {named[0]: named[1](value)}
    if isinstance(value, Mapping):
        return {"map": {name: write_untyped(part) for name, part in value.items()}}
    if isinstance(value, tuple | list):
        return [write_untyped(part) for part in value]
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a journal cannot hold {value!r}")


def read_untyped(value: Any) -> Any:
    """A parameter's value from what JSON holds; lists come back as tuples."""
    if isinstance(value, dict):
        ((name, said),) = value.items()
        return _NAMED[name](said)
    if isinstance(value, list):
        return tuple(map(read_untyped, value))
    return value


# --- events inside results ---


def event_as_plain(event: Event) -> dict[str, Any]:
    """An event as JSON holds it, without the fields that it does not say."""
    plain: dict[str, Any] = event.__pydantic_serializer__.to_python(event, mode="json", exclude_none=True)
    return plain


def event_as_text(event: Event) -> str:
    """The same, as text."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True).decode()


def read_event_of(kind: str, text: str) -> Event:
    """The event of a kind that a text says; KeyError or pydantic's ValidationError where it says none."""
    return KINDS[kind].model_validate_json(text)


def _event_from_plain(plain: dict[str, Any]) -> Event:
    return read_event_of(plain["kind"], as_json(plain))


def as_json(plain: Any) -> str:
    """Plain data as JSON text: no blanks, letters of every script as they are."""
    return to_json(plain).decode()


# --- values with types ---


@lru_cache(maxsize=256)
def form_of(kind: Any) -> Form:
    """How values of a type are written and read, worked out once. TypeError for a type that has no form."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return form_of(parts[0])
    if kind is Any:
        return Form(write_untyped, read_untyped)
    if origin in (Union, types.UnionType):
        return _form_of_optional(kind, parts)
    if origin is tuple:
        return _form_of_list(parts[0]) if parts[-1] is Ellipsis else _form_of_row(parts)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _form_of_mapping(parts[1])
    if origin is Literal or kind in (str, int, bool):
        return AS_IT_IS
    return _form_of_class(kind)


def _form_of_class(kind: type) -> Form:
    if hasattr(kind, "_fields"):
        return _form_of_fields(kind)
    if issubclass(kind, Event):
        return Form(event_as_plain, _event_from_plain)
    if issubclass(kind, Enum):
        return Form(lambda value: value.value, kind)
    if issubclass(kind, datetime):
        return Form(instant_text, read_instant)
    if issubclass(kind, date):
        return Form(date.isoformat, date.fromisoformat)
    if issubclass(kind, Decimal):
        return Form(str, Decimal)
    raise TypeError(f"a journal has no form for values of {kind}")


def _form_of_optional(kind: Any, parts: tuple[Any, ...]) -> Form:
    some = [part for part in parts if part is not type(None)]
    if len(some) > 1:
        raise TypeError(f"a journal has no form for values of {kind}")
    return form_of(some[0])  # a None is never written: every field that may be None is so by default


def _form_of_list(kind: Any) -> Form:
    write, read = form_of(kind)
    return Form(
        (lambda values: [write(value) for value in values]) if write else list,
        (lambda values: tuple([read(value) for value in values])) if read else tuple,
    )


def _form_of_row(kinds: tuple[Any, ...]) -> Form:
    if any(form_of(kind) is not AS_IT_IS for kind in kinds):
        raise TypeError(f"a journal has no form for rows of {kinds}")
    return Form(list, tuple)


def _form_of_mapping(kind: Any) -> Form:
    write, read = form_of(kind)
    return Form(
        (lambda values: {name: write(value) for name, value in values.items()}) if write else dict,
        (lambda values: {name: read(value) for name, value in values.items()}) if read else dict,
    )


def _form_of_fields(kind: Any) -> Form:
    """A named tuple as an object of its fields; what is as by default is left out."""
    hints = get_type_hints(kind, include_extras=True)
    defaults = kind._field_defaults
    missing = object()
    forms = {name: form_of(hints[name]) for name in kind._fields}
    writers = [
        (place, name, defaults.get(name, missing), form.write) for place, (name, form) in enumerate(forms.items())
    ]
    changes = {name: form.read for name, form in forms.items() if form.read is not None}

    def write(value: Any) -> dict[str, Any]:
        found = {}
        for place, name, default, change in writers:
            part = value[place]
            if part is not default and part != default:
                found[name] = part if change is None or part is None else change(part)
        return found

    def read(found: dict[str, Any]) -> Any:
        for name, part in found.items():
            change = changes.get(name)
            if change is not None and part is not None:
                found[name] = change(part)
        return kind(**found)

    return Form(write, read)


# --- effects and results ---


def effect_text(effect: Effect) -> str:
    """An effect as JSON."""
    return as_json(cast("Change", form_of(Effect).write)(effect))


def results_as_plain(results: Results) -> dict[str, Any]:
    """What deciding led to, as JSON holds it; empty where it led to nothing."""
    if results is NOTHING:
        return {}
    return cast("dict[str, Any]", cast("Change", form_of(Results).write)(results))


def read_results(plain: dict[str, Any]) -> Results:
    """Results from what JSON holds; KeyError, TypeError or ValueError where it holds none."""
    return cast("Results", cast("Change", form_of(Results).read)(plain))
