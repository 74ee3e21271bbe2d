"""Folders and files that cannot be written, also for tests that run as root, to whom everything can."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import overdue_flow

NOBODY = 65534
"""The user who owns nothing."""


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """An empty folder, which everybody may enter and read: pytest's own are their owner's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def only_reading(folder: Path) -> Iterator[None]:
    """Nothing in a folder can be written in this block, nor anything made. Root is nobody meanwhile."""
    _import_all()
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        assert not any(os.access(path, os.W_OK, effective_ids=True) for path in modes)
        yield
    finally:
        if was == 0:
            os.seteuid(was)
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def unreadable(file: Path) -> Iterator[None]:
    """A file of somebody else's, who alone may read it, in this block. Root is nobody meanwhile."""
    _import_all()
    mode, was = file.stat().st_mode, os.geteuid()
    file.chmod(0o600 if was == 0 else 0)
    if was == 0:
        os.seteuid(NOBODY)
    try:
        assert not os.access(file, os.R_OK, effective_ids=True)
        yield
    finally:
        if was == 0:
            os.seteuid(was)
        file.chmod(mode)


@contextmanager
def nearly_full(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes in this block, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@cache
def _import_all() -> None:
    """Whatever commands import when they need it may lie in folders of root's own, where nobody could read it."""
    for module in walk_packages(overdue_flow.__path__, f"{overdue_flow.__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
