"""Archives: a journal goes out of one store and into another as it is; what is no such archive goes nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from overdue_flow import Flow
from overdue_flow.cases.case import Case
from overdue_flow.cases.person import contacts_of
from overdue_flow.errors import EventConflict, JournalError, UnknownCase
from overdue_flow.events import ContactAttempted, EffectDelivered, PaymentReceived
from overdue_flow.store import archive
from overdue_flow.store.archive import Counted, LinesWriter, Placed
from overdue_flow.store.archive_parquet import ParquetWriter, read_parquet
from overdue_flow.store.archive_parts import FORMAT
from overdue_flow.store.evidence import Verified, verify
from overdue_flow.store.protocol import PolicyText
from overdue_flow.store.records import Query
from overdue_flow.store.rows import JournalRow, row_hash
from overdue_flow.store.sql import SqlStore
from overdue_flow.testing.turns import contact, happened, nine, opening
from support.journals import example_journals, record
from support.road import at, on, road_policy
from support.road import opening as road_opening
from support.stores import DATABASES, sql_store

LOANS = ("L-01", "L-03", "L-08")
NOTED = datetime(2026, 1, 1, tzinfo=UTC)
COUNTED = Counted(3, sum(len(example_journals()[loan]) for loan in LOANS))
FORMATS = ("jsonl", "parquet")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    file = tmp_path_factory.mktemp("store") / "loans.db"
    with closing(SqlStore(f"sqlite:///{file}", clock=lambda: NOTED)) as found:
        record(found, {loan: example_journals()[loan] for loan in LOANS})
        yield found


@pytest.fixture(scope="module", params=DATABASES)
def each_store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """The same in each kind of database."""
    with sql_store(request.param, clock=lambda: NOTED) as found:
        record(found, {loan: example_journals()[loan] for loan in LOANS})
        yield found


@pytest.fixture
def other(each_store: SqlStore) -> Iterator[SqlStore]:
    """An empty store in the other kind of database."""
    kind = next(kind for kind in DATABASES if kind != each_store.dialect)
    with sql_store(kind) as found:
        yield found


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(SqlStore(f"sqlite:///{tmp_path}/empty.db")) as found:
        yield found


def export(store: SqlStore, file: Path, loans: tuple[str, ...] | None = None, *, with_personal: bool = True) -> Counted:
    with store.records() as records:
        if file.suffix == ".parquet":
            return archive.export(
                records, ParquetWriter(file, with_personal=with_personal), loans, with_personal=with_personal
            )
        with file.open("wb") as out:
            writer = LinesWriter(out.write, with_personal=with_personal)
            return archive.export(records, writer, loans, with_personal=with_personal)


def parts(file: Path) -> Iterator[Placed]:
    return read_parquet(file) if file.suffix == ".parquet" else archive.read_lines(file)


def take_in(store: SqlStore, file: Path) -> Counted:
    archive.check(parts(file))
    with store.keeping() as keeping:
        return archive.take_in(keeping, parts(file))


def told(store: SqlStore) -> Sequence[PolicyText]:
    """The store with a text for each version that decided, and for one that decided nothing of these cases."""
    for row in rows_of(store):
        for version in (row.version, row.law_version):
            store.remember(PolicyText(row.policy, version, "a" * 64, NOTED))
    store.remember(PolicyText("another", "1", "b" * 64, NOTED))
    return store.policies()


def rows_of(store: SqlStore, loans: tuple[str, ...] | None = None) -> list[JournalRow]:
    with store.records() as records:
        return list(records.rows(loans))


def what_follows(store: SqlStore, loan: str) -> list[Any]:
    """What a store has derived from a case."""
    case = case_in(store, loan)
    return [
        case,
        [parcel for parcel in store.outbox() if parcel.case_id == loan],
        [task for task in store.tasks() if task.case_id == loan],
        store.contacts(case.person_id),
        store.journal(loan),
    ]


def case_in(store: SqlStore, loan: str) -> Case:
    case = store.load(loan)
    assert case is not None
    return case


# --- there and back ---


@pytest.mark.parametrize("form", FORMATS)
def test_all_of_a_store_comes_into_another_as_it_was(
    each_store: SqlStore, other: SqlStore, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"archive.{form}"
    assert export(each_store, file) == COUNTED
    assert take_in(other, file) == COUNTED
    assert rows_of(other) == rows_of(each_store)
    for loan in LOANS:
        assert what_follows(other, loan) == what_follows(each_store, loan)
    for store in (each_store, other):
        with store.records() as records:
            assert verify(records) == Verified(COUNTED.cases, COUNTED.rows, (), 0)


def test_cases_that_were_taken_in_wake_on_the_day_after_their_last_entry(
    store: SqlStore, empty: SqlStore, tmp_path: Path
) -> None:
    export(store, tmp_path / "a.jsonl", ("L-01",))
    take_in(empty, tmp_path / "a.jsonl")
    last = example_journals()["L-01"][-1].day
    assert (empty.due(last), empty.due(last + timedelta(days=1))) == ([], ["L-01"])
    assert (empty.overlooked(""), empty.overlooked("v2")) == ([], ["L-01"])


@pytest.mark.parametrize("form", FORMATS)
def test_one_case_comes_alone(store: SqlStore, empty: SqlStore, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"archive.{form}"
    assert export(store, file, ("L-03",)).cases == 1
    take_in(empty, file)
    assert list(empty.case_ids()) == ["L-03"]
    assert rows_of(empty) == rows_of(store, ("L-03",))


@pytest.mark.parametrize("form", FORMATS)
def test_without_personal_values_a_case_comes_as_one_that_was_erased(
    store: SqlStore, empty: SqlStore, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"archive.{form}"
    export(store, file, with_personal=False)
    assert b"person of" not in file.read_bytes()
    take_in(empty, file)
    assert rows_of(empty) == rows_of(store)
    assert case_in(empty, "L-01").person_id.startswith("erased:")
    assert case_in(empty, "L-01").course.stage == case_in(store, "L-01").course.stage
    with empty.records() as records:
        assert verify(records).findings == ()


def test_a_contact_whose_outcome_is_not_known_still_counts(
    each_store: SqlStore, empty: SqlStore, tmp_path: Path
) -> None:
    first = opening("sent", contact("sent:1:1"), contact("sent:1:2"), person_id="p")
    went = [EffectDelivered(id=f"d-{n}", effect_id=f"sent:1:{n}") for n in (1, 2)]
    one = happened(first.case, went[0], at=nine(1))
    two = happened(one.case, went[1], at=nine(2))
    said = ContactAttempted(id="a", channel="phone", outcome="busy", effect_id="sent:1:2")
    with sql_store("sqlite") as own:
        own.commit([first, one, two, happened(two.case, said, at=nine(2))])
        export(own, tmp_path / "sent.jsonl")
    take_in(empty, tmp_path / "sent.jsonl")
    assert [(line.key, line.at) for line in empty.contacts("p").lines if line.reserved] == [("sent:1:1", nine(1))]


def test_an_archive_of_nothing_is_an_archive(empty: SqlStore, tmp_path: Path) -> None:
    for form in FORMATS:
        assert export(empty, tmp_path / f"archive.{form}") == Counted(0, 0)
        assert take_in(empty, tmp_path / f"archive.{form}") == Counted(0, 0)


def test_both_formats_say_the_same(store: SqlStore, tmp_path: Path) -> None:
    said = []
    for form in FORMATS:
        export(store, tmp_path / f"archive.{form}")
        said.append([placed.part for placed in parts(tmp_path / f"archive.{form}")])
    assert said[0] == said[1]


@pytest.mark.parametrize("form", FORMATS)
def test_the_texts_of_the_versions_that_decided_come_along(
    each_store: SqlStore, other: SqlStore, tmp_path: Path, form: str
) -> None:
    file, texts = tmp_path / f"archive.{form}", told(each_store)
    export(each_store, file)
    take_in(other, file)
    assert other.policies() == texts


@pytest.mark.parametrize("form", FORMATS)
def test_single_cases_come_with_what_decided_them(each_store: SqlStore, tmp_path: Path, form: str) -> None:
    texts = told(each_store)
    export(each_store, tmp_path / f"archive.{form}", ("L-03",))
    found = [placed.part for placed in parts(tmp_path / f"archive.{form}") if isinstance(placed.part, PolicyText)]
    assert found == [text for text in texts if text.policy != "another"] != []


@pytest.mark.parametrize("form", FORMATS)
def test_an_archive_of_a_version_with_another_text_is_refused(
    each_store: SqlStore, other: SqlStore, tmp_path: Path, form: str
) -> None:
    text = told(each_store)[-1]
    export(each_store, tmp_path / f"archive.{form}")
    other.remember(text._replace(digest="f" * 64))
    with pytest.raises(JournalError, match=f"archive.*: policy {text.policy} {text.version} has decided in the store"):
        take_in(other, tmp_path / f"archive.{form}")
    assert (list(other.case_ids()), len(other.policies())) == ([], 1)


@pytest.mark.parametrize(
    "said",
    [
        1,
        {"policy": "shop"},
        {"policy": "shop", "version": "1", "digest": "a", "since": "2025-01-01"},
        {"policy": "shop", "version": 1, "digest": "a", "since": NOTED.isoformat()},
        {"policy": "shop", "version": "1", "digest": "", "since": NOTED.isoformat()},
        {"policy": "shop", "version": "1", "digest": "a", "since": NOTED.isoformat(), "more": 1},
    ],
)
def test_what_is_no_text_of_a_policy_is_refused(store: SqlStore, empty: SqlStore, tmp_path: Path, said: Any) -> None:
    file = tmp_path / "archive.jsonl"
    export(store, file)
    first, _line, rest = file.read_text("utf-8").partition("\n")
    file.write_text(f"{first}\n{json.dumps({'policy_text': said})}\n{rest}", "utf-8")
    with pytest.raises(JournalError, match="line 2: this is no text of a policy"):
        take_in(empty, file)


def test_an_archive_without_texts_is_read(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    """Older ones have none, and in Parquet no place for them."""
    file = tmp_path / "archive.parquet"
    export(store, file)
    about = {"format": FORMAT, "version": 1, "personal": True}
    table = parquet.read_table(file).replace_schema_metadata({"overdue_flow": json.dumps(about)})
    parquet.write_table(table, file)
    assert take_in(empty, file) == COUNTED
    for wrong in (1, [1], [{}]):
        said = json.dumps({**about, "policies": wrong})
        parquet.write_table(table.replace_schema_metadata({"overdue_flow": said}), file)
        with pytest.raises(JournalError, match="this is no text of a policy"):
            archive.check(parts(file))


def test_those_who_wait_are_told_of_the_rows(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    export(store, tmp_path / "a.jsonl")
    told: list[int] = []
    archive.check(parts(tmp_path / "a.jsonl"), progress=told.append)
    assert told[-1] == COUNTED.rows


# --- what is refused ---


def rehashed(line: str, **changes: Any) -> str:
    """The row of a line, changed, with a hash that fits it."""
    row = JournalRow(**{**json.loads(line), **changes})
    return json.dumps(row._replace(hash=row_hash(row))._asdict()) + "\n"


def put(lines: list[str], at: int, line: str) -> None:
    lines[at] = line


NOWHERE = '{"moves":[{"from_stage":"x","to_stage":1,"rule":"r","because":"","on":"2025-01-01"}]}'
COUNTED_ANEW = (
    "a case that is there twice", "an event that is none", "a case that was never opened",
    "a stage that was never entered",
)  # fmt: skip
"""What is so wrong that the last line, which counts, must not be what is found."""

BROKEN: dict[str, tuple[Callable[[list[str]], Any], str]] = {
    "nothing": (lambda lines: lines.clear(), "line 1: this is no JSON"),
    "another file": (lambda lines: put(lines, 0, '{"format": "other"}\n'), "line 1: this is no archive of journals"),
    "another version": (
        lambda lines: put(lines, 0, lines[0].replace('"version":1', '"version":7')),
        "line 1: this is version 7 of the format; this release reads version 1",
    ),
    "no first line": (lambda lines: lines.pop(0), "line 1: this is no archive"),
    "cut off after a line": (lambda lines: lines.pop(), "the file ends before its last line: it was cut off"),
    "cut off in a line": (lambda lines: put(lines, -1, lines[-1][:5]), "this line has no end: the file was cut off"),
    "no JSON": (lambda lines: put(lines, 3, "row\n"), "line 4: this is no JSON"),
    "nested deeply": (lambda lines: put(lines, 3, "[" * 100_000 + "\n"), "line 4: this is no JSON"),
    "a list": (lambda lines: put(lines, 3, "[]\n"), "line 4: expected an object in braces"),
    "bytes": (lambda lines: put(lines, 3, "\udcff\n"), "line 4: this is no JSON"),
    "a field that is missing": (
        lambda lines: put(lines, 3, lines[3].replace('"day"', '"date"')),
        "line 4: `date` is missing here, or unknown",
    ),
    "a field of another type": (
        lambda lines: put(lines, 3, lines[3].replace('"seq":2', '"seq":"2"')),
        "line 4: `seq` cannot be `2`",
    ),
    "a number that is a flag": (
        lambda lines: put(lines, 3, lines[3].replace('"seq":2', '"seq":true')),
        "line 4: `seq` cannot be `True`",
    ),
    "a row that was changed": (
        lambda lines: put(lines, 3, lines[3].replace('"version":"', '"version":"9')),
        "line 4: row 2 of case `L-01` was changed",
    ),
    "a row that was changed and hashed": (
        lambda lines: put(lines, 3, rehashed(lines[3], body="{}")),
        "line 5: row 3 of case `L-01` does not follow the one before",
    ),
    "a row that is gone": (lambda lines: lines.pop(3), "line 4: row 3 of case `L-01` does not follow the one before"),
    "a row that is there twice": (lambda lines: lines.insert(3, lines[3]), "line 5: row 2 of case `L-01` does not"),
    "a tail that is gone": (lambda lines: lines.pop(-2), "lines are missing, or there are too many"),
    "a case that is there twice": (
        lambda lines: lines.__setitem__(slice(-1, None), lines[1:4] + lines[-1:]),
        "case `L-01` comes after `L-08`; expected the order of ids",
    ),
    "something after the end": (lambda lines: lines.append("{}\n"), "something stands after the last line"),
    "personal values without rows": (
        lambda lines: lines.insert(1, '{"personal": {"case_id": "A", "salt": "", "values": {}}}\n'),
        "line 2: case `A` has no rows, or personal values twice",
    ),
    "personal values of the wrong shape": (
        lambda lines: put(lines, 1, '{"personal": {"case_id": "L-01", "salt": "zz", "values": {}}}\n'),
        "line 2: these are no personal values",
    ),
    "personal values of the wrong type": (
        lambda lines: put(lines, 1, '{"personal": {"case_id": "L-01", "salt": "", "values": {"": 1}}}\n'),
        "line 2: these are no personal values",
    ),
    "a personal value that was changed": (
        lambda lines: put(lines, 1, lines[1].replace("person of", "friend of")),
        "line 2: the personal value .* is not what the journal was told",
    ),
    "an event that is none": (
        lambda lines: lines.__setitem__(slice(1, -1), [rehashed(lines[2], body='{"kind":"LoanOpened"}')]),
        "line 2: row 1 of case `L-01` cannot be read: `opened_on`",
    ),
    "a case that was never opened": (
        lambda lines: lines.__setitem__(
            slice(1, -1), [rehashed(lines[2], kind="TimePassed", body='{"kind":"TimePassed","day":"2025-01-01"}')]
        ),
        "line 2: case `L-01` cannot be replayed: case `L-01` is not open yet",
    ),
    "a stage that was never entered": (
        lambda lines: lines.__setitem__(
            slice(1, -1), [rehashed(lines[2], results=NOWHERE)]
        ),
        "line 2: case `L-01` cannot be replayed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_an_archive_that_is_none_is_refused_with_its_line_and_nothing_is_taken_in(
    store: SqlStore, empty: SqlStore, tmp_path: Path, name: str
) -> None:
    edit, said = BROKEN[name]
    file = tmp_path / "archive.jsonl"
    export(store, file)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    edit(lines)
    if name in COUNTED_ANEW:
        rows = [line for line in lines[1:-1] if "personal" not in json.loads(line)]
        firsts = [line for line in rows if json.loads(line)["seq"] == 1]
        put(lines, -1, json.dumps({"end": {"cases": len(firsts), "rows": len(rows)}}) + "\n")
    file.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))
    with pytest.raises(JournalError, match=f"archive.jsonl, .*{said}"):
        take_in(empty, file)
    assert list(empty.case_ids()) == []
    assert rows_of(empty) == []


def test_what_only_replay_shows_undoes_the_cases_before_it(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    """Every chain holds, and the last case has a row that no case can have."""
    file = tmp_path / "archive.jsonl"
    export(store, file, with_personal=False)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if '"case_id":"L-08"' in line)
    lines[first:-1] = [rehashed(lines[first], body='{"kind":"LoanOpened"}')]
    lines[-1] = json.dumps({"end": {"cases": 3, "rows": len(lines) - 2}}) + "\n"
    file.write_text("".join(lines), "utf-8")
    assert archive.check(parts(file)).cases == 3
    with pytest.raises(JournalError, match=f"line {first + 1}: row 1 of case `L-08` cannot be read"):
        take_in(empty, file)
    assert list(empty.case_ids()) == []


def test_a_case_that_the_store_has_is_refused(store: SqlStore, tmp_path: Path) -> None:
    before = rows_of(store)
    export(store, tmp_path / "a.jsonl", ("L-03",))
    with pytest.raises(JournalError, match="line 3: the store has a case `L-03` already"):
        take_in(store, tmp_path / "a.jsonl")
    assert rows_of(store) == before


def test_what_is_no_parquet_is_refused(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    file = tmp_path / "archive.parquet"
    export(store, file)
    whole = file.read_bytes()
    parquet.write_table(pa.table({"case_id": ["L-01"]}), tmp_path / "other.parquet")
    for content in (b"", b"PAR1", whole[: len(whole) // 2], whole[:-1], (tmp_path / "other.parquet").read_bytes()):
        file.write_bytes(content)
        with pytest.raises(JournalError, match=r"this is no (Parquet file|archive)"):
            take_in(empty, file)
    assert list(empty.case_ids()) == []


def test_a_row_of_parquet_that_was_changed_is_named(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    file = tmp_path / "archive.parquet"
    export(store, file)
    table = parquet.read_table(file)
    bodies = table.column("body").to_pylist()
    bodies[4] = "{}"
    forged = table.set_column(table.schema.get_field_index("body"), "body", pa.array(bodies))
    parquet.write_table(forged, file)
    with pytest.raises(JournalError, match=r"archive.parquet, row 5: row 5 of case `L-01` was changed"):
        take_in(empty, file)


# --- erasing ---


@pytest.mark.parametrize("kind", DATABASES)
def test_erasing_leaves_the_case_as_it_stands(kind: str) -> None:
    with sql_store(kind) as own:
        record(own, {loan: example_journals()[loan] for loan in LOANS})
        before, journal = case_in(own, "L-01"), rows_of(own)
        with own.keeping() as keeping:
            assert keeping.erase("L-01") >= 1
        after = case_in(own, "L-01")
        assert rows_of(own) == journal
        assert after.person_id.startswith("erased:")
        assert (after.course.stage, after.ledger) == (before.course.stage, before.ledger)
        assert [one.id for one in after.course.open_effects] == [one.id for one in before.course.open_effects]
        assert own.contacts(before.person_id).lines == ()
        assert len(own.contacts(after.person_id).lines) == len(contacts_of(after).lines)
        assert case_in(own, "L-03").person_id == "person of L-03"
        with own.records() as records:
            assert verify(records).findings == ()


def test_erasing_leaves_nothing_of_the_person_in_the_file(tmp_path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{tmp_path}/loans.db")) as own:
        record(own, {loan: example_journals()[loan] for loan in LOANS})
        with own.keeping() as keeping:
            keeping.erase("L-01")
    content = b"".join(path.read_bytes() for path in tmp_path.glob("loans.db*"))
    assert b"person of L-01" not in content
    assert b"person of L-03" in content


@pytest.mark.parametrize("kind", DATABASES)
def test_erasing_leaves_nothing_beside_the_journal(kind: str) -> None:
    """Neither what a hook said of an effect, nor the row that was locked for the person."""
    with sql_store(kind) as own:
        own.commit(
            [opening("a", contact("a:1:1"), person_id="p"), opening("b", person_id="q"), opening("c", person_id="q")]
        )
        with own.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO overdue_persons VALUES ('p'), ('q')")
            connection.exec_driver_sql("UPDATE overdue_outbox SET error = 'no number of p'")
        with own.keeping() as keeping:
            keeping.erase("a")
            keeping.erase("b")
        with own.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT error FROM overdue_outbox").scalar() == ""
            assert connection.exec_driver_sql("SELECT person_id FROM overdue_persons").fetchall() == [("q",)]


def test_erasing_twice_erases_nothing_more(tmp_path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{tmp_path}/loans.db")) as own:
        record(own, {"L-01": example_journals()["L-01"]})
        with own.keeping() as keeping:
            assert keeping.erase("L-01") > 0
        once = case_in(own, "L-01")
        with own.keeping() as keeping:
            assert keeping.erase("L-01") == 0
        assert case_in(own, "L-01") == once


@pytest.mark.parametrize("kind", DATABASES)
def test_what_comes_again_after_an_erasure_cannot_be_told_from_another(kind: str) -> None:
    """What is personal is gone, and nothing is left to compare with; what was not personal is a repeat as before."""
    call = ContactAttempted(id="c", channel="phone", outcome="no_answer", contact_point="555-1", at=at("2025-01-02"))
    paid = PaymentReceived(id="p", amount="10.00", value_date=on("2025-01-03"), at=at("2025-01-03"))
    loan = road_opening(person_id="Jane").model_copy(update={"at": at("2025-01-01")})
    with sql_store(kind) as store:
        flow = Flow(road_policy(), store)
        for event in (loan, call, paid):
            flow.receive("a", event)
            assert flow.receive("a", event).repeated
        with store.keeping() as keeping:
            keeping.erase("a")
        for event in (loan, call):
            with pytest.raises(EventConflict):
                flow.receive("a", event)
        assert flow.receive("a", paid).repeated


def test_a_case_that_is_not_there_cannot_be_erased(empty: SqlStore) -> None:
    with empty.keeping() as keeping, pytest.raises(UnknownCase):
        keeping.erase("L-99")


# --- search ---


@pytest.mark.parametrize(
    "query",
    [
        Query(case_id="L-03"),
        Query(person_id="person of L-01"),
        Query(kind="ContactAttempted"),
        Query(kind="LoanOpened", case_id="L-08"),
        Query(rule="overdue"),
        Query(since=date(2025, 3, 1)),
        Query(since=date(2025, 3, 1), until=date(2025, 3, 31), kind="TimePassed"),
        Query(event_id="opened"),
    ],
)
def test_search_finds_what_a_look_at_every_row_finds(each_store: SqlStore, query: Query) -> None:
    def wanted(row: JournalRow) -> bool:
        return (
            query.case_id in (None, row.case_id)
            and query.person_id in (None, f"person of {row.case_id}")
            and query.kind in (None, row.kind)
            and query.event_id in (None, row.event_id)
            and (query.rule is None or query.rule in row.rules.split())
            and (query.since is None or row.day >= query.since.isoformat())
            and (query.until is None or row.day <= query.until.isoformat())
        )

    with each_store.records() as records:
        found = list(records.find(query))
    assert found == [row for row in rows_of(each_store) if wanted(row)]
    assert found
