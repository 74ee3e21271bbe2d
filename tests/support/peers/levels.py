"""Letter sequences in ERPs: OCA, Odoo, Tryton, Coog, metasfresh, Axelor. A loan is one receivable line.

There, a run of a job moves a line by one level. A run is an event of the host's own here, and a rule `on: run` competes
in the first pass of its turn only: one level per run. What a level waits for is its condition:

    days after the due date         dpd >= n
    end of month, runs at its end   dpd >= n: a run on the last day of a month sees all of that month
    days since the previous level   days_in_stage >= n
    a draft that is processed       a stage of the level's group
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from overdue_flow.events import DisputeRaised, FactsChanged, HoldLifted, HoldPlaced, HostEvent, PaymentReceived
from support.peers.cases import Compared, PeerCase, amount, day, expected_of, on
from support.peers.lender import Lender
from support.peers.policies import SEND, by_level, by_severity, flags, policy

PROCESSED = HostEvent(name="processed")

# --- OCA credit control ---

MODES = {"net_days": "dpd >= {}", "end_of_month": "dpd >= {}", "previous_date": "days_in_stage >= {}"}


def letters(case: PeerCase) -> Iterator[Compared]:
    """A line through the monthly runs: level, channel and balance of the letter that each run makes."""
    levels = case.inputs["levels"]
    conditions = [MODES[level["mode"]].format(level["delay_days"]) for level in levels]
    sends = [[{"do": "send", "with": {"channel": level["channel"]}}] for level in levels]
    lender = Lender(by_level(conditions, on_enter=sends, actions={"send": SEND}))
    (line,) = case.obligations
    runs = [on(run) for run in case.inputs["rule"]["runs"]]
    lender.open([{"due_on": on(line["due"]), "amount": line["amount"]}], opened_on=min(runs[0], on(line["due"])))
    checks = {on(check["as_of"]): (number, expected_of(check)) for number, check in enumerate(case.checks)}
    for run in runs:
        for paid in [one for one in case.inputs["events"] if on(one["date"].removeprefix("before ")) == run]:
            lender.happened(PaymentReceived(amount=paid["amount"], value_date=run), run)
        lender.run(run)
        if run in checks:
            number, expected = checks[run]
            (sent,) = lender.params_of("send", run)
            yield Compared(number, "level", f"level_{expected['level']}", lender.stage(run))
            yield Compared(number, "channel", expected["channel"], sent["channel"])
            yield Compared(number, "balance", expected["balance"], lender.fact("balance", run))


def too_small(case: PeerCase) -> Iterator[Compared]:
    """OC-22: what is under the tolerance, and what lies outside the policy, gets no letter."""
    tolerance = case.inputs["tolerance"].partition(" ")[0]
    text = by_level(["dpd >= 1 and not outside"], facts=flags(["outside"]), counting={"paid_when_short_by": tolerance})
    lender = Lender(text)
    for line in case.obligations:
        told = {"outside": line.get("account") == "not in policy"}
        dues = [{"due_on": on(line["due"]), "amount": line["amount"]}]
        lender.open(dues, opened_on=on(line["due"]), loan=line["id"], facts=told)
    for number, check, expected in case.each_check():
        as_of = on(check["as_of"])
        for line in case.obligations:
            lender.run(as_of, line["id"])
        reached = [lender.stage(as_of, line["id"]) for line in case.obligations]
        yield Compared(number, "levels", expected["levels"], [stage for stage in reached if stage != "none"])


# --- Odoo follow-up ---


def odoo(case: PeerCase) -> Lender:
    """The three follow-up levels; at the last one somebody calls."""
    conditions = [f"dpd >= {level['days']}" for level in case.inputs["levels"]]
    calls: list[list[dict[str, str]]] = [[] for _ in conditions[:-1]]
    call = [{"do": "call_customer", "until": "leave"}]
    lender = Lender(by_level(conditions, on_enter=[*calls, call], actions={"call_customer": {"kind": "task"}}))
    (line,) = case.obligations
    lender.open([{"due_on": day(0), "amount": line["amount"]}], opened_on=day(0))
    return lender


def first_follow_up(case: PeerCase) -> Iterator[Compared]:
    """OD-02: fifteen days late, one run."""
    (check,) = case.checks
    lender, as_of = odoo(case), day(check["day"])
    lender.run(as_of)
    yield Compared(0, "level", f"level_{check['expect']['level']}", lender.stage(as_of))


def follow_up_paid(case: PeerCase) -> Iterator[Compared]:
    """OD-05: at the last level somebody is to call; a full payment ends level, amount and call."""
    (check,) = case.checks
    (line,) = case.obligations
    lender, last = odoo(case), day(case.inputs["levels"][-1]["days"])
    for _level in case.inputs["levels"]:
        lender.run(last)
    yield Compared(0, "a call before it", 1, len(lender.case(last).course.open_effects))
    lender.happened(PaymentReceived(amount=line["amount"], value_date=last), last)
    case_ = lender.case(last)
    yield Compared(0, "level", check["expect"]["level"], {"none": None}.get(lender.stage(last), lender.stage(last)))
    yield Compared(0, "amount_due", check["expect"]["amount_due"], lender.fact("overdue_amount", last))
    actions = [effect.action for effect in case_.course.open_effects]
    yield Compared(0, "next_action", check["expect"]["next_action"], actions[0] if actions else None)


# --- Tryton and Coog ---


def level_and_state(stage: str) -> dict[str, Any]:
    """The level and the state of its paper, as Tryton names them."""
    if stage == "none":
        return {"level": None}
    level, _, paper = stage.partition(".")
    return {"level": int(level.removeprefix("level_")), "state": paper}


def papers(case: PeerCase) -> Iterator[Compared]:
    """TR-01: only a level whose paper is done, on a line that is not blocked, goes on at the next run."""
    conditions = [f"dpd >= {days}" for days in case.inputs["levels"]]
    stops = [f"level_{number}" for number in range(1, len(conditions) + 1)]
    lender = Lender(by_level(conditions, papers=True, holds={"blocked": {"stops": stops}}))
    (line,) = case.obligations
    lender.open([{"due_on": day(0), "amount": line["amount"]}], opened_on=day(0))
    today = day(0)
    for number, check, expected in case.each_check():
        today = day(check["day"]) if "day" in check else today
        given = check.get("given", "")
        if given == "processed":
            lender.happened(PROCESSED, today)
        elif given.startswith("paid "):
            lender.happened(PaymentReceived(amount=amount(given.removeprefix("paid ")), value_date=today), today)
        else:
            if given == "blocked":
                lender.happened(HoldPlaced(hold="blocked"), today)
            elif given == "unblocked":
                lender.happened(HoldLifted(hold="blocked"), today)
            lender.run(today)
        said = level_and_state(lender.stage(today))
        for what, value in expected.items():
            yield Compared(number, what, value, said.get(what))


def final(case: PeerCase) -> Iterator[Compared]:
    """TR-02: after the last level there is nothing more to send."""
    (days,) = case.inputs["levels"]
    (line,) = case.obligations
    rules = {
        "none": {"start": "true", "rules": [{"id": "a", "on": "run", "when": f"dpd >= {days}", "to": "draft"}]},
        "draft": {"rules": [{"id": "b", "on": "processed", "to": "waiting"}]},
        "waiting": {"rules": [{"id": "c", "on": "run", "to": "final"}]},
        "final": {"end": "true"},
    }
    lender = Lender(policy(rules, events={"run": {}, "processed": {}}))
    lender.open([{"due_on": day(0), "amount": line["amount"]}], opened_on=day(0))
    today = day(0)
    for number, check, expected in case.each_check():
        today = day(check["day"]) if "day" in check else today
        lender.happened(PROCESSED, today) if check.get("given") == "processed" else lender.run(today)
        yield Compared(number, "state", expected["state"], lender.stage(today))


def optional_level(case: PeerCase) -> Iterator[Compared]:
    """TR-03: a level that is skipped when a later one matches too, and one that counts from the step before.

    A level matches on a day if a line that is first seen on that day comes to it.
    """
    first, second, third = case.inputs["levels"]
    assert (first.get("optional"), third.get("from_previous_step")) == (True, True)
    rules = {
        "none": {
            "start": "true",
            "rules": [
                {"id": "to-2", "when": f"dpd >= {second['days']}", "to": "level_2"},
                {"id": "to-1", "when": f"{first['days']} <= dpd < {second['days']}", "to": "level_1"},
            ],
        },
        "level_1": {"rules": [{"id": "on-2", "when": f"dpd >= {second['days']}", "to": "level_2"}]},
        "level_2": {"rules": [{"id": "on-3", "when": f"days_in_stage >= {third['days']}", "to": "level_3"}]},
        "level_3": {"end": "true"},
    }
    for number, check, expected in case.each_check():
        seen_on = as_of = day(check["day"])
        if "given" in check:
            assert check["given"] == "level 2 processed on day 60", check
            seen_on = day(60)
        lender = Lender(policy(rules))
        lender.open([{"due_on": day(0), "amount": 100}], opened_on=day(0), first_seen_on=seen_on)
        yield Compared(number, "match", expected["match"], lender.stage(as_of) == f"level_{check['level']}")


# --- metasfresh ---

LONG_DUE = date(2011, 12, 1)
"""A due date that every level has waited for long enough."""


def dunnable(case: PeerCase) -> Iterator[Compared]:
    """MF-01: which document is dunned."""
    late = f"dpd >= {case.inputs['level_days_after_due']} or (show_all_due and dpd >= 1)"
    text = by_severity([("dunnable", f"({late}) and not dispute_open")], facts=flags(["show_all_due"]))
    for number, check, expected in case.each_check():
        given = check["given"]
        lender, today = Lender(text), day(given["days_due"])
        lender.open([{"due_on": day(0), "amount": 100}], opened_on=min(day(0), today))
        if given.get("open_amount") == 0:
            lender.happened(PaymentReceived(amount=100, value_date=today), today)
        if given.get("in_dispute"):
            lender.happened(DisputeRaised(), today)
        if given.get("show_all_due"):
            lender.happened(FactsChanged(facts={"show_all_due": True}), today)
        yield Compared(number, "dunnable", expected["dunnable"], lender.stage(today) == "dunnable")


def in_sequence(case: PeerCase) -> Iterator[Compared]:
    """MF-02: level 2 needs the processed paper of level 1. The dates that are expected are those of the runs."""
    text = by_level([f"dpd >= {days}" for days in case.inputs["levels"]], papers=True)
    *_, chain = case.checks
    dates = [on(said) for said in chain["expect"]["dates"].values()]
    runs = {"no level 1 candidate": 1, "level 1 exists but its document is not processed": 2, "chain processed": 3}
    for number, check, expected in case.each_check():
        lender = Lender(text)
        lender.open([{"due_on": LONG_DUE, "amount": 100}], opened_on=LONG_DUE)
        made: dict[str, str] = {}
        for run in dates[: runs[check["given"]]]:
            lender.run(run)
            made.setdefault(f"L{level_and_state(lender.stage(run))['level']}", run.isoformat())
            if check["given"] == "chain processed":
                lender.happened(PROCESSED, run)
        if "candidate" in expected:
            yield Compared(number, "candidate", expected["candidate"], f"L{check['level']}" in made)
        else:
            yield Compared(number, "dates", expected["dates"], made)


def write_off(case: PeerCase) -> Iterator[Compared]:
    """MF-07: the second level writes off; a letter under grace is not processed."""
    sends: list[Sequence[Mapping[str, Any]]] = [[{"do": "send", "with": {"channel": "letter"}}], [{"do": "write_off"}]]
    actions = {"send": SEND, "write_off": {"kind": "task"}}
    text = by_level(["dpd >= 1", "dpd >= 2"], on_enter=sends, actions=actions, holds={"grace": {"stops": ["contact"]}})
    plain, graced = (_with_a_letter(text, grace) for grace in (False, True))
    yield Compared(1, "processed without grace", True, bool(plain.flow.deliver(plain.at(day(1)))))
    yield Compared(1, "processed", case.checks[1]["expect"]["processed"], bool(graced.flow.deliver(graced.at(day(1)))))
    plain.run(day(2))
    asked = [effect.action for entry in plain.entries(day(2)) for effect in entry.results.effects]
    yield Compared(0, "level2_action", case.checks[0]["expect"]["level2_action"], asked[0])


def _with_a_letter(text: str, grace: bool) -> Lender:
    lender = Lender(text)
    lender.open([{"due_on": day(0), "amount": 100}], opened_on=day(0))
    lender.flow.on("send")(lambda _effect, _case: None)
    if grace:
        lender.happened(HoldPlaced(hold="grace", ends_on=day(30)), day(1))
    lender.run(day(1))
    return lender


# --- Axelor ---


def session(case: PeerCase) -> Iterator[Compared]:
    """AX-01: the next level once the deadline has gone by and enough is owed; where nothing is owed, no level."""
    text = by_level(["dpd >= 15 and balance > 50.00", "days_in_stage >= 15 and balance > 50.00"])
    owed = {"deadline 15, reference 15 days ago, balance 100 > 50": "100", "balance 40 <= 50": "40", "balance 0": "100"}
    for number, check, expected in case.each_check():
        lender, balance = Lender(text), amount(owed[check["given"]])
        lender.open([{"due_on": day(0), "amount": balance}], opened_on=day(0))
        lender.run(day(15))
        said = {"none": "unchanged", "level_1": "current+1"}[lender.stage(day(15))]
        if check["given"] == "balance 0":
            lender.happened(PaymentReceived(amount=balance, value_date=day(15)), day(15))
            said = {"none": "reset", "level_1": "unchanged"}[lender.stage(day(15))]
        yield Compared(number, "level", expected["level"], said)


ADAPTERS = {
    **dict.fromkeys(
        (
            "OC-01", "OC-02", "OC-03", "OC-05", "OC-06", "OC-07", "OC-09", "OC-10", "OC-11", "OC-12", "OC-14", "OC-15",
            "OC-18", "OC-20",
        ),
        letters,
    ),
    "OC-22": too_small,
    "OD-02": first_follow_up,
    "OD-05": follow_up_paid,
    "TR-01": papers,
    "TR-02": final,
    "TR-03": optional_level,
    "MF-01": dunnable,
    "MF-02": in_sequence,
    "MF-07": write_off,
    "AX-01": session,
}  # fmt: skip
