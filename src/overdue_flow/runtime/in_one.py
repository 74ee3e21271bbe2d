"""One letter for several loans: what goes out in one with a contact of an action that says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from overdue_flow.engine.machine import Machine
from overdue_flow.engine.together import goes_together, says_the_same
from overdue_flow.runtime.answers import Claimed
from overdue_flow.store.protocol import Parcel, Store

IN_ONE_MAX = 100
"""So many loans of a person one letter speaks of; what is left makes another."""


def is_carrier(machine: Machine, claimed: Claimed) -> bool:
    """Whether contacts of a claimed effect's action to one person go out as one."""
    return goes_together(machine.law, claimed.effect)


def companions(
    store: Store, lead: Claimed, left: list[Parcel], at: datetime, worker: str, lease: timedelta
) -> list[Parcel]:
    """What is due to the person of a claimed effect and says the same: taken out of `left`, which is claimed already,
    or claimed now."""
    person_id = lead.case.person_id
    mine = [one for one in left if one.person_id == person_id and says_the_same(one.effect, lead.effect)]
    left[:] = [one for one in left if one not in mine]
    action = {lead.effect.action}
    claimed = store.claim(at, worker=worker, lease=lease, limit=IN_ONE_MAX, actions=action, person_id=person_id)
    for parcel in claimed:
        if says_the_same(parcel.effect, lead.effect):
            mine.append(parcel)
        else:
            left.append(parcel)
    return mine
