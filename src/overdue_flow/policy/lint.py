"""What somebody should look at: a policy that can be used, and may not do what was meant.

Each check is a plain function from a view of the policy to findings. A finding shows every place involved, and a loan
where one was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from overdue_flow.cases.holds import HOLDS
from overdue_flow.policy.lint_chases import rules_that_chase_each_other
from overdue_flow.policy.lint_gaps import rules_with_a_gap
from overdue_flow.policy.lint_limits import (
    contacts_without_a_channel,
    contacts_without_a_place,
    limits_that_never_apply,
)
from overdue_flow.policy.lint_marks import marks_that_never_begin, marks_that_never_end
from overdue_flow.policy.lint_never import rules_that_break_a_never
from overdue_flow.policy.lint_rules import CHECKS_OF_RULES
from overdue_flow.policy.lint_stages import stages_that_pursue_nothing_owed, stages_where_silence_rests
from overdue_flow.policy.lint_tasks import tasks_that_nothing_shows_done
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spelt_out import spelt_out
from overdue_flow.policy.view import TOO_LARGE, View, finding
from overdue_flow.problems import Problem, misspelt

Check: TypeAlias = Callable[[View], Iterator[Problem]]


def findings(policy: Policy, source: Source, used: Mapping[str, set[str]]) -> list[Problem]:
    """All findings on a policy. `used` says what of each section was named somewhere."""
    view = View.of(spelt_out(policy), source, used)
    found = [problem for check in CHECKS for problem in check(view)]
    if view.too_large:
        message = f"not every rule was compared with every other: {TOO_LARGE}"
        found.append(finding("not-looked-through", message, source.key_place(("stages",))))
    return found


# --- holds ---


def holds_that_look_misspelt(view: View) -> Iterator[Problem]:
    """A kind of hold of the policy's own whose name is almost that of a built-in one."""
    for kind, hold in view.policy.holds.items():
        known = misspelt(kind, HOLDS)
        if known is not None:
            message = f"`{kind}` is a kind of hold of its own, and stops nothing of a hold `{known}`"
            yield finding("misspelt-hold", message, hold.place, hint=f"did you mean `{known}`?")


# --- what nobody uses ---

_SECTIONS = {
    "facts": ("fact", "no condition and no parameter reads it"),
    "counts": ("count", "no condition reads it"),
    "events": ("event", "no rule and no count names it"),
    "actions": ("action", "nothing asks for it"),
    "roles": ("role", "nothing is given to it"),
    "ladders": ("ladder", "nothing climbs it"),
    "remedies": ("remedy", "nothing names it"),
}


def declared_and_unused(view: View) -> Iterator[Problem]:
    """What is declared and named nowhere."""
    for section, (what, why) in _SECTIONS.items():
        declared = getattr(view.policy.spec, section)
        for position, name in enumerate(declared):
            path = (section, position) if section == "roles" else (section, name)
            if not _is_used(view, section, name) and not view.source.is_taken_in(path):
                yield finding(
                    f"unused-{what}", f"the {what} `{name}` is declared, and {why}", view.source.key_place(path)
                )


def _is_used(view: View, section: str, name: str) -> bool:
    used = view.used.get(section, set())
    clocks = {f"days_since_{name.removesuffix('_on')}", f"days_until_{name.removesuffix('_on')}"}
    return name in used or (section == "facts" and not clocks.isdisjoint(used))


CHECKS: tuple[Check, ...] = (
    *CHECKS_OF_RULES,
    rules_with_a_gap,
    rules_that_chase_each_other,
    rules_that_break_a_never,
    marks_that_never_begin,
    marks_that_never_end,
    tasks_that_nothing_shows_done,
    limits_that_never_apply,
    contacts_without_a_channel,
    contacts_without_a_place,
    holds_that_look_misspelt,
    stages_where_silence_rests,
    stages_that_pursue_nothing_owed,
    declared_and_unused,
)
"""Every check, in the order in which they are made."""
