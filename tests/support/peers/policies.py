"""Policies in the words of our file, written for what a peer configures. JSON is YAML, so a policy is written as JSON.

Three shapes cover the peers' engines:

- `by_severity`: states with conditions, the most severe that holds wins, none of them means clear (Kill Bill).
- `by_range`: ranges of days, as buckets (Fineract, regulators).
- `by_level`: letters in a sequence, one level per run; the run is an event of the host's own (OCA, Odoo, Tryton, ...).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Said = Mapping[str, Any]

SEND: Said = {"kind": "contact", "params": {"channel": {"type": "choice", "of": ["email", "letter"]}}}


def policy(stages: Said, *, counting: Said | None = None, **sections: Any) -> str:
    """The text of a policy."""
    terms = {"currency": "EUR", "counting": counting or {}}
    content = {"language": 1, "policy": "peer", "version": 1, "terms": terms, "stages": stages, **sections}
    written = {name: said for name, said in content.items() if said not in ({}, [], ())}
    return json.dumps(written, indent=1, default=_said)


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"a policy has no word for {value!r}")


def flags(names: Iterable[str]) -> Said:
    """Facts that the host tells: flags, false until told."""
    return {name: {"type": "flag", "default": "false"} for name in names}


def by_severity(
    states: Sequence[tuple[str, str]],
    clear: str = "CLEAR",
    *,
    on_enter: Mapping[str, Sequence[Said]] | None = None,
    **more: Any,
) -> str:
    """States with their conditions, the most severe first: the first whose condition holds, else `clear`."""
    rules = []
    worse: list[str] = []
    for name, condition in states:
        rules.append({"id": f"to-{name}", "when": _but_for(f"({condition})", worse), "to": name})
        worse.append(f"({condition})")
    rules.append({"id": f"to-{clear}", "when": _but_for("", worse), "to": clear})
    tasks = on_enter or {}
    stages: dict[str, Any] = {name: {"on_enter": tasks[name]} if name in tasks else {} for name, _condition in states}
    stages = {clear: {"start": "true"}, **stages}
    return policy(stages, everywhere=rules, **more)


def _but_for(condition: str, worse: Sequence[str]) -> str:
    parts = [*([condition] if condition else []), *(f"not {one}" for one in worse)]
    return " and ".join(parts)


def by_range(ranges: Iterable[tuple[str, int, int | None]], by: str, **more: Any) -> str:
    """Ranges of a count, both ends included; and a stage that is entered when the grace is over.

    `delinquent` is for a peer that names the day on which grace ends: grace is `counting.grace_days`.
    """
    grace = (more.get("counting") or {}).get("grace_days", 0)
    bands = {name: f"{low}..{'' if high is None else high}" for name, low, high in ranges}
    stages = {
        "in_grace": {"start": "true", "rules": [{"id": "grace-ends", "when": f"dpd >= {grace}", "to": "delinquent"}]},
        "delinquent": {"end": "true"},
    }
    return policy(stages, buckets={"by": by, **bands} if bands else {}, **more)


def by_level(
    conditions: Sequence[str], *, on_enter: Sequence[Sequence[Said]] = (), papers: bool = False, **more: Any
) -> str:
    """Levels in a sequence, one per `run`; whoever owes nothing overdue has none.

    With `papers`, a level is a draft until it was `processed`, and only then may the next run go on.
    """
    levels = [f"level_{number}" for number in range(1, len(conditions) + 1)]
    stages: dict[str, Any] = {"none": {"start": "true", "rules": []}}
    waiting = stages["none"]["rules"]
    for number, (level, condition) in enumerate(zip(levels, conditions, strict=True)):
        waiting.append({"id": f"run-{level}", "on": "run", "when": condition, "to": level})
        stage: dict[str, Any] = {"on_enter": list(on_enter[number])} if number < len(on_enter) else {}
        waiting = []
        if papers:
            draft = {"rules": [{"id": f"processed-{level}", "on": "processed", "to": f"{level}.done"}]}
            stage |= {"first": "draft", "stages": {"draft": draft, "done": {"rules": waiting}}}
        else:
            stage["rules"] = waiting
        stages[level] = stage
    settled = {"id": "settled", "when": "overdue_amount == 0", "to": "none"}
    return policy(stages, everywhere=[settled], events={"run": {}, "processed": {}}, **more)
