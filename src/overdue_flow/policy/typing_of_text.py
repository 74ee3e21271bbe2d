"""Text made fit for models of `cases`, which take flags and whole numbers as such: the schema decides, not YAML."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from overdue_flow.policy.texts import read_flag


def as_declared(value: Any, annotation: Any) -> Any:
    """`value` with the flags and whole numbers that `annotation` asks for; text that is none stays text and is refused
    later.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        return as_declared(value, get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _first_change(value, get_args(annotation))
    if isinstance(value, str):
        return _scalar(value, annotation)
    if isinstance(value, list) and origin in (tuple, list):
        return [as_declared(one, get_args(annotation)[0]) for one in value]
    if isinstance(value, Mapping):
        return _mapping(value, annotation)
    return value


def _first_change(value: Any, options: tuple[Any, ...]) -> Any:
    if str in options:
        return value  # what it is depends on the policy, not on the event
    for option in options:
        typed = as_declared(value, option)
        if typed is not value and typed != value:
            return typed
    return value


def _scalar(text: str, annotation: Any) -> Any:
    if annotation is bool:
        flag = read_flag(text)
        # a text that pydantic would take for a flag, such as `on`, is none here
        return flag if flag is not None else [text]
    wants_whole = annotation is int or (
        get_origin(annotation) is Literal and all(isinstance(one, int) for one in get_args(annotation))
    )
    if wants_whole and text.removeprefix("-").isdecimal() and len(text) < 10:
        return int(text)
    return text


def _mapping(value: Mapping[str, Any], annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return {key: as_declared(one, fields[key].annotation) if key in fields else one for key, one in value.items()}
    return dict(value)
