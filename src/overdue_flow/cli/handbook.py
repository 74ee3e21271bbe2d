"""`overdue-flow handbook POLICY`: what a policy says, in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.giving import HtmlGiven, JsonGiven, Lang, LangGiven, give
from overdue_flow.cli.inputs import policy_at
from overdue_flow.reports.handbook import handbook as made


def handbook(
    policy: Annotated[
        Path, typer.Argument(metavar="POLICY", help="The policy file, or `pack:area/name`.", show_default=False)
    ],
    *,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
) -> None:
    """Say in plain words what a policy says: its stages and rules, limits, holds, who may do what, and on what it
    rests."""
    give(made(policy_at(policy)), lang, html, json=json)
