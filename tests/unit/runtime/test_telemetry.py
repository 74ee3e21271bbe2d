"""Spans and counters, as the OpenTelemetry SDK sees them; and without it, nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from overdue_flow.errors import EventRefused
from overdue_flow.events import PaymentReversed
from support.road import at, on, one_stage, road_policy
from support.service import Service

POLICY = road_policy(one_stage("{id: r, when: dpd >= 1, do: call}, {id: s, when: dpd >= 1, do: visit}"))
SPANS = InMemorySpanExporter()
COUNTS = InMemoryMetricReader()


@pytest.fixture(scope="module", autouse=True)
def sdk() -> None:
    """What a host sets up once for its process."""
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(SPANS))
    trace.set_tracer_provider(traces)
    metrics.set_meter_provider(MeterProvider([COUNTS]))


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    SPANS.clear()
    yield SPANS
    SPANS.clear()


def named(spans: InMemorySpanExporter) -> list[str]:
    return [span.name for span in spans.get_finished_spans()]


def counted(name: str) -> dict[tuple[str, ...], int]:
    """The sums of a counter, by its attributes' values."""
    data = COUNTS.get_metrics_data()
    found = [
        metric
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.name == name
    ]
    return {
        tuple(str(value) for _key, value in sorted((point.attributes or {}).items())): int(point.value)  # type: ignore[union-attr]  # counters have values
        for metric in found
        for point in metric.data.data_points
    }


def test_what_a_flow_does_is_told_as_spans(spans: InMemorySpanExporter) -> None:
    service = Service(POLICY)
    service.wakes("2025-01-11")
    service.delivers()
    assert named(spans) == [
        "overdue_flow.receive",
        "overdue_flow.wake",  # a batch
        "overdue_flow.wake",  # and nothing left
        "overdue_flow.hook",
        "overdue_flow.hook",
        "overdue_flow.deliver",
    ]
    found: tuple[ReadableSpan, ...] = spans.get_finished_spans()
    assert dict(found[0].attributes or {}) == {"overdue_flow.case_id": "a", "overdue_flow.event": "LoanOpened"}
    assert found[3].parent is not None
    assert found[5].context is not None
    assert found[3].parent.span_id == found[5].context.span_id


def test_a_hook_runs_in_its_span() -> None:
    inside: list[bool] = []
    service = Service(POLICY)
    service.answers["call"] = lambda effect, case: inside.append(trace.get_current_span().is_recording())
    service.wakes("2025-01-11")
    service.delivers()
    assert inside == [True]


def test_what_is_refused_is_an_error_of_its_span(spans: InMemorySpanExporter) -> None:
    service = Service(POLICY)
    with pytest.raises(EventRefused):
        service.flow.receive(
            "a", PaymentReversed(id="r", payment_id="p", reversed_on=on("2025-01-20")), at=at("2025-01-20")
        )
    assert not spans.get_finished_spans()[-1].status.is_ok


def test_turns_moves_and_effects_are_counted() -> None:
    before = {name: counted(f"overdue_flow.{name}") for name in ("turns", "moves", "effects")}
    service = Service(POLICY)
    service.answers["visit"] = OSError("no")
    service.wakes("2025-01-11")
    service.delivers()
    service.delivers()
    after = {name: counted(f"overdue_flow.{name}") for name in ("turns", "moves", "effects")}

    def more(name: str) -> dict[tuple[str, ...], int]:
        return {
            key: value - before[name].get(key, 0)
            for key, value in after[name].items()
            if value > before[name].get(key, 0)
        }

    assert more("turns") == {(): 3}
    assert more("moves") == {("", "calm"): 1}
    assert more("effects") == {("call", "delivered"): 1, ("visit", "failed"): 1}


def test_without_opentelemetry_nothing_is_told_and_all_is_done() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from overdue_flow.runtime.telemetry import Telemetry\n"
        "told = Telemetry()\n"
        "told.count_turns([]), told.count_effect('call', 'delivered')\n"
        "with told.span('wake', until='today'): print('done')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "done\n"
