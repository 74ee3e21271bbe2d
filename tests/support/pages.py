"""Pages of documentation, run: what a page shows is done, and what it says comes out must come out.

Blocks, by the word after the fence:

    python     runs, in order, with the names of the blocks before it; what it prints stands in the `text` block after.
    console    `$ command`, and what it says. `overdue-flow` runs here; so do a few commands of the system (`SYSTEM`),
               and `> file`. A command that ends otherwise than well is followed by `$ echo $?`. A line `...` stands
               for lines left out, and goes on at the line that is shown next.
    yaml       a policy: it must load, or be refused where `refused` stands after the word. What says no `language` is
               read on top of the smallest policy. The scenarios in a block that is no file must be as expected.

`title="name"` after the word writes the block to that file first, so that later commands find it; with `before="line"`
it is put into the file that is there, before that line. Commands run in a folder of the page's own, in which `examples`
is the project's.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from overdue_flow.policy.load import examine_policy
from overdue_flow.problems import render
from overdue_flow.testing.scenarios import run_scenario
from support.terminal import ROOT, Said, environment, run

SYSTEM = ("cat", "cp", "diff", "head", "ls", "sed")
"""Commands of the system that a page may run."""

NOT_RUN = ("make", "pip")
"""Commands that a page may show, and that are not run: they set up a machine."""

SMALLEST = {
    "language": "1",
    "policy": "smallest",
    "version": "1",
    "stages": "{open: {start: true, rules: [{id: over, when: balance == 0, to: closed}]}, closed: {end: true}}",
}
"""What a policy needs at the least; a `yaml` block that leaves it out is read on top of it."""

_FENCE = re.compile(r"^```(\w*) *(.*)$")
_NAMED = re.compile(r'(\w+)="([^"]+)"')
_LEFT_OUT = "..."


class PageFails(AssertionError):
    """What a page shows is not so; the message names the line."""


@dataclass(slots=True)
class Block:
    """A fenced block: the word after the fence, what else stands there, the block's lines, the number of its first."""

    word: str
    more: str
    lines: list[str]
    first: int

    @property
    def title(self) -> str | None:
        """The file that the block is, or is a part of."""
        return dict(_NAMED.findall(self.more)).get("title")

    def write(self) -> None:
        """Write the file that the block is, or put the block where it belongs."""
        file, before = Path(self.title or ""), dict(_NAMED.findall(self.more)).get("before")
        file.parent.mkdir(parents=True, exist_ok=True)
        if before is None:
            file.write_text(self.text, "utf-8")
            return
        text = file.read_text("utf-8")
        if text.count(f"\n{before}\n") != 1:
            raise PageFails(f"line {self.first}: `{before}` does not stand in `{file}` once")
        file.write_text(text.replace(f"\n{before}\n", f"\n{self.text}\n{before}\n"), "utf-8")

    @property
    def text(self) -> str:
        """The block as text."""
        return "\n".join(self.lines) + "\n"


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    inside: Block | None = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = _FENCE.match(line)
        if inside is not None and line == "```":
            found.append(inside)
            inside = None
        elif inside is not None:
            inside.lines.append(line)
        elif fence:
            inside = Block(fence[1], fence[2], [], number + 1)
    if inside is not None:
        raise PageFails(f"line {inside.first - 1}: this block has no end")
    return found


class Page:
    """One page. `run` does what it shows, and gives the page with what really came out."""

    def __init__(self, file: Path, folder: Path) -> None:
        self.file, self.folder = file, folder
        self.text = file.read_text("utf-8")
        self.names = ModuleType("page").__dict__
        self.last_code = 0

    def run(self) -> str:
        """Do all that the page shows, in order. PageFails where something cannot be done."""
        (self.folder / "examples").symlink_to(ROOT / "examples")
        lines = self.text.split("\n")
        blocks = blocks_of(self.text)
        shift = 0
        with chdir(self.folder):
            for block, following in zip(blocks, [*blocks[1:], None], strict=True):
                changed, found = self._do(block, following)
                if changed is not None and changed.lines != found:
                    begin = changed.first - 1 + shift
                    lines[begin : begin + len(changed.lines)] = found
                    shift += len(found) - len(changed.lines)
        return "\n".join(lines)

    def _do(self, block: Block, following: Block | None) -> tuple[Block | None, list[str]]:
        """Do what a block shows. The block that shows what comes out, and what that is."""
        if block.title is not None:
            block.write()
        if block.word == "python":
            return self._python(block, following)
        if block.word == "console":
            return block, [line for command in _commands(block) for line in self._console(*command)]
        if block.word == "yaml":
            self._yaml(block)
        return None, []

    # --- python ---

    def _python(self, block: Block, following: Block | None) -> tuple[Block | None, list[str]]:
        said = io.StringIO()
        code = compile("\n" * (block.first - 1) + block.text, str(self.file), "exec")
        with redirect_stdout(said):
            exec(code, self.names)  # noqa: S102  # the code of a page is ours
        if not said.getvalue():
            return None, []
        if following is None or following.word != "text":
            raise PageFails(f"line {block.first}: this prints, and no `text` block after it shows what")
        return following, excerpt(following.lines, said.getvalue().rstrip("\n").split("\n"), following.first)

    # --- console ---

    def _console(self, command: str, shown: Sequence[str], line: int) -> list[str]:
        if self.last_code != 0 and command != "echo $?":
            raise PageFails(f"line {line}: the command before this ended with {self.last_code}; show `$ echo $?`")
        said = self._said(command, line)
        self.last_code = said.code
        out = (said.out + said.err).rstrip("\n")
        return [f"$ {command}", *excerpt(shown, out.split("\n") if out else [], line)]

    def _said(self, command: str, line: int) -> Said:
        if command == "echo $?":
            return Said(0, f"{self.last_code}\n", "")
        program, *arguments = shlex.split(command, comments=True)
        into = arguments[-1] if arguments[-2:-1] == [">"] else None
        arguments = arguments[:-2] if into else arguments
        if program == "overdue-flow":
            said = run(*arguments)
        elif program in SYSTEM:
            done = subprocess.run(
                [program, *arguments], capture_output=True, encoding="utf-8", env=environment(), check=False
            )
            said = Said(done.returncode, done.stdout, done.stderr)
        elif program == "make" and not _is_target(arguments):
            raise PageFails(f"line {line}: the Makefile has no target for `{command}`")
        elif program in NOT_RUN:
            return Said(0, "", "")
        else:
            raise PageFails(f"line {line}: `{program}` is no command that a page may run")
        if into is None:
            return said
        Path(into).write_text(said.out, "utf-8")
        return said._replace(out="")

    def finish(self) -> None:
        """PageFails where the last command ended otherwise than well and the page does not say so."""
        if self.last_code:
            raise PageFails(f"the last command ended with {self.last_code}; show `$ echo $?` after it")

    # --- yaml ---

    def _yaml(self, block: Block) -> None:
        text = Path(block.title).read_text("utf-8") if block.title else block.text
        of_scenarios = block.title is not None and block.title.endswith(".scenario.yaml")
        if of_scenarios or (block.title is not None and not re.search(r"^(policy|stages):", text, re.MULTILINE)):
            return  # a file that is no policy: whoever reads it will say what is wrong
        keys = set(re.findall(r"^(\w+):", text, re.MULTILINE))
        if re.search(r"^extends: pack:", text, re.MULTILINE):
            keys.add("stages")  # what a pack brings
        base = "".join(f"{key}: {value}\n" for key, value in SMALLEST.items() if key not in keys)
        examined = examine_policy(block.title) if block.title else examine_policy(text=text + base, name=str(self.file))
        refused = [problem for problem in examined.problems if problem.refused]
        if "refused" in block.more.split():
            if not refused:
                raise PageFails(f"line {block.first}: this should be refused, and is a sound policy")
        elif refused:
            raise PageFails(f"line {block.first}: this is no policy\n{render(refused, examined.sources)}")
        elif block.title is None and examined.policy is not None:
            for scenario in examined.policy.scenarios:
                result = run_scenario(examined.policy, scenario)
                if not result.passed:
                    raise PageFails(f"line {block.first}: {result}")


def _is_target(arguments: Sequence[str]) -> bool:
    """Whether `make` knows what it is asked for."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return all(re.search(rf"^{re.escape(one)}:", makefile, re.MULTILINE) for one in arguments if "=" not in one)


def _commands(block: Block) -> Iterator[tuple[str, list[str], int]]:
    """Each command of a `console` block, what is shown under it, and its line."""
    if not block.lines or not block.lines[0].startswith("$ "):
        raise PageFails(f"line {block.first}: a console block begins with `$ `")
    starts = [number for number, line in enumerate(block.lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        yield block.lines[start][2:], block.lines[start + 1 : end], block.first + start


def excerpt(shown: Sequence[str], said: Sequence[str], line: int) -> list[str]:
    """What a page that shows `shown` should show of what was `said`: all of it, but where it leaves lines out (`...`).

    >>> excerpt(["a", "...", "c", "d"], ["a", "b", "c", "x"], 1)
    ['a', '...', 'c', 'x']
    """
    parts: list[list[str]] = [[]]
    for one in shown:
        if one.strip() == _LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(one)
    if len(parts) == 1:
        return list(said)
    found: list[str] = list(said[: len(parts[0])])
    at = len(found)
    for number, part in enumerate(parts[1:], 1):
        found.append(_LEFT_OUT)
        if not part:
            continue
        begin = next((place for place in range(at, len(said)) if said[place] == part[0]), None)
        if begin is None:
            raise PageFails(f"line {line}: nothing says `{part[0]}` any more; what was said:\n" + "\n".join(said))
        at = len(said) if number == len(parts) - 1 else begin + len(part)
        found += said[begin:at]
    return found
