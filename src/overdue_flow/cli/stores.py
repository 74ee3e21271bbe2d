"""Opening the store that a command is given: a file of SQLite, or the URL of a database. A mistake in it is one line.

A store is named by one of

    loans.db                               a file of SQLite
    sqlite:///loans.db                     the same
    postgresql://user@host/database        PostgreSQL; a password is better kept in the environment (PGPASSWORD)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.errors import KeysError, OtherSchema, OverdueFlowError, SchemaError, StoreUnavailable
from overdue_flow.problems import did_you_mean
from overdue_flow.store import sql_store
from overdue_flow.store.keys import Keys
from overdue_flow.store.protocol import Switch

if TYPE_CHECKING:
    from overdue_flow.store.backup import Backup
    from overdue_flow.store.sql import SqlStore

SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")

_URL = re.compile(r"^[A-Za-z][\w+.-]*://")
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@", re.DOTALL)
_PASSWORD_GIVEN = re.compile(r"([?&])(?:ssl)?password=[^&]*(&|$)", re.IGNORECASE)


def is_store(text: str) -> bool:
    """Whether a command's argument names a store, and not a folder (a book)."""
    return bool(_URL.match(text)) or not Path(text).is_dir()


def shown(text: str) -> str:
    """A store's name as it may be shown: without a password."""
    return _PASSWORD_GIVEN.sub(lambda found: found[1] if found[2] else "", _PASSWORD.sub(r"\1@", text))


def url_of(text: str) -> str:
    """The URL of the database that a file's name or a URL means. Mistake for one that can be none."""
    if not _URL.match(text):
        return f"sqlite:///{Path(text).absolute()}"
    scheme = text.partition("://")[0]
    if scheme not in SCHEMES:
        hint = did_you_mean(scheme, SCHEMES)
        raise Mistake(
            f"`{shown(text)}` is no store: expected a file such as `loans.db`, or `sqlite:///...`, or"
            f" `postgresql://...`" + (f"; {hint}" if hint else "")
        )
    if scheme != "sqlite":
        _check_host(text)
    return text


def _check_host(text: str) -> None:
    try:
        parts = urlsplit(text)
        named = parts.port is None or parts.port > 0
    except ValueError:
        named = False
    if not named:
        raise Mistake(f"`{shown(text)}` is no store: expected `postgresql://user@host:port/database`")


def file_of(text: str) -> Path | None:
    """The file of a store in SQLite; None for another database."""
    url = url_of(text)
    return Path(url.removeprefix("sqlite:///").partition("?")[0]) if url.startswith("sqlite:///") else None


def check_file(text: str) -> None:
    """Mistake where a store in SQLite has no file: opening it would make an empty one."""
    file = file_of(text)
    if file is None:
        return
    try:
        folder = S_ISDIR(file.stat().st_mode)
    except OSError as error:
        hint = f"; `overdue-flow store create {text}` makes one" if isinstance(error, FileNotFoundError) else ""
        raise Mistake(f"cannot open the store `{text}`: {why_not(error)}{hint}") from None
    if folder:
        raise Mistake(f"cannot open the store `{text}`: it is a folder")


def switch_in_words(switch: Switch) -> str:
    """What is stopped, since when, by whom and why."""
    since = f"{switch.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{switch.name} is stopped since {since} by {switch.by}: {switch.reason}"


def switch_as_json(switch: Switch) -> dict[str, str]:
    """The same as values."""
    return {"name": switch.name, "since": switch.since.isoformat(), "by": switch.by, "reason": switch.reason}


@contextmanager
def store_at(text: str, *, create: bool = False, closed: bool = False) -> Iterator[SqlStore]:
    """The store that `text` names, open until the end of the block; `create`: it is made where there is none.

    Its keys come from the environment (`keys.VARIABLE`). `closed`: an encrypted store is opened without them as well,
    for what needs nothing that is encrypted.
    """
    url = url_of(text)
    if not create:
        check_file(text)
    with _opening(text):
        store = sql_store()(url, create=create, keys=Keys.from_environment(), closed=closed)
    try:
        yield store
    finally:
        store.close()


def upgraded(text: str) -> tuple[int, int]:
    """Bring the store that `text` names to the schema of this release; its version before and after."""
    url = url_of(text)
    check_file(text)
    with _opening(text, "upgrade"):
        return sql_store().upgrade(url)


def restored(text: str, backup: Backup, progress: Callable[[int], None]) -> None:
    """Put a backup into the store that `text` names, which is made where there is none."""
    url = url_of(text)
    with _opening(text):
        try:
            sql_store().restore(url, backup, progress)
        except SchemaError as error:
            raise OverdueFlowError(f"cannot restore into `{shown(text)}`: {error}") from None


@contextmanager
def _opening(text: str, what: str = "open") -> Iterator[None]:
    """A store that cannot be opened is a mistake in naming it, or of the one who runs it: one line. One of another
    release is refused."""
    try:
        yield
    except (OtherSchema, KeysError) as error:
        raise OverdueFlowError(f"cannot {what} the store `{shown(text)}`: {error}") from None
    except (SchemaError, StoreUnavailable) as error:
        hint = f"; `overdue-flow store create {shown(text)}` makes one" if "has no store" in str(error) else ""
        raise Mistake(f"cannot open the store `{shown(text)}`: {error}{hint}") from None
    except ModuleNotFoundError as missing:
        raise Mistake(
            f"cannot open the store `{shown(text)}`: the package `{missing.name}` is not installed;"
            ' `pip install "overdue-flow[postgres]"` brings it'
        ) from None
