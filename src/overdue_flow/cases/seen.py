"""What somebody may see of a case: a set of groups, and facts by name. A report asks it field by field."""

from __future__ import annotations

from dataclasses import dataclass

from overdue_flow.cases.groups import ALL_GROUPS, GROUPS, group_of_fact, group_of_field, group_of_row

HIDDEN = "—"
"""What stands in the place of a value that is not for the reader."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a role may see. `facts` are seen whatever their group; `rows` are the groups of journal rows (the fields in
    a row are seen by `groups` all the same)."""

    role: str
    groups: frozenset[str]
    facts: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()

    def sees(self, group: str) -> bool:
        """Whether what is of a group may be seen."""
        return group in self.groups

    def may_fact(self, name: str) -> bool:
        """Whether a fact may be seen: by its own name, or by its group."""
        return name in self.facts or group_of_fact(name) in self.groups

    def may_row(self, kind: str) -> bool:
        """Whether the journal's rows of a kind of event may be seen."""
        return group_of_row(kind) in self.rows

    def may_field(self, kind: str, field: str) -> bool:
        """Whether a field of a kind of event may be seen, where its row is."""
        return group_of_field(kind, field) in self.groups

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden: text that may repeat a value of any group is shown only then."""
        return self.groups == ALL_GROUPS

    @property
    def whole(self) -> bool:
        """Whether no row of the journal is hidden either: what is not made for a reader is shown only then."""
        return self.everything and self.rows == ALL_GROUPS

    @property
    def hidden(self) -> tuple[str, ...]:
        """The groups that may not be seen, in their order."""
        return tuple(group for group in GROUPS if group not in self.groups)


ALL = Seen(role="", groups=ALL_GROUPS, rows=ALL_GROUPS)
"""Nothing is hidden: what a report shows the host itself."""
