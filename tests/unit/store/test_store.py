"""The store in a database is loaded when somebody asks for it, and says what it needs."""

from __future__ import annotations

import sys

import pytest

import overdue_flow
from overdue_flow.errors import MissingExtra
from overdue_flow.store.sql import SqlStore


def test_the_class_is_the_one_of_its_file() -> None:
    assert overdue_flow.SqlStore is SqlStore


def test_without_sqlalchemy_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(MissingExtra, match=r'needs SQLAlchemy; install it with: pip install "overdue-flow\[sql\]"'):
        _ = overdue_flow.SqlStore


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(overdue_flow, "SqlStores")
