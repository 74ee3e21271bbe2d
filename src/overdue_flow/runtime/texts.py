"""One text for each version of a policy: what a version meant when it first decided something, it means for ever.

The journal names versions. What decided can be explained years later only if a version has one meaning, whichever
process loads it. The store remembers it with the first turn; a flow whose file says something else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from overdue_flow.errors import VersionTaken
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.store.protocol import PolicyText, Store, Turn


class Texts:
    """The texts of a flow's versions, compared with those that its store remembers. VersionTaken where one differs."""

    def __init__(self, policies: Iterable[Policy], store: Store) -> None:
        self._policies = {(policy.id, policy.version): policy for policy in policies}
        self._digests: dict[tuple[str, str], str] = {}
        self._known: set[tuple[str, str]] = set()
        for text in store.policies():
            if (text.policy, text.version) in self._policies:
                self._check(text)
                self._known.add((text.policy, text.version))

    def tell(self, store: Store, turns: Sequence[Turn], *, lasts: bool) -> None:
        """Have the store remember the versions that decided these turns, before they are recorded. `lasts`: what is
        told over `store` is committed at once, and need not be told again."""
        for turn in turns:
            if turn.entry is not None:
                ref = turn.entry.policy
                for name in ((ref.policy, ref.version), (ref.policy, ref.law_version)):
                    if name not in self._known and name in self._policies:
                        self._check(store.remember(PolicyText(*name, self._digest(name), turn.entry.at)))
                        if lasts:
                            self._known.add(name)

    def _digest(self, name: tuple[str, str]) -> str:
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
