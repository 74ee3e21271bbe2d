"""What can be asked of a flow about loans: the half of `Flow` that leaves every loan as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import Event
from overdue_flow.engine.authority import Verdict
from overdue_flow.engine.borrower import Borrower
from overdue_flow.engine.explain import Explanation
from overdue_flow.policy.reader import Reader
from overdue_flow.runtime import looking, looks, retention, whole
from overdue_flow.runtime.deciding import Decider, check_day
from overdue_flow.runtime.retention import Retained
from overdue_flow.runtime.turns import Turns
from overdue_flow.runtime.view import View, view


class Reading:
    """The questions to a flow."""

    _decider: Decider
    _turns: Turns

    def case(self, case_id: str) -> Case:
        """A case as its last turn left it. UnknownCase where there is none."""
        return self._turns.case(case_id)

    def may_offer(self, case_id: str, offer: Event, *, at: datetime | None = None) -> Verdict:
        """Whether the role of an `OfferMade`, `PlanAgreed` or `SettlementReached` may say so before it does, and who
        may approve it. Nothing is recorded. EventRefused for what cannot happen, UnknownCase."""
        return looking.offered(self._decider, self.case(case_id), offer, at or offer.at or self._turns.clock())

    def history(self, case_id: str) -> tuple[Entry, ...]:
        """The journal of a case, oldest entry first."""
        return self._turns.store.journal(case_id)

    def view(self, case_id: str, *, role: str = "", who: str = "", why: str = "") -> View:
        """A case and its journal as a role may see them by the `access` of the policy, which is asked for one who shows
        loans to people. The look is remembered before it is answered (`Store.looks`), and so is one that is refused.

        `who` is the id of who looks: of the staff, or the agency, firm or person whose loans they see. AccessRefused
        where the policy says who may see what, and shows this case not to them; UnknownCase.
        """
        case, at = self.case(case_id), self._turns.clock()
        policy = looks.access_of(self._decider.versions.all, at)
        seen = looks.looked(policy, self._turns.store, case, Reader(role, who, why), "view", at)
        return view(policy, case, self.history(case_id), seen)

    def borrower(
        self, person_id: str, *, at: datetime | None = None, role: str = "", who: str = "", why: str = ""
    ) -> Borrower:
        """A person and all of their loans, as they stand now or will at the instant `at` if nothing happens.
        UnknownCase where there is no loan of theirs.

        Who looks, and what is remembered of it, is as in `view`; loans that are not theirs to see are left out, and
        AccessRefused is raised where that is all of them.
        """
        now = self._turns.clock()
        reader = Reader(role, who, why)
        return whole.borrower(self._decider, self._turns.store, person_id, reader, at or now, now=now)

    def retention(self, on: date) -> Iterator[Retained]:
        """Of every case that was not erased, whether its personal values are due for erasure on a day by the
        `retention` of the policy, and what keeps them where they are not. Nothing is erased."""
        check_day(on)
        policy = looks.access_of(self._decider.versions.all, self._turns.clock())
        return retention.retained(policy, self._turns.store, on)

    def explain(self, case_id: str, on: date | None = None) -> Explanation:
        """Where a case stands, why, what each way out waits for, and what happens next if nothing does.

        `on` is any day since its opening: one that is past is told as it was known then, one to come as if nothing
        happened until then. By default the day of its last turn. UnknownCase for a day before the opening.
        """
        return looking.explained(self._decider, self._turns.store, self.case(case_id), on)
