"""What became of every case: those that pass, each with its adapter, and those that do not, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from support.peers import bands, contagion, fineract, fineract_units, killbill, levels
from support.peers.cases import Compared, PeerCase

Adapter = Callable[[PeerCase], Iterator[Compared]]

PASSED: Mapping[str, Adapter] = {
    **killbill.ADAPTERS,
    **fineract.ADAPTERS,
    **fineract_units.ADAPTERS,
    **levels.ADAPTERS,
    **bands.ADAPTERS,
    **contagion.ADAPTERS,
}
"""Every value that such a case expects is what the library says."""


class NotPassed(NamedTuple):
    """`refused`: our answer is another one, on purpose. `outside`: no work of ours."""

    verdict: str
    reason: str


NOT_PASSED: Mapping[str, NotPassed] = {
    "KB-22": NotPassed("refused", "a flow without a policy is an error, not a flow in which every loan is clear"),
    "KB-33": NotPassed("refused", "there is no interval to set by hand; the day to look again follows from the rules"),
    "FI-56": NotPassed("refused", "staff learn late: a hold may be lifted as of another day than today"),
    "FI-59": NotPassed("refused", "a pause counts where it overlaps overdue days; one before takes nothing away"),
    "FI-71": NotPassed("refused", "a hold is about a borrower, paid up or not; only a loan never opened refuses it"),
    "FI-72": NotPassed("refused", "a hold that stands can be lifted, also once nothing is owed"),
    "FI-76": NotPassed("refused", "a hold may be lifted as of a day to come; it stands until then"),
    "FI-79": NotPassed("refused", "a late run dates a move by the day on which it was due, not by its own"),
    "OD-03": NotPassed("refused", "a level per run: how often a job ran on one day must not matter"),
    "MF-06": NotPassed("refused", "levels out of sequence work here; the peer raises an error"),
    "EN-01": NotPassed("outside", "interest and fees are the host's; that ours agrees is owed to a rate of zero"),
    "MF-05": NotPassed("outside", "two currencies never meet; who converts is the host"),
    "TR-04": NotPassed("outside", "when a contract ends and what a fee adds to it is the host's; we ask for both"),
}
"""In the document of the peers, each stands with these words."""
