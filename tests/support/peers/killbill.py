"""Kill Bill: states with conditions on the age, number and sum of unpaid invoices, and on tags of the account.

An invoice is an instalment that is due on the invoice date, since Kill Bill counts from there. A payment names its
invoice. A chargeback reverses the last payment of its invoice, a credit and a write-off let go what is owed, and a tag
is a flag that the host tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from overdue_flow import Event, next_wake
from overdue_flow.engine.machine import Machine
from overdue_flow.events import EventRetracted, FactsChanged, PaymentReceived, PaymentReversed, WaiverGranted
from support.peers.cases import Compared, PeerCase, amount, day, days_before, expected_of, on
from support.peers.lender import LOAN, Lender
from support.peers.policies import by_severity, flags

DAYS = {"days": "dpd >= {}", "days_gte": "dpd >= {}", "months": "months_past_due >= {}"}
SUMS = {"count_gte": "missed_instalments >= {}", "balance_gte": "balance >= {}"}


def tag(name: str) -> str:
    """The flag that stands for a tag."""
    return f"tag_{name.lower()}"


def condition(when: Mapping[str, Any]) -> str:
    """A condition in our words."""
    parts = []
    for word, value in when.items():
        if word in ("has_tag", "lacks_tag"):
            parts.append(("" if word == "has_tag" else "not ") + tag(value))
        else:
            parts.append((DAYS | SUMS)[word].format(value))
    return " and ".join(parts)


def states(said: Sequence[Mapping[str, Any]], and_also: str = "") -> list[tuple[str, str]]:
    """States with their conditions; `and_also` stands beside each."""
    return [(one["name"], condition(one["when"]) + and_also) for one in said]


# --- invoices through time ---


def timeline(case: PeerCase) -> Iterator[Compared]:
    """Invoices and payments; each check looks at an account of its own, with the first events of the case."""
    text = by_severity(states(case.inputs["states_most_severe_first"]), counting={"reversal": "original_due_date"})
    for number, check, expected in case.each_check():
        lender, as_of = opened(case, text), on(check["as_of"])
        for event in case.events_of(check):
            lender.happened(in_our_words(event, lender), on(event["date"]))
        yield Compared(number, "state", expected["state"], lender.stage(as_of))
        derived = check.get("derived", {})
        if derived.get("dpd") is not None:
            yield Compared(number, "days", derived["dpd"], lender.fact("dpd", as_of))
        if derived.get("unpaid_count") == 0:
            yield Compared(number, "unpaid_balance", derived["unpaid_balance"], lender.fact("balance", as_of))


def opened(case: PeerCase, text: str) -> Lender:
    """The account with all its invoices."""
    lender = Lender(text)
    invoices = [{"id": one["id"], "due_on": on(one["due"]), "amount": one["amount"]} for one in case.obligations]
    lender.open(invoices, opened_on=min(one["due_on"] for one in invoices))
    return lender


def in_our_words(event: Mapping[str, Any], lender: Lender) -> Event:
    """A payment, chargeback or credit."""
    when, sum_ = on(event["date"]), amount(event["amount"])
    if event["type"] == "payment":
        return PaymentReceived(amount=sum_, value_date=when, towards=event["obligation"])
    if event["type"] == "chargeback":
        paid = [entry.event for entry in lender.flow.history(LOAN) if isinstance(entry.event, PaymentReceived)]
        last = [payment.id for payment in paid if payment.towards == event["obligation"]][-1]
        return PaymentReversed(payment_id=str(last), reversed_on=when, amount=sum_)
    assert event["type"] == "credit", event
    return WaiverGranted(amount=sum_, effective_on=when, component="principal")


def credit_moves_once(case: PeerCase) -> Iterator[Compared]:
    """KB-11: a credit note clears, and it is one change of state."""
    yield from timeline(case)
    lender = opened(case, by_severity(states(case.inputs["states_most_severe_first"])))
    (credit,) = case.inputs["events"]
    decision = lender.happened(in_our_words(credit, lender), on(credit["date"]))
    assert decision.entry is not None
    yield Compared(len(case.checks) - 1, "state changes", 1, len(decision.entry.results.moves))


def next_checks(case: PeerCase) -> Iterator[Compared]:
    """KB-17: the day to look again follows the oldest unpaid invoice."""
    yield from timeline(case)
    text = by_severity(states(case.inputs["states_most_severe_first"]))
    lender = opened(case, text)
    machine = Machine(lender.policy)
    raw = case.inputs["events"]
    for number, asked in enumerate(case.next_checks):
        evaluated_on = on(asked["evaluated_on"])
        if "after" in asked:
            for event in raw:
                lender.happened(in_our_words(event, lender), on(event["date"]))
        said = next_wake(machine, lender.case(evaluated_on))
        yield Compared(number, "next check", on(asked["next_check"]), said)


# --- tags ---

OFF = tag("enforcement_off")
SWITCHED_OFF = {
    "account tagged enforcement_off": True,
    "enforcement_off added": True,
    "enforcement_off removed": False,
}


def told_by_tags(case: PeerCase) -> Iterator[Compared]:
    """KB-12, 13, 14: tags that come and go on one account."""
    text = by_severity(states(case.inputs["states_most_severe_first"], f" and not {OFF}"), facts=flags([OFF]))
    lender = opened(case, text)
    for number, check, expected in case.each_check():
        as_of = on(check["as_of"])
        for words in check["given"]:
            _tagged(words, lender, case, as_of)
        yield Compared(number, "state", expected["state"], lender.stage(as_of))


def _tagged(words: str, lender: Lender, case: PeerCase, as_of: date) -> None:
    (invoice,) = case.obligations
    if words.startswith("invoice inv1 tagged written_off on "):
        let_go = on(words.rpartition(" ")[2])
        let = {"amount": invoice["amount"], "component": "principal", "towards": invoice["id"]}
        lender.happened(WaiverGranted(id="written-off", effective_on=let_go, **let), let_go)
    elif words == "written_off removed":
        lender.happened(EventRetracted(event_id="written-off"), as_of)
    else:
        lender.happened(FactsChanged(facts={OFF: SWITCHED_OFF[words]}), as_of)


def two_accounts(case: PeerCase) -> Iterator[Compared]:
    """KB-31, 32: a policy for tagged accounts only, or for all but those."""
    accounts: Mapping[str, Sequence[str]] = case.inputs["accounts"]
    names = sorted({tag(one) for tags in accounts.values() for one in tags})
    lender = Lender(by_severity(states(case.inputs["states"]), facts=flags(names)))
    for account, tags in accounts.items():
        told = {tag(one): True for one in tags}
        lender.open([{"due_on": day(0), "amount": 100}], opened_on=day(0), loan=account, facts=told)
    for number, check, expected in case.each_check():
        for account in accounts:
            yield Compared(number, account, expected[account], lender.stage(day(check["day"]), account))


# --- one condition alone ---


def matches(case: PeerCase) -> Iterator[Compared]:
    """KB-23, 24, 25, 27: a condition and what it is given."""
    when = case.inputs["condition"]
    tags = {tag(one) for check in case.checks for one in check["given"].get("tags", ())}
    text = by_severity([("MATCH", condition(when))], facts=flags(sorted(tags)))
    for number, check, expected in case.each_check():
        lender, given = Lender(text), check["given"]
        owed, told = _owed(given), {tag(one): True for one in given.get("tags", ())}
        opened_on = min([day(0), *(one["due_on"] for one in owed)])
        lender.open(owed, opened_on=opened_on, first_seen_on=day(0), facts=told)
        yield Compared(number, "match", expected["match"], lender.stage(day(1)) == "MATCH")


def _owed(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """So many invoices, so large a balance, or an invoice so many days old."""
    if "count" in given:
        return [{"id": f"inv{number}", "due_on": day(0), "amount": 1} for number in range(given["count"])]
    if "balance" in given:
        return [{"due_on": day(0), "amount": given["balance"]}]
    if given.get("days") is not None:
        return [{"due_on": days_before(given["days"], day(1)), "amount": 1}]
    return []


def by_age(case: PeerCase) -> Iterator[Compared]:
    """KB-21: an account that is looked at for the first time when its invoice is old."""
    text = by_severity(states(case.inputs["states_most_severe_first"]))
    (invoice,) = case.obligations
    for number, check in enumerate(case.checks):
        lender, as_of = Lender(text), on(check["as_of"])
        due_on = on(invoice["due"])
        lender.open([{"due_on": due_on, "amount": invoice["amount"]}], opened_on=due_on, first_seen_on=as_of)
        yield Compared(number, "state", expected_of(check)["state"], lender.stage(as_of))
        yield Compared(number, "days", check["derived"]["dpd"], lender.fact("dpd", as_of))


ADAPTERS = {
    **dict.fromkeys(("KB-01", "KB-02", "KB-06", "KB-07"), timeline),
    "KB-11": credit_moves_once,
    **dict.fromkeys(("KB-12", "KB-13", "KB-14"), told_by_tags),
    "KB-17": next_checks,
    "KB-21": by_age,
    **dict.fromkeys(("KB-23", "KB-24", "KB-25", "KB-27"), matches),
    **dict.fromkeys(("KB-31", "KB-32"), two_accounts),
}
