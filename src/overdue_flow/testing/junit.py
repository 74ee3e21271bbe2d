"""Results of scenarios as JUnit XML, which build servers read: a suite for each file, a case for each scenario."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import NamedTuple

from overdue_flow.engine.machine import Machine
from overdue_flow.testing.scenarios import ScenarioResult
from overdue_flow.testing.telling import told

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Ran(NamedTuple):
    """A scenario that ran: from which file, what became of it, on which machine, in how many seconds."""

    file: str
    result: ScenarioResult
    machine: Machine
    seconds: float


def junit(ran: Iterable[Ran]) -> str:
    """The XML, with the files in the order in which they ran."""
    by_file: dict[str, list[Ran]] = {}
    for one in ran:
        by_file.setdefault(one.file, []).append(one)
    root = ET.Element("testsuites", _counts([one for some in by_file.values() for one in some]))
    for file, some in by_file.items():
        suite = ET.SubElement(root, "testsuite", {"name": _plain(file), **_counts(some), "errors": "0"})
        for one in some:
            _case(suite, one)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(some: list[Ran]) -> dict[str, str]:
    failed = sum(not one.result.passed for one in some)
    return {"tests": str(len(some)), "failures": str(failed), "time": f"{sum(one.seconds for one in some):.3f}"}


def _case(suite: ET.Element, one: Ran) -> None:
    place = one.result.scenario.place
    about = {"name": _plain(one.result.scenario.name), "classname": _plain(one.file), "time": f"{one.seconds:.3f}"}
    if place is not None and place.line:
        about |= {"file": _plain(place.file), "line": str(place.line)}
    case = ET.SubElement(suite, "testcase", about)
    if not one.result.passed:
        failure = ET.SubElement(case, "failure", {"message": _plain(str(one.result)), "type": "scenario"})
        failure.text = _plain("\n".join(told(one.result, one.machine)))


def _plain(text: str) -> str:
    """Text without what XML cannot hold."""
    return _NO_XML.sub("?", text)
