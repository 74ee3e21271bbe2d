"""What the shipped scenarios reach of the bank packs: every rule, every comparison on both sides of its boundary, every
limit, hold, mark and stage."""

from __future__ import annotations

from functools import cache

import pytest

from overdue_flow.testing.coverage.coverage import Ran, coverage, run
from overdue_flow.testing.coverage.suites import packs_under, suite_of_pack

BANKS = ("cn/changjiang", "cn/everbright", "cn/everbright-2025", "cn/general", "cn/spd-hefei")
PARTS = (
    "cn/bank-base", "cn/care", "cn/contact-2025", "cn/court", "cn/five-tier", "cn/privacy", "cn/road", "in/sma-npa",
    "us/ma-debt-collection", "us/reg-x-mortgage",
)  # fmt: skip


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
