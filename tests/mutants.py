"""Tests of the tests: changes a room's code in small ways (mutmut), and says which changes no test notices.

`make mutants` takes a fixed sample of each room; `make mutants ROOMS=guards SAMPLE=0` takes every mutant of one, for
hours. Each room is copied under `mutants/`, so the work tree stays as it is. A mutant is first run against the room's
own tests that reach it (mutmut picks them), in a process that has imported nothing of ours; whoever survives runs
against all of them and the room's laws, in a process of its own. Survivors that misspell a text are counted apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("pyproject.toml", "README.md", "src", "tests", "examples")
LONGEST_RUN = 180
"""After so many seconds a mutant that does not come to an end counts as killed."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Files full of mutants take seconds to compile: they are to be compiled once."""
MUTMUT = str(Path(sys.executable).with_name("mutmut"))


@dataclass(frozen=True)
class Room:
    """What is mutated (below `src/overdue_flow`), the room's own tests, and what a survivor must face besides."""

    code: tuple[str, ...]
    tests: tuple[str, ...]
    besides: tuple[str, ...]


LEDGER = "arrears waterfall allocations books counting position amounts schedules reported"
ROOMS = {
    "guards": Room(
        ("guards/*.py",),
        ("tests/unit/guards", "tests/golden/guards"),
        ("tests/laws/test_readings_agree.py", "tests/laws/test_horizon_agrees_with_a_daily_walk.py"),
    ),
    "ledger": Room(
        tuple(f"cases/{name}.py" for name in LEDGER.split()),
        ("tests/unit/cases",),
        (
            "tests/laws/test_the_ledger_agrees_with_one_that_lives_every_day.py",
            "tests/laws/test_plans_and_promises_agree_with_a_daily_ledger.py",
            "tests/laws/test_same_day_payments_in_any_order.py",
            "tests/laws/test_money_is_conserved.py",
            "tests/laws/test_a_pause_is_counted_once.py",
            "tests/laws/test_facts_move_only_when_they_say.py",
        ),
    ),
    "engine": Room(
        ("engine/*.py",),
        ("tests/unit/engine", "tests/unit/testing"),
        (
            "tests/golden/test_timelines.py",
            "tests/whole/test_a_policy_is_carried_out.py",
            "tests/laws/test_sleeping_changes_nothing.py",
            "tests/laws/test_a_late_run_gives_the_same_moves.py",
            "tests/laws/test_holds_silence_contact.py",
            "tests/laws/test_an_event_is_never_lost.py",
        ),
    ),
}


def copied(name: str, room: Room, under: Path) -> Path:
    """A fresh copy of the project whose mutmut settings are those of one room."""
    work = under / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for part in COPIED:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, work / part)
    text = (work / "pyproject.toml").read_text("utf-8")
    settings = tomllib.loads(text)["tool"]["mutmut"] | {
        "only_mutate": [f"src/overdue_flow/{path}" for path in room.code],
        "pytest_add_cli_args_test_selection": list(room.tests),
    }
    before, _, section = text.partition("[tool.mutmut]\n")
    after = section[section.index("\n[") :] if "\n[" in section else ""
    said = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    (work / "pyproject.toml").write_text(f"{before}[tool.mutmut]\n{said}{after}", "utf-8")
    return work


def drawn(work: Path, room: Room, sample: int, seed: int) -> list[str]:
    """The names of the mutants to run: so many of each file, or all where `sample` is 0."""
    os.chdir(work)  # mutmut reads its settings where it is called
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    names: list[str] = []
    for path in sorted(path for pattern in room.code for path in Path("src/overdue_flow").glob(pattern)):
        found = mutate_file_contents(str(path), path.read_text("utf-8")).mutant_names
        every = sorted(get_mutant_name(path, name) for name in found)
        names += random.Random(f"{seed} {path}").sample(every, sample) if 0 < sample < len(every) else every
    return names


def outcomes(work: Path) -> dict[str, int | None]:
    """The exit code of the tests for each mutant that was run."""
    found: dict[str, int | None] = {}
    for meta in (work / "mutants").rglob("*.meta"):
        found |= json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    return found


def survives(work: Path, room: Room, name: str) -> bool:
    """Whether no test of the room, and no law, notices one mutant; all that is imported is imported anew."""
    mutated = work / "mutants"
    tested = [sys.executable, "-m", "pytest", "-x", "-q", "--rootdir=.", "-p", "no:cacheprovider"]
    env = ENVIRONMENT | {"MUTANT_UNDER_TEST": name, "PYTHONPATH": str(mutated / "src")}
    try:
        ran = subprocess.run(
            [*tested, *room.tests, *room.besides], cwd=mutated, env=env, timeout=LONGEST_RUN, capture_output=True
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def difference(work: Path, name: str) -> str:
    """What one mutant changes."""
    shown = subprocess.run([MUTMUT, "show", name], cwd=work, capture_output=True, text=True).stdout
    return "\n".join(line for line in shown.splitlines() if line[:1] in "+-@" and line[:3] not in ("+++", "---"))


def in_text(diff: str) -> bool:
    """Whether a mutant only misspells a text."""
    lines = diff.replace("XX", "").lower().splitlines()
    return [line[1:] for line in lines if line[:1] == "-"] == [line[1:] for line in lines if line[:1] == "+"]


def tried(name: str, room: Room, under: Path, sample: int, seed: int, processes: int) -> None:
    """Run one room and say how it went."""
    work = copied(name, room, under)
    names = drawn(work, room, sample, seed)
    say(f"== {name}: {len(names)} mutants")
    command = [MUTMUT, "run", "--max-children", str(processes), *names]
    ran = subprocess.run(command, cwd=work, env=ENVIRONMENT, text=True, capture_output=True)
    codes = outcomes(work)
    if ran.returncode or any(codes.get(one) is None for one in names):
        sys.exit(f"mutmut did not come to an end:\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")
    if not survives(work, room, ""):
        sys.exit(f"the tests of {name} fail without any change")
    left = [one for one in names if codes[one] in (0, 5, 33)]
    say(f"{len(names) - len(left)} are noticed by the tests that mutmut picks; {len(left)} are looked at again")
    with ThreadPoolExecutor(processes) as pool:
        alive = [one for one, still in zip(left, pool.map(lambda one: survives(work, room, one), left), strict=True)
                 if still]  # fmt: skip
        shown = dict(zip(alive, pool.map(lambda one: difference(work, one), alive), strict=True))
    text = [one for one in alive if in_text(shown[one])]
    (under / f"{name}.txt").write_text(
        "\n\n".join(f"{one}{'  (in text)' if one in text else ''}\n{shown[one]}" for one in alive) + "\n", "utf-8"
    )
    files, lost = (Counter(one.split(".x")[0] for one in some) for some in (names, alive))
    for file, count in files.items():
        say(f"  {file:<40} {count - lost[file]:>5} of {count:>5} killed")
    killed = len(names) - len(alive)
    say(f"{name}: {killed} of {len(names)} killed ({killed / len(names):.1%})")
    say(f"{len(alive)} survive, {len(text)} of them in text: {under / name}.txt")


def say(line: str) -> None:
    """Tell how far it is."""
    print(line, flush=True)


def main() -> None:
    """Run the rooms that are named, or all."""
    asked = argparse.ArgumentParser(description="mutation tests")
    asked.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all where none is named")
    asked.add_argument("--sample", type=int, default=20, help="how many mutants of each file; 0 for all")
    asked.add_argument("--seed", type=int, default=1, help="which sample")
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--under", type=Path, default=ROOT / "mutants", help="the folder of the copies")
    said = asked.parse_args()
    if unknown := set(said.rooms) - set(ROOMS):
        asked.error(f"there is no room {', '.join(sorted(unknown))}")
    for name in said.rooms or ROOMS:
        tried(name, ROOMS[name], said.under.resolve(), said.sample, said.seed, said.processes)


if __name__ == "__main__":
    main()
