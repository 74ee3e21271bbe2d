"""The tables of the reference page: nothing of the format is left out, and each says what the format says."""

from __future__ import annotations

import re

import pytest

from overdue_flow.cases.events import KINDS
from overdue_flow.cases.facts import built_in
from overdue_flow.policy import reference, types_in_words
from overdue_flow.policy.model import PolicyFile

CHANNELS = ("phone", "sms", "email", "letter", "visit", "app", "chat")


@pytest.fixture(scope="module")
def said() -> str:
    return "\n".join(reference.table(name) for name in reference.names())


def _as_told(name: str) -> str:
    """A fact of one channel is told once for all of them."""
    for channel in CHANNELS:
        name = re.sub(rf"_{channel}(?=_|$)", "_CHANNEL", name)
    return name


@pytest.mark.parametrize("name", built_in())
def test_every_fact_and_every_clock_is_told(name: str, said: str) -> None:
    assert f"`{_as_told(name)}`" in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_told_with_all_that_it_says(kind: str, said: str) -> None:
    line = next(line for line in said.split("\n") if line.startswith(f"| `{kind}` |"))
    fields = set(KINDS[kind].model_fields) - {"kind", "id", "at", "happened_at"}
    assert all(f"`{field}`" in line for field in fields)


def test_every_key_of_the_file_is_told_as_it_is_written(said: str) -> None:
    for part in types_in_words.parts_of(PolicyFile):
        for name, field in part.model_fields.items():
            assert f"| `{field.alias or name}` |" in said


def test_a_key_says_what_stands_there_its_default_and_its_meaning() -> None:
    rows = reference.table("keys.Counting").split("\n")
    said = "| `grace_days` | whole number | `0` | days that `dpd_net` leaves out at the beginning |"
    assert said in rows
    assert "| `id` | name | **required** | what it is called; no other rule has the same |" in reference.table(
        "keys.RuleWritten"
    )


def test_a_fact_says_its_type_whether_it_may_be_missing_and_how_it_moves() -> None:
    arrears = reference.table("facts.arrears").split("\n")
    dpd = next(row for row in arrears if row.startswith("| `dpd` |"))
    assert dpd.startswith("| `dpd` | number (days) |  | yes | days past due 逾期天数 |")
    oldest = next(row for row in arrears if row.startswith("| `oldest_due_on` |"))
    assert oldest.startswith("| `oldest_due_on` | date | yes | yes |")


def test_what_the_library_writes_on_an_event_is_told_as_such() -> None:
    assert "`terms`: set by the library" in reference.table("events.ledger")


def test_a_page_is_filled_where_it_asks_for_a_table_and_nowhere_else() -> None:
    page = "before\n<!-- made from: holds -->\nold\n<!-- end -->\nafter\n"
    filled = reference.filled(page)
    assert filled == f"before\n<!-- made from: holds -->\n\n{reference.table('holds')}\n\n<!-- end -->\nafter\n"
    assert reference.filled(filled) == filled
    assert reference.asked_for(page) == ("holds",)


@pytest.mark.parametrize("name", ["nothing", "keys.Nothing", "facts.nothing", "events.nothing"])
def test_a_table_that_there_is_not_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        reference.table(name)
