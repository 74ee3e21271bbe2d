"""Random loans, and random policies, for hypothesis: what is true of every loan, whatever happens to it.

    from hypothesis import given
    from overdue_flow.testing.strategies import lives

    @given(lives(policy))
    def test_nobody_is_sued_before_somebody_talked_to_them(life):
        assert "legal" not in life.stages or "negotiation" in life.stages

A life that breaks what was claimed is made as short as it can be, and shown as a scenario that can be kept.
"""

try:
    import hypothesis  # noqa: F401  (so that its absence is told apart from a fault inside it)
except ImportError:
    from overdue_flow.errors import MissingExtra

    message = "random loans need hypothesis; install it with: pip install 'overdue-flow[testing]'"
    raise MissingExtra(message) from None

from overdue_flow.testing.strategies.lives import Life, lives
from overdue_flow.testing.strategies.loans import openings, schedules
from overdue_flow.testing.strategies.policies import policies, policy_texts

__all__ = ["Life", "lives", "openings", "policies", "policy_texts", "schedules"]
