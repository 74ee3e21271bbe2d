"""The packs and the facts that they were written from: each source has the level and the date of its rows, the numbers
of the rules are theirs, and no row is passed over in silence."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overdue_flow.policy.library import text_of
from overdue_flow.policy.shelf import shelved
from overdue_flow.policy.source import read
from support.regulated import REGULATIONS

ROWS = {
    "cn/contact-2025": {
        "gbt-45251": "cn.gbt45251.hours cn.gbt45251.frequency cn.gbt45251.third_party",
        "cba-2026": "cn.cba2026.hours cn.cba2026.attempts cn.cba2026.third_party",
        "card-measures": "cn.card.collection cn.card.instalment",
        "consumer-finance": "cn.cfc2024",
    },
    "cn/five-tier": {"frc-2023": "cn.frc2023.tiers", "frc-2023-upgrade": "cn.frc2023.upgrade"},
    "eu/default-definition": {
        "crr-178": "eu.crr178.default",
        "materiality": "eu.rts.materiality",
        "technical": "eu.eba.technical",
        "restructuring": "eu.eba.restructuring",
        "probation": "eu.eba.probation",
        "forborne-exposures": "eu.forborne",
    },
    "in/sma-npa": {
        "sma-npa": "in.rbi.sma",
        "npa-upgrade": "in.rbi.npa_upgrade",
        "recovery-hours": "in.rbi2022.hours",
    },
    "uk/conc": {
        "conc-contact": "uk.conc.contact",
        "conc-forbearance": "uk.conc.forbearance",
        "debt-advice": "uk.conc.hold",
        "breathing-space": "uk.breathing_space uk.mhc",
        "arrears-notice": "uk.cca.nosia",
        "default-notice": "uk.cca.default_notice",
        "pre-action": "uk.pap",
        "persistent-debt": "uk.persistent_debt",
    },
    "us/ffiec-classification": {"classification": "us.ffiec.classification", "re-ageing": "us.ffiec.reage"},
    "us/ma-debt-collection": {"frequency": "us.ma.frequency"},
    "us/reg-f": {
        "call-frequency": "us.regf.call_frequency",
        "conversation-cool-down": "us.regf.conversation_cooldown",
        "call-counting": "us.regf.call_counting",
        "time-of-day": "us.regf.time_of_day",
        "place": "us.regf.place",
        "attorney": "us.regf.attorney",
        "cease": "us.regf.cease",
        "electronic-messages": "us.regf.electronic_optout_notice",
        "third-parties": "us.regf.third_parties",
        "validation": "us.regf.validation",
        "furnishing-wait": "us.regf.furnishing_wait",
        "time-barred": "us.regf.time_barred",
        "postdated": "us.fdcpa.postdated",
        "retention": "us.regf.retention",
    },
    "us/reg-x-mortgage": {
        "delinquency": "us.regx.delinquency",
        "live-contact": "us.regx.live_contact",
        "written-notice": "us.regx.written_notice",
        "continuity": "us.regx.continuity",
        "foreclosure": "us.regx.foreclosure",
    },
}
"""The rows of the shared facts that each source of a pack says."""

WORSE = {("us/ffiec-classification", "bankruptcy-and-fraud"): "K", ("in/sma-npa", "by-borrower"): "K"}
"""Parts of a row that were not seen in its text, and what no row says, are a source of their own, from knowledge."""

ELSEWHERE = {
    "cn.gbt45251.assignment_gap", "cn.gbt45251.agency_review", "cn.cba2026.conduct", "cn.nifa2018", "cn.nifa2024",
    "cn.card.tiers", "cn.card.2022", "cn.frc2023.cross_default", "eu.ifrs9", "eu.backstop", "eu.mcd28", "eu.csd",
    "in.rbi2026.conduct", "in.rbi.penal", "uk.consumer_duty", "us.nyc.frequency", "us.regf.medium_optout",
    "us.fdcpa.disclosure", "us.fdcpa.allocation", "us.fcra.seven_years", "us.ccpa.garnishment", "us.scra",
}  # fmt: skip
"""Rows that are in no pack of a regulation; `docs/packs.md` says why."""

BANK_LAW = ("cn.civil", "cn.cpl", "cn.credit", "cn.pipl", "cn.lending")
"""Law of obligations and procedure in China, which the packs of banks say."""

NUMBERS = (
    ("us/reg-f", "limits", "seven-calls-in-seven-days", "at_most", "us.regf.call_frequency", "max_calls"),
    ("us/reg-f", "limits", "seven-days-after-a-conversation", "within", "us.regf.conversation_cooldown",
     "cooldown_days"),
    ("us/reg-f", "limits", "seven-calls-in-seven-days", "consent_lasts", "us.regf.call_counting",
     "consent_window_days"),
    ("us/reg-f", "everywhere", "validation-notice", "not_after", "us.regf.validation",
     "send_within_days_of_initial_communication"),
    ("us/reg-f", "never", "reported-without-a-word", "that", "us.regf.furnishing_wait", "reasonable_wait_days"),
    ("us/reg-f", "retention", "collection-records", "keep", "us.regf.retention", "records_years"),
    ("us/reg-x-mortgage", "everywhere", "live-contact-again", "within", "us.regx.live_contact", "by_delinquency_day"),
    ("us/reg-x-mortgage", "everywhere", "written-notice", "when", "us.regx.written_notice", "max_once_per_days"),
    ("us/reg-x-mortgage", "limits", "no-filing-by-day-120", "when", "us.regx.foreclosure",
     "first_notice_or_filing_when_dpd_gt"),
    ("us/ffiec-classification", "marks", "substandard", "when", "us.ffiec.classification", "substandard_dpd"),
    ("us/ffiec-classification", "marks", "loss", "when", "us.ffiec.classification", "loss_closed_end_dpd"),
    ("us/ffiec-classification", "marks", "loss", "when", "us.ffiec.classification", "loss_open_end_dpd"),
    ("us/ma-debt-collection", "limits", "two-calls-to-the-residence", "at_most", "us.ma.frequency",
     "max_calls_residence"),
    ("us/ma-debt-collection", "limits", "two-calls-elsewhere", "within", "us.ma.frequency", "window_days_elsewhere"),
    ("cn/contact-2025", "limits", "three-conversations-a-day", "at_most", "cn.gbt45251.frequency",
     "max_effective_conversations_per_day"),
    ("cn/contact-2025", "limits", "six-unanswered-calls-a-day", "at_most", "cn.cba2026.attempts",
     "max_unanswered_attempts_per_day"),
    ("cn/contact-2025", "retention", "card-collection-records", "keep", "cn.card.collection", "record_retention_years"),
    ("cn/contact-2025", "retention", "consumer-finance-records", "keep", "cn.cfc2024", "retention_years"),
    ("cn/five-tier", "marks", "substandard", "when", "cn.frc2023.tiers", "substandard_dpd_gt"),
    ("cn/five-tier", "marks", "doubtful", "when", "cn.frc2023.tiers", "doubtful_dpd_gt"),
    ("cn/five-tier", "marks", "doubtful", "when", "cn.frc2023.tiers", "doubtful_ecl_ratio"),
    ("cn/five-tier", "marks", "loss", "when", "cn.frc2023.tiers", "loss_dpd_gt"),
    ("cn/five-tier", "marks", "loss", "when", "cn.frc2023.tiers", "loss_ecl_ratio"),
    ("in/sma-npa", "marks", "npa", "when", "in.rbi.sma", "NPA_gt"),
    ("eu/default-definition", "marks", "default_trigger", "when", "eu.crr178.default", "dpd_gt"),
    ("eu/default-definition", "marks", "default_trigger", "when", "eu.eba.restructuring", "npv_loss_gt"),
    ("eu/default-definition", "marks", "obligor_material", "when", "eu.rts.materiality", "retail_abs_eur"),
    ("eu/default-definition", "marks", "obligor_material", "when", "eu.rts.materiality", "relative"),
    ("eu/default-definition", "marks", "default", "until", "eu.eba.probation", "min_days"),
    ("uk/conc", "holds", "breathing_space", "ends_after", "uk.breathing_space", "days"),
    ("uk/conc", "holds", "breathing_space", "again_after", "uk.breathing_space", "min_gap_months"),
    ("uk/conc", "holds", "debt_advice", "ends_after", "uk.conc.hold", "hold_days"),
    ("uk/conc", "limits", "default-notice-first", "when", "uk.cca.default_notice", "min_days"),
    ("uk/conc", "limits", "letter-of-claim-first", "when", "uk.pap", "reply_days"),
    ("uk/conc", "limits", "thirty-days-after-the-reply", "when", "uk.pap", "no_proceedings_days_after_reply"),
    ("uk/conc", "limits", "notice-before-issue", "when", "uk.pap", "pre_issue_notice_days"),
)  # fmt: skip
"""Where a number of a rule stands in its pack, and in the facts."""


@pytest.fixture(scope="module")
def facts(shared_facts: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in json.loads((shared_facts / "regulation.json").read_text("utf-8"))["rules"]}


def said(pack: str, section: str, name: str, key: str) -> str:
    """What a pack says at one place, as text."""
    tree: Any = read(text_of(pack), pack).tree
    found = tree[section]
    part = found[name] if isinstance(found, dict) else next(one for one in found if one["id"] == name)
    return str(part[key])


def rows_of(pack: str) -> Iterator[tuple[str, str]]:
    for source, rows in ROWS[pack].items():
        yield from ((source, row) for row in rows.split())


@pytest.mark.parametrize("pack", REGULATIONS)
def test_a_source_has_the_level_of_its_rows_and_their_date(pack: str, facts: dict[str, dict[str, Any]]) -> None:
    citations = {citation.name: citation for citation in shelved(pack).citations}
    worse = {source for of, source in WORSE if of == pack}
    assert set(citations) - worse == set(ROWS[pack])
    for source, row in rows_of(pack):
        citation, first = citations[source], citations[source].in_force[0]
        assert citation.level == facts[row]["verification"], source
        assert first is None or str(first) in facts[row]["effective_from"] + facts[row]["status"], source
        assert first is not None or facts[row]["effective_from"][:4] in citation.status, source
    for source in worse:
        assert citations[source].level == WORSE[pack, source]


@pytest.mark.parametrize("pack", REGULATIONS)
def test_what_of_a_row_is_from_knowledge_is_said_to_be_unverified(pack: str, facts: dict[str, dict[str, Any]]) -> None:
    citations = {citation.name: citation for citation in shelved(pack).citations}
    for source, row in rows_of(pack):
        told = json.dumps(facts[row]["parameters"]) + facts[row].get("notes", "") + facts[row]["effective_from"]
        told += facts[row]["status"]
        from_knowledge = re.search(r"\(K\)|, K\)|from knowledge", told)
        assert citations[source].unverified or not from_knowledge, f"{source}: {told}"


@pytest.mark.parametrize("pack", REGULATIONS)
def test_a_limit_holds_from_the_day_on_from_which_its_source_does(pack: str) -> None:
    first = {citation.name: citation.in_force[0] for citation in shelved(pack).citations}
    tree: Any = read(text_of(pack), pack).tree
    for limit in tree.get("limits", []):
        sources = limit["source"] if isinstance(limit["source"], list) else [limit["source"]]
        days = {str(first[name]) for name in sources if first[name] is not None}
        assert limit.get("in_force", {}).get("from") in (days or {None}), limit["id"]


@pytest.mark.parametrize(("pack", "section", "name", "key", "row", "parameter"), NUMBERS)
def test_a_number_is_that_of_the_facts(
    pack: str, section: str, name: str, key: str, row: str, parameter: str, facts: dict[str, dict[str, Any]]
) -> None:
    expected = facts[row]["parameters"][parameter]
    number = str(expected[0] if isinstance(expected, list) else expected)
    assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", said(pack, section, name, key))


def test_packs_that_are_built_on_together_keep_apart() -> None:
    """Of one name, a rule of the second pack would be lost, or rest on the law of the first one, at its level."""
    names: Counter[tuple[str, str]] = Counter()
    for pack in REGULATIONS:
        tree: Any = read(text_of(pack), pack).tree
        for section in ("sources", "holds", "retention", "limits", "everywhere", "never"):
            said = tree.get(section, {})
            names.update((section, part if isinstance(said, dict) else part["id"]) for part in said)
    assert [name for name, times in names.items() if times > 1] == []


def test_no_row_is_passed_over_in_silence(facts: dict[str, dict[str, Any]]) -> None:
    here = {row for pack in ROWS for _source, row in rows_of(pack)}
    assert here | ELSEWHERE == {row for row in facts if not row.startswith(BANK_LAW)}
    assert not here & ELSEWHERE
