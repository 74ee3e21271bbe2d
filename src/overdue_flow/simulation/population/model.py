"""The format of a population file: what may stand where. What the words mean under a policy is checked by `read`.

Rows of behaviour are tried from the top, and the first that fits decides. A row fits where all that it says of whom it
is about holds: the kind of borrower, the stage, the number of missed instalments, what was done lately, a condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from overdue_flow.cases.events.contact import Channel
from overdue_flow.policy.declared import Section
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import (
    Condition,
    Day,
    Flag,
    LabelText,
    Name,
    Names,
    Short,
    SpanText,
    Text,
    Whole,
)
from overdue_flow.simulation.population.texts import (
    Between,
    Chance,
    Chances,
    Cost,
    Days,
    DrawnAmount,
    Factor,
    Missed,
)

LANGUAGE = 1
"""The version of the file format that this release reads."""

QUESTIONS = ("pays", "answers", "promises", "keeps")
"""What an effect can act on, beside the reactions by their names."""

_WORD = "an action, a channel, an event, or a stage that is entered"
_SEVERAL_MISSED = BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value])


class Done(Section):
    """Something that was done to a borrower lately. `call` alone is short for `{done: call, within: 30 days}`."""

    done: Name = Field(description=_WORD)
    within: SpanText = Field(default=Span(30, "days"), description="how lately")
    answered: Flag | None = Field(default=None, description="only where somebody was reached, or only where nobody was")


class Row(Section):
    """Of whom a row is about; what is left out does not matter."""

    kinds: Names = Field(default=(), description="kinds of borrowers")
    in_: Names = Field(default=(), alias="in", description="stages, or groups of stages")
    missed: Annotated[tuple[Missed, ...], _SEVERAL_MISSED] = Field(
        default=(), description="how many instalments are missed, those due today not counted: `0`, `2-4`, `3+`"
    )
    after: Annotated[Done | None, BeforeValidator(lambda v: {"done": v} if isinstance(v, str) else v)] = Field(
        default=None, description="what was done to the borrower lately"
    )
    when: Condition | None = Field(default=None, description="a condition; see `facts`")
    source: Text | None = Field(default=None, description="where this is known from")


class Pays(Row):
    """What a borrower pays in a month, which begins on each due date and goes on so after the last one."""

    chances: Chances = Field(
        description=(
            "the chance of paying `1`, `2`, ... instalments, the oldest first, `all` that is due, or `balance`, which "
            "closes the loan; what is left of 1 is the chance of paying nothing (`0`)"
        )
    )
    on: Days = Field(
        default={Between(0, 0): Decimal(1)}, description="how many days after the month began, with their weights"
    )
    observed: Whole | None = Field(default=None, description="of how many months the chances were counted")


class Answers(Row):
    """What becomes of a contact."""

    channel: Channel
    chances: Chances = Field(
        description="by outcome of `ContactAttempted`; what is left of 1 is no answer, or a message delivered"
    )


class Promises(Row):
    """Whether a conversation brings a promise to pay, and whether it is kept."""

    chance: Chance = Field(description="that something is promised in a conversation")
    due: Days = Field(description="in how many days it is to be paid")
    of: Literal["overdue", "instalment", "balance"] = Field(default="overdue", description="what is promised")
    keeps: Chance = Field(description="that a promise is kept: paid on its last day")


class Happens(Section):
    """One way in which things may go on: one after the other, events as a scenario says them."""

    chance: Chance = Field(default=Decimal(1), description="that it goes this way; what is left of 1: nothing happens")
    events: tuple[Mapping[str, Any], ...] = Field(
        description=(
            "`{after: 3, Event: {fields}}`: days after what came before; an amount may be `{fact: balance}`, a "
            "schedule `{spread: overdue_amount, over: 6}`, a day `{in: 10}` for days from then"
        )
    )


class Reacts(Row):
    """What a borrower does about something: complain, dispute, fall ill, ask for talks."""

    to: Name = Field(description=_WORD)
    answered: Flag | None = Field(default=None, description="only where somebody was reached, or only where nobody was")
    name: Name = Field(description="what it is called, such as `complains`; one question of luck each")
    leads_to: tuple[Happens, ...] = Field(description="the ways in which things may go on")


class Staff(Row):
    """How long people take for a task or an approval, and what comes of it. Without one, a task is never done.

    When the days are over, the events that are to happen at once do, and then the task is done if it is open still.
    """

    does: Name = Field(description="the action of the task; `approval` for a rule or contact that asks for approval")
    role: Name | None = Field(default=None, description="only where this role is asked")
    takes: Days = Field(default={Between(0, 0): Decimal(1)}, description="how many days it takes")
    approves: Chance = Field(default=Decimal(1), description="of an approval: that it is given, and not refused")
    leads_to: tuple[Happens, ...] = Field(default=(), description="the ways in which things go on, counted from then")


class Effect(Row):
    """A treatment effect: for some days after something was done, a chance is another one. Stated, not found."""

    name: Short | None = Field(default=None, description="what tables call it; by default what it is of and on")
    of: Name = Field(description=_WORD)
    answered: Flag | None = Field(default=None, description="only where somebody was reached, or only where nobody was")
    on: Name = Field(description="what it acts on: `pays`, `answers`, `promises`, `keeps`, or a reaction by its name")
    times: Factor = Field(
        description="what the odds are multiplied by; on `pays`, what the daily rate of paying is multiplied by"
    )
    for_: SpanText = Field(alias="for", description="for how long, from the day after")
    because: LabelText | None = Field(default=None, description="why it is believed")


class CostOf(Section):
    """What something costs the lender each time."""

    of: Name = Field(description=_WORD)
    each: Cost
    source: Text | None = Field(default=None, description="where this is known from")


class Kind(Section):
    """A kind of borrower."""

    share: Chance = Field(description="how many of the borrowers are of it; together 1")
    label: LabelText | None = Field(default=None, description="what people call it")


class Loans(Section):
    """What the loans are like when the simulation begins, or when they are opened during it."""

    share: Chance = Field(
        default=Decimal(1), description="how many of the loans are like this; together 1, for each kind of borrowers"
    )
    kinds: Names = Field(default=(), description="kinds of borrowers that have such loans; by default all")
    instalments: Whole = Field(description="how many")
    every: SpanText = Field(default=Span(1, "months"), description="from one due date to the next")
    first_due: Days = Field(
        default={Between(0, 27): Decimal(1)}, description="how many days after the start the first instalment is due"
    )
    amount: DrawnAmount = Field(description="of each instalment")
    missed: Whole = Field(
        default=0, description="how many instalments were missed already: they fell due before the start, unpaid"
    )
    stage: Name | None = Field(default=None, description="the stage it is in at the start; by default the policy's own")
    facts: Mapping[str, Chances] = Field(
        default_factory=dict,
        description="what the host tells of the loan: the chance of each value; what is left of 1 is not told",
    )
    time_zones: Chances | None = Field(
        default=None, description="where borrowers are, as time zones with chances; else unknown"
    )


class PopulationFile(Section):
    """Borrowers, how they behave, what people do, what things cost, and which effects of treatment are assumed."""

    language: Text = Field(description="the version of this format: 1")
    population: Name = Field(description="its name")
    title: LabelText | None = Field(default=None, description="what people call it")
    seed: Whole = Field(default=1, description="of all luck: the same seed, the same results")
    borrowers: Whole = Field(default=1000, description="how many are lived")
    starts_on: Day = Field(description="the first day")
    months: Whole = Field(default=12, description="how many months are lived, from that day on")
    currency: Short | None = Field(default=None, description="by default the policy's")
    lost_after_days: Whole = Field(
        default=180, description="what is owed at the end on loans later than so many days past due counts as lost"
    )
    kinds: Mapping[Name, Kind] = Field(default_factory=dict, description="kinds of borrowers; by default one")
    loans: Annotated[tuple[Loans, ...], BeforeValidator(lambda v: [v] if isinstance(v, Mapping) else v)] = Field(
        description="what their loans are like"
    )
    pays: tuple[Pays, ...] = Field(description="what borrowers pay each month by themselves")
    answers: tuple[Answers, ...] = Field(default=(), description="what becomes of contacts; by default nobody answers")
    promises: tuple[Promises, ...] = Field(default=(), description="what conversations bring; by default nothing")
    reacts: tuple[Reacts, ...] = Field(default=(), description="what borrowers do about what is done to them")
    staff: tuple[Staff, ...] = Field(default=(), description="what becomes of tasks and approvals")
    costs: tuple[CostOf, ...] = Field(default=(), description="what things cost the lender")
    effects: tuple[Effect, ...] = Field(default=(), description="effects of treatment that are assumed")
    rolls_by: Literal["missed", "dpd"] = Field(
        default="missed", description="what the roll matrix is of: instalments missed, or days past due in bands of 30"
    )
    primary: Name = Field(default="paid", description="the figure by which two policies are told apart first")
    calibrated: Mapping[str, Short] = Field(
        default_factory=dict, description="where the behaviour was counted: book, from, to, loans, months"
    )
