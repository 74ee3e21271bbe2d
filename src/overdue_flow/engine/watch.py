"""What people must be told at the end of a turn: broken clauses, stale reports, what was done by mistake, questions."""

from __future__ import annotations

from overdue_flow.cases.attempts import BORROWERS
from overdue_flow.cases.events import ContactAttempted, EffectDelivered, EventRetracted, PaymentReversed
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.retractions import list_what_it_showed, list_what_was_done
from overdue_flow.engine.tasks import to_the_borrower
from overdue_flow.engine.wake import open_questions, report_turns_stale


def watch(draft: Draft) -> None:
    """Tell what a person must know of the turn."""
    if draft.machine.clauses:
        _report_breaches(draft)
    if draft.case.ledger.reports and _report_is_newly_stale(draft):
        draft.call_attention("the report of arrears is stale", cause="stale_after")
    if isinstance(draft.event, PaymentReversed | EventRetracted) and _is_owed_again(draft):
        draft.call_attention("money is owed again on a loan that had come to its end", cause="owed_again")
    if isinstance(draft.event, EventRetracted):
        list_what_was_done(draft, draft.event.event_id)
        list_what_it_showed(draft, draft.event.event_id)
    if not draft.resting:
        draft.asks.extend(_new_questions(draft))


def _report_breaches(draft: Draft) -> None:
    """Standing clauses that the turn broke."""
    machine = draft.machine
    told = _delivers_contact(draft)
    newly = machine.newly_broken(draft.case, draft.day, draft.before, draft.day_before, contact_delivered=told)
    draft.report_breaches(newly)


def _delivers_contact(draft: Draft) -> bool:
    event = draft.event
    if isinstance(event, ContactAttempted):
        return event.direction == "outbound" and event.party in BORROWERS
    if not isinstance(event, EffectDelivered) or draft.before is None:
        return False
    open_effects = draft.before.course.open_effects
    return any(effect.id == event.effect_id and to_the_borrower(effect) for effect in open_effects)


def _is_owed_again(draft: Draft) -> bool:
    """Whether the event leaves something owed on a loan in an end stage, where nothing was: no rule leads out of it."""
    policy, before = draft.machine.policy, draft.before
    if before is None or not policy.stages[draft.case.course.stage].end:
        return False
    owed = policy.vocabulary["balance"].read
    return owed(before, draft.day_before) == 0 and owed(draft.case, draft.day) not in (None, 0)


def _report_is_newly_stale(draft: Draft) -> bool:
    if draft.opens_day:
        return report_turns_stale(draft.case, draft.day)
    stale = draft.machine.policy.vocabulary["arrears_report_stale"].read
    return bool(stale(draft.case, draft.day)) and not (draft.before and stale(draft.before, draft.day))


def _new_questions(draft: Draft) -> list[str]:
    """Asked facts on which a rule depends now, and on which none did before the turn."""
    if not draft.machine.tables[draft.case.course.stage].asking.asked:
        return []
    asked = open_questions(draft.machine, draft.case, draft.day)
    if asked and draft.before is not None and draft.before.course.stage == draft.case.course.stage:
        asked -= open_questions(draft.machine, draft.before, draft.day_before)
    return sorted(asked)
