"""Monthly records of accounts as months of loans: an adapter from `credit_record`, and the record that it would keep.

A status is said at the end of a month: `X` no loan, `C` paid off, `0` 1 to 29 days past due, `1` 30 to 59, and so on to
`5`, 150 or more. With one instalment in the middle of each month an account of status `0` has missed one at the month
end, of `1` two, of `5` six or more; of `X` none. So from one status to the next it is known how many instalments were
paid in between; on which day is not.

What no paying explains: an account that is two months later than a month before. One that goes from `X` to `1` is taken
to have been `0`. Any other such month is left out; how often the record shows one is carried forward as it was seen
(`jumps`), beside the simulation and not by it. An account whose record ends has left; a month in which it leaves counts
as one in which it was closed, and `kept` says how many of those closed stay on the record as `C`.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from dateutil.relativedelta import relativedelta

from overdue_flow.simulation.calibration.calibrate import Calibration, counted
from overdue_flow.simulation.calibration.foretelling import Lives, parts, scaled
from overdue_flow.simulation.calibration.loan_months import LoanMonth
from overdue_flow.simulation.calibration.rolls import Counts, Pair, Step
from overdue_flow.simulation.population.model import LANGUAGE, PopulationFile
from overdue_flow.simulation.population.paying import ALL, BALANCE
from overdue_flow.simulation.trial.record import CLOSED, STATES

FIRST, LAST = -60, 0
"""The oldest month of the record, and the newest."""

BANDS = ("current", "30-59", "60-89", "90-119", "120-149", "150+")
"""The states of the roll matrix. `X`, `C` and `0` are current."""

PAID_OFF = "C"
_OPEN = "X012345"
_STATUS = dict(zip(STATES["missed"], (*_OPEN, PAID_OFF), strict=True))
_NEWEST = date(2020, 1, 31)  # the record numbers months; any calendar does
_DAY_DUE = 14
_SCHEDULE = 40

Account = Mapping[int, str]
"""The status of an account, month by month."""


def accounts(folder: Path, last: int) -> dict[str, dict[int, str]]:
    """The record of every account up to the month `last`; nothing later is read into it."""
    found: dict[str, dict[int, str]] = {}
    with gzip.open(folder / "credit_record" / "credit_record.csv.gz", "rt", encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            month = int(row["MONTHS_BALANCE"])
            if month <= last:
                found.setdefault(row["ID"], {})[month] = row["STATUS"]
    return found


def band_of(status: str) -> str:
    """Where a status stands in the roll matrix."""
    return BANDS[int(status)] if status in "12345" else BANDS[0]


def steps(known: Mapping[str, Account], first: int, last: int) -> Iterator[Step]:
    """The rolls from month end to month end, from `first` on up to `last`, as they stand in the record."""
    for name, account in known.items():
        for month in range(first, last):
            if month in account and month + 1 in account:
                yield Step(name, month, band_of(account[month]), band_of(account[month + 1]))


def first_of(month: int) -> date:
    """The first day of a month of the record."""
    return (_NEWEST + relativedelta(months=month)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of accounts on the month end `last`, counted from the month end `first` on.

    `standing` are the accounts by status at that month end; `opened` the first statuses of those that came onto the
    record in the twelve months before; `kept` which share of those closed from a status stays on the record, `lasting`
    which share of those stays on for another month. `jumps` says which share of a row goes where no paying leads.
    """

    first: int
    last: int
    calibration: Calibration
    standing: Mapping[str, int]
    opened: Mapping[str, int]
    kept: Mapping[str, float]
    lasting: float
    mended: int
    jumps: Mapping[Pair, float]


def past(known: Mapping[str, Account], first: int, last: int) -> Past:
    """What the record tells up to the month end `last`."""
    until = {name: {month: status for month, status in one.items() if month <= last} for name, one in known.items()}
    until = {name: one for name, one in until.items() if one}
    clean = {name: _mended(one) for name, one in until.items()}
    closed, left, stays, jumps = Counter[str](), Counter[str](), Counter[bool](), Counter[Pair]()
    months: list[LoanMonth] = []
    for name, account in clean.items():
        for month in range(first, last):
            status, following = account.get(month), account.get(month + 1)
            if status == PAID_OFF:
                stays[following is not None] += 1
            elif status is not None:
                paid = _paid(status, following)
                if paid is None and following is not None:
                    jumps[band_of(status), band_of(following)] += 1
                closed[status] += following == PAID_OFF
                left[status] += following is None
                if paid is not None:
                    months.append(
                        LoanMonth(name, first_of(month + 1), _missed(status), paid, None if paid == "0" else 0)
                    )
    of = Counter(step.begins for step in steps(until, first, last))
    return Past(
        first,
        last,
        counted(months, first_of(first), first_of(last + 1)),
        Counter(one[last] for one in until.values() if last in one),
        Counter(one[min(one)] for one in until.values() if last - 12 < min(one) and one[min(one)] != PAID_OFF),
        {status: closed[status] / (closed[status] + left[status] or 1) for status in _OPEN},
        stays[True] / (stays.total() or 1),
        sum(1 for name, one in until.items() for month in one if one[month] != clean[name][month]),
        {(begins, ends): count / of[begins] for (begins, ends), count in jumps.items()},
    )


def _mended(account: Account) -> dict[int, str]:
    late = {month for month, status in account.items() if status == "X" and account.get(month + 1) == "1"}
    return {month: "0" if month in late else status for month, status in account.items()}


def _missed(status: str) -> int:
    return 0 if status == "X" else int(status) + 1


def _paid(status: str, following: str | None) -> str | None:
    """What was paid from one month end to the next; None for what no paying explains."""
    if following is None or following == PAID_OFF:
        return BALANCE
    missed, then = _missed(status), _missed(following)
    if status == "5":  # six or more: how many more is not on the record
        return "0" if following == "5" else ALL
    paid = missed + 1 - then
    return None if paid < 0 else ALL if then == 0 else str(paid)


def populations(of: Past, months: int, seed: int) -> tuple[PopulationFile, PopulationFile]:
    """Those that stand on the record at the end, and those that come onto it, each from their first month end on."""
    return _population(of, "standing", of.standing, months, seed), _population(of, "new", of.opened, months, seed + 1)


def _population(of: Past, name: str, statuses: Mapping[str, int], months: int, seed: int) -> PopulationFile:
    open_ = {status: count for status, count in sorted(statuses.items()) if status in _OPEN}
    shares = {status: Decimal(count) / sum(open_.values()) for status, count in open_.items()}
    shares = {status: share.quantize(Decimal("0.000001")) for status, share in shares.items()}
    fullest = max(shares, key=lambda status: shares[status])
    shares[fullest] += 1 - sum(shares.values())
    return PopulationFile.model_validate(
        {
            "language": str(LANGUAGE),
            "population": name,
            "seed": str(seed),
            "starts_on": first_of(of.last + 1),
            "months": str(months),
            "loans": [
                {
                    "share": share,
                    "missed": str(_missed(status)),
                    "instalments": str(_SCHEDULE),
                    "first_due": str(_DAY_DUE),
                    "amount": "100.00",
                }
                for status, share in shares.items()
            ],
            "pays": of.calibration.pays,
        }
    )


def on_the_record(of: Past, standing: Lives, new: Lives, months: int) -> dict[Pair, float]:
    """The roll matrix of the months after `of.last`, as the record would have it, if its accounts lived so.

    As many come onto the record each month as in the twelve months before.
    """
    here = sum(count for status, count in of.standing.items() if status in _OPEN)
    found: dict[Pair, float] = {}
    paid_off = [0.0] * months
    for part in parts(standing, here, new, sum(of.opened.values()) / 12, months):
        for (begins, ends), count in part.rolls.items():
            if begins != CLOSED:
                stays = count * part.weight * (of.kept[_STATUS[begins]] if ends == CLOSED else 1.0)
                _add(found, (_band(begins), _band(ends)), stays)
                paid_off[part.month] += stays if ends == CLOSED else 0.0
    stock = float(of.standing.get(PAID_OFF, 0))
    for closed in paid_off:
        stock *= of.lasting
        _add(found, (BANDS[0], BANDS[0]), stock)
        stock += closed
    return scaled(_with_jumps(found, of.jumps), lived_in(standing, new))


def _with_jumps(found: Counts, jumps: Counts) -> dict[Pair, float]:
    """The same, but that a share of each row jumps."""
    rows: Counter[str] = Counter()
    leaps: Counter[str] = Counter()
    for (begins, _ends), count in found.items():
        rows[begins] += count  # type: ignore[assignment]  # a Counter of rates
    for (begins, _ends), share in jumps.items():
        leaps[begins] += share  # type: ignore[assignment]  # likewise
    stayed = {(begins, ends): count * (1 - leaps[begins]) for (begins, ends), count in found.items()}
    for (begins, ends), share in jumps.items():
        _add(stayed, (begins, ends), share * rows[begins])
    return stayed


def lived_in(*lives: Lives) -> Counter[str]:
    """How many months were lived that began in each band."""
    found: Counter[str] = Counter()
    for one in lives:
        for month in one.by_month:
            for (begins, _ends), count in month.items():
                found[_band(begins)] += round(count) if begins != CLOSED else 0
    return found


def _add(found: dict[Pair, float], pair: Pair, count: float) -> None:
    found[pair] = found.get(pair, 0.0) + count


def _band(state: str) -> str:
    return BANDS[0] if state == CLOSED else band_of(_STATUS[state])


def rows_of(pairs: Iterable[Pair]) -> list[Pair]:
    """Cells in the order of the matrix."""
    return sorted(pairs, key=lambda pair: (BANDS.index(pair[0]), BANDS.index(pair[1])))
