"""Where a policy takes a loan to court, read off what it asks for and goes on from."""

from __future__ import annotations

from overdue_flow.policy.court import court_of
from overdue_flow.policy.load import load_policy
from support.small_policy import POLICY


def test_the_court_is_where_a_claim_is_asked_for_whatever_it_is_called() -> None:
    asked = POLICY.replace(
        "{do: file, with: {role: agent}}", "{id: claim, do: file, with: {role: agent}, done_by: ClaimFiled}"
    )
    assert court_of(load_policy(text=asked)) == (("court",), frozenset({"claim"}))


def test_the_court_is_where_a_filed_claim_leads_to() -> None:
    led = POLICY.replace("on: JudgmentGiven, to: gone", "on: ClaimFiled, to: gone")
    assert court_of(load_policy(text=led)) == (("gone",), frozenset())


def test_a_group_called_legal_is_the_court_where_nothing_else_says_so() -> None:
    assert court_of(load_policy(text=POLICY)) == ((), frozenset())
    assert court_of(load_policy(text=POLICY.replace("court", "legal"))).stages == ("legal",)


def test_what_a_claim_ends_among_other_things_asks_for_no_suit() -> None:
    kept_alive = POLICY.replace("once: episode", "once: episode, done_by: [ClaimFiled, PromiseMade]")
    assert court_of(load_policy(text=kept_alive)).claims == frozenset()
    assert court_of(load_policy("pack:cn/changjiang")) == (("legal",), frozenset({"file-small", "file-ordinary"}))
