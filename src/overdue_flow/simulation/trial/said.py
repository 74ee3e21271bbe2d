"""What a simulation takes for granted, in words, in two languages: the stated effects, the costs, the assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from overdue_flow.money import to_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.population.model import Effect, PopulationFile, Row
from overdue_flow.simulation.population.treatment import names_of
from overdue_flow.simulation.trial.figures import CHANNELS, CHANNELS_ZH
from overdue_flow.simulation.trial.results import EffectStated

_ALWAYS = (
    (
        "borrowers live independently of each other, each with one loan; the behaviour that the file states is known",
        "借款人彼此独立，每人一笔贷款；文件所述的行为视为已知",
    ),
    ("people have time for everything that they are asked for", "人员有足够时间完成所有任务"),
    (
        "a task that no row of `staff` is about is never done; notices and records are done when they are due",
        "`staff` 中未涉及的任务永远不会完成；通知与登记到期即完成",
    ),
    ("a channel that no row of `answers` is about reaches nobody", "`answers` 中未涉及的渠道联系不到任何人"),
    (
        "a month begins on each due date of the loan, and goes on so after the last one",
        "每个还款日开始一个月，最后一期之后照此继续",
    ),
)


_ON = {
    "pays": ("the daily rate of paying", "每日还款率"),
    "answers": ("the odds of answering", "应答的发生比"),
    "promises": ("the odds of promising", "承诺的发生比"),
    "keeps": ("the odds of keeping a promise", "守诺的发生比"),
}
_UNITS_ZH = {"days": "天", "business days": "个工作日", "weeks": "周", "months": "个月", "years": "年"}
_CHANNELS_ZH = dict(zip(CHANNELS, CHANNELS_ZH, strict=True))


def effects_of(file: PopulationFile) -> tuple[EffectStated, ...]:
    """The stated effects of treatment, one by one."""
    return tuple(
        EffectStated(
            name, _said(effect), f"{effect.times:f}", dict(effect.because or {}), effect.source or "", _said_zh(effect)
        )
        for name, effect in zip(names_of(file.effects), file.effects, strict=True)
    )


def _said(effect: Effect) -> str:
    of = f"a contact by {effect.of}" if effect.of in CHANNELS else effect.of
    done = {None: of, True: f"{of} that is answered", False: f"{of} that nobody answers"}
    what = _ON.get(effect.on, (f"the odds of `{effect.on}`", ""))[0]
    return f"after {done[effect.answered]}: {what} × {effect.times:f} for {effect.for_}{_in_brackets(_whom(effect))}"


def _said_zh(effect: Effect) -> str:
    of = f"{_CHANNELS_ZH[effect.of]}联系" if effect.of in CHANNELS else effect.of
    done = {None: of if effect.of in CHANNELS else f"{of} ", True: f"{of}（有人应答）", False: f"{of}（无人应答）"}
    what = _ON.get(effect.on, ("", f"`{effect.on}` 的发生比"))[1]
    whom = _in_brackets(_whom_zh(effect))
    return f"{done[effect.answered]}之后 {_span_zh(effect.for_)}内：{what} × {effect.times:f}{whom}"


def _span_zh(span: Span) -> str:
    return f"{span.count} {_UNITS_ZH.get(span.unit, span.unit)}"


def _in_brackets(said: Iterable[str]) -> str:
    whole = "; ".join(said)
    return f" ({whole})" if whole else ""


def _whom(row: Row) -> Iterable[str]:
    if row.kinds:
        yield f"kinds {', '.join(row.kinds)}"
    if row.in_:
        yield f"in {', '.join(row.in_)}"
    if row.missed:
        yield f"{', '.join(map(str, row.missed))} instalments missed"
    if row.after:
        yield f"within {row.after.within} after {row.after.done}"
    if row.when:
        yield f"when {row.when}"


def _whom_zh(row: Row) -> Iterable[str]:
    if row.kinds:
        yield f"借款人类型 {'、'.join(row.kinds)}"
    if row.in_:
        yield f"阶段 {'、'.join(row.in_)}"
    if row.missed:
        yield f"未还期数 {'、'.join(map(str, row.missed))}"
    if row.after:
        yield f"{row.after.done} 之后 {_span_zh(row.after.within)}内"
    if row.when:
        yield f"条件 {row.when}"


def costs_of(file: PopulationFile, currency: str) -> Mapping[str, int]:
    """What things cost, in minor units, by what they are of."""
    found: dict[str, int] = {}
    for one in file.costs:
        found[one.of] = found.get(one.of, 0) + to_minor(one.each, currency)
    return found


def assumptions(champion: Policy, challenger: Policy | None) -> tuple[str, ...]:
    """What is taken for granted, in sentences."""
    policies = _both(champion, challenger)
    said = [f"policy {one.id} {one.version} is taken as in force on every day" for one in policies]
    said += [english for english, _chinese in _ALWAYS]
    said += [
        f"{name} is asked of nobody: it is what the file says of loans, else it is missing" for name in _asked(policies)
    ]
    if challenger is not None:
        said.append("both policies meet the same borrowers with the same luck (common random numbers)")
    return tuple(said)


def assumptions_zh(champion: Policy, challenger: Policy | None) -> tuple[str, ...]:
    """The same in Chinese."""
    policies = _both(champion, challenger)
    said = [f"视政策 {one.id} {one.version} 每日有效" for one in policies]
    said += [chinese for _english, chinese in _ALWAYS]
    said += [f"无人回答 {name}：取文件中对贷款的说明，否则缺失" for name in _asked(policies)]
    if challenger is not None:
        said.append("两项政策面对同样的借款人与同样的运气（公共随机数）")
    return tuple(said)


def _both(champion: Policy, challenger: Policy | None) -> tuple[Policy, ...]:
    return (champion,) if challenger is None or challenger.digest == champion.digest else (champion, challenger)


def _asked(policies: Iterable[Policy]) -> Iterable[str]:
    return dict.fromkeys(fact.name for policy in policies for fact in policy.asked_facts)
