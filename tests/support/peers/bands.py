"""Day bands and counters: regulators, Frappe lending, Lago, ERPNext, an engine with bands in its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from overdue_flow import Case, Effect
from overdue_flow.events import ContactAttempted, Event, EventRetracted, PaymentReceived, WaiverGranted
from support.peers.cases import Compared, PeerCase, amount, day, days_before, on
from support.peers.lender import LOAN, Lender
from support.peers.policies import by_range, by_severity, flags, policy

Said = Mapping[str, Any]
DUE_DATE_IS_DAY_1 = {"due_date_is_day": 1}

# --- regulators ---


def india(case: PeerCase) -> Iterator[Compared]:
    """RG-01: the due date itself is day 1 (`due_date_is_day: 1`)."""
    assert case.inputs["convention"]["dpd"] == "as_of - due_date + 1 at day-end"
    convention = case.inputs["convention"]
    classes = [
        ("NPA", f"dpd {convention['npa']}"),
        ("SMA_2", f"dpd {convention['sma2']}"),
        ("SMA_1", f"dpd {convention['sma1']}"),
        ("SMA_0", "dpd > 0"),
    ]
    due_on = date(2021, 3, 31)
    for number, check, expected in case.each_check():
        lender, as_of = Lender(by_severity(classes, counting=DUE_DATE_IS_DAY_1)), on(check["as_of"])
        lender.open([{"due_on": due_on, "amount": 100}], opened_on=due_on)
        yield Compared(number, "classification", expected["classification"], lender.stage(as_of).replace("_", "-"))
        yield Compared(number, "dpd", expected["dpd"], lender.fact("dpd", as_of))


METHODS = {"MBA": 1, "OTS": 0}
"""What the two methods of US mortgages are in our words: calendar months past due, and which day the due date is."""

MONTHS = [("current", 0, 0), ("30 days delinquent", 1, 1), ("60 days delinquent", 2, None)]


def mortgages(case: PeerCase) -> Iterator[Compared]:
    """RG-03: MBA misses a payment on the day before the next one is due, OTS on that day."""
    days = {"Apr 1": date(2005, 4, 1), "Apr 30": date(2005, 4, 30), "May 31": date(2005, 5, 31)}
    dues = [{"due_on": date(2005, month, 1), "amount": 100} for month in (4, 5, 6)]
    assert days[case.inputs["due"]] == dues[0]["due_on"]
    for number, check, expected in case.each_check():
        for method, due_date_is_day in METHODS.items():
            lender = Lender(by_range(MONTHS, "months_past_due", counting={"due_date_is_day": due_date_is_day}))
            lender.open(dues, opened_on=days[case.inputs["due"]])
            yield Compared(number, method, expected[method], lender.fact("bucket", days[check["as_of"]]))


# --- Frappe lending, and another with the same rule ---


def tranches(case: PeerCase) -> Iterator[Compared]:
    """FR-03: each disbursement is a loan of its own; it owes what is paid in the end, all on one day."""
    for number, check, expected in case.each_check():
        tranche, as_of = case.inputs["tranches"][check["tranche"]], on(check["as_of"])
        lender, due_on = Lender(by_range([], "dpd", counting=DUE_DATE_IS_DAY_1)), on(tranche["due"])
        lender.open([{"due_on": due_on, "amount": sum_} for _paid_on, sum_ in tranche["payments"]], opened_on=due_on)
        for paid_on, sum_ in tranche["payments"]:
            if on(paid_on) <= as_of:
                lender.happened(PaymentReceived(amount=sum_, value_date=on(paid_on)), on(paid_on))
        yield Compared(number, "dpd", expected["dpd"], lender.fact("dpd", as_of))


STICKY = policy(
    {
        "active": {"start": "true", "rules": [{"id": "enters", "when": "dpd >= 90", "to": "npa"}]},
        "npa": {"rules": [{"id": "exits", "when": "dpd == 0", "to": "active"}]},
    }
)
"""In at 90 days, out at none."""


def sticky(case: PeerCase) -> Iterator[Compared]:
    """FR-09, 10: the loan is first seen on the first day; payments leave what the next days look at."""
    lender = Lender(STICKY)
    late = [(check["given"]["dpd"], on(check["as_of"])) for check in case.checks]
    due_on = [days_before(days, as_of) for days, as_of in late if days > 0]
    dues = [{"id": f"due-{number}", "due_on": on_, "amount": 100} for number, on_ in enumerate(due_on)]
    lender.open(dues, opened_on=due_on[0], first_seen_on=late[0][1])
    for number, check, expected in case.each_check():
        as_of = on(check["as_of"])
        if number > 0:
            paid = f"due-{number - 1}"
            lender.happened(PaymentReceived(amount=100, value_date=as_of, towards=paid), as_of)
        stage = lender.stage(as_of)
        today = [move for entry in lender.entries(as_of) for move in entry.results.moves]
        said = {
            "is_npa": stage == "npa",
            "status": stage,
            "entered": any(move.to_stage == "npa" for move in today),
            "exited": any(move.from_stage == "npa" for move in today),
            "npa_date": lender.fact("stage_entered_on", as_of).isoformat() if stage == "npa" else None,
        }
        yield Compared(number, "given days", check["given"]["dpd"], lender.fact("dpd", as_of))
        for what, value in expected.items():
            yield Compared(number, what, value, said[what])


# --- Lago ---

REQUEST = {"request_payment": {"kind": "contact", "params": {"amount": "money"}}}
ATTEMPTS = {"attempts": {"of": "ContactAttempted", "within": "365 days"}}


def campaign(threshold: Any, max_attempts: int | None, days_between: int | None) -> str:
    """A dunning campaign: it asks while enough is overdue, so often at most, with more than so many days in between."""
    parts = [f"overdue_amount >= {threshold}", "not excluded"]
    if max_attempts is not None:
        parts.append(f"attempts < {max_attempts}")
    if days_between is not None:
        parts.append(f"(last_contact_on is None or days_since_last_contact > {days_between})")
    asked = {"do": "request_payment", "with": {"amount": {"fact": "overdue_amount"}}}
    ask = {"id": "ask", "when": " and ".join(parts), **asked}
    stages = {
        "fine": {"start": "true", "rules": [{"id": "overdue", "when": "overdue_amount > 0", "to": "dunned"}]},
        "dunned": {"rules": [{"id": "cured", "when": "overdue_amount == 0", "to": "fine"}, ask]},
    }
    return policy(stages, facts=flags(["excluded"]), counts=ATTEMPTS, actions=REQUEST)


def attempt() -> Event:
    """A payment request that went out and was not answered."""
    return ContactAttempted(channel="email", outcome="delivered")


def one_attempt(case: PeerCase) -> Iterator[Compared]:
    """LG-01, 02, 03, 04, 08: whether a payment request goes out on a day."""
    given, today = case.inputs, day(30)
    days_between = given.get("days_between")
    lender = Lender(campaign(given["threshold"], given.get("max_attempts"), days_between))
    dues = [{"due_on": days_before(1, today), "amount": given["overdue"]}]
    lender.open(dues, opened_on=day(0), facts={"excluded": given.get("excluded", False)})
    made = [days_before(int(given["last_attempt_ago"].rstrip("d")), today)] if "last_attempt_ago" in given else []
    for made_on in made or [day(0)] * given.get("attempts", 0):
        lender.happened(attempt(), made_on)
    yield Compared(0, "attempt", case.checks[0]["expect"]["attempt"], bool(lender.params_of("request_payment", today)))


def attempts_in_time(case: PeerCase) -> Iterator[Compared]:
    """LG-11: below the threshold first, then two attempts, then no more."""
    (threshold,) = case.inputs["thresholds"].values()
    lender = Lender(campaign(threshold, case.inputs["max_attempts"], case.inputs["days_between"]))
    requested: list[Any] = []

    @lender.flow.on("request_payment")
    def request_payment(effect: Effect, _case: Case) -> Event:
        requested.append(effect.params["amount"])
        return attempt()

    dues = [{"id": one["id"], "due_on": on(one["due"]), "amount": one["amount"]} for one in case.obligations]
    lender.open(dues, opened_on=dues[0]["due_on"])
    for number, check, expected in case.each_check():
        as_of = on(check["as_of"])
        lender.live_to(as_of)
        lender.flow.deliver(lender.at(as_of))
        overdue = lender.fact("overdue_amount", as_of)
        said = {"attempts": len(requested), "overdue": overdue, "requested": requested[-1] if requested else None}
        for what, value in expected.items():
            yield Compared(number, what, value if what == "attempts" else amount(value), said[what])


# --- ERPNext ---


def payment_terms(case: PeerCase) -> Iterator[Compared]:
    """EN-04: half is due on day 5, half on day 10."""
    lender = Lender(STICKY)
    lender.open([{"due_on": day(due), "amount": part} for due, part in case.inputs["terms"]], opened_on=day(0))
    said = lender.fact("missed_instalments", day(case.inputs["age_days"]))
    yield Compared(0, "overdue_terms", case.checks[0]["expect"]["overdue_terms"], said)


def credit_notes(case: PeerCase) -> Iterator[Compared]:
    """EN-05: a credit note on the invoice lets go what is owed; one that stands alone is about something else."""
    lender, today = Lender(by_severity([("Unresolved", "overdue_amount > 0")], clear="Resolved")), day(10)
    for loan in (LOAN, "another"):
        lender.open([{"id": "invoice", "due_on": day(0), "amount": 100}], opened_on=day(0), loan=loan)
    credit = WaiverGranted(id="credit-note", amount=100, effective_on=today, component="principal", towards="invoice")
    told = {
        "credit note": (credit, LOAN),
        "credit note cancelled": (EventRetracted(event_id="credit-note"), LOAN),
        "stand-alone credit note": (credit, "another"),
    }
    for number, check, expected in case.each_check():
        event, loan = told[check["after"]]
        lender.happened(event, today, loan)
        yield Compared(number, "status", expected["status"], lender.stage(today))


# --- bands in the source ---

BANDS = [("legal_team", "dpd > 90"), ("field_agent", "31 <= dpd <= 90"), ("call_center_agent", "dpd <= 30")]


def assignment(case: PeerCase) -> Iterator[Compared]:
    """AK-01: who works a loan, by days past due. The loan is first seen on the day that is looked at."""
    assign = {"assign": {"kind": "task", "params": {"role": "role"}}}
    roles = [role for role, _band in BANDS]
    rules = [{"id": f"to-{role}", "when": band, "to": role} for role, band in BANDS]
    stages: dict[str, Any] = {"new": {"start": "true"}}
    stages |= {role: {"on_enter": [{"do": "assign", "with": {"role": role}}]} for role in roles}
    text = policy(stages, everywhere=rules, actions=assign, roles=roles)
    for number, check, expected in case.each_check():
        lender, due_on = Lender(text), days_before(check["given"]["dpd"], day(0))
        lender.open([{"due_on": due_on, "amount": 100}], opened_on=due_on, first_seen_on=day(0))
        (assigned,) = lender.params_of("assign", day(0))
        yield Compared(number, "role", expected["role"], assigned["role"])


ADAPTERS = {
    "AK-01": assignment,
    "EN-04": payment_terms,
    "EN-05": credit_notes,
    "FR-03": tranches,
    **dict.fromkeys(("FR-09", "FR-10"), sticky),
    **dict.fromkeys(("LG-01", "LG-02", "LG-03", "LG-04", "LG-08"), one_attempt),
    "LG-11": attempts_in_time,
    "RG-01": india,
    "RG-03": mortgages,
}
