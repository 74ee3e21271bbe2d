"""The documentation is true: what a page shows is done, its links lead somewhere, its tables are the format's own.

`make docs` writes the outputs and the tables anew; then the difference is read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from overdue_flow.policy import reference, types_in_words
from support import pack_tables
from support.pages import Page, PageFails, blocks_of, excerpt
from support.regulated import REGULATIONS
from support.terminal import ROOT

REFERENCE = ROOT / "docs" / "policy-file.md"
PACKS = ROOT / "docs" / "packs.md"

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT, ROOT / "docs", ROOT / "examples", ROOT / "tests", ROOT / "benchmarks")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
RUN = [page for page in PAGES if blocks_of((ROOT / page).read_text("utf-8"))]

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether pages are written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.mark.parametrize("name", RUN)
def test_what_a_page_shows_is_so(name: str, tmp_path: Path, update: bool) -> None:
    page = Page(ROOT / name, tmp_path)
    found = page.run()
    page.finish()
    _same(ROOT / name, page.text, found, update)


def test_the_tables_of_the_reference_are_those_of_the_format(update: bool) -> None:
    text = REFERENCE.read_text("utf-8")
    _same(REFERENCE, text, reference.filled(text), update)


def test_the_tables_of_the_packs_are_those_of_the_packs(update: bool) -> None:
    text = PACKS.read_text("utf-8")
    _same(PACKS, text, pack_tables.filled(text), update)
    assert pack_tables.asked_for(text) >= {"packs", *REGULATIONS}


def test_the_reference_leaves_nothing_of_the_format_out() -> None:
    assert sorted(reference.asked_for(REFERENCE.read_text("utf-8"))) == sorted(reference.names())
    assert set(types_in_words.parts_of()) == set(types_in_words.PARTS)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    file = ROOT / name
    lost = [link for link in _links(file) if not _leads_somewhere(file, link)]
    assert lost == []


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        file = waiting.pop()
        if file not in seen and file.suffix == ".md":
            seen.add(file)
            waiting += [_target(file, link)[0] for link in _links(file)]
    assert {page for page in PAGES if page.startswith("docs/")} <= {str(file.relative_to(ROOT)) for file in seen}


def test_the_check_sees_an_output_that_drifted(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n", "utf-8")
    (tmp_path / "folder").mkdir()
    assert Page(page, tmp_path / "folder").run() == "```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```python\nprint(1)\n```\n", "no `text` block"),
        ("```console\n$ rm -rf /\n```\n", "no command that a page may run"),
        ("```console\n$ overdue-flow check nothing.yaml\n$ ls\n```\n", "show `\\$ echo"),
        ("```console\n$ overdue-flow check nothing.yaml\n```\n", "show `\\$ echo"),
        ("```yaml\nroles: [boss]\nattention: bos\n```\n", "this is no policy"),
        ("```yaml refused\nroles: [boss]\nattention: boss\n```\n", "should be refused"),
        ("```console\n$ make everything\n```\n", "has no target"),
        ("```python\n", "has no end"),
    ],
)
def test_a_page_that_cannot_be_true_is_refused(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text, "utf-8")
    (tmp_path / "folder").mkdir()
    page = Page(tmp_path / "page.md", tmp_path / "folder")
    with pytest.raises(PageFails, match=why):
        page.run(), page.finish()


def test_lines_left_out_stay_left_out() -> None:
    said = ["one", "two", "three", "four"]
    assert excerpt(["one", "...", "four"], said, 1) == ["one", "...", "four"]
    assert excerpt(["...", "two", "..."], said, 1) == ["...", "two", "..."]
    with pytest.raises(PageFails, match="nothing says `five`"):
        excerpt(["...", "five"], said, 1)


def _same(file: Path, text: str, found: str, update: bool) -> None:
    if update and found != text:
        file.write_text(found, "utf-8")
    elif found != text:
        assert found.splitlines() == text.splitlines(), f"{file.name} says something else; is that better? `make docs`"


@cache
def _links(file: Path) -> tuple[str, ...]:
    """The links of a page to files and to headings; those in code are none."""
    text = re.sub(r"```.*?^```|`[^`\n]*`", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return tuple(link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link))


def _target(file: Path, link: str) -> tuple[Path, str]:
    path, _, heading = link.partition("#")
    return (file.parent / path).resolve() if path else file, heading


def _leads_somewhere(file: Path, link: str) -> bool:
    target, heading = _target(file, link)
    return target.exists() and (not heading or heading in _anchors(target))


@cache
def _anchors(file: Path) -> frozenset[str]:
    """The names under which the headings of a page can be linked to, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text))
    return frozenset(plain)
