"""`overdue-flow draw POLICY`: a policy as a diagram."""

from __future__ import annotations

import shutil
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.files import writing
from overdue_flow.cli.inputs import policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.screen import say
from overdue_flow.engine import draw as drawing

_INSTALL = (
    "install Graphviz (Debian, Ubuntu: apt install graphviz; macOS: brew install graphviz; Windows: winget install "
    "graphviz), or draw the text without --svg: editors and GitHub show Mermaid"
)


class Format(StrEnum):
    """The languages of diagrams."""

    MERMAID = "mermaid"
    GRAPHVIZ = "graphviz"


def draw(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    *,
    form: Annotated[Format, typer.Option("--format", help="The language of the text.")] = Format.MERMAID,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write a picture; needs Graphviz.", show_default=False)
    ] = None,
    conditions: Annotated[bool, typer.Option(help="Say on each arrow when its rule holds.")] = True,
) -> None:
    """Draw the stages of a policy and the rules between them, as text for Mermaid or Graphviz."""
    found = policy_at(policy)
    if svg is None:
        say(drawing.draw(found, form.value, conditions=conditions).removesuffix("\n"))
        return
    _write_picture(drawing.draw(found, "graphviz", conditions=conditions), svg)
    say(f"wrote {svg}", on_error=True)


def _write_picture(text: str, file: Path) -> None:
    program = shutil.which("dot")
    if program is None:
        raise Mistake(f"a picture needs the program `dot`, and it was not found; {_INSTALL}")
    try:
        done = subprocess.run([program, "-Tsvg"], input=text.encode(), capture_output=True, check=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise Mistake(f"`dot` could not draw this: {said[0] if said else 'it did not say why'}") from None
    with writing(file):
        file.write_bytes(done.stdout)
