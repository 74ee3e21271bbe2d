"""`python -m support.crashes STORE --kills 100 --seed 1`: kill a service on that store, and say what is wrong then.

Prints JSON: the kills by how, the calls and acts of the other side, and the faults. The exit code is 1 where there are
any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from overdue_flow.store.sql import SqlStore
from support.crashes.driver import Run, faults, story
from support.crashes.service import OtherSide
from support.crashes.world import steps


def tell(line: str) -> None:
    """How far it is."""
    sys.stderr.write(line + "\n")


def main() -> int:
    """The command."""
    asked = argparse.ArgumentParser()
    asked.add_argument("store")
    asked.add_argument("unkilled", help="a second, empty store: the same service without kills")
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--loans", type=int, default=24)
    asked.add_argument("--days", type=int, default=120)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        todo = steps(told.seed, told.loans, told.days)
        run = Run(told.store, folder, todo, told.seed)
        run.killed(told.kills, tell)
        found = list(faults(run))
        other = OtherSide(run.other_side)
        said = {
            "store": SqlStore(told.store).dialect,
            "seed": told.seed,
            "steps": len(todo),
            "kills": dict(run.kills),
            "acted": len(other.acted()),
            "calls": other.calls(),
        }
        calm = Run(told.unkilled, folder / "calm", todo, told.seed)
        calm.folder.mkdir()
        calm.finish()
        found += [f"unkilled: {fault}" for fault in faults(calm)]
        there, here = story(told.store), story(told.unkilled)
        found += [
            f"{loan}: another story than without kills" for loan in sorted(there) if there[loan] != here.get(loan)
        ]
    sys.stdout.write(json.dumps(said | {"faults": found}, indent=1) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
