"""What people read of a guard: its words, its explanation for one case, and what is said of a bad one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.explain import explain
from overdue_flow.guards.phrases import in_words
from overdue_flow.guards.vocabulary import Value
from support.golden import Golden
from support.guards import TODAY, VOCABULARY, Track, typed

LONG_AGO = TODAY - timedelta(days=40)


def track(value: Value | None, slope: int = 0, *later: tuple[int, Value | None]) -> Track:
    """A fact that is `value` today and runs by `slope`; `later` says after how many days it becomes what."""
    start = value - 40 * slope if slope and isinstance(value, int) else value
    steps = [(TODAY + timedelta(days=days), other, 0) for days, other in later]
    return Track(((LONG_AGO, start, slope), *steps))


CASE = {
    "dpd": track(88, 1),
    "age": track(None, 0, (9, 4)),
    "left": track(10, -1),
    "fails": track(2),
    "months": track(1),
    "odds": track(None),
    "owed": track(Decimal("1250.00")),
    "cost": track(Decimal("300")),
    "due_on": track(date(2024, 10, 19)),
    "filed_on": track(None),
    "plan_active": track(True, 0, (5, False)),
    "vip": track(False),
    "channel": track("sms"),
    "result": track("failed"),
    "city": track("Wuhan"),
    "stage": track("negotiation"),
}
EVENT = {"outcome": "agreed", "paid": Decimal("10.5")}

GUARDS = """
dpd > 90 and fails >= 2
dpd > 80
dpd < 90
dpd >= 15 or (dpd >= 7 and odds < 0.2)
1 <= dpd <= 30
1 < dpd <= 30
30 > dpd > left and months != 1
plan_active
plan_active == False or vip == True
plan_active and not (vip is None or vip)
vip is not None and (vip or plan_active)
not (dpd > 90 and fails >= 2)
not plan_active
not (dpd > 90 or stage in legal)
stage == "legal.trial"
stage in legal
stage not in [negotiation, legal]
stage not in ["legal.trial"]
result in ["agreed", "failed"] and channel not in ["sms", "phone"]
result == "failed" and channel != "email" and city == "Wuhan"
owed > 0.30 * cost + 100
owed in [100, "250.50 CNY"]
owed > "1000.00 CNY"
owed == 0
-cost < 0
filed_on is None or filed_on + 30 > due_on
age is not None and age <= 5
due_on < "2025-01-01"
due_on >= "2024-10-19" and due_on <= "2024-10-19" and due_on > "2024-01-01" and due_on != "2024-01-01"
due_on + 90 in ["2025-01-17", "2025-01-18"]
filed_on - due_on > 30
"2025-03-01" - due_on == 133
left == 0
dpd - 2 * (left + 3) > 3
(due_on + left) + 3 > "2025-03-01"
2 * dpd - -left >= 0
dpd > 5000
outcome == "agreed" and paid > 10
fails in [1, 2, 3]
""".strip().splitlines()

BAD_GUARDS = """
dpdd > 90
dpd > 90 && plan_actve
dpd = 90 AND true
dpd => 90
dpd =< 90 || !plan_active
dpd <> 90
owed > 50%
dpd === 90
dpd := 90
dpd ≥ 90
（dpd > 90）
stage == “legal.trial”
dpd >
> 90
and
dpd > 90 and
dpd 90
dpd not 90
dpd == not plan_active
* dpd
dpd > 30 days
owed > 100 CNY
owed > 1,000
()
(dpd > 90
dpd > 90)
(dpd > 90]
if dpd > 90
dpd > 90 if plan_active else vip
lambda: dpd
max(dpd, 3) > 90
dpd.real > 90
__import__("os").system("true")
stage == legal.trial
channel[0] == "s"
[d for d in [1]]
[dpd]
{dpd}
{"a": dpd}
dpd ** 2 > 90
dpd / 2 > 90
dpd // 2 > 90
dpd % 2 == 1
dpd & 1
dpd | 1
dpd ^ 1
~dpd > 1
+dpd > 1
dpd << 1
dpd >> 1
dpd @ 1
dpd > 0x5A
dpd > 1_000
dpd > 1e5
dpd > 9j
dpd > 9.
odds > .5
dpd > 090
dpd > 00
dpd > 1.2.3
dpd > 1234567890123456
due_on > 2025-01-01
due_on > 2025-10-10
channel == f"sms"
channel == b"sms"
channel == ...
channel == "sms
channel == "s" "ms"
channel == "s\\ms"
dрd > 90
dpd > 90 # late
dpd > 90;
dpd $ 90
`dpd` > 90
dpd is 90
dpd is not 90
1 < dpd in [3]
dpd == None
dpd is None
dpd + 1 is None
dpdd is None
dpd
90
True
"late"
stage
channel
due_on
dpd + 1
owed
dpd == "90"
dpd == "30 days"
dpd == "late"
dpd > True
dpd > owed
dpd > months
dpd > fails
dpd - fails > 1
owed - dpd > 1
owed > "100.00"
owed > "much"
owed > "100.00 EUR"
owed > "100.001 CNY"
plan_active == 1
plan_active == "yes"
plan_active > False
plan_active == vip
plan_active in [True]
channel == "smss"
channel == "fax"
channel == sms
channel == 3
channel > "sms"
channel == result
channel in ["sms", "fax", 3, dpd]
channel in []
channel in "sms"
channel in dpd
"sms" in channel
city > "Wuhan"
city == channel
city == 3
stage == legal
stage == trial
stage == "legal.tril"
stage == 3
stage < performing
stage in [negotiaton, 3]
stage in []
stage in 3
legal
performing and dpd > 3
due_on > 90
due_on > "2025-02-30"
due_on > "15 January"
due_on == True
due_on + due_on > 30
due_on + 1.5 > "2025-01-01"
due_on + fails > "2025-01-01"
due_on + owed > "2025-01-01"
30 - due_on > "2025-01-01"
due_on * 2 > "2025-01-01"
dpd * fails > 3
channel + 1 == 3
channel + "x" == "smsx"
"a" + "b" == channel
-channel == 3
-due_on == 3
1 < 2
1 < 2 < dpd
999999999 * 999999999 > dpd
(dpd > 3) == plan_active
(dpdd > 3) + 1 > 3
not age > 3
not vip
not (age > 3 and age is None)
not age > 3 and dpdd > 3
not age > 3 and agee is not None
dpd == "90" and ow > 3 and plan_active == 1 and not vip
""".strip().splitlines()


def test_a_guard_reads_as_a_sentence(golden: Golden) -> None:
    golden(
        "".join(f"{text}\n    {in_words(typed(text), VOCABULARY, 'CNY')}\n" for text in GUARDS), "guards/phrases.txt"
    )


def test_an_explanation_says_what_holds_with_values_and_days(golden: Golden) -> None:
    shown = []
    for text in GUARDS:
        explained = explain(typed(text), VOCABULARY, CASE, TODAY, "CNY", EVENT)
        shown.append("\n".join([text, f"  {explained.one_line()}", *(f"  | {line}" for line in explained.lines())]))
    golden("\n\n".join(shown) + "\n", "guards/explanations.txt")


def test_a_bad_guard_is_told_what_is_wrong_and_where(golden: Golden) -> None:
    shown = []
    for text in BAD_GUARDS:
        lines = [text]
        for fault in read_guard(text, VOCABULARY, "CNY").faults:
            marks = " " * fault.start + "^" * max(1, fault.end - fault.start)
            hint = f"\n    hint: {fault.hint}" if fault.hint else ""
            lines.append(f"{marks}\n  {fault.code}: {fault.message}{hint}")
        assert len(lines) > 1, f"{text} is refused"
        shown.append("\n".join(lines))
    golden("\n\n".join(shown) + "\n", "guards/refusals.txt")
