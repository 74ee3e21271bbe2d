"""The rules of contact, read off their text and worked out the slow way: what the engine is checked against.

Nothing here is shared with the engine but the names of channels and outcomes. A rule says at one instant whether it
forbids; when it first permits is found by asking it every quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WAYS = ("phone", "sms", "email", "letter", "visit", "app", "chat")
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Said:
    """One thing that was said or tried, on one loan; `at` is aware. `what` is `attempt`, `consent`, `withdrawal` (of
    a consent) or `opt_out`."""

    loan: str
    at: datetime
    what: str = "attempt"
    channel: str | None = "phone"
    outcome: str = "no_answer"
    inbound: bool = False
    party: str = "borrower"
    point: str | None = None
    collector: str | None = None
    one_of: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Rule:
    """A rule, as a policy states it."""

    hours: tuple[str, str] | None = None
    not_on: tuple[str, ...] = ()
    counts: str | None = None
    at_most: int = 0
    span: tuple[int, str] = (1, "days")
    per: tuple[str, ...] = ("debt",)
    excluding: tuple[str, ...] = ()
    consent_days: int | None = None
    channels: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()

    def written(self, name: str) -> str:
        """The limit, as a line of a policy file."""
        said = [f"id: {name}", "strength: block"]
        look = [
            f"{word}: [{', '.join(names)}]"
            for word, names in (("channel", self.channels), ("party", self.parties))
            if names
        ]
        said += [f"applies_to: {{{', '.join(['kind: contact', *look])}}}"]
        said += [f'outside: "{self.hours[0]}-{self.hours[1]}"'] if self.hours else []
        said += [f"blocked_days: [{', '.join(self.not_on)}]"] if self.not_on else []
        if self.counts:
            span = f"{self.span[0]} {self.span[1]}"
            said += [
                f"counts: {self.counts}",
                f"at_most: {self.at_most}",
                f"within: {span}",
                f"per: [{', '.join(self.per)}]",
            ]
        said += [f"excluding: [{', '.join(self.excluding)}]"] if self.excluding else []
        said += [f"consent_lasts: {self.consent_days} days"] if self.consent_days else []
        return "{" + ", ".join(said) + "}"


@dataclass(frozen=True)
class World:
    """Where the borrower is, what the loan's own zone is, and all that was said and tried."""

    zones: tuple[str, ...]
    loan_zone: str
    said: tuple[Said, ...] = field(default_factory=tuple)

    def local(self, at: datetime) -> list[datetime]:
        """What the clocks show where the borrower may be."""
        return [at.astimezone(ZoneInfo(zone)) for zone in self.zones or (self.loan_zone,)]

    def day(self, at: datetime) -> date:
        """The day of the loan."""
        return at.astimezone(ZoneInfo(self.loan_zone)).date()


def forbids(rule: Rule, world: World, contact: Said) -> bool:
    """Whether a rule forbids a contact at its instant."""
    if rule.channels and contact.channel not in rule.channels:
        return False
    if rule.parties and contact.party not in rule.parties:
        return False
    if "consent" in rule.excluding and with_consent(rule, world, contact):
        return False
    walls = world.local(contact.at)
    if rule.hours and not all(rule.hours[0] <= f"{wall:%H:%M:%S}" < rule.hours[1] for wall in walls):
        return True
    if any(WEEK[wall.weekday()] in rule.not_on or str(wall.date()) in rule.not_on for wall in walls):
        return True
    return rule.counts is not None and any(
        how_many(rule, world, contact, number) >= rule.at_most for number in range(len(walls))
    )


def how_many(rule: Rule, world: World, contact: Said, zone: int) -> int:
    """How many attempts of the past stand in the window, as the clocks of one zone say."""
    now = world.local(contact.at)[zone]
    counted = set()
    for number, one in enumerate(world.said):
        if not is_of_the_kind(rule, one) or one.party not in (rule.parties or (contact.party,)):
            continue
        if rule.channels and one.channel not in rule.channels:
            continue
        if "debt" in rule.per and one.loan != contact.loan:
            continue
        if "contact_point" in rule.per and None not in (one.point, contact.point) and one.point != contact.point:
            continue
        if (
            "collector" in rule.per
            and None not in (one.collector, contact.collector)
            and one.collector != contact.collector
        ):
            continue
        if "consent" in rule.excluding and with_consent(rule, world, one):
            continue
        if in_window(rule.span, world.local(one.at)[zone], now):
            counted.add(one.one_of or number)
    return len(counted)


def is_of_the_kind(rule: Rule, one: Said) -> bool:
    """Whether a rule counts a thing of this kind."""
    if one.what != "attempt":
        return False
    if rule.counts == "conversation":
        return one.outcome == "conversation" and not (one.inbound and "inbound" in rule.excluding)
    if one.inbound:
        return False
    if "not_connected" in rule.excluding and one.outcome in ("busy", "not_in_service", "bounced"):
        return False
    answered = one.outcome in ("connected", "conversation")
    return {
        "attempt": True,
        "connect": answered and one.channel in ("phone", "visit", "chat", "app"),
        "unanswered": one.channel == "phone" and not answered,
        "message": one.channel in ("sms", "email", "letter", "app", "chat"),
        "visit": one.channel == "visit",
        "refused": one.outcome == "refused",
    }[rule.counts or ""]


def in_window(span: tuple[int, str], then: datetime, now: datetime) -> bool:
    """Whether something of `then` still counts `now`; the day of the event is the first of the days."""
    count, unit = span
    if unit == "hours":
        return now.timestamp() - then.timestamp() < count * 3600
    if unit in ("days", "calendar days"):
        return (now.date() - then.date()).days < count
    if unit == "calendar weeks":
        monday = now.date() - timedelta(days=now.weekday())
        return then.date() >= monday - timedelta(days=7 * (count - 1))
    months = 12 * now.year + now.month - 12 * then.year - then.month
    return months < count


def with_consent(rule: Rule, world: World, contact: Said) -> bool:
    """Whether a contact is made with a consent: the last word on its channel gave it, whatever was said before, it has
    not run out, and nobody talked since. An opt-out is a word on every loan. Who does not say by which channel the
    contact goes needs a consent to each."""
    if contact.channel is None:
        return all(with_consent(rule, world, Said(**{**vars(contact), "channel": way})) for way in WAYS)
    day = world.day(contact.at)
    given = None
    for one in world.said:
        about = one.channel in (None, contact.channel) and (one.loan == contact.loan or one.what == "opt_out")
        if one.what != "attempt" and about and one.at <= contact.at:
            given = one
    if given is None or given.what != "consent" or (given.until is not None and day >= given.until):
        return False
    if rule.consent_days and (day - world.day(given.at)).days >= rule.consent_days:
        return False
    return not any(
        one.what == "attempt" and one.outcome == "conversation" and given.at < one.at <= contact.at
        for one in world.said
        if one is not contact and (one.one_of is None or one.one_of != contact.one_of)
    )


def opted_out(world: World, contact: Said) -> bool:
    """Whether the person asked, on any of their loans, not to be contacted by the channel, and that is not over; unless
    their last word on it is a consent that is not over. Who does not say the channel must heed every one."""
    if contact.channel is None:
        return any(opted_out(world, Said(**{**vars(contact), "channel": way})) for way in WAYS)
    day = world.day(contact.at)
    forbidden = False
    for one in world.said:
        if one.what == "attempt" or one.channel not in (None, contact.channel):
            continue
        over = one.until is not None and day >= one.until
        if one.what == "consent" and not over and one is last_word(world, contact.channel):
            return False
        forbidden = forbidden or (one.what == "opt_out" and not over)
    return forbidden


def last_word(world: World, channel: str) -> Said:
    """The last that was said of a channel, of which something was said."""
    return [one for one in world.said if one.what != "attempt" and one.channel in (None, channel)][-1]


def first_permitted(rules: Iterable[Rule], world: World, contact: Said, quarters: int) -> datetime | None:
    """The first quarter of an hour, from the contact's own instant on, at which no rule forbids it; None within so
    many."""
    some = tuple(rules)
    for number in range(quarters):
        later = Said(**{**vars(contact), "at": contact.at + number * QUARTER})
        if not opted_out(world, later) and not any(forbids(rule, world, later) for rule in some):
            return later.at
    return None
