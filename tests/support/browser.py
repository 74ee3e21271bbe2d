"""A real browser without a window: Debian's Chromium, or the one that `OVERDUE_FLOW_CHROMIUM` names.

It is started so that it speaks to nobody by itself; a page that tries to is seen to do so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

Scheme = Literal["light", "dark"]

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def chromium() -> str:
    """The path of the browser. FileNotFoundError, which says what to install, where there is none."""
    named = os.environ.get("OVERDUE_FLOW_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise FileNotFoundError(
            "there is no Chromium; install it (on Debian and Ubuntu: apt install chromium fonts-noto-cjk),"
            " or name one in OVERDUE_FLOW_CHROMIUM"
        )
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser, until the end of the block."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        try:
            yield started
        finally:
            started.close()


@dataclass
class Opened:
    """A page in the browser, with all that it said and asked for since it was opened."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def find(self, script: str) -> Any:
        """What a script finds in the page."""
        return self.page.evaluate(script)


@contextmanager
def opened(in_browser: Browser, file: Path, width: int = 1280) -> Iterator[Opened]:
    """A file as the browser shows it. `asked` are the requests besides that for the file itself; all are refused."""
    context = in_browser.new_context(viewport={"width": width, "height": 900})
    found = Opened(context.new_page())
    home = file.resolve().as_uri()

    def requested(request: Request) -> None:
        if request.url != home:
            found.asked.append(request.url)

    def spoke(dialog: Dialog) -> None:
        found.said.append(dialog.message)
        dialog.dismiss()

    found.page.on("request", requested)
    found.page.on("console", lambda message: found.said.append(message.text))
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("dialog", spoke)
    try:
        found.page.goto(home)
        yield found
    finally:
        context.close()
