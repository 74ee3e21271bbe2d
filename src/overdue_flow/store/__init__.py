"""What is remembered: journals, cases, the days on which cases wake, what goes out, and what persons were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overdue_flow.errors import MissingExtra

if TYPE_CHECKING:
    from overdue_flow.store.sql import SqlStore

INSTALL = 'pip install "overdue-flow[sql]"'


def sql_store() -> type[SqlStore]:
    """The class `SqlStore`; MissingExtra without SQLAlchemy."""
    try:
        import sqlalchemy  # noqa: F401  # asked for by itself, so that a fault of ours is not taken for its absence
    except ImportError:
        raise MissingExtra(f"`SqlStore` needs SQLAlchemy; install it with: {INSTALL}") from None
    from overdue_flow.store.sql import SqlStore

    return SqlStore
