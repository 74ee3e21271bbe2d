"""What the shipped scenarios reach of every pack that the library has: every rule, every comparison on both sides of
its boundary, every limit, hold, mark and stage."""

from __future__ import annotations

from functools import cache

import pytest

from overdue_flow.policy.library import example_of, packs
from overdue_flow.testing.coverage.coverage import Ran, coverage, run
from overdue_flow.testing.coverage.suites import packs_under, suite_of_pack

PARTS = tuple(pack for pack in packs() if example_of(pack) is not None)
BANKS = tuple(pack for pack in packs() if pack not in PARTS)


suite = cache(suite_of_pack)


@cache
def ran(pack: str) -> Ran:
    return run(suite(pack))


@pytest.mark.parametrize("pack", BANKS)
def test_every_part_of_a_bank_pack_is_reached(pack: str) -> None:
    found = coverage(suite(pack).policy, [ran(pack), *(ran(one) for one in packs_under(f"pack:{pack}"))])
    assert [str(part) for part in found.missing] == []
    assert (found.failed, found.needless) == ((), ())
    assert [str(part) for part in found.explained] == ["word plans: stopped"]
    assert len(found.parts) > 500


@pytest.mark.parametrize("pack", PARTS)
def test_a_parts_own_scenarios_reach_all_of_it(pack: str) -> None:
    found = coverage(suite(pack).policy, [ran(pack)], only_in=f"pack:{pack}")
    assert [str(part) for part in found.missing] == []
    assert found.failed == ()
