"""Reports as pages of text, in English and Chinese: of loans that went different ways, of a book, and of a policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from overdue_flow import compare_policies
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.catalogue import OF_A_BOOK, OF_A_LOAN
from overdue_flow.reports.changes import changes_report
from overdue_flow.reports.handbook import handbook
from overdue_flow.reports.simulated import simulated
from overdue_flow.reports.speech import LANGUAGES, Language
from overdue_flow.reports.told import Told
from overdue_flow.simulation.trial.figures import BY_NAME
from support.adopted import on_the_book, two_versions
from support.golden import Golden
from support.reported import PERIOD, book, on_a_plan, reported_policy, to_court, with_complaints
from support.simulated import simulation

OF_WHOM: dict[str, Callable[[], Told]] = {
    "statement": with_complaints,
    "assessment": with_complaints,
    "plan": on_a_plan,
    "complaints": with_complaints,
    "case-file": to_court,
    "own-record": with_complaints,
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", OF_WHOM)
def test_a_report_of_a_loan_reads_as_expected(name: str, lang: Language, golden: Golden) -> None:
    golden(as_text(OF_A_LOAN[name](OF_WHOM[name](), None), lang), f"reports/{name}.{lang}.txt")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", OF_A_BOOK)
def test_a_report_of_a_book_reads_as_expected(name: str, lang: Language, golden: Golden) -> None:
    golden(as_text(OF_A_BOOK[name](reported_policy(), book(), PERIOD, None), lang), f"reports/{name}.{lang}.txt")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_handbook_reads_as_expected(lang: Language, golden: Golden) -> None:
    golden(as_text(handbook(reported_policy()), lang), f"reports/handbook.{lang}.txt")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_changed_in_a_policy_reads_as_expected(lang: Language, golden: Golden) -> None:
    report = changes_report(compare_policies(*two_versions()), on_the_book())
    golden(as_text(report, lang), f"reports/changes.{lang}.txt")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["simulation", "simulation-alone"])
def test_a_report_of_a_simulation_reads_as_expected(name: str, lang: Language, golden: Golden) -> None:
    sim = simulation(challenger=name == "simulation")
    golden(as_text(simulated(sim, BY_NAME), lang), f"reports/{name}.{lang}.txt")
