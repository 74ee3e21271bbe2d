"""Limits, `never` clauses, terms and dates of a policy, read and checked."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from overdue_flow.calendars import Calendar
from overdue_flow.cases.holds import HOLDS
from overdue_flow.errors import CalendarError
from overdue_flow.money import Money
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.currencies import CURRENCIES
from overdue_flow.policy.declared import InForce, LimitDeclared, NeverDeclared
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.limitation import check_limitation
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import Never
from overdue_flow.policy.words import never_words, window_of
from overdue_flow.problems import Place, did_you_mean

# what people write for a currency, and its code
_COMMON = {"RMB": "CNY", "NTD": "TWD", "YEN": "JPY", "STG": "GBP"}

_COUNT_WORDS = ("counts", "at_most", "within")
_LIMIT_WORDS = ("when", "outside", "blocked_days", *_COUNT_WORDS)


def read_in_force(desk: Desk, said: InForce | None, path: Path) -> tuple[date | None, date | None]:
    """The first and last day in force."""
    if said is None:
        return None, None
    if said.from_ and said.to and said.to < said.from_:
        message = f"in force from {said.from_} to {said.to} is no day at all"
        desk.refuse("in-force-backwards", message, (*path, "to"))
    return said.from_, said.to


# --- limits ---


def read_limits(desk: Desk) -> tuple[Limit, ...]:
    """What may not be done."""
    ids: dict[str, Place] = {}
    return tuple(_limit(desk, limit, path, ids) for path, limit in desk.source.each(("limits",), desk.file.limits))


def _limit(desk: Desk, limit: LimitDeclared, path: Path, ids: dict[str, Place]) -> Limit:
    _once(desk, limit.id, (*path, "id"), ids)
    guard = desk.guard(limit.when, (*path, "when"))
    if guard:
        asked = sorted(name for name in guard.names if desk.vocabulary[name].ask)
        if asked:
            message = f"`{asked[0]}` is asked of the host when a rule needs it; a limit cannot wait for the answer"
            desk.refuse("asked-in-limit", message, (*path, "when"))
    _check_count(desk, limit, path)
    _check_consent(desk, limit, path)
    _check_days(desk, limit, path)
    lost = any(desk.is_damaged((*path, word)) for word in _LIMIT_WORDS)
    if not lost and not any(getattr(limit, word) is not None and getattr(limit, word) != () for word in _LIMIT_WORDS):
        message = (
            f"`{limit.id}` forbids without a condition; expected `outside`, `blocked_days`, `when`, or `counts` with"
            " `at_most`"
        )
        desk.refuse("empty-limit", message, path, hint="to forbid always, write `when: dpd >= 0`")
    look = limit.applies_to
    return Limit(
        id=limit.id,
        strength=limit.strength,
        kinds=look.kind,
        purposes=look.purpose,
        channels=look.channel,
        parties=look.party,
        contact_points=look.contact_point,
        guard=guard,
        hours=limit.outside,
        blocked_days=limit.blocked_days,
        counts=limit.counts,
        at_most=limit.at_most,
        within=limit.within,
        per=limit.per or ("debt",),
        excluding=limit.excluding,
        consent_lasts=limit.consent_lasts,
        in_force=read_in_force(desk, limit.in_force, (*path, "in_force")),
        because=limit.because or {},
        place=desk.source.place((*path, "id")),
    )


def _check_count(desk: Desk, limit: LimitDeclared, path: Path) -> None:
    said = [word for word in _COUNT_WORDS if getattr(limit, word) is not None]
    lost = any(desk.is_damaged((*path, word)) for word in _COUNT_WORDS)
    if 0 < len(said) < len(_COUNT_WORDS) and not lost:
        missing = " and ".join(f"`{word}`" for word in _COUNT_WORDS if word not in said)
        hint = "a count reads: `counts: attempt, at_most: 7, within: 7 days, per: person`"
        desk.refuse(
            "half-a-count", f"`{limit.id}` counts, and does not say {missing}", (*path, said[0]), key=True, hint=hint
        )
    if not said and not lost:
        of_counts = (("per", limit.per), ("excluding", set(limit.excluding) - {"consent"}))
        for word in (word for word, said_of_counts in of_counts if said_of_counts):
            message = f"`{word}` is about what is counted, and `{limit.id}` counts nothing"
            desk.refuse("count-word-alone", message, (*path, word), key=True)
    rolls_by_hours = limit.within is not None and limit.within.unit == "hours" and limit.within.count > 0
    if limit.within and not rolls_by_hours and window_of(limit.within) is None:
        message = (
            f"a window of `{limit.within}` cannot be counted; expected hours, days, calendar days, weeks or months"
        )
        desk.refuse("wrong-unit", message, (*path, "within"))


def _check_consent(desk: Desk, limit: LimitDeclared, path: Path) -> None:
    """How long a consent counts: a span of days, where consent makes a difference at all."""
    if limit.consent_lasts is None:
        return
    where = (*path, "consent_lasts")
    if "consent" not in limit.excluding and not desk.is_damaged((*path, "excluding")):
        message = f"`consent_lasts` is about consent, and `{limit.id}` does not exclude what is done with consent"
        desk.refuse("consent-word-alone", message, where, key=True, hint="add `excluding: consent`")
    if window_of(limit.consent_lasts) is None:
        message = f"`{limit.consent_lasts}` stands here; expected days, weeks or months"
        desk.refuse("wrong-unit", message, where)


def _check_days(desk: Desk, limit: LimitDeclared, path: Path) -> None:
    """Holidays are those of a country."""
    for where, day in desk.source.each((*path, "blocked_days"), limit.blocked_days):
        if day == "holidays" and desk.file.terms.calendar is None:
            message = f"`{limit.id}` blocks holidays, and the terms name no calendar that knows them"
            desk.refuse("holidays-without-calendar", message, where, hint="add `calendar: CN` to `terms`")


def _once(desk: Desk, name: str, path: Path, ids: dict[str, Place]) -> None:
    if name in ids:
        desk.refuse("duplicate-id", f"the id `{name}` is taken already", path, also=[(ids[name], "the first one")])
    ids.setdefault(name, desk.source.place(path))


# --- never ---


def read_never(desk: Desk) -> tuple[Never, ...]:
    """What must not happen."""
    ids: dict[str, Place] = {}
    words = never_words(desk.vocabulary)
    found = []
    for path, clause in desk.source.each(("never",), desk.file.never):
        _once(desk, clause.id, (*path, "id"), ids)
        guard = desk.guard(clause.that, (*path, "that"), words)
        if guard is not None:
            _check_never(desk, clause, path, guard.names)
            place = desk.source.place((*path, "id"))
            found.append(Never(clause.id, guard, clause.on_entry, clause.because or {}, place))
    return tuple(found)


def _check_never(desk: Desk, clause: NeverDeclared, path: Path, names: frozenset[str]) -> None:
    if clause.on_entry and "stage" not in names:
        message = f"`{clause.id}` is looked at on entry, and does not say into which stage"
        desk.refuse("on-entry-without-stage", message, (*path, "that"), hint="such as `stage in legal and dpd <= 90`")
    asked = sorted(name for name in names if name in desk.vocabulary and desk.vocabulary[name].ask)
    if asked:
        message = f"`{asked[0]}` is asked of the host when a rule needs it; a `never` clause cannot wait for the answer"
        desk.refuse("asked-in-never", message, (*path, "that"))


# --- terms ---


def check_terms(desk: Desk) -> None:
    """Currency, time zone, calendar, pauses."""
    terms = desk.file.terms
    path: Path = ("terms",)
    if terms.currency not in CURRENCIES:
        meant = _COMMON.get(terms.currency)
        hint = f"did you mean `{meant}`?" if meant else did_you_mean(terms.currency, CURRENCIES)
        hint = hint or "expected an ISO 4217 code, such as `CNY`"
        desk.refuse("unknown-currency", f"there is no currency `{terms.currency}`", (*path, "currency"), hint=hint)
    try:
        ZoneInfo(terms.time_zone)
    except (KeyError, OSError, ValueError):
        hint = did_you_mean(terms.time_zone, _zones()) or "expected a name such as `Asia/Shanghai`"
        message = f"there is no time zone `{terms.time_zone[:60]}`"
        desk.refuse("unknown-time-zone", message, (*path, "time_zone"), hint=hint)
    try:
        Calendar(terms.calendar)
    except CalendarError as error:
        message, _, hint = str(error).partition("; ")
        desk.refuse("unknown-calendar", message, (*path, "calendar"), hint=hint or None)
    where = (*path, "counting", "paused_by")
    for one, kind in desk.source.each(where, terms.counting.paused_by):
        desk.knows(kind, dict.fromkeys((*desk.names("holds"), *HOLDS)), "kind of hold", one)
    _check_amounts(desk, path)
    check_limitation(desk)


def _zones() -> set[str]:
    from zoneinfo import available_timezones  # a walk over files: only when a name is wrong

    return available_timezones()


def _check_amounts(desk: Desk, path: Path) -> None:
    terms = desk.file.terms
    for amount, name in (
        (terms.counting.paid_when_short_by, ("counting", "paid_when_short_by")),
        (terms.counting.material.above, ("counting", "material", "above")),
        (terms.plan.short_by, ("plan", "short_by")),
    ):
        if amount is None:
            continue
        where = (*path, *name)
        number = amount.amount if isinstance(amount, Money) else amount
        known = desk.file.terms.currency in CURRENCIES
        if known and isinstance(amount, Money) and amount.currency != desk.file.terms.currency:
            message = f"`{amount}` is not in {desk.file.terms.currency}, the currency of this policy"
            desk.refuse("other-currency", message, where)
        elif number < 0:
            desk.refuse("negative-amount", f"`{amount}` is below zero", where)
