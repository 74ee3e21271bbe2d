"""Packs come with the library: policies and parts, each found by its name and well formed."""

from __future__ import annotations

import pytest

from overdue_flow.errors import PolicyError
from overdue_flow.policy.library import packs, scenarios_of
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.shelf import shelved


@pytest.mark.parametrize("name", packs())
def test_a_pack_is_a_policy_or_says_that_it_is_a_part(name: str) -> None:
    found = shelved(name)
    if found.is_whole:
        assert load_policy(f"pack:{name}").version == found.version
    else:
        (refused,) = check_policy(f"pack:{name}")
        assert (refused.code, refused.hint) == ("part-of-a-policy", f"build on it: `extends: pack:{name}`")
    assert {"en", "zh"} <= found.title.keys()


@pytest.mark.parametrize("name", [name for name in packs() if shelved(name).is_whole])
def test_a_whole_pack_has_no_finding_that_it_does_not_explain(name: str) -> None:
    assert [str(one) for one in load_policy(f"pack:{name}").findings if not one.explained] == []
    assert scenarios_of(name)


@pytest.mark.parametrize("name", packs())
def test_every_source_of_a_pack_is_used_and_says_when_it_is_in_force(name: str) -> None:
    for citation in shelved(name).citations:
        assert citation.parts, citation.name
        assert citation.status or citation.level == "P", citation.name


def test_a_pack_shows_its_buckets_and_not_what_they_go_by() -> None:
    assert shelved("cn/general").sections["buckets"] == ("M1", "M2", "M3", "M4+")


def test_a_pack_that_is_not_there_is_refused_with_those_that_are_near() -> None:
    (refused,) = check_policy("pack:cn/spd-hefe")
    assert (refused.code, refused.hint) == ("unknown-pack", "did you mean `cn/spd-hefei`?")
    with pytest.raises(PolicyError, match="there is no pack"):
        load_policy("pack:nowhere")
