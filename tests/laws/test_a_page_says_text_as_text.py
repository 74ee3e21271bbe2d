"""A page says text as text: whatever people write, a page has its own tags and no others, and the words stand in it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row
from overdue_flow.reports.speech import Guarded, listed, say

TAGS = frozenset(
    "html head meta title style body header h1 p nav ol li a main section h2 span dl div dt dd table thead tbody tr th"
    " td br i footer".split()
)
ATTRIBUTES = frozenset(
    "lang charset name content http-equiv id class scope href style tabindex role aria-label aria-labelledby"
    " aria-hidden data-head".split()
)

words = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="<>&\"'/=`{}; \n!-onerrsciptx", max_size=60),
    st.sampled_from(["<script>", "</style>", "--><b>", "&lt;", "{x}", "{}", "\u202e", "]]>", "javascript:"]),
).filter(lambda text: "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text))


class Reader(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.open.append(tag)
        if tag == "td":
            self.cells.append("")
        elif tag == "br" and "td" in self.open:
            self.cells[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.cells[-1] += data


@given(title=words, label=words, cell=words, note=words)
def test_whatever_people_write(title: str, label: str, cell: str, note: str) -> None:
    part = Part(
        title,
        (Column(say("what"), "money"), Column(label, "money"), Column(say("kind"), "money", figure=True, bar=True)),
        (Row((say("{nature} {id}", nature=cell, id=note), cell, listed((cell, Guarded("care", note))))),),
        (Note(note),),
        (Field(label, cell, "money", lead=True),),
    )
    page = as_page(Report("any", title, (Note(note),), (part,) * 4, (label,)))
    reader = Reader()
    reader.feed(page)
    assert reader.tags <= TAGS
    assert reader.attributes <= ATTRIBUTES
    turns = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    shown = "".join(sign for sign in cell if sign not in turns)
    assert reader.cells[0].replace("\r", "\n") == shown.replace("\r", "\n")
