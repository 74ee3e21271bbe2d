"""One text for each version of a policy: what a version meant when it first decided something, it means for ever.

The journal names versions. What decided can be explained years later only if a version has one meaning, whichever
process loads it. The store remembers it with the first turn; a flow whose file says something else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TypeAlias

from overdue_flow.cases.effects import Status
from overdue_flow.errors import VersionTaken
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.versions import Versions
from overdue_flow.store.protocol import PolicyText, Store, Turn

Name: TypeAlias = tuple[str, str]
"""A policy and its version."""


class Texts:
    """The texts of a flow's versions, compared with those that its store remembers. VersionTaken where one differs.

    Where a store can write side by side (PostgreSQL), a text is told apart from the turns that it decided, and is there
    at once: a long transaction of the host's would keep every other first turn waiting.
    """

    def __init__(self, policies: Iterable[Policy], store: Store) -> None:
        self._policies = {(policy.id, policy.version): policy for policy in policies}
        self._digests: dict[Name, str] = {}
        self._known: set[Name] = set()
        self._apart = store if getattr(store, "writes_side_by_side", False) else None
        self.look(store)

    def look(self, store: Store, *, lasts: bool = True) -> None:
        """Compare with what the store remembers by now: others may have decided. Nothing is asked of it where all is
        known."""
        if len(self._known) == len(self._policies):
            return
        for text in store.policies():
            name = text.policy, text.version
            if name in self._policies and name not in self._known:
                self._check(text)
                if lasts:
                    self._known.add(name)

    def before_delivery(self, store: Store, versions: Versions, at: datetime) -> None:
        """Before anything is claimed: what goes out by the wrong text cannot be called back. What is the law now is
        remembered if something is to go out under it."""
        self.look(store)
        laws = {(law.id, law.version): at for law in versions.laws(at)}
        if not laws.keys() <= self._known and _has_due(store, at):
            self._remember(store, laws, lasts=True)

    def tell(self, store: Store, turns: Sequence[Turn], *, lasts: bool) -> None:
        """Have the store remember the versions that decided these turns, before they are recorded. `lasts`: what is
        told over `store` is committed at once, and need not be told again."""
        since: dict[Name, datetime] = {}
        for turn in turns:
            if turn.entry is not None:
                ref = turn.entry.policy
                since.setdefault((ref.policy, ref.version), turn.entry.at)
                since.setdefault((ref.policy, ref.law_version), turn.entry.at)
        self._remember(store, since, lasts=lasts)

    def _remember(self, store: Store, since: Mapping[Name, datetime], *, lasts: bool) -> None:
        """In one order, whoever tells them: of two who tell the same the second waits for the first."""
        for name in sorted(since):
            if name not in self._known and name in self._policies:
                text = PolicyText(*name, self._digest(name), since[name])
                self._check((self._apart or store).remember(text))
                if lasts or self._apart is not None:
                    self._known.add(name)

    def _digest(self, name: Name) -> str:
        if name not in self._digests:
            self._digests[name] = meaning_of(self._policies[name])
        return self._digests[name]

    def _check(self, text: PolicyText) -> None:
        name = text.policy, text.version
        if text.digest != self._digest(name):
            since = text.since.astimezone(self._policies[name].terms.zone)
            raise VersionTaken(
                f"policy {text.policy} {text.version} has decided in this store since {since:%Y-%m-%d}, and said"
                " something else then; a policy that changes needs a new version"
            )


def _has_due(store: Store, at: datetime) -> bool:
    """Whether something is to go out by now; the outbox is in the order of due instants."""
    by_now = takewhile(lambda parcel: parcel.effect.due_at <= at, store.outbox(parked=False))
    return any(parcel.effect.status is Status.PENDING for parcel in by_now)
