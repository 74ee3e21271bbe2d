"""Effects of treatment at work on one borrower: stated in the population file, never found by the simulation.

On a chance p, an effect of `times` k makes the odds k times as great: p·k / (1 - p + p·k). On paying, it makes the
daily rate k times as great (`paying`). It works from the day after what it is of was done, for so many days; doing it
again makes it last longer, not stronger. Different effects multiply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from overdue_flow.calendars import Calendar
from overdue_flow.simulation.population.deeds import Deed
from overdue_flow.simulation.population.done import ONE_DAY, Lasting, merged
from overdue_flow.simulation.population.model import Effect
from overdue_flow.simulation.population.rows import Fitting, Loan

Strengths: TypeAlias = Mapping[int, float]
"""How strong effects are, by their place in the file: 0 not at all, 1 (or left out) as stated, 2 double (squared)."""


def with_odds(chance: float, times: float) -> float:
    """A chance whose odds are so many times as great."""
    return chance * times / (1.0 - chance + chance * times)


def names_of(effects: Sequence[Effect]) -> tuple[str, ...]:
    """What the effects are called in tables: their names, or what they are of and on; numbered where alike."""
    names = [one.name or f"{one.of} on {one.on}" for one in effects]
    return tuple(
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    )


@dataclass(slots=True)
class Treatment:
    """The effects on one borrower. `lasting` has, by the place of each effect, the days on which it works; `used` are
    the places of those that were ever asked for and changed anything: without the others the life is the same."""

    effects: Sequence[Fitting[Effect]]
    calendar: Calendar
    strengths: Strengths = field(default_factory=dict)
    lasting: dict[int, tuple[Lasting, ...]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def note(self, deed: Deed, loan: Loan) -> bool:
        """Something was done; whether an effect on paying begins by it, or lasts longer."""
        on_paying = False
        for place, one in enumerate(self.effects):
            effect = one.row
            if effect.of not in deed.words or effect.answered not in (None, deed.answered) or not one.fits(loan):
                continue
            days = Lasting(deed.day + ONE_DAY, effect.for_.after(deed.day, self.calendar))
            if days.first <= days.last:
                self.lasting[place] = merged(self.lasting.get(place, ()), days)
                on_paying = on_paying or effect.on == "pays"
        return on_paying

    def times(self, question: str, day: date) -> float:
        """What a chance's odds, or the rate of paying, are multiplied by on a day."""
        factor = 1.0
        for place, days in self.lasting.items():
            effect = self.effects[place].row
            if effect.on == question and any(first <= day <= last for first, last in days):
                self.used.add(place)
                factor *= float(effect.times) ** self.strengths.get(place, 1.0)
        return factor

    def chance(self, question: str, chance: float, day: date) -> float:
        """A chance as it is on a day."""
        if not self.lasting:
            return chance
        return with_odds(chance, self.times(question, day))
