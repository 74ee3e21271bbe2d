"""`authority`: what each role may offer, as it is written and as it is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from overdue_flow.policy.load import check_policy
from overdue_flow.policy.mandates import LetGo, Mandate
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.spans import Span
from support.road import road_policy

HEAD = """language: 1
policy: small
version: 1
terms: {currency: CNY}
roles: [team, boss]
attention: boss
stages:
  a: {start: true, rules: [{id: r, when: dpd > 900, to: b}]}
  b: {end: true}
authority:
"""


def refused(written: str) -> list[tuple[str, str | None]]:
    found = [problem for problem in check_policy(text=f"{HEAD}  {written}\n") if problem.refused]
    assert all(problem.place is not None and problem.place.line == 11 for problem in found)
    return [(problem.message, problem.hint) for problem in found]


def test_authority_is_read_role_by_role_in_the_order_of_the_file() -> None:
    waives = "{costs: all, interest: {share: 0.25}, principal: {share: 0.1, amount: 50.00 CNY}}"
    team = f"team: {{plans: [annuity, settlement], waives: {waives}, ends_later_by: 6 months, instalments: 12}}"
    first, second = road_policy(authority=f"{{{team}, boss: {{}}}}").authority
    assert (first.role, first.plans, first.ends_later_by) == ("team", ("annuity", "settlement"), Span(6, "months"))
    assert first.waives == {
        "costs": LetGo(Decimal(1)),
        "interest": LetGo(Decimal("0.25")),
        "principal": LetGo(Decimal("0.1"), Decimal("50.00")),
    }
    assert first.instalments == 12
    assert second == Mandate("boss", place=second.place)


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("tem: {}", "there is no role `tem`", "did you mean `team`?"),
        ("team: {plans: [anuity]}", "`anuity` stands here; expected", "did you mean `annuity`?"),
        ("team: {waives: {interst: all}}", "`interst` is not known in `waives`", "did you mean `interest`?"),
        ("team: {waives: {interest: most}}", "`most` stands here; expected `all`, or how much", None),
        ("team: {waives: {interest: {}}}", "this does not say how much may be let go", "such as"),
        ("team: {waives: {interest: {share: 20}}}", "`20` stands here; expected at most 1", None),
        ("team: {waives: {interest: {amount: 5.00 EUR}}}", "`5.00 EUR` is not in CNY, the currency of", None),
        ("team: {waives: {interest: {amount: -5.00}}}", "`-5.00` is below zero", None),
        ("team: {ends_later_by: 2 calendar months}", "`2 calendar months` stands here; expected days", None),
        ("team: {ends_later_by: 6 hours}", "`6 hours` stands here; expected days", None),
        ("team: {instalments: 0}", "`0` stands here; expected at least 1", None),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(written: str, message: str, hint: str | None) -> None:
    ((found, said),) = refused(written)
    assert message in found
    assert hint is None or (said is not None and said.startswith(hint))


def test_another_authority_is_another_meaning() -> None:
    texts = ("{team: {instalments: 12}}", "{team: {instalments: 13}}", "{team: {instalments: 12, plans: []}}")
    one, other, same = (meaning_of(road_policy(authority=text)) for text in texts)
    assert one != other
    assert one == same
