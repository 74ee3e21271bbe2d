"""Work handed out to several processes comes back in order, and so does what went wrong."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import pytest

from overdue_flow.errors import OverdueFlowError
from overdue_flow.simulation import processes
from overdue_flow.simulation.interrupts import no_ctrl_c
from overdue_flow.simulation.processes import PARTS_AHEAD, handed_out, in_shares
from support.shared_work import Deadly, dies, fails, fails_oddly, fails_unforeseen, noted, nothing, square


def test_results_come_in_order_from_however_many_processes() -> None:
    for count in (1, 2, 3):
        assert list(handed_out(square, range(20), count, nothing, None)) == [n * n for n in range(20)]
    assert list(handed_out(square, range(1), 5, nothing, None)) == [0]
    assert list(handed_out(square, (), 2, nothing, None)) == []


def test_nobody_works_far_ahead_of_who_takes_the_results(tmp_path: Path) -> None:
    found = handed_out(partial(noted, tmp_path), range(100), 1, nothing, None)
    assert [next(found) for _ in range(10)] == list(range(10))
    found.close()  # type: ignore[attr-defined]  # a generator
    assert 10 <= len(list(tmp_path.iterdir())) <= 9 + PARTS_AHEAD


def test_no_process_is_left_when_nobody_listens_any_more() -> None:
    before = set(active_children())
    found = handed_out(square, range(100), 2, nothing, None)
    assert next(found) == 0
    assert len(set(active_children()) - before) == 2
    found.close()  # type: ignore[attr-defined]  # a generator
    assert set(active_children()) <= before


def test_what_goes_wrong_is_raised_where_the_work_was_asked_for() -> None:
    found = handed_out(fails, range(10), 2, nothing, None)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OverdueFlowError, match="the third is wrong"):
        next(found)
    with pytest.raises(OverdueFlowError, match="a process could not go on: Odd: this and that"):
        list(handed_out(fails_oddly, range(2), 1, nothing, None))
    with pytest.raises(ZeroDivisionError, match="by nothing") as unforeseen:
        list(handed_out(fails_unforeseen, range(2), 1, nothing, None))
    assert "in fails_unforeseen" in "".join(unforeseen.value.__notes__)


def test_a_process_that_is_killed_is_told() -> None:
    with pytest.raises(OverdueFlowError, match="a process was killed in the middle of its work; run it again"):
        list(handed_out(dies, range(4), 2, nothing, None))


def test_a_process_that_dies_while_it_begins_is_told() -> None:
    order = Deadly(), b"a long order" * 1_000_000
    with pytest.raises(OverdueFlowError, match="a process was killed in the middle of its work; run it again"):
        list(handed_out(square, range(4), 2, nothing, order))


def test_ctrl_c_waits_while_processes_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not know yet that Ctrl-C is not for it would answer with a traceback."""
    waited = []

    @contextmanager
    def watched() -> Iterator[None]:
        with no_ctrl_c():
            waited.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
            yield

    monkeypatch.setattr(processes, "no_ctrl_c", watched)
    assert list(handed_out(square, range(3), 2, nothing, None)) == [0, 1, 4]
    assert waited == [True, True]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_shares_are_consecutive_and_leave_nobody_out() -> None:
    assert in_shares(7, 3) == [range(3), range(3, 6), range(6, 7)]
    assert in_shares(0, 3) == []
