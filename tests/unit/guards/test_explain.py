"""An explanation as data: parts, values, days, what is missing. Its texts stand in `tests/golden/guards/`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.explain import Explained, Reading, explain
from overdue_flow.guards.phrases import in_words, phrase
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from support.guards import TODAY, VOCABULARY, Track, typed

LONG_AGO = TODAY - timedelta(days=1000)


def track(value: Value | None, slope: int = 0) -> Track:
    return Track(((LONG_AGO, value - 1000 * slope if slope and isinstance(value, int) else value, slope),))


def explained(text: str, event: dict[str, Value | None] | None = None, **values: Value | None) -> Explained:
    running = {"dpd": 1, "left": -1}
    case = {name: track(value, running.get(name, 0)) for name, value in values.items()}
    return explain(typed(text), VOCABULARY, case, TODAY, "CNY", event)


def test_a_part_says_what_it_read_with_units() -> None:
    whole = explained(
        "dpd > 90 and owed > 3 and due_on > odds + due_on", dpd=1, owed=Decimal(5), due_on=TODAY, odds=None
    )
    days, money, dates = whole.parts
    assert days.readings == (Reading("dpd", "days past due", 1, "1 day"),)
    assert money.readings == (Reading("owed", "overdue amount", Decimal(5), "5.00 CNY"),)
    assert [reading.shown for reading in dates.readings] == ["not known", "2025-01-15"]
    assert dates.missing == ("odds",)
    assert whole.missing == ("odds",)
    assert [reading.name for reading in whole.readings] == ["dpd", "odds", "owed", "due_on"]


def test_a_part_says_from_which_day_it_holds_if_nothing_happens() -> None:
    whole = explained("dpd > 90 and fails >= 2", dpd=88, fails=2)
    assert (whole.holds, whole.holds_from) == (False, TODAY + timedelta(days=3))
    first, second = whole.parts
    assert (first.holds, first.holds_from) == (False, TODAY + timedelta(days=3))
    assert (second.holds, second.holds_from, second.changes_on) == (True, None, None)


def test_a_part_that_holds_says_when_it_ends_and_holds_from_no_later_day() -> None:
    part = explained("left > 7", left=10)
    assert (part.holds, part.holds_from, part.changes_on) == (True, None, TODAY + timedelta(days=3))
    assert part.verdict == "holds, no longer from 2025-01-18 if nothing happens"


def test_verdicts() -> None:
    assert explained("fails > 3", fails=4).verdict == "holds"
    assert explained("fails > 3", fails=3).verdict == "does not hold"
    assert explained("dpd > 3", dpd=3).verdict == "will hold from 2025-01-16 if nothing happens"
    assert explained("dpd > 1003", dpd=3).verdict == "does not hold; nothing changes before 2027-10-13"
    assert explained("dpd < 1004", dpd=3).verdict == "holds; nothing changes before 2027-10-13"


def test_the_limit_of_the_search_can_be_chosen() -> None:
    case = {"dpd": track(3, 1)}
    near = explain(typed("dpd > 10"), VOCABULARY, case, TODAY, limit_days=7)
    assert (near.changes_on, near.look_again_on) == (None, TODAY + timedelta(days=8))
    far = explain(typed("dpd > 10"), VOCABULARY, case, TODAY, limit_days=8)
    assert (far.changes_on, far.look_again_on) == (TODAY + timedelta(days=8), None)


def test_a_chain_is_one_part_and_joined_conditions_are_several() -> None:
    assert explained("1 <= dpd <= 30", dpd=3).parts == ()
    assert [part.text for part in explained("dpd >= 1 and dpd <= 30", dpd=3).parts] == [
        "days past due is at least 1",
        "days past due is at most 30",
    ]


def test_not_shows_the_parts_inside_as_they_are() -> None:
    neither = explained("not (dpd > 90 or fails > 1)", dpd=1, fails=0)
    assert (neither.holds, neither.join) == (True, "none of these")
    assert [part.holds for part in neither.parts] == [False, False]
    both = explained("not (dpd > 90 and fails > 1)", dpd=100, fails=2)
    assert (both.holds, both.join) == (False, "not all of these")
    single = explained("not plan_active", plan_active=True)
    assert (single.holds, single.join, single.parts) == (False, "", ())


def test_a_field_of_the_event_is_read_from_it() -> None:
    part = explained('outcome == "agreed"', {"outcome": "failed", "paid": None})
    assert part.readings == (Reading("outcome", "outcome", "failed", '"failed"'),)
    assert explained('outcome == "agreed"').missing == ("outcome",)


def test_the_text_is_its_lines() -> None:
    part = explained("dpd > 90 and fails >= 2", dpd=88, fails=2)
    assert str(part).splitlines() == part.lines()
    assert len(part.lines()) == 3


def test_without_a_currency_amounts_are_bare() -> None:
    assert in_words(typed("owed > 100"), VOCABULARY) == "overdue amount is more than 100"
    assert in_words(typed('owed > "100 CNY"'), VOCABULARY) == "overdue amount is more than 100.00 CNY"
    assert in_words(typed("owed > 0.125"), VOCABULARY, "CNY") == "overdue amount is more than 0.125 CNY"


def test_a_single_part_can_be_put_in_words() -> None:
    assert phrase(typed("dpd > 3").tree, VOCABULARY) == "days past due is more than 3"


def test_dates_are_shown_in_iso() -> None:
    assert explained('filed_on > "2025-01-01"', filed_on=date(2025, 2, 3)).readings[0].shown == "2025-02-03"


def test_a_flag_whose_label_joins_two_words_is_set_apart_among_others() -> None:
    labels = {"deaf": "deaf and blind", "old": "old or ill", "vip": "known to us"}
    words = Vocabulary(Fact(name, Kind.FLAG, label, lambda _case, _day: True) for name, label in labels.items())
    guard = read_guard("deaf and old and vip", words).guard
    assert guard is not None
    assert in_words(guard, words) == "(deaf and blind) and (old or ill) and known to us"
    line = explain(guard, words, None, TODAY).one_line()
    assert line == "holds: (deaf and blind) and (old or ill) and known to us"
