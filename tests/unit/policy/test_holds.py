"""What stops things, and where the borrower finds help: holds, promises, plans and remedies as a policy says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.policy.bounds import Passing
from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from support.road import one_stage, road_policy

REMEDIES = """
  consumer_body: {label: {en: consumer association, zh: 消费者协会}, reach: "12315"}
  court: {label: the court, reach: the people's court of the district}
"""
ACTIONS = "{answer: {kind: notice, params: {remedies: remedies, why: {type: text, optional: true}}}}"


def holding(hold: str, **sections: str) -> Policy:
    return road_policy(one_stage(), holds=f"{{care: {{{hold}}}}}", **sections)


def naming(remedies: str) -> Policy:
    """A policy that answers a complaint, and names remedies in it."""
    rule = f"{{id: answer, on: ComplaintReceived, do: answer, with: {{remedies: {remedies}}}}}"
    return road_policy(one_stage(rule), remedies=REMEDIES, actions=ACTIONS)


# --- holds ---


def test_a_hold_reads_as_it_is_written() -> None:
    hold = holding(
        "stops: [contact, gone], placed_by: [team, boss], lifted_by: boss, review_after: 15 business days,"
        " review_within: 5 days, review_every: 1 month, ends_after: 60 days, again_after: 12 months"
    ).holds["care"]

    assert hold.stops == {"contact", "gone"}
    assert (hold.placed_by, hold.lifted_by) == (("team", "boss"), ("boss",))
    assert (hold.review_after, hold.review_within) == (Span(15, "business days"), Span(5, "days"))
    assert (hold.review_every, hold.ends_after, hold.again_after) == (
        Span(1, "months"),
        Span(60, "days"),
        Span(12, "months"),
    )


@pytest.mark.parametrize(
    ("allows", "expected"),
    [
        ("{party: representative}", (Passing(parties=("representative",)),)),
        (
            "[{purpose: [legal_notice, service]}, {channel: letter, contact_point: lawyer}]",
            (Passing(("legal_notice", "service")), Passing(channels=("letter",), contact_points=("lawyer",))),
        ),
    ],
)
def test_what_a_hold_allows_may_be_one_or_several(allows: str, expected: tuple[Passing, ...]) -> None:
    assert holding(f"stops: contact, allows: {allows}").holds["care"].allows == expected


def test_a_contact_without_a_purpose_is_to_collect() -> None:
    assert Passing(("collect",)).lets(None, {})
    assert not Passing(("inform",)).lets(None, {})
    hold = holding("stops: collect").holds["care"]
    assert (hold.silences(None, {}), hold.silences("inform", {})) == ("contacts to collect", "")


def test_a_hold_that_is_written_again_from_the_policy_is_the_same() -> None:
    policy = holding("stops: collect, allows: {party: representative}, placed_by: team, again_after: 12 months")

    assert load_policy(text=dump_policy(policy)) == policy


def test_what_a_hold_allows_decides() -> None:
    meanings = {
        meaning_of(holding(f"stops: contact{more}"))
        for more in (
            "",
            ", allows: {party: representative}",
            ", allows: {party: guarantor}",
            ", placed_by: team",
            ", again_after: 1 month",
        )
    }
    assert len(meanings) == 5


# --- promises and plans ---


def test_a_pack_that_asks_for_a_stage_says_so_to_who_builds_on_it() -> None:
    text = "language: 1\npolicy: firm\nversion: 1\nextends: pack:uk/conc\nstages: {open: {start: true}}\n"
    hints = {problem.hint for problem in check_policy(text=text) if problem.code == "unknown-stage"}
    assert hints == {"`pack:uk/conc` is for policies with a stage or group of that name: give yours one"}


def test_promises_and_plans_stop_collecting_where_the_policy_says_so() -> None:
    policy = road_policy(one_stage(), promises="{stops: [collect, gone]}", plans="{stops: collect}")

    assert (policy.promises_stop, policy.plans_stop) == ({"collect", "gone"}, {"collect"})
    assert road_policy(one_stage()).promises_stop == set()


# --- remedies ---


def test_remedies_have_a_name_a_label_and_a_way_to_reach_them() -> None:
    policy = naming("court")
    body = policy.remedies["consumer_body"]

    assert (body.label, body.reach) == ({"en": "consumer association", "zh": "消费者协会"}, {"": "12315"})
    assert body.place is not None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("court", ("court",)),
        ("[consumer_body, court]", ("consumer_body", "court")),
        ("[court, consumer_body, court]", ("court", "consumer_body")),
    ],
)
def test_a_parameter_names_one_remedy_or_several(said: str, meant: tuple[str, ...]) -> None:
    rule = naming(said).rule("answer")

    assert rule.task is not None
    assert rule.task.params["remedies"] == meant


def test_a_remedy_that_nothing_names_is_found() -> None:
    def unused(said: str) -> list[str]:
        return [finding.message for finding in naming(said).findings if finding.code == "unused-remedy"]

    assert unused("court") == ["the remedy `consumer_body` is declared, and nothing names it"]
    assert unused("[court, consumer_body]") == []


def test_how_a_remedy_is_reached_decides_what_is_said_and_its_label_does_not() -> None:
    text = naming("[court, consumer_body]").source
    same = text.replace("the people's court of the district", "the  people's court of the district")
    relabelled = text.replace("label: the court", "label: the local court")
    moved = text.replace("12315", "12348")
    meant = meaning_of(load_policy(text=text))

    assert meaning_of(load_policy(text=same)) == meant
    assert meaning_of(load_policy(text=relabelled)) == meant
    assert meaning_of(load_policy(text=moved)) != meant


def test_remedies_may_come_from_a_file_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_text(f"remedies:{REMEDIES}", "utf-8")
    text = naming("[court, consumer_body]").source.replace(f"remedies: {REMEDIES}", "extends: law.yaml\n")
    (tmp_path / "policy.yaml").write_text(text, "utf-8")

    assert not [problem for problem in check_policy(tmp_path / "policy.yaml") if problem.refused]
    assert set(load_policy(tmp_path / "policy.yaml").remedies) == {"consumer_body", "court"}
