"""A turn against one trigger of a bare `transitions` machine: nine stages, fifteen guarded edges, the same guards.

The bare trigger reads its guards from a plain object whose figures were computed beforehand; a turn computes the facts
from the ledger, decides, plans effects, writes the entry and finds the next day to wake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from contest import contest
from transitions import Machine as Bare

from overdue_flow import load_policy
from overdue_flow.cases.case import Case
from overdue_flow.engine.decide import decide
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake, stirs
from overdue_flow.events import Instalment, LoanOpened, NegotiationClosed, PaymentReceived, TimePassed

EDGES = [
    ("grace", "reminder", "dpd >= 1"),
    ("grace", "cured", "arrears_cleared and dpd >= 400"),
    ("reminder", "cured", "overdue_amount == 0"),
    ("reminder", "early_contact", "dpd >= 10"),
    ("early_contact", "cured", "overdue_amount == 0"),
    ("early_contact", "negotiation", "dpd >= 30"),
    ("negotiation", "cured", "overdue_amount == 0"),
    ("negotiation", "formal_letter", "dpd >= 60"),
    ("formal_letter", "cured", "overdue_amount == 0"),
    ("formal_letter", "legal_assessment", "dpd >= 90 and failed_negotiations_in_a_row >= 2"),
    ("legal_assessment", "cured", "overdue_amount == 0"),
    ("legal_assessment", "litigation", "dpd >= 120"),
    ("litigation", "cured", "overdue_amount == 0"),
    ("litigation", "enforcement", "dpd >= 180"),
    ("cured", "grace", "overdue_amount > 0"),
]
"""From, to, guard. The same list makes the policy and the bare machine."""

STAGES = list(dict.fromkeys([name for edge in EDGES for name in edge[:2]]))


@dataclass(slots=True)
class Loan:
    """What the bare machine moves: figures that somebody else has computed."""

    state: str
    dpd: int
    overdue_amount: int
    failed_negotiations_in_a_row: int
    arrears_cleared: bool = False


def policy_text() -> str:
    """The policy of these stages and edges, with an effect on each entry."""
    lines = ['language: 1\npolicy: bench\nversion: "1"\nactions: {note: {kind: record}}\nstages:']
    for stage in STAGES:
        rules = [(number, to, when) for number, (source, to, when) in enumerate(EDGES) if source == stage]
        start = "\n    start: true" if stage == "grace" else ""
        end = "\n    end: true" if not rules else "\n    rules:"
        lines.append(f"  {stage}:{start}\n    on_enter: [{{do: note}}]{end}")
        lines += [f"      - {{id: e{number}, when: {when!r}, to: {to}}}" for number, to, when in rules]
    return "\n".join(lines)


def bare_machine() -> Bare:
    """One shared machine, never bound to a loan; each guard is a Python function of the loan's figures."""
    machine = Bare(model=None, states=STAGES, initial="grace", auto_transitions=False, send_event=True)
    for source, target, guard in EDGES:
        read = guard
        for name in ("dpd", "overdue_amount", "failed_negotiations_in_a_row", "arrears_cleared"):
            read = read.replace(name, f"event.model.{name}")
        machine.add_transition("tick", source, target, conditions=[eval(f"lambda event: {read}")])  # noqa: S307 - the list above
    return machine


def a_case(machine: Machine) -> Case:
    """A loan of twelve instalments, 61 days past due on the first, that stands in the formal letter stage."""
    noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    instalments = tuple(
        Instalment(due_on=date(2025, 1, 1) + timedelta(days=30 * number), amount="100.00") for number in range(12)
    )
    opened = LoanOpened(id="o", opened_on=date(2025, 1, 1), instalments=instalments)
    case = decide(machine, None, opened, noon, "loan").case
    for number, day in enumerate((date(2025, 2, 10), date(2025, 2, 20))):
        talks = NegotiationClosed(id=f"n{number}", outcome="failed")
        case = decide(machine, case, talks, datetime(day.year, day.month, day.day, 12, tzinfo=UTC)).case
    while (wake := next_wake(machine, case)) is not None and wake <= date(2025, 3, 3):
        case = decide(machine, case, TimePassed(day=wake), noon).case
    assert case.course.stage == "formal_letter", case.course.stage
    return case


def main() -> None:
    """Both contests, after the contestants have shown that they agree."""
    machine = Machine(load_policy(text=policy_text()))
    case = a_case(machine)
    at = datetime(2025, 3, 20, 12, tzinfo=UTC)
    still, moving = TimePassed(day=date(2025, 3, 10)), TimePassed(day=date(2025, 4, 1))
    payment = PaymentReceived(id="p", amount="5.00", value_date=date(2025, 3, 20))
    bare = bare_machine()
    tick = bare.events["tick"].trigger
    rests = Loan("formal_letter", 68, 300, 2)
    moves = Loan("formal_letter", 90, 300, 2)

    def bare_still() -> object:
        return tick(rests)

    def bare_moving() -> object:
        moves.state = "formal_letter"
        return tick(moves)

    def turn(event: TimePassed | PaymentReceived, instant: datetime = at) -> object:
        decision = decide(machine, case, event, instant)
        return decision, next_wake(machine, decision.case)

    assert not bare_still()
    assert bare_moving()
    assert moves.state == "legal_assessment"
    assert decide(machine, case, still, at).entry is None
    assert decide(machine, case, moving, at).case.course.stage == "legal_assessment"
    print("a turn in which nothing moves")
    contest(
        "bare trigger, refused",
        {
            "bare trigger, refused": bare_still,
            "asking whether a day would stir": lambda: stirs(machine, case, still.day),
            "a day begins, nothing happens": lambda: decide(machine, case, still, at),
            "a payment is recorded, nothing moves (with wake day)": lambda: turn(payment),
        },
        4000,
    )
    print("a turn that moves: facts, rule, effects, entry, the case after it, next wake day")
    contest(
        "bare trigger, taken",
        {
            "bare trigger, taken": bare_moving,
            "a day begins, the loan moves, without the wake day": lambda: decide(machine, case, moving, at),
            "a day begins, the loan moves": lambda: turn(moving),
        },
        2000,
    )


if __name__ == "__main__":
    main()
