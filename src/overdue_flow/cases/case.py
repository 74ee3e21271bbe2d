"""A case: everything that is true about one overdue loan, as a value.

What events say lives in one part per feature (`ledger`, `contacts`, ...); what deciding led to lives in `course`. The
two never mix: a retraction folds the events again and leaves the course as it was.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from overdue_flow.cases.arrears import Ledger
from overdue_flow.cases.assessment import Assessment
from overdue_flow.cases.care import Care
from overdue_flow.cases.contacts import Contacts
from overdue_flow.cases.course import Course
from overdue_flow.cases.legal import Legal
from overdue_flow.cases.negotiation import Negotiation
from overdue_flow.cases.plans import Plans
from overdue_flow.cases.promises import Promises
from overdue_flow.cases.terms import Terms

if TYPE_CHECKING:
    from overdue_flow.cases.turn import Recorded


class Case(NamedTuple):
    """One loan on one day. `day` is the day of its last turn; `seq` the number of entries in its journal."""

    id: str
    person_id: str
    opened_on: date
    day: date
    terms: Terms
    zone: ZoneInfo
    ledger: Ledger
    guarantors: tuple[str, ...] = ()
    co_borrowers: tuple[str, ...] = ()
    seq: int = 0
    contacts: Contacts = Contacts()
    negotiation: Negotiation = Negotiation()
    promises: Promises = Promises()
    plans: Plans = Plans()
    care: Care = Care()
    legal: Legal = Legal()
    assessment: Assessment = Assessment()
    course: Course = Course()
    events: tuple[Recorded, ...] = ()
    retracted: frozenset[str] = frozenset()
