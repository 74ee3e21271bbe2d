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
from overdue_flow.cases.borrower import Others
from overdue_flow.cases.care import Care
from overdue_flow.cases.contacts import Contacts
from overdue_flow.cases.course import Course
from overdue_flow.cases.enforcement import Enforcement
from overdue_flow.cases.handover import Handover
from overdue_flow.cases.judgment import Judgment
from overdue_flow.cases.limitation import Limitation
from overdue_flow.cases.plans import Plans
from overdue_flow.cases.preparation import Preparation
from overdue_flow.cases.promises import Promises
from overdue_flow.cases.suit import Suit
from overdue_flow.cases.talks import Negotiation
from overdue_flow.cases.terms import Terms

if TYPE_CHECKING:
    from overdue_flow.cases.turn import Recorded


class Towards(NamedTuple):
    """Where a contact goes that is being checked, and who would make it; None where that is not said."""

    contact_point: str | None = None
    collector: str | None = None


class Case(NamedTuple):
    """One loan on one day. `day` is the day of its last turn; `seq` the number of entries in its journal.

    `elsewhere` and `towards` are set on the copy alone with which a limit's condition is read: what the person's other
    loans know of contacts, and where the contact goes. No turn and no replay sets them.
    """

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
    preparation: Preparation = Preparation()
    suit: Suit = Suit()
    judgment: Judgment = Judgment()
    enforcement: Enforcement = Enforcement()
    limitation: Limitation = Limitation()
    handover: Handover = Handover()
    assessment: Assessment = Assessment()
    course: Course = Course()
    events: tuple[Recorded, ...] = ()
    retracted: frozenset[str] = frozenset()
    elsewhere: tuple[Recorded, ...] = ()
    towards: Towards | None = None
    others: Others = Others()
