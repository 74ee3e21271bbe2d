"""Random policies: small enough to move often, with every kind of rule that the engine knows.

Their words are fixed: stages `s0`, `s1`, `s2`, `group.a`, `group.b` and `last`, roles `boss` and `team`, actions
`call`, `note` and `visit_task`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import reject
from hypothesis import strategies as st

from overdue_flow.errors import PolicyError
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.strategies.phrases import (
    AUTHORITY,
    DONE_BY,
    EVENT_GUARDS,
    LIMITS,
    MARK_ENDS,
    MARK_GUARDS,
    MARKS,
    NEVER,
    PLAIN_GUARDS,
    ROAD_GUARDS,
)

LEAVES = ("s0", "s1", "s2", "group.a", "group.b", "last")
_TARGETS = ("s0", "s1", "s2", "group", "group.a", "group.b", "last")


@dataclass
class Draft:
    """The parts of a policy file that are drawn, as lines of YAML under their owner."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    numbered: int = 0
    asking: int = 0

    def add(self, owner: str, text: str) -> None:
        """One more rule of a stage, a group or `everywhere`; one that asks for approval is `ask1`, `ask2`, ..."""
        self.numbered += 1
        if "approve:" in text:
            self.asking += 1
        name = f"ask{self.asking}" if "approve:" in text else f"r{self.numbered}"
        self.rules.setdefault(owner, []).append(f"{{id: {name}, {text}}}")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy that loads."""
    try:
        return load_policy(text=draw(policy_texts()))
    except PolicyError:
        reject()


@st.composite
def policy_texts(draw: st.DrawFn) -> str:
    """The text of a policy file. A few are refused: of a stage that no path reaches, say."""
    draft = Draft()
    for owner in ("everywhere", "s0", "s1", "s2", "group", "group.a", "group.b"):
        for _ in range(draw(st.integers(0, 2))):
            draft.add(owner, draw(_move(owner)))
        for _ in range(draw(st.integers(0, 1))):
            draft.add(owner, draw(_do(owner)))
    # Every stage has a way in and a way out, whatever was drawn.
    for leaf, following in pairwise(LEAVES):
        draft.add(leaf, f"when: days_in_stage >= {draw(st.integers(8, 60))} and dpd > 1, to: {following}")
    return _text(draft, draw)


@st.composite
def _move(draw: st.DrawFn, owner: str) -> str:
    here = {"group.a": ("group.a", "group")}.get(owner, (owner,))
    target = draw(st.sampled_from([name for name in _TARGETS if name not in here]))
    condition = draw(_condition())
    parts = [condition, f"to: {target}"]
    parts += [f"except: [{draw(st.sampled_from(LEAVES))}]"] if owner == "everywhere" and draw(st.booleans()) else []
    parts += ["step: true"] if draw(st.integers(0, 3)) == 0 else []
    if draw(st.integers(0, 3)) == 0:
        parts += ["approve: boss"]
        if not condition.startswith("on:") and draw(st.booleans()):
            parts.append(f"ask_again_after: {draw(st.integers(1, 9))} days")
    return ", ".join(parts)


@st.composite
def _do(draw: st.DrawFn, owner: str) -> str:
    doing = draw(st.sampled_from(("do: call, with: {channel: phone}", "do: note", "do: visit_task", "ladder: climb")))
    parts = [draw(_condition()), doing]
    if draw(st.booleans()):
        parts.append("once: " + draw(st.sampled_from(("stage", "episode", "case"))))
    if doing == "do: visit_task" and draw(st.booleans()):
        parts.append(draw(_deadline()))
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"not_after: {draw(st.integers(1, 9))} days")
    if draw(st.integers(0, 3)) == 0:
        parts.append("must: true")
    if draw(st.integers(0, 3)) == 0:
        parts.append("until: episode")
    if draw(st.integers(0, 2)) == 0:
        parts.append(f"after: {draw(st.integers(1, 5))} {draw(st.sampled_from(('days', 'business days')))}")
    return ", ".join(parts)


@st.composite
def _deadline(draw: st.DrawFn) -> str:
    """The deadline of a task, with what follows on it: a note, a call, a ladder, another task with a deadline."""
    follows = draw(st.sampled_from(("do: note", "do: call, with: {channel: sms}", "ladder: climb", "do: visit_task")))
    if follows == "do: visit_task":
        follows += ", until: leave, within: 4 days, else: {do: note}"
    done_by = f"done_by: {draw(st.sampled_from(DONE_BY))}, " if draw(st.booleans()) else ""
    return f"{done_by}within: {draw(st.sampled_from(('2 days', '3 business days', '0 days')))}, else: {{{follows}}}"


@st.composite
def _condition(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 3)) == 0:
        event = draw(st.sampled_from(sorted(EVENT_GUARDS)))
        guard = draw(st.sampled_from(EVENT_GUARDS[event]))
        return f"on: {event}" + (f", when: '{guard}'" if guard else "")
    known = PLAIN_GUARDS + ROAD_GUARDS + MARK_GUARDS
    parts = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    joined = draw(st.sampled_from((" and ", " or "))).join(f"({part})" for part in parts)
    return f"when: '{joined}'"


@st.composite
def mark_texts(draw: st.DrawFn) -> str:
    """The marks of a policy, as lines of YAML: each reads what is true of the loan, and perhaps the one above it."""
    lines = []
    of_the_loan = [guard for guard in PLAIN_GUARDS + ROAD_GUARDS if "stage" not in guard and "odds" not in guard]
    for above, name in zip(("", *MARKS), MARKS, strict=False):
        of_a_mark = [f"mark_{above}", f"days_since_mark_{above} >= 3", f"not mark_{above} and dpd > 1"] if above else []
        when = draw(st.sampled_from(of_the_loan + 4 * of_a_mark))
        until = draw(st.sampled_from(MARK_ENDS + ((f"not mark_{above}",) if above else ()))).format(name=name)
        lines.append(f"  {name}: {{when: '{when}'" + (f", until: '{until}'}}" if until else "}"))
    return "\n".join(lines)


def _text(draft: Draft, draw: st.DrawFn) -> str:
    """The whole file; every stage and section is drawn in the order in which it stands here."""
    never = [one for one in NEVER if draw(st.integers(0, 2)) == 0]
    limits = "".join(f"\n  - {{{one}, strength: block}}" for one in LIMITS if draw(st.integers(0, 3)) == 0)
    holds, promises, plans = draw(_holds())
    counting = draw(_counting())
    middle = "".join(f"\n  {leaf}:{draw(_extras('    '))}\n    rules:{_rules(draft, leaf, '    ')}" for leaf in _MIDDLE)
    marks, authority, group, inner = draw(mark_texts()), draw(st.sampled_from(AUTHORITY)), "    ", "        "
    return f"""{_HEAD}
terms: {{currency: CNY, time_zone: Asia/Shanghai, calendar: CN, counting: {counting}}}
limits:{limits or " []"}
marks:
{marks}
holds:{holds}
promises: {promises}
plans: {plans}
{authority}
everywhere:{_rules(draft, "everywhere", "")}
stages:
  s0:
    start: true
    rules:{_rules(draft, "s0", "    ")}{middle}
  group:
    first: a{draw(_extras(group))}
    rules:{_rules(draft, "group", group)}
    stages:
      a:{draw(_extras(inner))}
        rules:{_rules(draft, "group.a", inner)}
      b:
        rules:{_rules(draft, "group.b", inner)}
  last: {{end: true}}
never:{"".join(_clause(*one) for one in never) or " []"}
"""


_MIDDLE = ("s1", "s2")

_HEAD = """language: 1
policy: drawn
version: "1"
roles: [boss, team]
attention: boss
facts:
  odds: {type: number, ask: true, max_age: 10 days, label: odds}
counts:
  calls: {of: ContactAttempted, where: 'channel == "phone"', within: 7 days}
  calls_lately: {of: ContactAttempted, within: 2 calendar days}
actions:
  call: {kind: contact, purpose: collect, params: {channel: choice}}
  note: {kind: record}
  visit_task: {kind: task}
working_hours: "09:00-18:00"
ladders:
  climb:
    - {do: call, with: {channel: phone}, times: 2, in_working_hours: true, wait: 1 day}
    - {do: call, with: {channel: letter}, approve: boss}
    - {do: visit_task}"""


def _rules(draft: Draft, owner: str, indent: str) -> str:
    return "".join(f"\n{indent}  - {rule}" for rule in draft.rules.get(owner, [])) or " []"


def _clause(name: str, that: str, on_entry: bool) -> str:
    return f"\n  - {{id: {name}, that: '{that}', on_entry: {str(on_entry).lower()}}}"


@st.composite
def _extras(draw: st.DrawFn, indent: str) -> str:
    """What is done on entry of a stage, and in a rhythm."""
    lines = ""
    if draw(st.booleans()):
        lines += f"\n{indent}on_enter: [{{do: call, with: {{channel: sms}}, after: 1 business day}}, {{do: visit_task}}"
        lines += f", {{do: visit_task, {draw(_deadline())}}}" if draw(st.booleans()) else ""
        lines += ", {ladder: climb}]" if draw(st.booleans()) else "]"
    if draw(st.integers(0, 2)) == 0:
        each = draw(st.sampled_from(("3 days", "1 week", "1 month", "5 business days")))
        lines += f"\n{indent}every: [{{each: {each}, do: call, with: {{channel: phone}}}}]"
    return lines


@st.composite
def _holds(draw: st.DrawFn) -> tuple[str, str, str]:
    """The kinds of hold, and what an open promise and a kept plan stop."""
    reviews = draw(st.sampled_from(("", ", placed_by: [boss], review_within: 4 days, review_every: 9 days")))
    hardship, pursuit = draw(st.sampled_from(("contact", "collect"))), draw(st.sampled_from(("", ", collect")))
    allowed = ("", ", allows: {channel: sms}", ", allows: [{channel: letter}, {party: guarantor}]")
    holds = f"""
  dispute: {{stops: [contact, group], review_after: 5 business days, lifted_by: [boss]{reviews}}}
  hardship: {{stops: [{hardship}], ends_after: 12 days, again_after: 1 month}}
  bankruptcy: {{stops: [contact, group]{draw(st.sampled_from(allowed))}}}"""
    return holds, f"{{stops: [group{pursuit}]}}", f"{{stops: [group{pursuit}]}}"


@st.composite
def _counting(draw: st.DrawFn) -> str:
    counting = draw(st.sampled_from(("{}", "{due_date_is_day: 1}", "{grace_days: 3, paused_by: [dispute, hardship]}")))
    reversal = draw(st.sampled_from(("original_due_date", "reversal_date")))
    return f"{{reversal: {reversal}}}" if counting == "{}" else counting
